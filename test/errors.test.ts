import { expect, describe as group, test } from "vitest";
import {
  ArgumentError,
  checkInteger,
  checkNumber,
  DataError,
  describe,
  oneOf,
  ShapeError,
  StateError,
} from "../src/errors.js";

test.each([ShapeError, ArgumentError, StateError, DataError])("%o is an Error with a name of its own", (Kind) => {
  const error = new Kind("Dense: units must be a positive integer; received 0.", { cause: 7 });
  expect(error).toBeInstanceOf(Error);
  expect(error.cause).toBe(7);
  expect(String(error)).toBe(`${Kind.name}: Dense: units must be a positive integer; received 0.`);
  expect(error.stack).toContain("errors.test.ts");
});

group("describe", () => {
  class Dense {}
  test.each([
    [1.5, "1.5"],
    [-0, "0"],
    [Number.NaN, "NaN"],
    [-Infinity, "-Infinity"],
    [7n, "7n"],
    [true, "true"],
    [undefined, "undefined"],
    [null, "null"],
    [Symbol("x"), "Symbol(x)"],
    ["relu", '"relu"'],
    ['say "hi"\n', '"say \\"hi\\"\\n"'],
    ["x".repeat(60), `"${"x".repeat(60)}"`],
    ["x".repeat(61), `"${"x".repeat(57)}..."`],
    [function relu() {}, "function relu"],
    [
      (
        () => () =>
          1
      )(),
      "a function",
    ],
    [[1, "a", null], '[1, "a", null]'],
    [[], "[]"],
    [
      [
        [1, 2],
        [3, 4],
      ],
      "[a list of 2, a list of 2]",
    ],
    [[1, 2, 3, 4, 5, 6, 7], "[1, 2, 3, 4, 5, 6, ... 7 items]"],
    [new Float32Array(3), "Float32Array(3)"],
    [new DataView(new ArrayBuffer(5)), "DataView(5)"],
    [new Dense(), "Dense"],
    [new Map(), "Map"],
    [{ a: 1 }, "an object"],
    [Object.create(null), "an object"],
    // What JSON.parse makes of {"constructor": ...} must not speak for itself.
    [JSON.parse('{"constructor": {"name": "Trusted"}}'), "an object"],
    [JSON.parse('{"__proto__": {"constructor": 5}}'), "an object"],
  ])("of %o", (value, text) => {
    expect(describe(value)).toBe(text);
  });
});

test("oneOf lists names in quotes", () => {
  expect(oneOf(["sgd", "adam"])).toBe('one of "sgd", "adam"');
});

group("checkInteger", () => {
  test.each([
    [1, 1],
    [0, 0],
    [2 ** 53 - 1, 1],
    [-0, 0],
  ])("takes %d where at least %d is wanted", (value, least) => {
    expect(() => checkInteger("Dense: units", value, least)).not.toThrow();
  });

  test.each([
    [0, 1, "a positive integer; received 0"],
    [-1, 0, "a non-negative integer; received -1"],
    [4, 5, "an integer >= 5; received 4"],
    [1.5, 1, "a positive integer; received 1.5"],
    [Number.NaN, 1, "a positive integer; received NaN"],
    [Infinity, 1, "a positive integer; received Infinity"],
    [2 ** 53, 1, "a positive integer; received 9007199254740992"],
    ["3", 1, 'a positive integer; received "3"'],
    [3n, 1, "a positive integer; received 3n"],
    [null, 1, "a positive integer; received null"],
  ])("refuses %o where at least %d is wanted", (value, least, rule) => {
    expect(() => checkInteger("Dense: units", value, least)).toThrow(
      new ArgumentError(`Dense: units must be ${rule}.`),
    );
  });
});

group("checkNumber", () => {
  test.each([
    [0, []],
    [-1.5, []],
    [0, [0]],
    [1, [0, 1]],
    [5e-324, [0, 1, true]],
  ] as [number, [number?, number?, boolean?]][])("takes %d in %o", (value, bounds) => {
    expect(() => checkNumber("sgd: learningRate", value, ...bounds)).not.toThrow();
  });

  test.each([
    [Number.NaN, [], "a finite number; received NaN"],
    [Infinity, [], "a finite number; received Infinity"],
    [-Infinity, [0], "a finite number at least 0; received -Infinity"],
    [-1, [0], "a finite number at least 0; received -1"],
    [0, [0, Infinity, true], "a finite number greater than 0; received 0"],
    [1.5, [0, 1], "a finite number at least 0 and at most 1; received 1.5"],
    [2, [-Infinity, 1], "a finite number at most 1; received 2"],
    ["1", [], 'a finite number; received "1"'],
    [undefined, [], "a finite number; received undefined"],
  ] as [unknown, [number?, number?, boolean?], string][])("refuses %o in %o", (value, bounds, rule) => {
    expect(() => checkNumber("sgd: learningRate", value, ...bounds)).toThrow(
      new ArgumentError(`sgd: learningRate must be ${rule}.`),
    );
  });
});
