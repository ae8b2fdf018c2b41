// Reference numbers of scikit-learn in test/golden/sklearn.json: metrics, scalers, splits, Perceptron, classifiers.

import { readFileSync } from "node:fs";
import { goldenNumbers } from "./golden.js";

type Stored = NonNullable<Parameters<typeof goldenNumbers>[0]>;

export interface ClassificationCase {
  readonly name: string;
  readonly classes: number;
  readonly y_true: number[];
  readonly probs: Stored;
  readonly y_pred: number[];
  readonly [score: string]: unknown;
}

export interface RegressionCase {
  readonly name: string;
  readonly y_true: Stored;
  readonly y_pred: Stored;
  readonly r2: number;
  readonly mse: number;
  readonly mae: number;
  readonly explained_variance: number;
}

export interface PerceptronCase {
  readonly name: string;
  readonly columns: [number, number];
  readonly positive_class: number;
  readonly shuffle?: boolean;
  readonly epochs?: number;
  readonly coef: number[];
  readonly intercept: number;
  readonly train_accuracy: number;
  readonly predictions_on_train: string;
}

export interface SplitCase {
  readonly kind: string;
  readonly n: number;
  readonly k: number;
  readonly y: number[];
  readonly test_size: number;
  readonly sizes: number[];
  readonly test_sizes: number[];
  readonly test_first_last: [number, number][];
  readonly test_class_counts: number[][];
  readonly stratified_test_class_counts: number[];
}

export interface ClassifierCase {
  readonly data: string;
  readonly model: string;
  readonly hidden: number[];
  readonly solver: string;
  readonly mean: number;
  readonly min: number;
}

interface Golden {
  readonly perceptron: PerceptronCase[];
  readonly metrics: { readonly classification: ClassificationCase[]; readonly regression: RegressionCase[] };
  // biome-ignore lint/suspicious/noExplicitAny: a different record for each scaler.
  readonly scalers: Record<string, any>;
  readonly splits: SplitCase[];
  readonly classifiers: ClassifierCase[];
}

export const sklearn = JSON.parse(readFileSync(new URL("../golden/sklearn.json", import.meta.url), "utf8")) as Golden;

/** A stored matrix as rows of numbers. */
export function rowsOf(stored: Stored): number[][] {
  const numbers = Array.from(goldenNumbers(stored));
  const [count = 0, width = 1] = stored.shape;
  return Array.from({ length: count }, (_, i) => numbers.slice(i * width, (i + 1) * width));
}
