// Selecting tensors around those of types that have no counterpart here.

import { expect, test } from "vitest";
import { DataError } from "../../src/errors.js";
import { decodeSafetensors, decodeSafetensorsArrays } from "../../src/io/index.js";
import { rawFile } from "./raw-file.js";

const entry = (dtype: string, shape: number[], offsets: [number, number]) => ({ dtype, shape, data_offsets: offsets });
const only = (wanted: string) => ({ select: (name: string) => name === wanted });

test.each([
  ["F8_E4M3", [4], 4],
  ["F8_E5M2", [2, 2], 4],
  ["F4", [3], 2],
  ["C64", [2], 16],
  ["F6_E2M3", [4], 3],
  ["YET_TO_COME", [5], 7],
] as const)("%s", (dtype, shape, bytes) => {
  const end = bytes + 4;
  const file = rawFile({ q: entry(dtype, [...shape], [0, bytes]), w: entry("F32", [1], [bytes, end]) }, end);
  file.set(new Uint8Array(Float32Array.of(1.5).buffer), file.length - 4);
  expect(decodeSafetensors(file, only("w")).tensors.get("w")?.data[0]).toBe(1.5);
  expect(decodeSafetensorsArrays(file, only("w")).arrays.get("w")?.data[0]).toBe(1.5);
  expect(() => decodeSafetensors(file)).toThrow(DataError);
  expect(() => decodeSafetensorsArrays(file, only("q"))).toThrow(`received "${dtype}". The option select leaves`);
});

test("the places of tensors that are left out are checked all the same", () => {
  for (const offsets of [
    [0, 9],
    [1, 5],
    [4, 0],
    [0, 3],
  ] as [number, number][]) {
    const file = rawFile({ q: entry("F8_E4M3", [4], offsets), w: entry("F32", [1], [4, 8]) }, 8);
    expect(() => decodeSafetensors(file, only("w")), String(offsets)).toThrow(DataError);
  }
});
