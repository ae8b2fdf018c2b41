// The shape every dataset of `lanewise/datasets` comes in.

import type { Tensor } from "../../tensor/tensor.js";

/** Features and labels of equal length along the first axis. */
export interface Examples {
  /** float32, `[count, features]`. */
  readonly x: Tensor;
  /** int32, `[count]`, in `[0, classes)`. */
  readonly y: Tensor;
}

export interface Dataset {
  readonly name: string;
  readonly train: Examples;
  readonly test: Examples;
  readonly featureNames?: readonly string[];
  readonly classNames: readonly string[];
  /** Where the data come from and under which licence. */
  readonly source: string;
}
