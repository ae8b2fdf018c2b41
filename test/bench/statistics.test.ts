import { describe, expect, test } from "vitest";
import { median, ratios, summarize } from "../../bench/statistics.js";

describe("median", () => {
  test("is the middle value, whatever the order", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 9, 100, 1, 2])).toBe(9);
    expect(median([3])).toBe(3);
  });
  test("is the mean of the two in the middle", () => {
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });
  test("of nothing is NaN", () => {
    expect(median([])).toBeNaN();
  });
  test("leaves its argument as it is", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

test("summarize gives median and range", () => {
  expect(summarize([4, 8, 6])).toEqual({ median: 6, min: 4, max: 8 });
});

describe("ratios", () => {
  test("are taken round by round: what slows both falls out", () => {
    expect(ratios([10, 40, 20], [5, 20, 10])).toEqual({ median: 2, min: 2, max: 2 });
  });
  test("need as many of both", () => {
    expect(() => ratios([1, 2], [1])).toThrow("ratios: as many of both; received 2 and 1.");
  });
});
