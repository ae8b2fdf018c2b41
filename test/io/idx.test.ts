import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../src/errors.js";
import type { ArrayDType, NumericArray } from "../../src/io/arrays.js";
import { decodeIdx, encodeIdx as encodeArray } from "../../src/io/idx.js";
import { tensor } from "../../src/tensor/tensor.js";
import { encodeIdx } from "../data/datasets/fake-mnist.js";

interface Fixture {
  readonly file: string;
  readonly idx_type?: number;
  readonly shape?: number[];
  readonly values_c_order?: number[];
  readonly must_be_rejected?: boolean;
}

const folder = new URL("../golden/formats/", import.meta.url);
const fixtures: Fixture[] = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")).files.filter(
  ({ file }: Fixture) => file.endsWith(".idx"),
);
const DTYPES: Record<number, ArrayDType> = {
  8: "uint8",
  9: "int8",
  11: "int16",
  12: "int32",
  13: "float32",
  14: "float64",
};

describe("fixtures", () => {
  test.each(fixtures)("$file", ({ file, idx_type, shape, values_c_order, must_be_rejected }) => {
    const bytes = new Uint8Array(readFileSync(new URL(file, folder)));
    if (must_be_rejected) {
      expect(() => decodeIdx(bytes, file)).toThrow(DataError);
      return;
    }
    const array = decodeIdx(bytes, file);
    expect(array.dtype).toBe(DTYPES[idx_type as number]);
    expect(array.shape).toEqual(shape);
    expect([...array.data]).toEqual(values_c_order);
  });
});

describe("refuses, saying what and why", () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);
  const cases: [string, Uint8Array, string][] = [
    ["no bytes", bytes(), "a.idx: an IDX file starts with a 4-byte magic number; received 0 bytes in all."],
    ["half a magic number", bytes(0, 0, 8), "received 3 bytes in all. The file is truncated."],
    ["a first byte that is not zero", bytes(1, 0, 8, 1, 0, 0, 0, 0), "received 01 00 08 01. It is not an IDX file."],
    ["an unknown type", bytes(0, 0, 0x0a, 1, 0, 0, 0, 0), "received 00 00 0a 01. It is not an IDX file."],
    ["no axes", bytes(0, 0, 8, 0, 7), "received 00 00 08 00. It is not an IDX file."],
    ["gzip", bytes(0x1f, 0x8b, 8, 0, 0), "received 1f 8b 08 00. The file is compressed: gunzip it."],
    [
      "half a header",
      bytes(0, 0, 8, 2, 0, 0, 0, 1),
      "the header of an IDX file with 2 axes takes 12 bytes; received 8 bytes in all. The file is truncated.",
    ],
    [
      "missing values",
      encodeIdx([2, 3], [1, 2, 3, 4, 5]),
      "a.idx: uint8 [2, 3] takes 18 bytes with its header; received 17. The file is truncated.",
    ],
    [
      "half a value",
      encodeIdx([1], [0, 0, 0], 13),
      "a.idx: float32 [1] takes 12 bytes with its header; received 11. The file is truncated.",
    ],
    [
      "trailing bytes",
      encodeIdx([2], [1, 2, 3]),
      "a.idx: uint8 [2] takes 10 bytes with its header; received 11. Bytes follow the end of the array.",
    ],
    [
      "extents past 2^53",
      encodeIdx([0xffffffff, 0xffffffff], []),
      "a.idx: the extents must multiply to less than 2^53; received [4294967295, 4294967295]. The header is corrupt.",
    ],
    ["extents whose product overflows to 0", encodeIdx([0x10000, 0x10000, 0x10000, 0x10000], []), "less than 2^53"],
    ["absurd extents of an empty array", encodeIdx([0, 0xffffffff, 0xffffffff], []), "less than 2^53"],
    [
      "255 absurd axes",
      encodeIdx(new Array(255).fill(0xffffffff), []),
      "received [4294967295, 4294967295, 4294967295, 4294967295, 4294967295, 4294967295, ... 255 items]",
    ],
    ["an array the file is far too short for", encodeIdx([0x7fffffff], [1]), "takes 2147483655 bytes"],
  ];
  test.each(cases)("%s", (_, input, message) => {
    expect(() => decodeIdx(input, "a.idx")).toThrow(DataError);
    expect(() => decodeIdx(input, "a.idx")).toThrow(message);
  });

  test.each([null, "text", [0, 0, 8, 1]])("something other than bytes: %j", (value) => {
    expect(() => decodeIdx(value as unknown as Uint8Array, "a.idx")).toThrow(ArgumentError);
    expect(() => decodeIdx(value as unknown as Uint8Array, "a.idx")).toThrow("a.idx: bytes must be a Uint8Array or");
  });
});

test("empty arrays keep their shape", () => {
  expect(decodeIdx(encodeIdx([0, 28, 28], []), "a.idx")).toEqual({
    shape: [0, 28, 28],
    dtype: "uint8",
    data: new Uint8Array(0),
  });
});

