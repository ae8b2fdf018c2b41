import { describe, expect, test } from "vitest";
import { ShapeError } from "../../src/errors.js";
import {
  bindBatch,
  checkShape,
  formatShape,
  isOpen,
  matchBatch,
  type OpenShape,
  type Shape,
  sameShape,
  sizeOf,
} from "../../src/tensor/shape.js";

test.each([
  [[], 1],
  [[7], 7],
  [[3, 4, 5], 60],
  [[3, 0, 5], 0],
])("sizeOf(%j) is %d", (shape, size) => {
  expect(sizeOf(shape)).toBe(size);
});

test.each([
  [[], "[]"],
  [[null, 784], "[null, 784]"],
  [[2, 3], "[2, 3]"],
])("formatShape(%j) is %s", (shape, text) => {
  expect(formatShape(shape)).toBe(text);
});

test("sameShape compares extents, open ones included", () => {
  expect(sameShape([null, 3], [null, 3])).toBe(true);
  expect(sameShape([], [])).toBe(true);
  expect(sameShape([null, 3], [2, 3])).toBe(false);
  expect(sameShape([2, 3], [2, 3, 1])).toBe(false);
  expect(sameShape([2, 3], [3, 2])).toBe(false);
});

test("bindBatch fills in the batch, zero included", () => {
  expect(bindBatch([null, 3], 5)).toEqual([5, 3]);
  expect(bindBatch([null, 3], 0)).toEqual([0, 3]);
  expect(bindBatch([2, 3], 5)).toEqual([2, 3]);
});

test("isOpen", () => {
  expect(isOpen([null])).toBe(true);
  expect(isOpen([1, null])).toBe(true);
  expect(isOpen([])).toBe(false);
});

describe("matchBatch", () => {
  test.each([
    [[null, 3], [5, 3], 5],
    [[null, 3], [0, 3], 0],
    [[2, 3], [2, 3], null],
    [[], [], null],
    [[null, 3], [5, 4], undefined],
    [[null, 3], [3], undefined],
    [[2, 3], [3, 2], undefined],
    [[null, null], [4, 4], 4],
    [[null, null], [4, 5], undefined],
  ] as [OpenShape, Shape, number | null | undefined][])("of %j and %j", (open, shape, batch) => {
    expect(matchBatch(open, shape)).toBe(batch);
  });
});

describe("checkShape", () => {
  test("takes lists of non-negative integers, and null where it may be open", () => {
    for (const shape of [[], [0], [1, 2, 3]]) expect(() => checkShape("Tensor", shape)).not.toThrow();
    for (const shape of [[null], [null, 0], [1, 2]]) expect(() => checkShape("x", shape, true)).not.toThrow();
  });

  test.each([
    [[-1], "[-1]"],
    [[1.5], "[1.5]"],
    [[Number.NaN], "[NaN]"],
    [[2, null], "[2, null]"],
    [["2"], '["2"]'],
    [[[2]], "[a list of 1]"],
    [7, "7"],
    [undefined, "undefined"],
    [new Int32Array(2), "Int32Array(2)"],
    [{ length: 1, 0: 2 }, "an object"],
  ])("refuses %o", (shape, received) => {
    expect(() => checkShape("Tensor", shape)).toThrow(
      new ShapeError(`Tensor: a shape must be a list of non-negative integers; received ${received}.`),
    );
  });

  test("says that null is allowed where it is", () => {
    expect(() => checkShape("placeholder", [undefined], true)).toThrow(
      new ShapeError("placeholder: a shape must be a list of non-negative integers or null; received [undefined]."),
    );
  });
});
