// npy files: those NumPy wrote, round trips to the bit, and what must be refused.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../src/errors.js";
import { arrayToTensor, type NumericArray } from "../../src/io/arrays.js";
import { decodeNpy, encodeNpy } from "../../src/io/npy.js";
import { tensor } from "../../src/tensor/tensor.js";
import { anyArray, contentOfArray } from "./any-array.js";

const formats = new URL("../golden/formats/", import.meta.url);

interface Fixture {
  readonly file: string;
  readonly dtype: string;
  readonly shape: number[];
  readonly values_c_order?: number[];
  readonly values_c_order_as_strings?: string[];
  readonly must_be_rejected?: true;
}
const fixtures: Fixture[] = JSON.parse(readFileSync(new URL("expected.json", formats), "utf8")).files.filter(
  ({ file }: Fixture) => file.endsWith(".npy"),
);
const dtypes: Record<string, string> = { "<f4": "float32", "<f8": "float64", "<i8": "int64", "|u1": "uint8" };

test.each(fixtures)("$file", ({ file, dtype, shape, values_c_order, values_c_order_as_strings, must_be_rejected }) => {
  const bytes = readFileSync(new URL(file, formats));
  if (must_be_rejected) {
    expect(() => decodeNpy(bytes)).toThrow(DataError);
    return;
  }
  const array = decodeNpy(bytes);
  expect(array.dtype).toBe(dtypes[dtype]);
  expect(array.shape).toEqual(shape);
  expect([...array.data].map(String)).toEqual((values_c_order ?? values_c_order_as_strings)?.map(String));
});

/** A file of version `major` with this header, not padded, and these data. */
function npy(header: string, data: Uint8Array | number = 0, major = 1, length?: number): Uint8Array {
  const values = typeof data === "number" ? new Uint8Array(data) : data;
  const size = Buffer.alloc(major === 1 ? 2 : 4);
  size.writeUIntLE(length ?? header.length, 0, size.length);
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), major, 0]);
  return new Uint8Array(Buffer.concat([start, size, Buffer.from(header, "latin1"), values]));
}
const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

describe("reads", () => {
  test.each([1, 2, 3])("version %d.0", (major) => {
    expect(decodeNpy(npy(header("<i2", "(2,)"), Uint8Array.of(1, 0, 0xff, 0xff), major))).toEqual({
      dtype: "int16",
      shape: [2],
      data: Int16Array.of(1, -1),
    });
  });

  test("big-endian values, and leaves the file as it was", () => {
    const file = Buffer.from(npy(header(">f4", "(1, 2)"), Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0)));
    const before = Uint8Array.from(file);
    expect(decodeNpy(file)).toEqual({ dtype: "float32", shape: [1, 2], data: Float32Array.of(1, -2) });
    expect(new Uint8Array(file)).toEqual(before);
  });

  test("half precision as float32, and bools", () => {
    const halves = decodeNpy(npy(header("<f2", "(3,)"), Uint8Array.of(0, 0x3c, 1, 0, 0, 0xfc)));
    expect(halves.data).toEqual(Float32Array.of(1, 2 ** -24, -Infinity));
    expect(decodeNpy(npy(header("|b1", "(2,)"), Uint8Array.of(1, 0)))).toMatchObject({ dtype: "bool" });
  });

  test("the headers that Python 2 wrote, and keys in another order", () => {
    expect(decodeNpy(npy("{'shape': (2L,), 'descr': '|u1', 'fortran_order': False}", 2)).shape).toEqual([2]);
  });

  test("column-major arrays of any rank, in order", () => {
    const data = Uint8Array.from({ length: 24 }, (_, i) => i);
    const array = decodeNpy(npy(header("|u1", "(2, 3, 4)", "True"), data));
    const expected: number[] = [];
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 3; j++) for (let k = 0; k < 4; k++) expected.push(i + 2 * j + 6 * k);
    }
    expect([...array.data]).toEqual(expected);
  });

  test("without a copy where the values are aligned", () => {
    const file = encodeNpy(tensor([1, 2, 3]));
    expect((decodeNpy(file) as NumericArray).data.buffer).toBe(file.buffer);
  });
});

