// Convolutions through the public ops, forward and both gradients, and LeNet as a user trains and runs it.

import {
  conv2d,
  dense,
  depthwiseConv2d,
  type Engine,
  layers,
  type Model,
  matmul,
  type Node,
  sequential,
  sgd,
  Tensor,
} from "../../src/index.js";
import { conv2dInputGradient, conv2dKernelGradient } from "../../src/ops/convolution.js";
import { compare, gigaflops, type Metric, microseconds, milliseconds, peakLimit, perSecond } from "../compare.js";
import { checkClose, randomFloats, randomLabels } from "../data.js";
import { BENCH_RATE } from "../nets.js";
import { type Input, prepareOp } from "../op.js";
import type { Row, Variant } from "../report.js";
import type { Bench, Suite } from "../suite.js";

interface Convolution {
  readonly name: string;
  readonly batch: number;
  /** Height and width. */
  readonly extent: number;
  readonly window: number;
  readonly from: number;
  readonly to: number;
  readonly padding?: "valid" | "same";
}

const convolutions: readonly Convolution[] = [
  { name: "LeNet, first", batch: 32, extent: 28, window: 5, from: 1, to: 32 },
  { name: "LeNet, second", batch: 32, extent: 12, window: 5, from: 32, to: 64 },
  { name: "3 x 3", batch: 1, extent: 56, window: 3, from: 64, to: 64, padding: "same" },
  { name: "3 x 3", batch: 1, extent: 28, window: 3, from: 128, to: 128, padding: "same" },
  { name: "3 x 3", batch: 1, extent: 14, window: 3, from: 256, to: 256, padding: "same" },
  { name: "3 x 3, colours", batch: 8, extent: 32, window: 3, from: 3, to: 32, padding: "same" },
  { name: "1 x 1", batch: 1, extent: 56, window: 1, from: 64, to: 256 },
];

/** LeNet's layers: 5 x 5 windows on 28 x 28 pictures, valid padding, pools of 2. */
const FORWARD_FLOPS = 2 * (24 * 24 * 25 * 32 + 8 * 8 * 25 * 32 * 64 + 1024 * 128 + 128 * 10);
/** Of one example: forward, weight gradients, and the input gradients of all layers but the first. */
const STEP_FLOPS = 3 * FORWARD_FLOPS - 2 * 24 * 24 * 25 * 32;
const BATCH = 32;
const STEPS = 4;

export const conv: Suite = {
  name: "conv",
  title: "convolutions of pictures [batch, height, width, channels], and LeNet (5x5x32, 5x5x64, 128, 10)",
  run: async (bench) => {
    const rows = await measureProduct(bench);
    for (const each of convolutions) {
      if (!bench.quick || each.from < 64) rows.push(...(await measure(bench, each)));
    }
    rows.push(...(await measureDepthwise(bench)), ...(await measureLeNet(bench)));
    return rows;
  },
};

/** All variants compute the same once, are compared with the first, and timed. */
async function measureOp(
  bench: Bench,
  name: string,
  inputs: Readonly<Record<string, Input>>,
  flops: number,
  make: (...nodes: Node[]) => Node,
): Promise<Row[]> {
  let expected: Float32Array | undefined;
  const work = new Map<Variant, { run: () => void }>();
  for (const [gear, engine] of bench.engines) {
    const { run, result } = prepareOp(engine, inputs, make);
    run();
    expected ??= result().slice();
    checkClose(`${name}, ${gear}`, result(), expected, 1e-3);
    work.set(gear, { run });
  }
  const limit = await peakLimit(bench, flops);
  return compare(bench, { suite: "conv", case: name, work, limit, metrics: [gigaflops(flops)] });
}

/** The product that convolutions are held against. */
function measureProduct(bench: Bench): Promise<Row[]> {
  const n = bench.quick ? 64 : 512;
  const inputs = { a: input("conv/a", [n, n]), b: input("conv/b", [n, n]) };
  return measureOp(bench, `matmul, ${n} cubed`, inputs, 2 * n ** 3, (a, b) => matmul(a, b));
}

