// A model with everything that a training can have a state in: dropout, batch norm, Adam, a schedule, early stopping. As a
// program it goes on from a state on its standard input, to the end, and prints the hash of all variables.

import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import {
  type CompileOptions,
  callbacks,
  dense,
  earlyStopping,
  type FitOptions,
  layers,
  type Model,
  type ModelState,
  schedules,
  sequential,
  Tensor,
} from "../../src/index.js";
import { engine } from "../support/exact-engine.js";
import { x, y } from "./small-classifier.js";

export const EPOCHS = 10;

export function restless(compile: Partial<CompileOptions> = {}): Model {
  const stack = [
    dense({ units: 8, activation: "relu" }),
    layers.batchNormalization({ momentum: 0.9 }),
    layers.dropout({ rate: 0.3 }),
    dense({ units: 3 }),
  ];
  return sequential(stack, { inputShape: [6], seed: 4, engine }).compile({
    optimizer: "adam",
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
    ...compile,
  });
}

/** Ten epochs of four batches, validated; the rate falls by step and the best weights come back. */
export function optionsOf(): FitOptions {
  const rate = schedules.exponentialDecay({ initialLearningRate: 0.02, decaySteps: 10, decayRate: 0.9 });
  return {
    epochs: EPOCHS,
    batchSize: 13,
    validationData: [x.rows(0, 20), y.rows(0, 20)],
    callbacks: [callbacks.learningRate(rate, { per: "step" }), earlyStopping({ patience: 50 })],
  };
}

/** A state as text, as a program would write it to a file. */
export function packState({ tensors, training }: ModelState): string {
  const packed = [...tensors].map(([name, { data, shape, dtype }]) => [name, dtype, shape, Array.from(data)]);
  return JSON.stringify({ packed, training });
}

export function unpackState(textOfState: string): ModelState {
  const { packed, training } = JSON.parse(textOfState);
  const tensors = packed.map(([name, dtype, shape, data]: [string, string, number[], number[]]) => {
    return [name, new Tensor(dtype === "int32" ? Int32Array.from(data) : Float32Array.from(data), shape)] as const;
  });
  return { tensors: new Map(tensors), training };
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === "resume") {
  const state = unpackState(await text(process.stdin));
  const model = restless();
  model.setState(state);
  await model.fit(x, y, { ...optionsOf(), initialEpoch: state.training.epoch });
  console.log(model.session.hash(model.graph.variables()));
}