describe("refuses, saying what and why", () => {
  const cases: [string, Uint8Array, string][] = [
    ["no bytes", new Uint8Array(0), 'an npy file begins with "\\x93NUMPY" and a version; these 0 bytes do not.'],
    ["an unknown version", npy(header("<f4", "()"), 4, 4), "the version must be 1.0, 2.0 or 3.0; received 4.0."],
    ["a header past the end", npy("{}", 0, 1, 300), "the header ends at byte 310 of 12. The file is truncated."],
    ["a header too long", npy("{}", 0, 2, 2 ** 31), "at most 10000 bytes long; the file says 2147483648."],
    ["objects", npy(header("|O", "(1,)"), 8), 'received "|O". Convert the array in Python with astype'],
    ["records", npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4), 'received "records"'],
    ["text past Unicode", npy(header("<U1", "(1,)"), 4).fill(0x7f, -4), "a character must be at most 0x10ffff"],
    ["empty texts without end", npy(header("<U0", "(999999999,)")), "texts of no length must be few"],
    ["text of another length", npy(header("<U4", "(2,)"), 16), "string [2] takes 32 bytes of data; received 16."],
    ["long doubles", npy(header("<f16", "(1,)"), 16), 'received "<f16".'],
    [
      "code in the header",
      npy("{'descr': '<f4', 'shape': __import__('os'), 'fortran_order': False}"),
      "must give descr",
    ],
    ["a missing key", npy("{'descr': '<f4', 'shape': (1,), }", 4), "must give descr, fortran_order and shape"],
    ["a key twice", npy("{'descr': '<f4', 'shape': (1,), 'shape': (1,), }", 4), "must give descr"],
    ["a negative extent", npy(header("<f4", "(-1,)")), "must give descr"],
    [
      "too few values",
      npy(header("<f4", "(2,)"), 7),
      "float32 [2] takes 8 bytes of data; received 7. The file is trunc",
    ],
    ["too many", npy(header("<f4", "(2,)"), 9), "received 9. Bytes follow the end of the array."],
    ["absurd extents", npy(header("<f4", "(4294967296, 4294967296)")), "less than 2^53"],
    ["absurd extents of nothing", npy(header("<f4", "(0, 4294967296, 4294967296)")), "less than 2^53"],
    ["65 axes", npy(header("<f4", `(${"1, ".repeat(65)})`), 4), "there must be at most 64 axes; received 65."],
    ["a bool of 2", npy(header("|b1", "(1,)"), Uint8Array.of(2)), "a bool must be 0 or 1; received 2 at index 0."],
  ];
  test.each(cases)("%s", (_, file, message) => {
    expect(() => decodeNpy(file)).toThrow(DataError);
    expect(() => decodeNpy(file)).toThrow(message);
  });

  test("what is no bytes, no array", () => {
    expect(() => decodeNpy("a" as unknown as Uint8Array)).toThrow(ArgumentError);
    expect(() => encodeNpy({} as unknown as NumericArray)).toThrow(ArgumentError);
  });
});

test("any array comes back to the bit, in a file whose values are aligned to 64 bytes", () => {
  fc.assert(
    fc.property(anyArray, (array) => {
      const file = encodeNpy(array);
      expect((file.length - array.data.byteLength) % 64).toBe(0);
      expect(contentOfArray(decodeNpy(file) as NumericArray)).toEqual(contentOfArray(array));
    }),
    { seed: 1 },
  );
});

describe("arrayToTensor", () => {
  test("keeps float32 and int32, converts the rest", () => {
    const floats = { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) } as const;
    expect(arrayToTensor(floats).data).toBe(floats.data);
    expect(arrayToTensor({ dtype: "float64", shape: [1], data: Float64Array.of(0.1) }).data).toEqual(
      Float32Array.of(0.1),
    );
    expect(arrayToTensor({ dtype: "int64", shape: [2], data: BigInt64Array.of(-1n, 7n) }).toArray()).toEqual([-1, 7]);
    expect(arrayToTensor({ dtype: "bool", shape: [2], data: Uint8Array.of(0, 1) }).dtype).toBe("int32");
  });

  test("refuses what a tensor cannot hold", () => {
    expect(() => arrayToTensor({ dtype: "uint32", shape: [1], data: Uint32Array.of(2 ** 31) })).toThrow(
      new ArgumentError("arrayToTensor: uint32 values must fit int32, [-2^31, 2^31); received 2147483648 at index 0."),
    );
    expect(() => arrayToTensor({ dtype: "float64", shape: [1], data: Float64Array.of(-1e39) })).toThrow(
      "received -1e+39",
    );
  });
});
