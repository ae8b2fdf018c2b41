import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { type NestedNumbers, Tensor, type TensorLike, tensor } from "../../src/tensor/tensor.js";

const rows = [
  [1, 2, 3],
  [4, 5, 6],
];

describe("Tensor", () => {
  test("has a shape, a dtype, a size and a rank", () => {
    const t = new Tensor(new Int32Array(6), [2, 3]);
    expect([t.shape, t.dtype, t.size, t.rank]).toEqual([[2, 3], "int32", 6, 2]);
    expect(new Tensor(new Float32Array(4))).toMatchObject({ shape: [4], dtype: "float32", size: 4, rank: 1 });
    expect(new Tensor(new Float32Array(1), [])).toMatchObject({ shape: [], size: 1, rank: 0 });
    expect(new Tensor(new Float32Array(0), [0, 5])).toMatchObject({ shape: [0, 5], size: 0, rank: 2 });
  });

  test("shares its values and keeps its shape to itself", () => {
    const data = new Float32Array(2);
    const shape = [2];
    const t = new Tensor(data, shape);
    shape[0] = 9;
    data[1] = 7;
    expect(t.data).toBe(data);
    expect(t.toArray()).toEqual([0, 7]);
    expect(() => (t.shape as number[]).push(1)).toThrow(TypeError);
  });

  test("the data must fill the shape", () => {
    expect(() => new Tensor(new Float32Array(5), [2, 3])).toThrow(
      new ShapeError("Tensor: the data must fill the shape; [2, 3] holds 6 values, received 5."),
    );
    expect(() => new Tensor(new Float32Array(1), [-1])).toThrow(
      new ShapeError("Tensor: a shape must be a list of non-negative integers; received [-1]."),
    );
  });

  test("item is the value of a tensor that holds one", () => {
    expect(tensor(5).item()).toBe(5);
    expect(tensor([[5]]).item()).toBe(5);
    expect(() => tensor(rows).item()).toThrow(
      new ShapeError("Tensor.item: the tensor must hold one value; its shape is [2, 3]."),
    );
    expect(() => tensor([]).item()).toThrow(ShapeError);
  });

  test.each([
    [5],
    [[1, 2]],
    [rows],
    [[]],
    [[[], []]],
    [
      [
        [[1], [2]],
        [[3], [4]],
      ],
    ],
  ] as [NestedNumbers][])("toArray undoes tensor(%j)", (values) => {
    expect(tensor(values).toArray()).toEqual(values);
  });

  test("reshape shares the values", () => {
    const t = tensor(rows);
    expect(t.reshape([3, 2]).toArray()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(t.reshape([6]).data).toBe(t.data);
    expect(() => t.reshape([4])).toThrow(
      new ShapeError("Tensor: the data must fill the shape; [4] holds 4 values, received 6."),
    );
  });

  test("rows are a view along the first axis", () => {
    const t = tensor([...rows, [7, 8, 9]]);
    expect(t.rows(1, 3).toArray()).toEqual([
      [4, 5, 6],
      [7, 8, 9],
    ]);
    expect(t.rows(2, 2).shape).toEqual([0, 3]);
    expect(t.rows(0, 3).data.buffer).toBe(t.data.buffer);
    expect(tensor([1, 2, 3]).rows(1, 2).toArray()).toEqual([2]);
    expect(new Tensor(new Float32Array(0), [0, 4]).rows(0, 0).shape).toEqual([0, 4]);
  });

  test.each([
    [-1, 2, "-1 to 2"],
    [2, 1, "2 to 1"],
    [0, 3, "0 to 3"],
    [0.5, 1, "0.5 to 1"],
    [0, Number.NaN, "0 to NaN"],
  ])("rows(%d, %d) of two is refused", (from, to, received) => {
    expect(() => tensor(rows).rows(from, to)).toThrow(
      new ShapeError(`Tensor.rows: need 0 <= from <= to <= 2; received from ${received}.`),
    );
  });

  test("a scalar has no rows", () => {
    expect(() => tensor(1).rows(0, 1)).toThrow(ShapeError);
  });
});

describe("tensor", () => {
  test("of nested arrays, a number, typed arrays", () => {
    expect(tensor(rows)).toMatchObject({ shape: [2, 3], dtype: "float32" });
    expect(tensor(3)).toMatchObject({ shape: [], dtype: "float32" });
    expect(tensor(Uint8Array.of(1, 255)).data).toEqual(Float32Array.of(1, 255));
    expect(tensor(Float64Array.of(0.1)).data).toEqual(Float32Array.of(0.1));
    expect(tensor(Int32Array.of(1))).toMatchObject({ dtype: "int32", shape: [1] });
  });

  test("Float32Array and Int32Array are taken without a copy", () => {
    const floats = new Float32Array(6);
    const integers = new Int32Array(2);
    expect(tensor(floats, { shape: [2, 3] }).data).toBe(floats);
    expect(tensor(integers).data).toBe(integers);
    expect(tensor(integers, { dtype: "float32" }).data).toEqual(new Float32Array(2));
  });

  test("a tensor of the wanted type is returned as it is", () => {
    const t = tensor(rows);
    expect(tensor(t)).toBe(t);
    expect(tensor(t, { dtype: "float32" })).toBe(t);
    expect(tensor(t, { shape: [6] })).toMatchObject({ shape: [6], data: t.data });
    expect(tensor(t, { dtype: "int32" })).toMatchObject({ shape: [2, 3], data: Int32Array.of(1, 2, 3, 4, 5, 6) });
  });

  test("the shape option takes any values that fill it", () => {
    expect(tensor(rows, { shape: [3, 2] }).shape).toEqual([3, 2]);
    expect(() => tensor(rows, { shape: [4] })).toThrow(ShapeError);
  });

  test("NaN and infinities are values of float32", () => {
    expect(tensor([Number.NaN, Infinity, -Infinity]).toArray()).toEqual([Number.NaN, Infinity, -Infinity]);
  });

  test.each([
    [[0, 1.5], "1.5 at index 1"],
    [[Number.NaN], "NaN at index 0"],
    [[2 ** 31], "2147483648 at index 0"],
    [[1, -(2 ** 31) - 1], "-2147483649 at index 1"],
    [[[1], [Infinity]], "Infinity at index 1"],
    [Float32Array.of(0.25), "0.25 at index 0"],
  ] as [TensorLike, string][])("%j is no int32", (values, received) => {
    expect(() => tensor(values, { dtype: "int32" })).toThrow(
      new ArgumentError(`tensor: int32 values must be integers in [-2^31, 2^31); received ${received}.`),
    );
  });

  test("int32 reaches from -2^31 to 2^31 - 1", () => {
    const ends = [-(2 ** 31), 2 ** 31 - 1, -0];
    expect(tensor(ends, { dtype: "int32" }).toArray()).toEqual([-(2 ** 31), 2 ** 31 - 1, 0]);
  });

  test.each([
    [[[1, 2], [3]], "expected 2 values on axis 1, received a row of 1"],
    [[[1], 2], "expected 1 values on axis 1, received 2"],
    [[[[1]], [[1, 2]]], "expected 1 values on axis 2, received a row of 2"],
    [[[1], "ab"], 'expected 1 values on axis 1, received "ab"'],
  ])("%j has rows of unequal length", (values, received) => {
    expect(() => tensor(values as NestedNumbers)).toThrow(
      new ShapeError(`tensor: all rows must have equal length; ${received}.`),
    );
  });

  test.each([
    ["abc", '"abc" at index 0'],
    [[1, "2"], '"2" at index 1'],
    [[1, [2]], "[2] at index 1"],
    [[1, undefined], "undefined at index 1"],
    [{ length: 2 }, "an object at index 0"],
    [null, "null at index 0"],
    [undefined, "undefined at index 0"],
    [2n ** 60n, "1152921504606846976n at index 0"],
    [BigInt64Array.of(7n, -(2n ** 60n)), "-1152921504606846976n at index 1"],
    [new DataView(new ArrayBuffer(4)), "DataView(4)"],
  ])("%o is no tensor", (values, received) => {
    expect(() => tensor(values as TensorLike)).toThrow(
      new ArgumentError(`tensor: values must be numbers; received ${received}.`),
    );
  });
});

test("true and false are 1 and 0, and integers of any kind count as numbers", () => {
  expect(tensor([true, false]).toArray()).toEqual([1, 0]);
  expect(tensor([[true], [false]], { dtype: "int32" }).data).toEqual(Int32Array.of(1, 0));
  expect(tensor(BigInt64Array.of(3n, -1n), { dtype: "int32" }).data).toEqual(Int32Array.of(3, -1));
  expect(tensor(BigUint64Array.of(3n)).data).toEqual(Float32Array.of(3));
  expect(tensor([7n, 8n] as TensorLike).data).toEqual(Float32Array.of(7, 8));
  expect(() => tensor(BigInt64Array.of(2n ** 40n), { dtype: "int32" })).toThrow(ArgumentError);
});
