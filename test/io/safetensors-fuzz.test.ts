// Damaged files: whatever happens to the bytes, the answer is a DataError or a result that fits its header.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "../../src/errors.js";
import { decodeSafetensors, encodeSafetensors } from "../../src/io/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { rawFile } from "./raw-file.js";

const SEED = 20_240_501;
const names = ["F32", "F16", "BF16", "F64", "I32", "I64", "U8", "I8", "U16", "I16", "BOOL"];
const widths = [4, 2, 2, 8, 4, 8, 1, 1, 2, 2, 1];

/** Every dtype once, three values each, none aligned. */
function everyDType(): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: "pt", note: 'a "quoted" text' } };
  let begin = 0;
  names.forEach((dtype, i) => {
    const end = begin + 3 * (widths[i] as number);
    header[`layer.${i}/${dtype}`] = { dtype, shape: i % 2 ? [3] : [1, 3], data_offsets: [begin, end] };
    begin = end;
  });
  return rawFile(header, begin);
}

const files = [
  everyDType(),
  encodeSafetensors({
    "0.weight": tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    "0.bias": tensor([7, 8, 9]),
    empty: tensor([]),
  }),
  encodeSafetensors([], { only: "metadata" }),
];

/** Decodes and checks the result; true where there is one. Any error but a DataError fails the test. */
function survives(file: Uint8Array): boolean {
  try {
    const { tensors, metadata } = decodeSafetensors(file);
    for (const { shape, data } of tensors.values()) {
      expect(data.length).toBe(shape.reduce((product, extent) => product * extent, 1));
    }
    for (const text of Object.values(metadata)) expect(typeof text).toBe("string");
    return true;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    expect(error.message).toMatch(/^decodeSafetensors: .+\.$/s);
    expect(error.message.length).toBeLessThan(1000);
    return false;
  }
}

describe("damaged files", () => {
  test("the undamaged ones are read", () => {
    for (const file of files) expect(survives(file)).toBe(true);
  });

  test("every truncation is refused", () => {
    for (const file of files) {
      for (let length = 0; length < file.length; length++) expect(survives(file.subarray(0, length))).toBe(false);
    }
  });

  test("every single bit may flip", () => {
    for (const original of files) {
      const headerBits = (8 + original.subarray(8).lastIndexOf(0x7d)) * 8;
      let read = 0;
      for (let bit = 0; bit < original.length * 8; bit++) {
        const file = original.slice();
        file[bit >> 3] = (file[bit >> 3] as number) ^ (1 << (bit & 7));
        if (survives(file) && bit < headerBits) read++;
      }
      // Flips inside names and metadata do no harm; most others are noticed.
      expect(read).toBeGreaterThan(0);
      expect(read).toBeLessThan(headerBits / 2);
    }
  });

  test("any bytes may change, go missing, repeat or be added", () => {
    const change = fc.record({
      kind: fc.constantFrom("set", "cut", "insert", "repeat", "swap"),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.integer({ min: 1, max: 40 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    });
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    let read = 0;
    const property = fc.property(fc.constantFrom(...files), changes, (original, steps) => {
      let file = [...original];
      for (const { kind, at, length, bytes } of steps) {
        const from = Math.floor(at * file.length);
        const part = file.slice(from, from + length);
        if (kind === "set") file.splice(from, bytes.length, ...bytes);
        else if (kind === "cut") file.splice(from, length);
        else if (kind === "insert") file.splice(from, 0, ...bytes);
        else if (kind === "repeat") file.splice(from, 0, ...part);
        else file = [...file.slice(from), ...file.slice(0, from)];
      }
      if (survives(Uint8Array.from(file))) read++;
    });
    fc.assert(property, { numRuns: 5000, seed: SEED });
    expect(read).toBeGreaterThan(20);
  });

  test("any length may be claimed", () => {
    const lengths = fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 2000n), fc.bigInt(99_999_000n, 100_001_000n));
    const property = fc.property(fc.constantFrom(...files), lengths, (original, length) => {
      const file = original.slice();
      new DataView(file.buffer).setBigUint64(0, length, true);
      survives(file);
    });
    fc.assert(property, { numRuns: 2000, seed: SEED });
  });

  test("any value may stand in the header", () => {
    const number = fc.oneof(
      fc.integer({ min: -2, max: 20 }),
      fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53, 1e308, 0.5, -0),
    );
    const wild = fc.oneof(
      fc.jsonValue({ maxDepth: 6 }),
      fc.constantFrom({ constructor: { name: { toString: 1 } } }, []),
    );
    const mostly = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 9, arbitrary: usual }, wild);
    const entry = fc.record(
      {
        dtype: mostly(fc.constantFrom(...names)),
        shape: mostly(fc.array(number, { maxLength: 3 })),
        data_offsets: mostly(fc.tuple(number, number)),
      },
      { requiredKeys: [] },
    );
    const keys = fc.oneof(fc.string(), fc.constantFrom("__metadata__", "__proto__", "constructor", "w"));
    const property = fc.property(
      fc.dictionary(keys, mostly(entry)),
      fc.integer({ min: 0, max: 40 }),
      (header, size) => {
        survives(rawFile(header, size));
      },
    );
    fc.assert(property, { numRuns: 5000, seed: SEED });
  });

  test("small valid layouts are found among the wrong ones, and only those", () => {
    // Two U8 tensors anywhere in four bytes: valid exactly where they tile them.
    const found: string[] = [];
    for (let code = 0; code < 5 ** 4; code++) {
      const [a, b, c, d] = [0, 1, 2, 3].map((digit) => Math.floor(code / 5 ** digit) % 5) as [
        number,
        number,
        number,
        number,
      ];
      const header = {
        x: { dtype: "U8", shape: [Math.abs(b - a)], data_offsets: [a, b] },
        y: { dtype: "U8", shape: [Math.abs(d - c)], data_offsets: [c, d] },
      };
      if (survives(rawFile(header, 4))) found.push(`${a}${b} ${c}${d}`);
    }
    expect(found.sort()).toEqual([
      "00 04",
      "01 14",
      "02 24",
      "03 34",
      "04 00",
      "04 44",
      "14 01",
      "24 02",
      "34 03",
      "44 04",
    ]);
  });

  test("large and hostile headers end soon", () => {
    const million = 1_000_000;
    const hostile = [
      `{"w":${"[".repeat(million)}`,
      `{${'"w":{'.repeat(million)}`,
      `{"${"a".repeat(million)}`,
      `{"w${"\\".repeat(million)}`,
      `{"w"${" ".repeat(million)}`,
      `{"w":[${'"a" '.repeat(million / 4)}`,
      `{"w":{"dtype":"F32","shape":[${"1,".repeat(million)}1],"data_offsets":[0,8]}}`,
      `{"w":{"dtype":"F32","shape":[${"9,".repeat(million)}1],"data_offsets":[0,8]}}`,
      `{"__metadata__":{${Array.from({ length: 50_000 }, (_, i) => `"${i}":""`).join()}},"__metadata__":{}}`,
    ];
    for (const header of hostile) expect(survives(rawFile(header, 4)), header.slice(0, 20)).toBe(false);
  }, 20_000);
});
