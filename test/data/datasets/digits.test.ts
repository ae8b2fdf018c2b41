import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { digits } from "../../../src/data/datasets/index.js";
import { sha256 } from "./fake-mnist.js";

const file = readFileSync(new URL("../../../src/data/datasets/data/digits.csv.gz", import.meta.url));

test("the data are those of scikit-learn", () => {
  expect(sha256(file)).toBe("46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a");
});

test("testFraction 0 gives every row of the file in its order, in sixteenths", () => {
  const { train, test } = digits({ testFraction: 0 });
  const rows = gunzipSync(file).toString().trim().split("\n");
  const values = rows.map((row) => row.split(",").map(Number));
  expect(train.x.shape).toEqual([1797, 64]);
  expect(train.x.data).toEqual(Float32Array.from(values.flatMap((row) => row.slice(0, 64).map((v) => v / 16))));
  expect(train.y.data).toEqual(Int32Array.from(values.map((row) => row[64] as number)));
  expect(test.x.shape).toEqual([0, 64]);
});

test("known facts", () => {
  const { train, classNames, name, featureNames } = digits({ testFraction: 0 });
  const counts = new Array(10).fill(0);
  for (const label of train.y.data) counts[label]++;
  expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  expect(Math.min(...train.x.data)).toBe(0);
  expect(Math.max(...train.x.data)).toBe(1);
  expect([...train.x.data.slice(0, 8)].map((v) => v * 16)).toEqual([0, 0, 5, 13, 9, 1, 0, 0]);
  expect([...train.y.data.slice(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
  expect(classNames).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  expect([name, featureNames]).toEqual(["digits", undefined]);
});
