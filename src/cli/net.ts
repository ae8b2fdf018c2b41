// The net that the command line trains: dense layers in a row, logits at the end.

import type { Dataset } from "../data/datasets/index.js";
import {
  adadelta,
  adagrad,
  adam,
  adamw,
  dense,
  type Engine,
  lion,
  type Model,
  nadam,
  type Optimizer,
  rmsprop,
  sequential,
  sgd,
} from "../index.js";
import type { TrainOptions } from "./options.js";

const optimizers = { sgd, adagrad, adadelta, rmsprop, adam, adamw, nadam, lion };

/** A fresh model for the dataset on that engine; not compiled. */
export function buildModel(options: TrainOptions, data: Dataset, engine: Engine): Model {
  const { hidden, activation, initializer: kernelInitializer, seed } = options;
  const layers = [
    ...hidden.map((units) => dense({ units, activation, kernelInitializer })),
    dense({ units: data.classNames.length, kernelInitializer }),
  ];
  return sequential(layers, { inputShape: data.train.x.shape.slice(1), seed, engine });
}

export function buildOptimizer({ optimizer, learningRate }: TrainOptions): Optimizer {
  return optimizers[optimizer]({ learningRate });
}
