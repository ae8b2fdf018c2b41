// A small classifier and its data, the model of the tests of training.

import {
  type CompileOptions,
  dense,
  type FitOptions,
  type ModelOptions,
  sequential,
  sgd,
  weightsHash,
} from "../../src/index.js";
import { engine } from "../support/exact-engine.js";
import { smallClassification } from "../support/small-classification.js";

/** 50 examples of 6 features in 3 classes. */
export const { x, y } = smallClassification(50, 6, 3);

export const compiled: CompileOptions = {
  optimizer: sgd({ learningRate: 0.1 }),
  loss: "sparseCategoricalCrossentropy",
  metrics: ["accuracy"],
};

export function classifier(options: ModelOptions = {}, compile: Partial<CompileOptions> = {}) {
  const layers = [dense({ units: 8, activation: "relu" }), dense({ units: 3 })];
  return sequential(layers, { inputShape: [6], seed: 1, engine, ...options }).compile({ ...compiled, ...compile });
}

/** The weights after a fit from the start. */
export async function hashAfter(options: FitOptions, modelOptions: ModelOptions = {}): Promise<string> {
  const model = classifier(modelOptions);
  await model.fit(x, y, options);
  return weightsHash(model);
}
