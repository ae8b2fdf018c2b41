import { describe, expect, test } from "vitest";
import { checkClose, randomFloats, randomLabels } from "../../bench/data.js";

test("made-up numbers are the same in every run and within their range", () => {
  const x = randomFloats(1000, "a", 0, 1);
  expect(x).toEqual(randomFloats(1000, "a", 0, 1));
  expect(x).not.toEqual(randomFloats(1000, "b", 0, 1));
  expect(x.every((value) => value >= 0 && value <= 1)).toBe(true);
  expect(new Set(randomLabels(200, "a", 10))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
});

describe("checkClose", () => {
  test("accepts what is within the tolerance", () => {
    checkClose("x", [1, 2], [1.05, 2], 0.1);
  });
  test.each([
    ["a difference", [1, 2.5], [1, 2]],
    ["NaN", [1, Number.NaN], [1, 2]],
    ["too few values", [1], [1, 2]],
    ["too many values", [1, 2, 3], [1, 2]],
  ])("refuses %s", (_, received, expected) => {
    expect(() => checkClose("gemm", received, expected, 0.1)).toThrow(/^gemm: results must agree within 0\.1; /);
  });
});
