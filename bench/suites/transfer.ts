// What freezing saves: a training step of the course's net with all layers trained, with both hidden layers frozen, and
// with the output of the frozen ones fed from a cache. The three take turns, so that their ratio is one of the same moment.

import type { Engine, Node } from "../../src/index.js";
import { COURSE_NET } from "../baselines/course-net.js";
import { checkClose, randomFloats, randomLabels } from "../data.js";
import { type Case, interleave, type Timing } from "../interleave.js";
import { BENCH_RATE, netGraph, optimizerOf } from "../nets.js";
import type { Gear, Row } from "../report.js";
import { ratios, summarize } from "../statistics.js";
import type { Bench, Suite } from "../suite.js";

const BATCH = 50;
const BATCHES = 10;

export const transfer: Suite = {
  name: "transfer",
  title: `training steps of ${COURSE_NET.join("-")} with frozen hidden layers, batch ${BATCH}, SGD`,
  run: async (bench) => {
    const rows: Row[] = [];
    for (const [build, engine] of bench.engines) rows.push(...(await measure(bench, build, engine)));
    return rows;
  },
};

interface Batch {
  readonly labels: Int32Array;
  /** What is fed: pictures, or the cached output of the second hidden layer. */
  readonly input: Float32Array;
}

async function measure(bench: Bench, build: Gear, engine: Engine): Promise<Row[]> {
  const optimizer = optimizerOf("sgd", BENCH_RATE);
  const net = netGraph(engine, COURSE_NET, optimizer);
  const { session, x, labels } = net;
  const upper = optimizer.minimize(net.loss, net.variables.slice(4));
  // The logits are a product of the second hidden layer's output and the last kernel, with a bias.
  const hidden2 = net.logits.inputs[0]?.inputs[0] as Node;

  const pictures = Array.from({ length: BATCHES }, (_, i): Batch => {
    const input = randomFloats(BATCH * 784, `transfer/x${i}`, 0, 1);
    return { input, labels: randomLabels(BATCH, `transfer/labels${i}`, 10) };
  });
  const cached = pictures.map((batch): Batch => {
    const { data } = session.run(hidden2, [[x, batch.input]]);
    return { ...batch, input: data as Float32Array };
  });
  const trainer = (update: Node, input: Node, batches: readonly Batch[]) => {
    const executable = session.prepare({ fetches: [update], feeds: [input, labels], batch: BATCH });
    let next = 0;
    return () => {
      const batch = batches[next] as Batch;
      next = (next + 1) % batches.length;
      executable.input(input).set(batch.input);
      executable.input(labels).set(batch.labels);
      executable.run();
    };
  };
  checkEqual(build, net.variables.slice(4), session, trainer(upper, x, pictures), trainer(upper, hidden2, cached));

  const cases: readonly Case[] = [
    { name: "all layers", run: trainer(net.update, x, pictures) },
    { name: "hidden layers frozen", run: trainer(upper, x, pictures) },
    { name: "frozen, outputs cached", run: trainer(upper, hidden2, cached) },
  ];
  const timings = await interleave(cases, bench.timing);
  const all = (timings[0] as Timing).rounds;
  return timings.flatMap(({ name, rounds }): Row[] => [
    { suite: "transfer", case: name, build, metric: "steps/s", ...summarize(rounds.map((ns) => 1e9 / ns)) },
    { suite: "transfer", case: name, build, metric: "times as fast as all layers", ...ratios(all, rounds) },
  ]);
}

/** Steps from the cache must change the last layer as steps from the pictures do. */
function checkEqual(
  build: Gear,
  variables: readonly Node[],
  session: ReturnType<typeof netGraph>["session"],
  fromPictures: () => void,
  fromCache: () => void,
): void {
  const start = session.run(variables);
  const weightsAfter = (step: () => void) => {
    for (let i = 0; i < BATCHES; i++) step();
    const weights = session.run(variables);
    session.set(variables.map((variable, i) => [variable, start[i]!]));
    return weights.flatMap(({ data }) => [...data]);
  };
  checkClose(`transfer, ${build}: weights`, weightsAfter(fromCache), weightsAfter(fromPictures), 1e-6);
}
