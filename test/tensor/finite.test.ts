import { describe, expect, test } from "vitest";
import { firstNonFinite } from "../../src/tensor/finite.js";
import { tensor } from "../../src/tensor/tensor.js";

describe("firstNonFinite", () => {
  const largest = 3.4028234663852886e38;

  test("finds one value wherever it stands, for even and odd lengths", () => {
    for (const length of [1, 2, 3, 8, 9]) {
      for (let at = 0; at < length; at++) {
        for (const bad of [Number.NaN, Infinity, -Infinity]) {
          const values = new Float32Array(length).fill(-largest);
          values[at] = bad;
          expect(firstNonFinite(tensor(values))).toBe(at);
        }
      }
    }
  });

  test("the first of several", () => {
    expect(
      firstNonFinite(
        tensor([
          [1, 2],
          [Infinity, Number.NaN],
        ]),
      ),
    ).toBe(2);
    expect(firstNonFinite(tensor([0, Infinity, -Infinity]))).toBe(1);
  });

  test("none in large numbers, zeros of both signs, integers and nothing at all", () => {
    for (const values of [[largest, largest, -largest], [0, -0], []]) {
      expect(firstNonFinite(tensor(values))).toBe(-1);
    }
    expect(firstNonFinite(tensor(new Int32Array([1, 2])))).toBe(-1);
  });
});
