// LabelEncoder: class labels to the integers 0, 1, 2, ... and back.

import { ArgumentError, describe } from "../errors.js";
import { Parameterized } from "../parameters/parameterized.js";
import { classesOf, indicesOf, type Label, type LabelsLike, readLabels } from "../samples/labels.js";
import { checkClasses } from "./state.js";
import { requireFitted } from "./transformer.js";

const rules = { kind: "LabelEncoder", defaults: {}, check: () => {} };

/** Labels in sorted order are 0, 1, 2, ... */
export class LabelEncoder extends Parameterized<object> {
  #classes: readonly Label[] | null = null;

  constructor(parameters: object = {}) {
    super(rules, parameters);
  }

  get classes(): readonly Label[] {
    return requireFitted("LabelEncoder.classes", this.#classes);
  }

  fit(y: LabelsLike): this {
    this.#classes = classesOf(readLabels("LabelEncoder.fit", y));
    return this;
  }

  /** Fails with ArgumentError for a label that fit has not seen. */
  transform(y: LabelsLike): Int32Array {
    const classes = requireFitted("LabelEncoder.transform", this.#classes);
    return indicesOf("LabelEncoder.transform", readLabels("LabelEncoder.transform", y), classes);
  }

  fitTransform(y: LabelsLike): Int32Array {
    return this.fit(y).transform(y);
  }

  inverseTransform(codes: ArrayLike<number>): Label[] {
    const classes = requireFitted("LabelEncoder.inverseTransform", this.#classes);
    return Array.from(codes, (code, i) => {
      if (Number.isInteger(code) && code >= 0 && code < classes.length) return classes[code] as Label;
      const rule = `codes must be integers in [0, ${classes.length})`;
      throw new ArgumentError(`LabelEncoder.inverseTransform: ${rule}; received ${describe(code)} at index ${i}.`);
    });
  }

  /** What was learnt, as plain data; null before fit. */
  getState(): readonly Label[] | null {
    return this.#classes;
  }
  setState(state: readonly Label[] | null): void {
    this.#classes = state === null ? null : checkClasses("LabelEncoder.setState", state);
  }
}
