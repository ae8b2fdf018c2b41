import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { iris } from "../../../src/data/datasets/index.js";
import { sha256 } from "./fake-mnist.js";

const csv = readFileSync(new URL("../../../src/data/datasets/data/iris.csv", import.meta.url));

test("the data are those of scikit-learn", () => {
  expect(sha256(csv)).toBe("f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449");
});

test("testFraction 0 gives every row of the file in its order, and an empty test part", () => {
  const { train, test } = iris({ testFraction: 0 });
  const rows = csv.toString().trim().split("\n").slice(1);
  const values = rows.map((row) => row.split(",").map(Number));
  expect(train.x.shape).toEqual([150, 4]);
  expect(train.y.shape).toEqual([150]);
  expect(train.x.data).toEqual(Float32Array.from(values.flatMap((row) => row.slice(0, 4))));
  expect(train.y.data).toEqual(Int32Array.from(values.map((row) => row[4] as number)));
  expect(test.x.shape).toEqual([0, 4]);
  expect(test.y.shape).toEqual([0]);
  expect([test.x.dtype, test.y.dtype]).toEqual(["float32", "int32"]);
});

test("first and last rows", () => {
  const { train } = iris({ testFraction: 0 });
  expect(train.x.data.slice(0, 4)).toEqual(Float32Array.of(5.1, 3.5, 1.4, 0.2));
  expect(train.x.data.slice(-4)).toEqual(Float32Array.of(5.9, 3.0, 5.1, 1.8));
  // Where the UCI file is wrong: rows 34 and 37 as Fisher has them.
  expect(train.x.data.slice(34 * 4, 35 * 4)).toEqual(Float32Array.of(4.9, 3.1, 1.5, 0.2));
  expect(train.x.data.slice(37 * 4, 38 * 4)).toEqual(Float32Array.of(4.9, 3.6, 1.4, 0.1));
});

test("names and source", () => {
  const set = iris();
  expect(set.name).toBe("iris");
  expect(set.classNames).toEqual(["setosa", "versicolor", "virginica"]);
  expect(set.featureNames).toHaveLength(4);
  expect(set.source).toContain("CC BY 4.0");
});

test("two calls share no memory", () => {
  const first = iris({ testFraction: 0 });
  first.train.x.data.fill(0);
  expect(iris({ testFraction: 0 }).train.x.data[0]).toBeCloseTo(5.1);
});
