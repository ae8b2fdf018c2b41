// The speed-up of a build over the scalar one: the same training step of the same net, measured in turns.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { Dataset } from "../data/datasets/index.js";
import { type Engine, init, type Model, mean, sparseSoftmaxCrossEntropy, weightsHash } from "../index.js";
import { buildModel, buildOptimizer } from "./net.js";
import { initOptions, type TrainOptions } from "./options.js";

export interface Speedup {
  readonly versus: "scalar";
  /** Scalar time over the time of the build. */
  readonly ratio: number;
  /** Medians, in milliseconds. */
  readonly stepTime: { readonly scalar: number; readonly build: number };
  /** Timed in each build. */
  readonly steps: number;
  readonly batchSize: number;
  /** Whether both nets ended with the same weights, bit for bit. */
  readonly sameWeights: boolean;
}

/** Steps to time in each build; fewer where they do not fit in the time below. */
const STEPS = 300;
/** Least time of one measurement in milliseconds: shorter ones would measure the clock. */
const BLOCK = 1;
/** Milliseconds for each half. V8 needs some thousand kernel calls before it has optimised them. */
const WARM_UP = 250;
const MEASURING = 3000;
const LEAST_BLOCKS = 5;

/**
 * Trains two fresh nets, one in the scalar build and one in that of `engine`, on the first batch of the data, block by
 * block in turns. Null where the build is scalar itself or the signal aborts. `engine` is the current one afterwards.
 */
export async function measureSpeedup(
  options: TrainOptions,
  data: Dataset,
  engine: Engine,
  signal: AbortSignal,
): Promise<Speedup | null> {
  if (engine.build === "scalar") return null;
  const scalarEngine = await init({ build: "scalar" });
  await init(initOptions(engine.build));
  const scalar = trainer(options, data, scalarEngine);
  const build = trainer(options, data, engine);

  let fastest = Infinity;
  for (const end = performance.now() + WARM_UP; performance.now() < end && !signal.aborted; ) {
    scalar.run(1);
    fastest = Math.min(fastest, build.run(1));
    await nextTurn();
  }
  const block = Math.min(50, Math.max(1, Math.ceil(BLOCK / fastest)));
  const times = { scalar: [] as number[], build: [] as number[] };
  const end = performance.now() + MEASURING;
  while (times.build.length * block < STEPS && (performance.now() < end || times.build.length < LEAST_BLOCKS)) {
    if (signal.aborted) return null;
    times.scalar.push(scalar.run(block) / block);
    times.build.push(build.run(block) / block);
    await nextTurn();
  }
  const stepTime = { scalar: median(times.scalar), build: median(times.build) };
  return {
    versus: "scalar",
    ratio: stepTime.scalar / stepTime.build,
    stepTime,
    steps: times.build.length * block,
    batchSize: build.batchSize,
    sameWeights: weightsHash(scalar.model) === weightsHash(build.model),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

interface Trainer {
  readonly model: Model;
  readonly batchSize: number;
  /** Makes so many training steps and returns the milliseconds they took. */
  run(steps: number): number;
}

/** A fresh net and its training step on the first batch. */
function trainer(options: TrainOptions, { train, ...data }: Dataset, engine: Engine): Trainer {
  const model = buildModel(options, { train, ...data }, engine);
  const { graph, session, input } = model;
  const labels = graph.placeholder("labels", [null], "int32");
  const loss = mean(sparseSoftmaxCrossEntropy(model.output, labels));
  const update = buildOptimizer(options).minimize(loss);
  const [examples, features] = train.x.shape as [number, number];
  const batchSize = Math.min(options.batchSize, examples);
  const x = train.x.data.subarray(0, batchSize * features);
  const y = train.y.data.subarray(0, batchSize);
  const step = session.prepare({ fetches: [loss, update], feeds: [input, labels], batch: batchSize });
  return {
    model,
    batchSize,
    run(steps) {
      const start = performance.now();
      for (let i = 0; i < steps; i++) {
        step.input(input).set(x);
        step.input(labels).set(y);
        step.run();
      }
      return performance.now() - start;
    },
  };
}
