import { describe, expect, test } from "vitest";
import { classWeights } from "../../../src/data/pipeline/classWeights.js";
import { ArgumentError } from "../../../src/errors.js";
import { expectRefusal } from "../../support/expect-refusal.js";

const labels = [0, 0, 0, 0, 0, 0, 2, 2];

describe("classWeights", () => {
  test("by class; 1 where none is given", () => {
    expect([...classWeights("fit", { 2: 3 }, labels, 3)]).toEqual([1, 1, 1, 1, 1, 1, 3, 3]);
    expect([...classWeights("fit", [0.5, 7, 2], labels, 3)]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 2, 2]);
  });

  test("balanced as scikit-learn balances: n / (classes * count)", () => {
    // compute_class_weight("balanced", classes=[0, 2], y=labels) is [8 / (2 * 6), 8 / (2 * 2)].
    const weights = classWeights("fit", "balanced", labels, 3);
    expect([...weights.slice(5, 7)]).toEqual([Math.fround(8 / 12), 2]);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(8, 5);
  });

  test("refuses what is no weight and no class", () => {
    const refuses = (weight: unknown, message: string) =>
      expectRefusal(() => classWeights("fit", weight as never, labels, 3), ArgumentError, message);
    refuses("even", 'fit: classWeight must be an object with a weight for each class, or "balanced"; received "even".');
    refuses({ a: 1 }, 'fit: classWeight must name classes in [0, 3); received "a".');
    refuses({ 3: 2 }, 'fit: classWeight must name classes in [0, 3); received "3".');
    refuses({ 1: -1 }, "fit: the classWeight of 1 must be a finite number at least 0; received -1.");
    refuses([1, Number.NaN], "fit: the classWeight of 1 must be a finite number at least 0; received NaN.");
  });
});
