// The iris net, 4-16-3 with Adam on batches of 16: nearly no arithmetic, so the price of dispatch is what shows. The
// opponent is plain JavaScript written by hand for this very net.

import { iris } from "../../src/data/datasets/index.js";
import type { Engine } from "../../src/index.js";
import { IRIS_NET, IrisNet, shuffleRows } from "../baselines/iris-net.js";
import { compare, microseconds, perSecond } from "../compare.js";
import { checkClose } from "../data.js";
import { BENCH_RATE, layerWeights, netGraph, netModel, optimizerOf, trainer } from "../nets.js";
import type { Gear, Row, Variant } from "../report.js";
import type { Bench, Suite } from "../suite.js";

const BATCH = 16;
const EPOCHS = 100;

const metrics = [perSecond("steps"), microseconds("step")];

export const tiny: Suite = {
  name: "tiny",
  title: `training steps of ${IRIS_NET.join("-")}, batch ${BATCH}, Adam, on iris`,
  run: async (bench) => {
    const { x, y } = iris({ testFraction: 0 }).train;
    const data = { x: x.data as Float32Array, labels: y.data as Int32Array };
    for (const [build, engine] of bench.engines) await checkEqual(build, engine, data);
    return [...(await measureStep(bench, data)), ...(await measureFit(bench, data))];
  },
};

interface Data {
  readonly x: Float32Array;
  readonly labels: Int32Array;
}

const adamNet = (engine: Engine, rate: number) => netGraph(engine, IRIS_NET, optimizerOf("adam", rate));

/** Ten epochs in one order must give the same losses and the same weights. */
async function checkEqual(build: Gear, engine: Engine, { x, labels }: Data): Promise<void> {
  const rate = 0.01;
  const plain = new IrisNet(layerWeights(adamNet(engine, rate)), rate);
  const model = netModel(engine, IRIS_NET, optimizerOf("adam", rate));
  const ours = await model.fit(x, labels, { batchSize: BATCH, epochs: 10, shuffle: false });
  const theirs = plain.fit(x, labels, BATCH, 10, () => {});
  checkClose(`tiny, ${build}: losses`, ours.loss ?? [], theirs, 1e-4);
  const weights = [...model.getWeights().values()].flatMap(({ data }) => [...data]);
  checkClose(`tiny, ${build}: weights`, weights, plain.parameters, 1e-4);
}

/** The same batch again and again, written in before each run. */
function measureStep(bench: Bench, { x, labels }: Data): Promise<Row[]> {
  const rows = Uint32Array.from({ length: BATCH }, (_, i) => (i * labels.length) / BATCH);
  const batch = {
    x: Float32Array.from([...rows].flatMap((row) => [...x.subarray(row * 4, row * 4 + 4)])),
    labels: Int32Array.from(rows, (row) => labels[row] as number),
  };
  const nets = [...bench.engines].map(([build, engine]) => [build, adamNet(engine, BENCH_RATE)] as const);
  const plain = new IrisNet(layerWeights((nets[0] as (typeof nets)[0])[1]), BENCH_RATE);
  const work = new Map<Variant, { run: () => unknown }>([
    ["javascript", { run: () => plain.step(x, labels, rows, 0, BATCH, false) }],
    ...nets.map(([build, net]) => [build, { run: trainer(net, [batch]) }] as const),
  ]);
  return compare(bench, { suite: "tiny", case: "prepared run, nothing fetched", work, metrics });
}

/** Shuffled epochs with their mean loss, on both sides: of 150 examples nine batches of 16 and one of 6. */
function measureFit(bench: Bench, { x, labels }: Data): Promise<Row[]> {
  const units = EPOCHS * Math.ceil(labels.length / BATCH);
  const [first] = bench.engines.values();
  const plain = new IrisNet(layerWeights(adamNet(first as Engine, BENCH_RATE)), BENCH_RATE);
  const work = new Map<Variant, { run: () => unknown; units: number }>([
    ["javascript", { units, run: () => plain.fit(x, labels, BATCH, EPOCHS, shuffleRows) }],
  ]);
  for (const [build, engine] of bench.engines) {
    const model = netModel(engine, IRIS_NET, optimizerOf("adam", BENCH_RATE));
    work.set(build, { units, run: () => model.fit(x, labels, { batchSize: BATCH, epochs: EPOCHS }) });
  }
  return compare(bench, { suite: "tiny", case: "model.fit, shuffled", work, metrics });
}
