import { expect, test } from "vitest";
import { matmul } from "../../../bench/baselines/matmul.js";

const b = Float32Array.of(7, 8, 9, 10, 11, 12);

test("y = A b", () => {
  const y = new Float32Array(4).fill(99);
  matmul(Float32Array.of(1, 2, 3, 4, 5, 6), b, y, [2, 3, 2]);
  expect([...y]).toEqual([58, 64, 139, 154]);
});

test("the same from the transpose of A", () => {
  const y = new Float32Array(4);
  matmul(Float32Array.of(1, 4, 2, 5, 3, 6), b, y, [2, 3, 2], true);
  expect([...y]).toEqual([58, 64, 139, 154]);
});
