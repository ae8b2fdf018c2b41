// OneHotEncoder: columns of categories to columns of 0 and 1.

import { ArgumentError, describe, oneOf, ShapeError } from "../errors.js";
import { Parameterized } from "../parameters/parameterized.js";
import { classesOf, type Label, readLabels } from "../samples/labels.js";
import { type MatrixLike, readMatrix } from "../samples/matrix.js";
import { Tensor } from "../tensor/tensor.js";
import { requireFitted } from "./transformer.js";

export interface OneHotEncoderParameters {
  /** "first" leaves out the first category of each column, which the others then imply. Default null. */
  readonly drop: "first" | null;
  /** A category that fit has not seen: an error, or a row of zeros. Default "error". */
  readonly handleUnknown: "error" | "ignore";
}

const rules = {
  kind: "OneHotEncoder",
  defaults: { drop: null, handleUnknown: "error" } as OneHotEncoderParameters,
  check: (subject: string, { drop, handleUnknown }: OneHotEncoderParameters) => {
    if (drop !== null && drop !== "first") {
      throw new ArgumentError(`${subject}: drop must be "first" or null; received ${describe(drop)}.`);
    }
    if (handleUnknown !== "error" && handleUnknown !== "ignore") {
      const names = oneOf(["error", "ignore"]);
      throw new ArgumentError(`${subject}: handleUnknown must be ${names}; received ${describe(handleUnknown)}.`);
    }
  },
};

/** Categories of each column in sorted order; rows of categories to rows of 0 and 1. */
export class OneHotEncoder extends Parameterized<OneHotEncoderParameters> {
  #categories: readonly (readonly Label[])[] | null = null;

  constructor(parameters: Partial<OneHotEncoderParameters> = {}) {
    super(rules, parameters);
  }

  get categories(): readonly (readonly Label[])[] {
    return requireFitted("OneHotEncoder.categories", this.#categories);
  }

  /** Learns the categories of each column. */
  fit(x: readonly ArrayLike<Label>[]): this {
    this.#categories = columnsOf("OneHotEncoder.fit", x).map((column) => classesOf(column));
    return this;
  }

  transform(x: readonly ArrayLike<Label>[]): Tensor {
    const subject = "OneHotEncoder.transform";
    const categories = requireFitted(subject, this.#categories);
    const { drop, handleUnknown } = this.getParams();
    const columns = columnsOf(subject, x, categories.length);
    const kept = categories.map((known) => (drop === "first" ? known.slice(1) : known));
    const width = kept.reduce((sum, { length }) => sum + length, 0);
    const data = new Float32Array(x.length * width);
    let offset = 0;
    columns.forEach((column, j) => {
      const places = new Map((kept[j] as readonly Label[]).map((label, place) => [label, place]));
      column.forEach((label, i) => {
        const place = places.get(label);
        if (place !== undefined) data[i * width + offset + place] = 1;
        else if (handleUnknown === "error" && !categories[j]?.includes(label)) {
          const known = describe([...(categories[j] as readonly Label[])]);
          throw new ArgumentError(
            `${subject}: categories of column ${j} must be among ${known}; received ${describe(label)} in row ${i}; ` +
              'handleUnknown: "ignore" encodes it as zeros.',
          );
        }
      });
      offset += places.size;
    });
    return new Tensor(data, [x.length, width]);
  }

  fitTransform(x: readonly ArrayLike<Label>[]): Tensor {
    return this.fit(x).transform(x);
  }

  /** The category whose column is largest; a row of zeros is the dropped category, or null where none was dropped. */
  inverseTransform(encoded: MatrixLike): (Label | null)[][] {
    const subject = "OneHotEncoder.inverseTransform";
    const categories = requireFitted(subject, this.#categories);
    const dropped = Number(this.getParams().drop === "first");
    const width = categories.reduce((sum, { length }) => sum + length - dropped, 0);
    const { data, rows } = readMatrix(subject, encoded, { columns: width, learntFrom: "in fit()" });
    return Array.from({ length: rows }, (_, i) => {
      let offset = i * width;
      return categories.map((known) => {
        const values = data.subarray(offset, offset + known.length - dropped);
        offset += values.length;
        const largest = Math.max(0, ...values);
        if (largest === 0) return dropped ? (known[0] as Label) : null;
        return known[values.indexOf(largest) + dropped] as Label;
      });
    });
  }

  /** What was learnt, as plain data; null before fit. */
  getState(): readonly (readonly Label[])[] | null {
    return this.#categories;
  }
  setState(state: readonly (readonly Label[])[] | null): void {
    this.#categories = state;
  }
}

function columnsOf(subject: string, x: readonly ArrayLike<Label>[], count?: number): (readonly Label[])[] {
  const rows = x instanceof Tensor ? (x.toArray() as number[][]) : x;
  if (!Array.isArray(rows) || rows.length === 0 || rows.some((row) => typeof row !== "object" || row === null)) {
    throw new ArgumentError(`${subject}: x must be a non-empty list of rows of categories; received ${describe(x)}.`);
  }
  const width = count ?? rows[0].length;
  const wrong = rows.findIndex((row: ArrayLike<Label>) => row.length !== width);
  if (wrong >= 0) {
    throw new ShapeError(`${subject}: every row must have ${width} columns; row ${wrong} has ${rows[wrong].length}.`);
  }
  return Array.from({ length: width }, (_, j) =>
    readLabels(
      `${subject}: column ${j}`,
      rows.map((row: ArrayLike<Label>) => row[j] as Label),
    ),
  );
}