async function measure(bench: Bench, given: Convolution): Promise<Row[]> {
  const { batch, extent, window, from, to, padding = "valid" } = given;
  const out = padding === "same" ? extent : extent - window + 1;
  const flops = 2 * batch * out * out * window * window * from * to;
  const name = `${given.name}, ${batch} x ${extent} x ${extent} x ${from} to ${to}`;
  const x = input("conv/x", [batch, extent, extent, from]);
  const kernel = input("conv/kernel", [window, window, from, to]);
  const dy = input("conv/dy", [batch, out, out, to]);
  const options = { padding };
  return [
    ...(await measureOp(bench, name, { x, kernel }, flops, (x, kernel) => conv2d(x, kernel, options))),
    ...(await measureOp(bench, `${name}, weight gradient`, { x, dy }, flops, (x, dy) =>
      conv2dKernelGradient(x, dy, { ...options, size: [window, window] }),
    )),
    ...(await measureOp(bench, `${name}, input gradient`, { kernel, dy }, flops, (kernel, dy) =>
      conv2dInputGradient(kernel, dy, { ...options, size: [extent, extent] }),
    )),
  ];
}

function measureDepthwise(bench: Bench): Promise<Row[]> {
  const [extent, channels] = bench.quick ? [14, 16] : [56, 144];
  const inputs = {
    x: input("conv/depthwise", [1, extent, extent, channels]),
    kernel: input("conv/depthwise/kernel", [3, 3, channels, 1]),
  };
  const flops = 2 * 9 * extent * extent * channels;
  return measureOp(bench, `depthwise 3 x 3, ${extent} x ${extent} x ${channels}`, inputs, flops, (x, kernel) =>
    depthwiseConv2d(x, kernel, { padding: "same" }),
  );
}

async function measureLeNet(bench: Bench): Promise<Row[]> {
  const x = randomFloats(STEPS * BATCH * 784, "conv/digits", 0, 1);
  const labels = randomLabels(STEPS * BATCH, "conv/labels", 10);
  const shaped = (examples: number) => new Tensor(x.slice(0, examples * 784), [examples, 28, 28, 1]);
  const models = [...bench.engines].map(([gear, engine]) => [gear, leNet(engine)] as const);
  const training = new Map<Variant, { run: () => unknown; units: number }>();
  for (const [gear, model] of models) {
    const given = shaped(STEPS * BATCH);
    const run = () => model.fit(given, labels, { batchSize: BATCH, epochs: 1 });
    training.set(gear, { run, units: STEPS });
  }
  const rows = await compare(bench, {
    suite: "conv",
    case: `LeNet training step, batch ${BATCH}, model.fit`,
    work: training,
    limit: await peakLimit(bench, BATCH * STEP_FLOPS),
    metrics: [perSecond("steps"), milliseconds("step"), gigaflops(BATCH * STEP_FLOPS)],
  });
  for (const batch of [1, BATCH]) {
    const given = shaped(batch);
    const predicting = new Map<Variant, { run: () => unknown; units: number }>();
    for (const [gear, model] of models) {
      predicting.set(gear, { run: () => model.predict(given), units: batch });
    }
    const metrics: Metric[] = [perSecond("examples"), gigaflops(FORWARD_FLOPS)];
    rows.push(
      ...(await compare(bench, {
        suite: "conv",
        case: `LeNet, model.predict, batch ${batch}`,
        work: predicting,
        limit: await peakLimit(bench, FORWARD_FLOPS),
        metrics: batch === 1 ? [microseconds("example"), ...metrics] : metrics,
      })),
    );
  }
  return rows;
}

function leNet(engine: Engine): Model {
  return sequential(
    [
      layers.conv2d({ filters: 32, kernelSize: 5, activation: "relu" }),
      layers.maxPooling2d(),
      layers.conv2d({ filters: 64, kernelSize: 5, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      dense({ units: 128, activation: "relu" }),
      dense({ units: 10 }),
    ],
    { inputShape: [28, 28, 1], seed: 1, engine },
  ).compile({ optimizer: sgd({ learningRate: BENCH_RATE }), loss: "sparseCategoricalCrossentropy" });
}

function input(name: string, shape: number[]): Input {
  return {
    shape,
    values: randomFloats(
      shape.reduce((a, b) => a * b),
      name,
    ),
  };
}
