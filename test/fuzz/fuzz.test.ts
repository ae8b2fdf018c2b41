// A share of what `npm run fuzz` does: damaged files give a typed error or a whole result.

import { beforeAll, expect, test } from "vitest";
import { encodeNpy } from "../../src/io/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { init } from "../../src/wasm/engine.js";
import { parseNpy, parseTable } from "./oracles.js";
import { readers } from "./readers.js";
import { trial } from "./trial.js";

beforeAll(() => init());

test.each(readers)("$name", async (reader) => {
  for (const file of reader.files()) await reader.read(file);
  const { read, refused } = await trial(reader, 400, 20_261_123);
  expect(read + refused).toBe(400);
  expect(refused).toBeGreaterThan(20);
});

test("a reader that answers with another error, or with memory on a file's word, is found", async () => {
  const reader = (read: (file: Uint8Array) => void) => ({ name: "broken", files: () => [new Uint8Array(8)], read });
  const wrong = reader(() => {
    throw new RangeError("Invalid typed array length");
  });
  await expect(trial(wrong, 1, 1)).rejects.toThrow(/broken, file 0: RangeError/);
  const held: Uint8Array[] = [];
  const greedy = reader(() => held.push(new Uint8Array(2 ** 23)));
  await expect(trial(greedy, 1, 1)).rejects.toThrow(/bytes were allocated/);
});

test("the parsers that readers are compared with read what they should", () => {
  expect(parseTable('a,b\r\n"x ""y"" ",\n\n  \n1,2', ",")).toEqual([
    ["a", "b"],
    ['x "y" ', ""],
    ["1", "2"],
  ]);
  expect(parseTable('a\r""\r\r1', ";")).toEqual([["a"], [""], ["1"]]);
  expect(parseTable('a,"b"c', ",")).toBe(null);
  expect(parseNpy(encodeNpy(tensor([[1, 2, 3]])))).toEqual({ shape: [1, 3], values: [1, 2, 3] });
});
