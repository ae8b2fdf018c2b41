// LabelEncoder: class labels to the integers 0, 1, 2, ... and back.

import { ArgumentError, checkArity, describe } from "../../errors.js";
import { Parameterized } from "../parameters/parameterized.js";
import { classesOf, indicesOf, type Label, type LabelsLike, readLabels } from "../samples/labels.js";
import { checkClasses } from "./state.js";
import { requireFitted } from "./transformer.js";

const rules = { kind: "LabelEncoder", defaults: {}, check: () => {} };

/** Labels in sorted order are 0, 1, 2, ... */
export class LabelEncoder extends Parameterized<object> {
  #classes: readonly Label[] | null = null;

  constructor(parameters: object = {}) {
    checkArity("LabelEncoder", arguments.length, 1);
    super(rules, parameters);
  }

  get classes(): readonly Label[] {
    return requireFitted("LabelEncoder.classes", this.#classes);
  }

  fit(y: LabelsLike): this {
    checkArity("LabelEncoder.fit", arguments.length, 2);
    this.#classes = classesOf(readLabels("LabelEncoder.fit", y));
    return this;
  }

  /** Fails with ArgumentError for a label that fit has not seen. */
  transform(y: LabelsLike): Int32Array {
    checkArity("LabelEncoder.transform", arguments.length, 1);
    const classes = requireFitted("LabelEncoder.transform", this.#classes);
    return indicesOf("LabelEncoder.transform", readLabels("LabelEncoder.transform", y), classes);
  }

  fitTransform(y: LabelsLike): Int32Array {
    checkArity("LabelEncoder.fitTransform", arguments.length, 2);
    return this.fit(y).transform(y);
  }

  inverseTransform(codes: ArrayLike<number>): Label[] {
    checkArity("LabelEncoder.inverseTransform", arguments.length, 1);
    const classes = requireFitted("LabelEncoder.inverseTransform", this.#classes);
    if (!Array.isArray(codes) && !ArrayBuffer.isView(codes)) {
      throw new ArgumentError(`LabelEncoder.inverseTransform: codes must be a list; received ${describe(codes)}.`);
    }
    return Array.from(codes, (code, i) => {
      if (Number.isInteger(code) && code >= 0 && code < classes.length) return classes[code] as Label;
      const rule = `codes must be integers in [0, ${classes.length})`;
      throw new ArgumentError(`LabelEncoder.inverseTransform: ${rule}; received ${describe(code)} at index ${i}.`);
    });
  }

  /** What was learnt, as plain data; null before fit. */
  getState(): readonly Label[] | null {
    checkArity("LabelEncoder.getState", arguments.length, 0);
    return this.#classes;
  }
  setState(state: readonly Label[] | null): void {
    checkArity("LabelEncoder.setState", arguments.length, 1);
    this.#classes = state === null ? null : checkClasses("LabelEncoder.setState", state);
  }
}
