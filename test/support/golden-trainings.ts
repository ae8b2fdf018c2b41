// Trainings whose weights are the same on every host, in the scalar and in the simd build, and stay so from version to
// version. Pages run them too, with what is built in the place of the sources: so only the front door is imported.

import {
  adam,
  dense,
  type Engine,
  type Layer,
  type Model,
  type Optimizer,
  RandomStream,
  sequential,
  sgd,
  Tensor,
  weightsHash,
} from "../../src/index.js";

export interface GoldenTraining {
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

export const goldenTrainings: readonly GoldenTraining[] = [
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
export function goldenData({ examples, features, classes }: GoldenTraining): { x: Tensor; y: Tensor } {
  const random = new RandomStream(42, "same bits");
  const y = Int32Array.from({ length: examples }, () => random.below(classes));
  const x = Float32Array.from({ length: examples * features }, (_, i) => {
    const bright = i % classes === y[Math.floor(i / features)];
    return bright ? 0.5 + random.uniform() / 2 : random.uniform();
  });
  return { x: new Tensor(x, [examples, features]), y: new Tensor(y, [examples]) };
}

export function goldenModel(training: GoldenTraining, engine: Engine): Model {
  return sequential(training.layers(), { inputShape: [training.features], seed: 1, engine }).compile({
    optimizer: training.optimizer(),
    loss: "sparseCategoricalCrossentropy",
  });
}

export async function trainGolden(training: GoldenTraining, engine: Engine) {
  const model = goldenModel(training, engine);
  const initial = weightsHash(model);
  const { x, y } = goldenData(training);
  let steps = 0;
  const history = await model.fit(x, y, {
    epochs: training.epochs,
    batchSize: training.batchSize,
    onStep: () => steps++,
  });
  return { initial, trained: weightsHash(model), steps, loss: history.loss as number[] };
}
