// A share of what `npm run fuzz` does: damaged files give a typed error or a whole result.

import { beforeAll, expect, test } from "vitest";
import { init } from "../../src/wasm/engine.js";
import { readers } from "./readers.js";
import { trial } from "./trial.js";

beforeAll(() => init());

test.each(readers)("$name", (reader) => {
  for (const file of reader.files()) reader.read(file);
  const { read, refused } = trial(reader, 400, 20_261_123);
  expect(read + refused).toBe(400);
  expect(refused).toBeGreaterThan(20);
});

test("a reader that answers with another error, or with memory on a file's word, is found", () => {
  const reader = (read: (file: Uint8Array) => void) => ({ name: "broken", files: () => [new Uint8Array(8)], read });
  const wrong = reader(() => {
    throw new RangeError("Invalid typed array length");
  });
  expect(() => trial(wrong, 1, 1)).toThrow(/broken, file 0: RangeError/);
  const held: Uint8Array[] = [];
  expect(() =>
    trial(
      reader(() => held.push(new Uint8Array(2 ** 23))),
      1,
      1,
    ),
  ).toThrow(/bytes were allocated/);
});
