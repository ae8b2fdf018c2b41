// Where windows lie: against a search over all places, TensorFlow's and PyTorch's rules by example, and refusals.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { placeWindows, readPadding, readPerAxis, readSpatial } from "../../src/ops/window.js";
import { expectRefusal } from "../support/expect-refusal.js";

const one = (extent: number, size: number, stride: number, padding: Parameters<typeof readPadding>[1], more = {}) => {
  const read = readPadding("t: padding", padding, 1, ["valid", "same", "causal"]);
  const { output, before, after } = placeWindows("t", [extent], {
    size: [size],
    strides: [stride],
    padding: read,
    ...more,
  });
  return [output[0], before[0], after[0]];
};

describe("places", () => {
  test.each([
    { what: "valid", given: [10, 3, 1, "valid"], is: [8, 0, 0] },
    { what: "valid leaves a rest", given: [10, 3, 2, "valid"], is: [4, 0, 0] },
    { what: "same, odd window", given: [10, 3, 1, "same"], is: [10, 1, 1] },
    { what: "same, even window: more at the end", given: [10, 2, 1, "same"], is: [10, 0, 1] },
    { what: "same, stride 2", given: [5, 2, 2, "same"], is: [3, 0, 1] },
    { what: "same, stride 2, window 3", given: [224, 3, 2, "same"], is: [112, 0, 1] },
    { what: "same, window below the stride", given: [10, 1, 3, "same"], is: [4, 0, 0] },
    { what: "causal", given: [10, 3, 1, "causal"], is: [10, 2, 0] },
    { what: "a number", given: [10, 3, 2, 1], is: [5, 1, 1] },
    { what: "a pair", given: [10, 3, 1, [2, 0]], is: [10, 2, 0] },
    { what: "a pair in a list", given: [10, 3, 1, [[0, 2]]], is: [10, 0, 2] },
  ] as const)("$what", ({ given, is }) => {
    expect(one(...(given as [number, number, number, number]))).toEqual(is);
  });

  test("dilation spreads a window", () => {
    expect(one(10, 3, 1, "same", { dilations: [2] })).toEqual([10, 2, 2]);
    expect(one(10, 3, 1, "causal", { dilations: [4] })).toEqual([10, 8, 0]);
    expect(one(10, 3, 1, "valid", { dilations: [3] })).toEqual([4, 0, 0]);
  });

  test("ceil mode takes a last window that is partly filled, but none that begins after the input", () => {
    expect(one(10, 3, 2, "valid", { ceilMode: true })).toEqual([5, 0, 0]);
    expect(one(6, 2, 3, 1, { ceilMode: true })).toEqual([3, 1, 1]);
    expect(one(5, 2, 3, [0, 1], { ceilMode: true })).toEqual([2, 0, 1]);
    expect(one(4, 2, 3, [0, 1], { ceilMode: true })).toEqual([2, 0, 1]);
    expect(one(3, 2, 3, [0, 1], { ceilMode: true })).toEqual([1, 0, 1]);
    expect(one(9, 3, 3, "valid", { ceilMode: true })).toEqual([3, 0, 0]);
  });

  test("as many windows as a search finds", () => {
    for (let extent = 1; extent < 12; extent++) {
      for (let size = 1; size < 5; size++) {
        for (let stride = 1; stride < 5; stride++) {
          for (let dilation = 1; dilation < 4; dilation++) {
            for (const [before, after] of [
              [0, 0],
              [1, 0],
              [0, 2],
              [2, 1],
            ] as const) {
              const padded = extent + before + after;
              let found = 0;
              while (found * stride + (size - 1) * dilation < padded) found++;
              const where = `${extent} ${size} ${stride} ${dilation} ${before} ${after}`;
              const run = () => one(extent, size, stride, [before, after], { dilations: [dilation] });
              if (found === 0) expect(run, where).toThrow(ShapeError);
              else expect(run()[0], where).toBe(found);
              const same = one(extent, size, stride, "same", { dilations: [dilation] });
              expect(same[0], where).toBe(Math.ceil(extent / stride));
              expect((same[2] as number) - (same[1] as number), where).toBeLessThanOrEqual(1);
            }
          }
        }
      }
    }
  });

  test("axes are independent", () => {
    const padding = readPadding(
      "t: padding",
      [
        [1, 0],
        [0, 3],
      ],
      2,
    );
    expect(placeWindows("t", [5, 6], { size: [2, 3], strides: [1, 2], padding })).toEqual({
      output: [5, 4],
      before: [1, 0],
      after: [0, 3],
    });
  });
});

describe("refusals", () => {
  test("an empty output, with the arithmetic", () => {
    const over = (extents: readonly number[], padding: unknown) => () =>
      placeWindows("conv2d", extents, { size: [3, 7], strides: [1, 2], padding: readPadding("p", padding, 2) });
    expectRefusal(
      over([5, 5], "valid"),
      ShapeError,
      "conv2d: the output would be empty; width (5 - 7) / 2 + 1 = 0; a smaller window or more padding fits.",
    );
    expectRefusal(
      over(
        [1, 9],
        [
          [1, 0],
          [0, 0],
        ],
      ),
      ShapeError,
      "conv2d: the output would be empty; height (1 + 1 + 0 - 3) / 1 + 1 = 0; a smaller window or more padding fits.",
    );
    expectRefusal(over([0, 9], "same"), ShapeError, "conv2d: the output would be empty; the height of the input is 0.");
  });

  test.each([0, -1, 1.5, "2", null, [1], [1, 2, 3], [1, 0], [1, "2"], {}])("strides %o", (given) => {
    expect(() => readPerAxis("maxPool2d: strides", given, 2)).toThrow(ArgumentError);
    expect(() => readPerAxis("maxPool2d: strides", given, 2)).toThrow(/^maxPool2d: strides must be .*; received .*\.$/);
  });

  test.each([
    -1,
    1.5,
    null,
    "",
    "sane",
    "causal",
    [1],
    [1, 2, 3],
    [[1, 2]],
    [[1], [2]],
    [
      [1, -1],
      [0, 0],
    ],
    {},
  ])("padding %o", (given) => {
    expect(() => readPadding("maxPool2d: padding", given, 2)).toThrow(ArgumentError);
    expect(() => readPadding("maxPool2d: padding", given, 2)).toThrow(
      /^maxPool2d: padding must be "valid", "same", a non-negative integer or \[\[top, bottom\], \[left, right\]\]; received .*[.?]$/,
    );
  });

  test("words are read in any case, and near ones suggested", () => {
    expect(readPadding("p", "SAME", 2)).toBe("same");
    expectRefusal(
      () => readPadding("p", "smae", 1),
      ArgumentError,
      'p must be "valid", "same", a non-negative integer or [before, after]; received "smae"; did you mean "same"?',
    );
  });

  test("shapes of x", () => {
    expect(readSpatial("t", [null, 4, 5, 3], 2)).toEqual({ batch: null, extents: [4, 5], channels: 3 });
    expectRefusal(
      () => readSpatial("maxPool2d", [null, 28, 28], 2),
      ShapeError,
      "maxPool2d: x must be [batch, height, width, channels]; received shape [null, 28, 28].",
    );
    expectRefusal(
      () => readSpatial("maxPool2d", [null, null, 28, 1], 2),
      ShapeError,
      "maxPool2d: all extents of x but the batch must be known; it is [null, null, 28, 1].",
    );
  });
});