test("bytes at any offset of a buffer", () => {
  const file = Buffer.concat([Buffer.alloc(3), encodeIdx([2], [0x40, 0x49, 0x0f, 0xdb, 0xc0, 0, 0, 0], 13)]);
  const array = decodeIdx(file.subarray(3), "a.idx");
  expect(array.data).toEqual(Float32Array.of(Math.PI, -2));
});

test("uint8 data share the memory of the file", () => {
  const file = encodeIdx([2], [1, 2]);
  const { data } = decodeIdx(file, "a.idx");
  file[8] = 77;
  expect([data[0], data.constructor.name]).toEqual([77, "Uint8Array"]);
});

/** Any array of up to four axes, its file written independently of the reader. */
const idxFiles = fc
  .record({
    code: fc.constantFrom(8, 9, 11, 12, 13, 14),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
  })
  .chain(({ code, shape }) => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const values: fc.Arbitrary<number> = {
      8: fc.integer({ min: 0, max: 255 }),
      9: fc.integer({ min: -128, max: 127 }),
      11: fc.integer({ min: -32768, max: 32767 }),
      12: fc.integer(),
      13: fc.float(),
      14: fc.double(),
    }[code] as fc.Arbitrary<number>;
    return fc
      .array(values, { minLength: count, maxLength: count })
      .map((values) => ({ code, shape, values, file: write(code, shape, values) }));
  });

function write(code: number, shape: readonly number[], values: readonly number[]): Buffer {
  const width = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 }[code] as number;
  const body = Buffer.alloc(values.length * width);
  for (const [i, value] of values.entries()) {
    if (code === 8) body.writeUInt8(value, i);
    else if (code === 9) body.writeInt8(value, i);
    else if (code === 11) body.writeInt16BE(value, 2 * i);
    else if (code === 12) body.writeInt32BE(value, 4 * i);
    else if (code === 13) body.writeFloatBE(value, 4 * i);
    else body.writeDoubleBE(value, 8 * i);
  }
  return encodeIdx(shape, body, code);
}

/** What the reader makes of it; undefined where it refuses. Any error other than DataError is a failure. */
function parseOrRefuse(bytes: Uint8Array): NumericArray | undefined {
  try {
    return decodeIdx(bytes, "a.idx");
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return undefined;
  }
}

test("what was written is read", () => {
  fc.assert(
    fc.property(idxFiles, ({ code, shape, values, file }) => {
      const array = decodeIdx(file, "a.idx");
      expect(array.dtype).toBe(DTYPES[code]);
      expect(array.shape).toEqual(shape);
      expect([...array.data]).toEqual(values);
      expect(encodeArray(array)).toEqual(new Uint8Array(file));
    }),
    { seed: 1 },
  );
});

test("the file is left as it was", () => {
  const file = write(12, [2], [1, -2]);
  const before = Uint8Array.from(file);
  decodeIdx(file);
  expect(new Uint8Array(file)).toEqual(before);
});

describe("writing refuses", () => {
  test.each<[string, unknown, string]>([
    ["a scalar", tensor(1), "encodeIdx: IDX holds arrays of 1 to 255 axes, each below 2^32; received []."],
    [
      "a dtype the format lacks",
      { dtype: "uint16", shape: [1], data: Uint16Array.of(1) },
      "encodeIdx: IDX holds uint8, int8, int16, int32, float32, float64; received uint16.",
    ],
    ["what is no array", [1, 2], "encodeIdx: it must be a Tensor, or an array whose dtype is one of"],
    [
      "data of another type",
      { dtype: "uint8", shape: [1], data: Int8Array.of(1) },
      "encodeIdx: the data of a uint8 array must be a Uint8Array; received Int8Array(1).",
    ],
    [
      "data that do not fill the shape",
      { dtype: "uint8", shape: [2], data: Uint8Array.of(1) },
      "encodeIdx: the data must fill the shape; [2] holds 2 values, received 1.",
    ],
  ])("%s", (_, values, message) => {
    expect(() => encodeArray(values as NumericArray)).toThrow(message);
  });
});

test("a file cut short or grown is refused", () => {
  fc.assert(
    fc.property(idxFiles, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }), ({ file }, cut, tail) => {
      expect(parseOrRefuse(file.subarray(0, cut % file.length))).toBeUndefined();
      expect(parseOrRefuse(Buffer.concat([file, tail]))).toBeUndefined();
    }),
    { seed: 1 },
  );
});

test("a changed file is refused or is another array that fills it", () => {
  const changes = fc.array(fc.tuple(fc.nat(20), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(idxFiles, changes, ({ file }, changes) => {
      const changed = Uint8Array.from(file);
      for (const [at, value] of changes) if (at < changed.length) changed[at] = value;
      const array = parseOrRefuse(changed);
      if (array === undefined) return;
      expect(array.shape.reduce((product, extent) => product * extent, 1)).toBe(array.data.length);
      expect(4 + 4 * array.shape.length + array.data.byteLength).toBe(changed.length);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test("any bytes are refused or read", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      parseOrRefuse(bytes);
      const idx = Uint8Array.from(bytes);
      idx.set([0, 0, 8, 1].slice(0, idx.length));
      parseOrRefuse(idx);
    }),
    { seed: 1, numRuns: 1000 },
  );
});
