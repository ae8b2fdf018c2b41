// Inference with the course's net: latency of one example, throughput of many.

import type { Engine } from "../../src/index.js";
import { COURSE_NET, CourseNet } from "../baselines/course-net.js";
import { compare, gigaflops, type Metric, microseconds, peakLimit, perSecond } from "../compare.js";
import { checkClose, randomFloats } from "../data.js";
import { layerWeights, netGraph, netModel, optimizerOf } from "../nets.js";
import type { Row, Variant } from "../report.js";
import type { Bench, Suite } from "../suite.js";

const FLOPS_PER_EXAMPLE = 2 * (784 * 300 + 300 * 100 + 100 * 10);

export const predict: Suite = {
  name: "predict",
  title: `inference with ${COURSE_NET.join("-")}`,
  run: async (bench) => [
    ...(await measure(bench, 1, [microseconds("example"), perSecond("examples")])),
    ...(await measure(bench, 256, [perSecond("examples"), gigaflops(FLOPS_PER_EXAMPLE)])),
  ],
};

async function measure(bench: Bench, batch: number, metrics: readonly Metric[]): Promise<Row[]> {
  const x = randomFloats(batch * 784, "predict/x", 0, 1);
  const [first] = bench.engines.values();
  const plain = new CourseNet(layerWeights(net(first as Engine)), batch);
  const expected = plain.predict(x).slice();
  const javascript = { units: batch, run: () => plain.predict(x) };

  const prepared = new Map<Variant, { run: () => unknown; units: number }>([["javascript", javascript]]);
  const model = new Map(prepared);
  for (const [build, engine] of bench.engines) {
    const { session, x: input, logits } = net(engine);
    const executable = session.prepare({ fetches: [logits], feeds: [input], batch });
    const ours = netModel(engine, COURSE_NET, optimizerOf("sgd", 0));
    const runPrepared = () => {
      executable.input(input).set(x);
      executable.run();
    };
    runPrepared();
    checkClose(`predict, ${build}, batch ${batch}`, executable.output(logits).data, expected, 1e-4);
    checkClose(`predict, ${build}, batch ${batch}`, ours.predict(x).data, expected, 1e-4);
    prepared.set(build, { units: batch, run: runPrepared });
    model.set(build, { units: batch, run: () => ours.predict(x) });
  }
  const common = { suite: "predict", metrics, limit: await peakLimit(bench, FLOPS_PER_EXAMPLE) };
  return [
    ...(await compare(bench, { ...common, case: `batch ${batch}, prepared run`, work: prepared })),
    ...(await compare(bench, { ...common, case: `batch ${batch}, model.predict`, work: model })),
  ];
}

const net = (engine: Engine) => netGraph(engine, COURSE_NET, optimizerOf("sgd", 0));
