// One seed, one set of weights: the hashes below are the same on every host, in the scalar and in the simd build, and
// stay so from version to version. Where one changes, saved seeds no longer mean what they did: say so in CHANGELOG.md.

import { describe, expect, test } from "vitest";
import {
  adam,
  dense,
  type History,
  type Layer,
  type Optimizer,
  sequential,
  sgd,
  weightsHash,
} from "../../src/index.js";
import { RandomStream } from "../../src/tensor/random.js";
import { Tensor } from "../../src/tensor/tensor.js";
import type { BuildName } from "../../src/wasm/engine.js";
import { builds, engineOf, isExact } from "../support/builds.js";

interface Training {
  readonly name: string;
  readonly examples: number;
  readonly features: number;
  readonly classes: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly steps: number;
  readonly layers: () => Layer[];
  readonly optimizer: () => Optimizer;
  readonly initial: string;
  readonly trained: string;
}

const trainings: readonly Training[] = [
  {
    name: "the net of the course, 784-300-100-10, Glorot, SGD 0.01, batch 50",
    examples: 1000,
    features: 784,
    classes: 10,
    batchSize: 50,
    epochs: 10,
    steps: 200,
    layers: () => [
      dense({ units: 300, activation: "relu" }),
      dense({ units: 100, activation: "relu" }),
      dense({ units: 10 }),
    ],
    optimizer: () => sgd({ learningRate: 0.01 }),
    initial: "a9d8d65f8fbbf861",
    trained: "40c27817d869f0ef",
  },
  {
    // 103 examples: the last batch of each epoch has 5. No extent is a multiple of a register or a tile.
    name: "a net of odd sizes 13-17-9-5, He, Adam, batch 7",
    examples: 103,
    features: 13,
    classes: 5,
    batchSize: 7,
    epochs: 14,
    steps: 210,
    layers: () => [
      dense({ units: 17, activation: "relu", kernelInitializer: "heNormal" }),
      dense({ units: 9, activation: "relu", kernelInitializer: "heUniform" }),
      dense({ units: 5 }),
    ],
    optimizer: () => adam({ learningRate: 0.01 }),
    initial: "226ccedcf661ab18",
    trained: "fbab6a819b6f4442",
  },
];

/** Pixels in [0, 1) that light up by class, so that there is something to learn. */
function data({ examples, features, classes }: Training): { x: Tensor; y: Tensor } {
  const random = new RandomStream(42, "same bits");
  const y = Int32Array.from({ length: examples }, () => random.below(classes));
  const x = Float32Array.from({ length: examples * features }, (_, i) => {
    const bright = i % classes === y[Math.floor(i / features)];
    return bright ? 0.5 + random.uniform() / 2 : random.uniform();
  });
  return { x: new Tensor(x, [examples, features]), y: new Tensor(y, [examples]) };
}

async function train(training: Training, build: BuildName) {
  const model = sequential(training.layers(), {
    inputShape: [training.features],
    seed: 1,
    engine: engineOf(build),
  }).compile({ optimizer: training.optimizer(), loss: "sparseCategoricalCrossentropy" });
  const initial = weightsHash(model);
  const { x, y } = data(training);
  let steps = 0;
  const history: History = await model.fit(x, y, {
    epochs: training.epochs,
    batchSize: training.batchSize,
    onStep: () => steps++,
  });
  return { initial, trained: weightsHash(model), steps, loss: history.loss as number[] };
}

describe.each(trainings)("$name", (training) => {
  const runs = new Map<BuildName, ReturnType<typeof train>>();
  const run = (build: BuildName) => {
    const known = runs.get(build) ?? train(training, build);
    runs.set(build, known);
    return known;
  };

  test.each(builds.filter(isExact))("has the golden weights in the %s build", async (build) => {
    const { initial, trained, steps, loss } = await run(build);
    expect({ initial, trained, steps }).toEqual({
      initial: training.initial,
      trained: training.trained,
      steps: training.steps,
    });
    expect(loss[loss.length - 1]).toBeLessThan(loss[0] as number);
  });

  test.each(builds.filter((build) => !isExact(build)))("ends near the same loss in the %s build", async (build) => {
    const { steps, loss } = await run(build);
    const exact = await run("scalar");
    expect(steps).toBe(training.steps);
    loss.forEach((value, epoch) => {
      expect(Math.abs(value - (exact.loss[epoch] as number))).toBeLessThan(1e-3);
    });
  });
});
