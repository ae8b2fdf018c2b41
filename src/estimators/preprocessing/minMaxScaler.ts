// MinMaxScaler: each feature to a given range.

import { ArgumentError, checkArity, checkFlag, describe } from "../../errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import { Parameterized } from "../parameters/parameterized.js";
import { namesFor } from "../samples/table.js";
import { checkNumbers, checkRecord } from "./state.js";
import { type ColumnsLike, inFormOf, mapColumns, readColumns, requireFitted } from "./transformer.js";

export interface MinMaxScalerParameters {
  /** What the least and the greatest value seen become. Default [0, 1]. */
  readonly featureRange: readonly [low: number, high: number];
  /** Keep values beyond those seen within the range. Default false. */
  readonly clip: boolean;
}

interface Learnt {
  readonly dataMin: readonly number[];
  readonly dataMax: readonly number[];
}

const rules = {
  kind: "MinMaxScaler",
  defaults: { featureRange: [0, 1], clip: false } as MinMaxScalerParameters,
  check: (subject: string, { featureRange, clip }: MinMaxScalerParameters) => {
    const pair = Array.isArray(featureRange) && featureRange.length === 2 && featureRange.every(Number.isFinite);
    if (!pair || !(featureRange[0] < featureRange[1])) {
      throw new ArgumentError(
        `${subject}: featureRange must be two finite numbers [low, high] with low < high; received ${describe(featureRange)}.`,
      );
    }
    checkFlag(`${subject}: clip`, clip);
  },
};

/** y = low + (x - min) * (high - low) / (max - min), by column; a constant column becomes low. */
export class MinMaxScaler extends Parameterized<MinMaxScalerParameters> {
  #learnt: Learnt | null = null;

  constructor(parameters: Partial<MinMaxScalerParameters> = {}) {
    checkArity("MinMaxScaler", arguments.length, 1);
    super(rules, parameters);
  }

  get dataMin(): readonly number[] {
    return requireFitted("MinMaxScaler.dataMin", this.#learnt).dataMin;
  }
  get dataMax(): readonly number[] {
    return requireFitted("MinMaxScaler.dataMax", this.#learnt).dataMax;
  }

  /** Learns the least and the greatest value of each column. */
  fit(x: ColumnsLike): this {
    checkArity("MinMaxScaler.fit", arguments.length, 2);
    const { data, columns } = readColumns("MinMaxScaler.fit", x);
    const dataMin = new Array<number>(columns).fill(Infinity);
    const dataMax = new Array<number>(columns).fill(-Infinity);
    data.forEach((value, i) => {
      const j = i % columns;
      dataMin[j] = Math.min(dataMin[j] as number, value);
      dataMax[j] = Math.max(dataMax[j] as number, value);
    });
    this.#learnt = { dataMin, dataMax };
    return this;
  }

  transform(x: ColumnsLike): Tensor {
    checkArity("MinMaxScaler.transform", arguments.length, 1);
    const { low, high, clip, factor, dataMin } = this.#mapping("MinMaxScaler.transform");
    const matrix = readColumns("MinMaxScaler.transform", x, dataMin.length);
    const scaled = mapColumns(matrix, (value, j) => low + (value - (dataMin[j] as number)) * factor(j));
    return inFormOf(x, clip ? mapColumns(scaled, (value) => Math.min(Math.max(value, low), high)) : scaled);
  }

  fitTransform(x: ColumnsLike): Tensor {
    checkArity("MinMaxScaler.fitTransform", arguments.length, 2);
    return this.fit(x).transform(x);
  }

  inverseTransform(x: ColumnsLike): Tensor {
    checkArity("MinMaxScaler.inverseTransform", arguments.length, 1);
    const { low, factor, dataMin } = this.#mapping("MinMaxScaler.inverseTransform");
    const matrix = readColumns("MinMaxScaler.inverseTransform", x, dataMin.length);
    return inFormOf(
      x,
      mapColumns(matrix, (value, j) => (dataMin[j] as number) + (value - low) / factor(j)),
    );
  }

  /** The names of the columns, which stay. */
  getFeatureNamesOut(inputFeatures?: readonly string[]): string[] {
    checkArity("MinMaxScaler.getFeatureNamesOut", arguments.length, 1);
    const { length } = requireFitted("MinMaxScaler.getFeatureNamesOut", this.#learnt).dataMin;
    return [...namesFor(length, inputFeatures, "MinMaxScaler.getFeatureNamesOut")];
  }

  /** What was learnt, as plain data; null before fit. */
  getState(): Learnt | null {
    checkArity("MinMaxScaler.getState", arguments.length, 0);
    return this.#learnt;
  }
  setState(state: Learnt | null): void {
    checkArity("MinMaxScaler.setState", arguments.length, 1);
    const subject = "MinMaxScaler.setState";
    if (state !== null) {
      const { dataMin, dataMax } = checkRecord(subject, state, ["dataMin", "dataMax"]);
      const least = checkNumbers(`${subject}: dataMin`, dataMin);
      const greatest = checkNumbers(`${subject}: dataMax`, dataMax, least.length);
      const at = least.findIndex((low, i) => low > (greatest[i] as number));
      if (at >= 0) {
        throw new ArgumentError(
          `${subject}: dataMin must be at most dataMax; received ${least[at]} and ${greatest[at]} in column ${at}.`,
        );
      }
    }
    this.#learnt = state;
  }

  #mapping(subject: string) {
    const { dataMin, dataMax } = requireFitted(subject, this.#learnt);
    const { featureRange, clip } = this.getParams();
    const [low, high] = featureRange;
    const factor = (j: number) => (high - low) / ((dataMax[j] as number) - (dataMin[j] as number) || 1);
    return { low, high, clip, factor, dataMin };
  }
}
