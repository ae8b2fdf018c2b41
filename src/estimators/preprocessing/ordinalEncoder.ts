// OrdinalEncoder: columns of categories to columns of the integers 0, 1, 2, ... and back.

import { ArgumentError, checkArity, checkOneOf, describe } from "../../errors.js";
import { sameName } from "../../names.js";
import { Tensor } from "../../tensor/tensor.js";
import { Parameterized } from "../parameters/parameterized.js";
import { namesFor, readTable, type TableLike } from "../samples/table.js";
import { type Category, checkCategories, checkGiven, learnCategories, readColumn } from "./categories.js";
import { requireFitted } from "./transformer.js";

export interface OrdinalEncoderParameters {
  /** The categories of each column in their order; "auto" takes those that fit sees, sorted. Default "auto". */
  readonly categories: "auto" | readonly (readonly Category[])[];
  /** A category that fit has not seen: an error, or `unknownValue`. Default "error". */
  readonly handleUnknown: "error" | "useEncodedValue";
  /** For "useEncodedValue": a number that no category has, or NaN. Default null. */
  readonly unknownValue: number | null;
  /** What a gap (null or NaN) becomes. Default NaN. */
  readonly encodedMissingValue: number;
}

const unknowns = ["error", "useEncodedValue"] as const;

const rules = {
  kind: "OrdinalEncoder",
  defaults: {
    categories: "auto",
    handleUnknown: "error",
    unknownValue: null,
    encodedMissingValue: Number.NaN,
  } as OrdinalEncoderParameters,
  normalize: (given: OrdinalEncoderParameters) => ({
    ...given,
    handleUnknown:
      (typeof given.handleUnknown === "string" && sameName(given.handleUnknown, unknowns)) || given.handleUnknown,
  }),
  check: (subject: string, parameters: OrdinalEncoderParameters) => {
    const { categories, handleUnknown, unknownValue, encodedMissingValue } = parameters;
    checkGiven(subject, categories);
    checkOneOf(`${subject}: handleUnknown`, handleUnknown, unknowns);
    const wanted = handleUnknown === "useEncodedValue";
    if (wanted !== (typeof unknownValue === "number")) {
      const rule = wanted ? "must be a number or NaN if handleUnknown is" : "is only for handleUnknown";
      throw new ArgumentError(
        `${subject}: unknownValue ${rule} "useEncodedValue"; received ${describe(unknownValue)}.`,
      );
    }
    if (typeof encodedMissingValue !== "number") {
      throw new ArgumentError(
        `${subject}: encodedMissingValue must be a number or NaN; received ${describe(encodedMissingValue)}.`,
      );
    }
  },
};

/** The categories of a column in sorted order are 0, 1, 2, ... */
export class OrdinalEncoder extends Parameterized<OrdinalEncoderParameters> {
  #categories: readonly (readonly Category[])[] | null = null;

  constructor(parameters: Partial<OrdinalEncoderParameters> = {}) {
    checkArity("OrdinalEncoder", arguments.length, 1);
    super(rules, parameters);
  }

  /** The categories of each column, a gap last. */
  get categories(): readonly (readonly Category[])[] {
    return requireFitted("OrdinalEncoder.categories", this.#categories);
  }

  /** Learns the categories of each column. */
  fit(x: TableLike): this {
    const subject = "OrdinalEncoder.fit";
    checkArity(subject, arguments.length, 2);
    const { categories, unknownValue, encodedMissingValue } = this.getParams();
    const learnt = learnCategories(subject, readTable(subject, x), categories);
    const most = Math.max(...learnt.map((known) => codesOf(known).size));
    const gaps = learnt.some((known) => known.includes(null));
    for (const [name, value] of [
      ["unknownValue", unknownValue],
      ["encodedMissingValue", gaps ? encodedMissingValue : null],
    ] as const) {
      if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < most) {
        throw new ArgumentError(
          `${subject}: ${name} must not be the code of a category, in [0, ${most}); received ${value}.`,
        );
      }
    }
    this.#categories = learnt;
    return this;
  }

  /** [samples, columns] of codes. */
  transform(x: TableLike): Tensor {
    const subject = "OrdinalEncoder.transform";
    checkArity(subject, arguments.length, 1);
    const categories = requireFitted(subject, this.#categories);
    const { handleUnknown, unknownValue, encodedMissingValue } = this.getParams();
    const { columns, names, rows } = readTable(subject, x, categories.length);
    const width = columns.length;
    const data = new Float32Array(rows * width);
    columns.forEach((cells, j) => {
      const known = categories[j] as readonly Category[];
      const codes = codesOf(known);
      readColumn(subject, cells, names?.[j] ?? j).forEach((label, i) => {
        const code = label === null && known.includes(null) ? encodedMissingValue : codes.get(label);
        if (code === undefined && handleUnknown === "error") {
          throw new ArgumentError(
            `${subject}: categories of column ${describe(names?.[j] ?? j)} must be among ${describe([...known])}; received ` +
              `${describe(label)} in row ${i}; handleUnknown: "useEncodedValue" takes unknownValue for it.`,
          );
        }
        data[i * width + j] = code ?? (unknownValue as number);
      });
    });
    return new Tensor(data, [rows, width]);
  }

  fitTransform(x: TableLike): Tensor {
    checkArity("OrdinalEncoder.fitTransform", arguments.length, 2);
    return this.fit(x).transform(x);
  }

  /** The categories of codes; null for those of gaps and of unknown categories. */
  inverseTransform(encoded: TableLike): Category[][] {
    const subject = "OrdinalEncoder.inverseTransform";
    checkArity(subject, arguments.length, 1);
    const categories = requireFitted(subject, this.#categories);
    const { columns, rows } = readTable(subject, encoded, categories.length);
    const { unknownValue, encodedMissingValue } = this.getParams();
    return Array.from({ length: rows }, (_, i) =>
      categories.map((known, j) => {
        const code = columns[j]?.[i] as number;
        if (Number.isInteger(code) && code >= 0 && code < codesOf(known).size)
          return [...codesOf(known).keys()][code] as Category;
        if ([unknownValue, encodedMissingValue].some((special) => Object.is(special, code)) || code === null)
          return null;
        const rule = `codes of column ${j} must be integers in [0, ${codesOf(known).size})`;
        throw new ArgumentError(`${subject}: ${rule}; received ${describe(code)} in row ${i}.`);
      }),
    );
  }

  /** The names of the columns, which stay. */
  getFeatureNamesOut(inputFeatures?: readonly string[]): string[] {
    checkArity("OrdinalEncoder.getFeatureNamesOut", arguments.length, 1);
    const { length } = requireFitted("OrdinalEncoder.getFeatureNamesOut", this.#categories);
    return [...namesFor(length, inputFeatures, "OrdinalEncoder.getFeatureNamesOut")];
  }

  /** What was learnt, as plain data; null before fit. */
  getState(): readonly (readonly Category[])[] | null {
    checkArity("OrdinalEncoder.getState", arguments.length, 0);
    return this.#categories;
  }
  setState(state: readonly (readonly Category[])[] | null): void {
    checkArity("OrdinalEncoder.setState", arguments.length, 1);
    const given = this.getParams().categories;
    this.#categories = state === null ? null : checkCategories("OrdinalEncoder.setState", state, given);
  }
}

/** A gap has no code of its own. */
function codesOf(known: readonly Category[]): Map<Category, number> {
  return new Map(known.filter((category) => category !== null).map((category, code) => [category, code]));
}
