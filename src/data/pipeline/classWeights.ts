// Weights of classes, for `fit`: how much an example of each class counts.

import { ArgumentError, checkNumber, describe, isOptions, oneOf } from "../../errors.js";

/** A weight for each class by its number, 1 where it is missing; or "balanced": every class counts as much in all. */
export type ClassWeight = Readonly<Record<number, number>> | readonly number[] | "balanced";

/**
 * The weight of each example by its label. "balanced" gives class c the weight examples / (classes * examples of c), the
 * classes being those that occur, as scikit-learn does: the mean weight is 1. Fails with ArgumentError where a weight is
 * given to a class that is none of the `classes`, which are counted from 0.
 */
export function classWeights(
  subject: string,
  weight: ClassWeight,
  labels: ArrayLike<number>,
  classes: number,
): Float32Array {
  const of = weight === "balanced" ? balanced(labels) : given(subject, weight, classes);
  return Float32Array.from({ length: labels.length }, (_, i) => of.get(labels[i] as number) ?? 1);
}

function balanced(labels: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return new Map([...counts].map(([label, count]) => [label, labels.length / (counts.size * count)]));
}

function given(subject: string, weight: Exclude<ClassWeight, "balanced">, classes: number): Map<number, number> {
  if (!isOptions(weight) && !Array.isArray(weight)) {
    const allowed = `an object with a weight for each class, or ${oneOf(["balanced"]).replace("one of ", "")}`;
    throw new ArgumentError(`${subject}: classWeight must be ${allowed}; received ${describe(weight)}.`);
  }
  return new Map(
    Object.entries(weight).map(([label, value]) => {
      const number = Number(label);
      if (label === "" || !Number.isSafeInteger(number) || number < 0 || number >= classes) {
        throw new ArgumentError(
          `${subject}: classWeight must name classes in [0, ${classes}); received ${describe(label)}.`,
        );
      }
      checkNumber(`${subject}: the classWeight of ${label}`, value, 0);
      return [number, value];
    }),
  );
}
