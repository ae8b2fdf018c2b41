// The training step of the course's net, 784-300-100-10 on batches of 50: the figure that Lanewise is judged by.

import type { Engine } from "../../src/index.js";
import { COURSE_NET, CourseNet } from "../baselines/course-net.js";
import { compare, gigaflops, milliseconds, peakLimit, perSecond } from "../compare.js";
import { checkClose, randomFloats, randomLabels } from "../data.js";
import { BENCH_RATE, layerWeights, lossOn, netGraph, netModel, optimizerOf, type Rule, trainer } from "../nets.js";
import type { Gear, Row, Variant } from "../report.js";
import type { Bench, Suite } from "../suite.js";

const BATCH = 50;
const EXAMPLES = 500;

/** Forward and weight gradient touch every weight, the input gradient all but the first layer's. */
export const STEP_FLOPS = 2 * BATCH * (2 * (784 * 300 + 300 * 100 + 100 * 10) + 300 * 100 + 100 * 10);

/** An epoch is short here, but the checks of `fit` on its data come once per call, as in a long one. */
const FIT_EPOCHS = 4;

interface Data {
  readonly x: Float32Array;
  readonly labels: Int32Array;
  readonly batches: readonly { readonly x: Float32Array; readonly labels: Int32Array }[];
}

export const step: Suite = {
  name: "step",
  title: `training step of ${COURSE_NET.join("-")}, batch ${BATCH}, counted as ${(STEP_FLOPS / 1e6).toFixed(1)} MFLOP`,
  run: async (bench) => {
    const data = makeData();
    const rules: readonly Rule[] = ["sgd", "adam"];
    for (const rule of rules) {
      for (const [build, engine] of bench.engines) checkLosses(rule, build, engine, data);
    }
    const rows = [
      ...(await measure(bench, data, "sgd", "SGD", false)),
      ...(await measure(bench, data, "sgd", "SGD, loss and accuracy fetched", true)),
      ...(await measureFit(bench, data, "sgd", "SGD, model.fit")),
      ...(await measure(bench, data, "adam", "Adam", false)),
      ...(await measureFit(bench, data, "adam", "Adam, model.fit")),
    ];
    return rows;
  },
};

function makeData(): Data {
  const x = randomFloats(EXAMPLES * 784, "step/x", 0, 1);
  const labels = randomLabels(EXAMPLES, "step/labels", 10);
  const batches = Array.from({ length: EXAMPLES / BATCH }, (_, i) => ({
    x: x.subarray(i * BATCH * 784, (i + 1) * BATCH * 784),
    labels: labels.subarray(i * BATCH, (i + 1) * BATCH),
  }));
  return { x, labels, batches };
}

/** The same weights and batches must give the same loss after five steps. */
function checkLosses(rule: Rule, build: Gear, engine: Engine, { batches }: Data): void {
  const rate = rule === "sgd" ? 0.01 : 0.001;
  const ours = netGraph(engine, COURSE_NET, optimizerOf(rule, rate));
  const plain = new CourseNet(layerWeights(ours), BATCH, rule, rate);
  const run = trainer(ours, batches);
  for (const { x, labels } of batches.slice(0, 5)) {
    run();
    plain.step(x, labels);
  }
  const last = batches[5] as (typeof batches)[number];
  plain.predict(last.x);
  checkClose(`step, ${rule}, ${build}: loss`, [lossOn(ours, last)], [plain.metrics(last.labels).loss], 1e-4);
}

const metrics = [perSecond("steps"), milliseconds("step"), gigaflops(STEP_FLOPS)];

async function measure(bench: Bench, { batches }: Data, rule: Rule, name: string, fetched: boolean): Promise<Row[]> {
  const nets = [...bench.engines].map(
    ([build, engine]) => [build, netGraph(engine, COURSE_NET, optimizerOf(rule, BENCH_RATE))] as const,
  );
  const weights = layerWeights((nets[0] as (typeof nets)[0])[1]);
  const work = new Map<Variant, { run: () => unknown }>([
    ["javascript", { run: plainTrainer(new CourseNet(weights, BATCH, rule, BENCH_RATE), batches, fetched) }],
  ]);
  for (const [build, net] of nets) {
    work.set(build, { run: trainer(net, batches, fetched ? [net.loss, net.accuracy] : []) });
  }
  return compare(bench, { suite: "step", case: name, work, limit: await peakLimit(bench, STEP_FLOPS), metrics });
}

/** `fit` shuffles and gathers its batches and computes the loss; plain JavaScript takes them in order and does not. */
async function measureFit(bench: Bench, { x, labels, batches }: Data, rule: Rule, name: string): Promise<Row[]> {
  const [first] = bench.engines.values();
  const weights = layerWeights(netGraph(first as Engine, COURSE_NET, optimizerOf(rule, BENCH_RATE)));
  const work = new Map<Variant, { run: () => unknown; units?: number }>([
    ["javascript", { run: plainTrainer(new CourseNet(weights, BATCH, rule, BENCH_RATE), batches, false) }],
  ]);
  for (const [build, engine] of bench.engines) {
    const model = netModel(engine, COURSE_NET, optimizerOf(rule, BENCH_RATE));
    const run = () => model.fit(x, labels, { batchSize: BATCH, epochs: FIT_EPOCHS });
    work.set(build, { run, units: FIT_EPOCHS * batches.length });
  }
  return compare(bench, { suite: "step", case: name, work, limit: await peakLimit(bench, STEP_FLOPS), metrics });
}

function plainTrainer(net: CourseNet, batches: Data["batches"], fetched: boolean): () => unknown {
  let next = 0;
  return () => {
    const { x, labels } = batches[next] as (typeof batches)[number];
    next = (next + 1) % batches.length;
    net.step(x, labels);
    return fetched ? net.metrics(labels) : undefined;
  };
}
