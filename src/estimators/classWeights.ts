// How much the samples of each class count.

import { ArgumentError, checkNumber, describe } from "../errors.js";
import type { Label } from "./samples/labels.js";

/** "balanced" gives all classes the same total; pairs or an object give each class its weight, 1 where it is left out. */
export type ClassWeight = "balanced" | Readonly<Record<string, number>> | ReadonlyMap<Label, number> | null;

export function checkClassWeight(subject: string, weight: ClassWeight): void {
  if (weight === null || weight === "balanced") return;
  if (typeof weight !== "object" || Array.isArray(weight)) {
    throw new ArgumentError(`${subject} must be "balanced", null, or weights by class; received ${describe(weight)}.`);
  }
  for (const [label, value] of entriesOf(weight)) checkNumber(`${subject} of ${String(label)}`, value, 0);
}

/** The weight of each class. Fails with ArgumentError for a class that does not occur. */
export function classWeights(
  subject: string,
  weight: ClassWeight,
  classes: readonly Label[],
  codes: Int32Array,
): Float64Array {
  const weights = new Float64Array(classes.length).fill(1);
  if (weight === "balanced") {
    const counts = new Float64Array(classes.length);
    for (const code of codes) counts[code]! += 1;
    return counts.map((count) => (count === 0 ? 1 : codes.length / (classes.length * count)));
  }
  for (const [label, value] of weight === null ? [] : entriesOf(weight)) {
    const code = classes.findIndex((known) => known === label || (!(weight instanceof Map) && String(known) === label));
    if (code < 0) {
      throw new ArgumentError(
        `${subject} must name classes among ${describe([...classes])}; received ${describe(label)}.`,
      );
    }
    weights[code] = value;
  }
  return weights;
}

function entriesOf(weight: Exclude<ClassWeight, "balanced" | null>): [Label, number][] {
  return weight instanceof Map ? [...weight] : Object.entries(weight);
}
