// OneHotEncoder: columns of categories to columns of 0 and 1.

import { ArgumentError, checkArity, checkOneOf, describe } from "../../errors.js";
import { sameName } from "../../names.js";
import { Tensor } from "../../tensor/tensor.js";
import { Parameterized } from "../parameters/parameterized.js";
import { type MatrixLike, readMatrix } from "../samples/matrix.js";
import { namesFor, readTable, type TableLike } from "../samples/table.js";
import { type Category, checkCategories, checkGiven, learnCategories, readColumn } from "./categories.js";
import { requireFitted } from "./transformer.js";

export interface OneHotEncoderParameters {
  /** The categories of each column in their order; "auto" takes those that fit sees, sorted. Default "auto". */
  readonly categories: "auto" | readonly (readonly Category[])[];
  /**
   * "first" leaves out the first category of each column, which the others then imply; "ifBinary" does so in columns of two
   * categories only. Default null: none.
   */
  readonly drop: "first" | "ifBinary" | null;
  /** A category that fit has not seen: an error, or a row of zeros. Default "error". */
  readonly handleUnknown: "error" | "ignore";
}

const drops = ["first", "ifBinary"] as const;
const unknowns = ["error", "ignore"] as const;

const rules = {
  kind: "OneHotEncoder",
  defaults: { categories: "auto", drop: null, handleUnknown: "error" } as OneHotEncoderParameters,
  normalize: (given: OneHotEncoderParameters) => ({
    ...given,
    drop: (typeof given.drop === "string" && sameName(given.drop, drops)) || given.drop,
  }),
  check: (subject: string, { categories, drop, handleUnknown }: OneHotEncoderParameters) => {
    checkGiven(subject, categories);
    if (drop !== null && !drops.includes(drop)) {
      throw new ArgumentError(`${subject}: drop must be "first", "ifBinary" or null; received ${describe(drop)}.`);
    }
    checkOneOf(`${subject}: handleUnknown`, handleUnknown, unknowns);
  },
};

/** Categories of each column in sorted order, gaps (null or NaN) last; rows of categories to rows of 0 and 1. */
export class OneHotEncoder extends Parameterized<OneHotEncoderParameters> {
  #categories: readonly (readonly Category[])[] | null = null;

  constructor(parameters: Partial<OneHotEncoderParameters> = {}) {
    checkArity("OneHotEncoder", arguments.length, 1);
    super(rules, parameters);
  }

  get categories(): readonly (readonly Category[])[] {
    return requireFitted("OneHotEncoder.categories", this.#categories);
  }

  /** Learns the categories of each column. */
  fit(x: TableLike): this {
    checkArity("OneHotEncoder.fit", arguments.length, 2);
    const subject = "OneHotEncoder.fit";
    this.#categories = learnCategories(subject, readTable(subject, x), this.getParams().categories);
    return this;
  }

  transform(x: TableLike): Tensor {
    const subject = "OneHotEncoder.transform";
    checkArity(subject, arguments.length, 1);
    const categories = requireFitted(subject, this.#categories);
    const { handleUnknown } = this.getParams();
    const { columns, names, rows } = readTable(subject, x, categories.length);
    const kept = categories.map((known) => known.slice(this.#dropped(known)));
    const width = kept.reduce((sum, { length }) => sum + length, 0);
    const data = new Float32Array(rows * width);
    let offset = 0;
    columns.forEach((cells, j) => {
      const column = names?.[j] ?? j;
      const places = new Map((kept[j] as readonly Category[]).map((label, place) => [label, place]));
      readColumn(subject, cells, column).forEach((label, i) => {
        const place = places.get(label);
        if (place !== undefined) data[i * width + offset + place] = 1;
        else if (handleUnknown === "error" && !categories[j]?.includes(label)) {
          const known = describe([...(categories[j] as readonly Category[])]);
          throw new ArgumentError(
            `${subject}: categories of column ${typeof column === "number" ? column : describe(column)} must be among ` +
              `${known}; received ${describe(label)} in row ${i}; handleUnknown: "ignore" encodes it as zeros.`,
          );
        }
      });
      offset += places.size;
    });
    return new Tensor(data, [rows, width]);
  }

  fitTransform(x: TableLike): Tensor {
    checkArity("OneHotEncoder.fitTransform", arguments.length, 2);
    return this.fit(x).transform(x);
  }

  /** The category whose column is largest; a row of zeros is the dropped category, or null where none was dropped. */
  inverseTransform(encoded: MatrixLike): Category[][] {
    const subject = "OneHotEncoder.inverseTransform";
    checkArity(subject, arguments.length, 1);
    const categories = requireFitted(subject, this.#categories);
    const width = categories.reduce((sum, known) => sum + known.length - this.#dropped(known), 0);
    const { data, rows } = readMatrix(subject, encoded, { columns: width, learntFrom: "in fit()" });
    return Array.from({ length: rows }, (_, i) => {
      let offset = i * width;
      return categories.map((known) => {
        const dropped = this.#dropped(known);
        const values = data.subarray(offset, offset + known.length - dropped);
        offset += values.length;
        const largest = [...values].reduce((most, value) => Math.max(most, value), 0);
        if (largest === 0) return dropped ? (known[0] as Category) : null;
        return known[values.indexOf(largest) + dropped] as Category;
      });
    });
  }

  /** `city_Paris` for each column of the result; gaps are `city_nan`. */
  getFeatureNamesOut(inputFeatures?: readonly string[]): string[] {
    checkArity("OneHotEncoder.getFeatureNamesOut", arguments.length, 1);
    const categories = requireFitted("OneHotEncoder.getFeatureNamesOut", this.#categories);
    const names = namesFor(categories.length, inputFeatures, "OneHotEncoder.getFeatureNamesOut");
    return categories.flatMap((known, j) =>
      known
        .slice(this.#dropped(known))
        .map((category) => `${names[j]}_${category === null ? "nan" : String(category)}`),
    );
  }

  /** What was learnt, as plain data; null before fit. */
  getState(): readonly (readonly Category[])[] | null {
    checkArity("OneHotEncoder.getState", arguments.length, 0);
    return this.#categories;
  }
  setState(state: readonly (readonly Category[])[] | null): void {
    checkArity("OneHotEncoder.setState", arguments.length, 1);
    const given = this.getParams().categories;
    this.#categories = state === null ? null : checkCategories("OneHotEncoder.setState", state, given);
  }

  /** How many of the categories of a column have no column of their own. */
  #dropped(known: readonly Category[]): number {
    const { drop } = this.getParams();
    return Number(drop === "first" || (drop === "ifBinary" && known.length === 2));
  }
}
