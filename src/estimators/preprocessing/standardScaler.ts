// StandardScaler: each feature to mean 0 and standard deviation 1.

import { checkArity, checkFlag } from "../../errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { Parameterized } from "../parameters/parameterized.js";
import { namesFor } from "../samples/table.js";
import { checkNumbers, checkRecord } from "./state.js";
import { type ColumnsLike, inFormOf, mapColumns, readColumns, requireFitted } from "./transformer.js";

export interface StandardScalerParameters {
  /** Subtract the mean. Default true. */
  readonly withMean: boolean;
  /** Divide by the standard deviation. Default true. */
  readonly withStd: boolean;
}

interface Learnt {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  readonly scale: readonly number[];
}

const rules = {
  kind: "StandardScaler",
  defaults: { withMean: true, withStd: true } as StandardScalerParameters,
  check: (subject: string, { withMean, withStd }: StandardScalerParameters) => {
    checkFlag(`${subject}: withMean`, withMean);
    checkFlag(`${subject}: withStd`, withStd);
  },
};

/** z = (x - mean) / scale, by column; a list of numbers is a column. The variance is that of the samples, divided by n; a constant column has scale 1. */
export class StandardScaler extends Parameterized<StandardScalerParameters> {
  #learnt: Learnt | null = null;

  constructor(parameters: Partial<StandardScalerParameters> = {}) {
    checkArity("StandardScaler", arguments.length, 1);
    super(rules, parameters);
  }

  get mean(): readonly number[] {
    return requireFitted("StandardScaler.mean", this.#learnt).mean;
  }
  get variance(): readonly number[] {
    return requireFitted("StandardScaler.variance", this.#learnt).variance;
  }
  get scale(): readonly number[] {
    return requireFitted("StandardScaler.scale", this.#learnt).scale;
  }

  /** Learns mean and variance of each column, summed in float64. */
  fit(x: ColumnsLike): this {
    checkArity("StandardScaler.fit", arguments.length, 2);
    const { data, rows, columns } = readColumns("StandardScaler.fit", x);
    const mean = new Array<number>(columns).fill(0);
    data.forEach((value, i) => {
      mean[i % columns]! += value / rows;
    });
    const variance = new Array<number>(columns).fill(0);
    data.forEach((value, i) => {
      variance[i % columns]! += (value - (mean[i % columns] as number)) ** 2 / rows;
    });
    // A constant column may keep a variance from rounding, of at most this size.
    const noise = (j: number) => (rows * (mean[j] as number) * Number.EPSILON) ** 2;
    const spread = variance.map((value, j) => (value <= noise(j) ? 0 : value));
    this.#learnt = { mean, variance: spread, scale: spread.map((value) => (value === 0 ? 1 : Math.sqrt(value))) };
    return this;
  }

  transform(x: ColumnsLike): Tensor {
    checkArity("StandardScaler.transform", arguments.length, 1);
    const { mean, scale } = requireFitted("StandardScaler.transform", this.#learnt);
    const { withMean, withStd } = this.getParams();
    const matrix = readColumns("StandardScaler.transform", x, mean.length);
    return inFormOf(
      x,
      mapColumns(matrix, (value, j) => (value - (withMean ? mean[j]! : 0)) / (withStd ? (scale[j] as number) : 1)),
    );
  }

  fitTransform(x: ColumnsLike): Tensor {
    checkArity("StandardScaler.fitTransform", arguments.length, 2);
    return this.fit(x).transform(x);
  }

  inverseTransform(x: ColumnsLike): Tensor {
    checkArity("StandardScaler.inverseTransform", arguments.length, 1);
    const { mean, scale } = requireFitted("StandardScaler.inverseTransform", this.#learnt);
    const { withMean, withStd } = this.getParams();
    const matrix = readColumns("StandardScaler.inverseTransform", x, mean.length);
    return inFormOf(
      x,
      mapColumns(matrix, (z, j) => z * (withStd ? (scale[j] as number) : 1) + (withMean ? mean[j]! : 0)),
    );
  }

  /** The names of the columns, which stay. */
  getFeatureNamesOut(inputFeatures?: readonly string[]): string[] {
    checkArity("StandardScaler.getFeatureNamesOut", arguments.length, 1);
    const { length } = requireFitted("StandardScaler.getFeatureNamesOut", this.#learnt).mean;
    return [...namesFor(length, inputFeatures, "StandardScaler.getFeatureNamesOut")];
  }

  /** What was learnt, as plain data; null before fit. */
  getState(): Learnt | null {
    checkArity("StandardScaler.getState", arguments.length, 0);
    return this.#learnt;
  }
  setState(state: Learnt | null): void {
    checkArity("StandardScaler.setState", arguments.length, 1);
    const subject = "StandardScaler.setState";
    if (state !== null) {
      const { mean, variance, scale } = checkRecord(subject, state, ["mean", "variance", "scale"]);
      const { length } = checkNumbers(`${subject}: mean`, mean);
      checkNumbers(`${subject}: variance`, variance, length, 0);
      checkNumbers(`${subject}: scale`, scale, length, 0, true);
    }
    this.#learnt = state;
  }
}
