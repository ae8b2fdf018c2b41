// The 150 rows of iris in the order of the file, in float64, as scikit-learn has them.

import { readFileSync } from "node:fs";

const lines = readFileSync(new URL("../../src/data/datasets/data/iris.csv", import.meta.url), "utf8")
  .trim()
  .split("\n");
const rows = lines.filter((line) => /^\d+\.\d/.test(line)).map((line) => line.split(",").map(Number));

export const irisFeatures: readonly (readonly number[])[] = rows.map((row) => row.slice(0, 4));
export const irisLabels: readonly number[] = rows.map((row) => row[4] as number);
