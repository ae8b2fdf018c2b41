// Reading and writing safetensors: hand-written fixtures, round trips to the bit, every dtype, sharing of memory.
// What must be refused is in safetensors-refusals.test.ts and safetensors-fuzz.test.ts.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "../../src/errors.js";
import { decodeSafetensors, encodeSafetensors } from "../../src/io/index.js";
import { Tensor, tensor } from "../../src/tensor/tensor.js";
import { bitsOf, contentOf, oneTensor, rawFile } from "./raw-file.js";

const formats = new URL("../golden/formats/", import.meta.url);

interface Fixture {
  file: string;
  must_be_rejected?: true;
  metadata?: Record<string, string>;
  tensors: Record<string, { dtype: string; shape: number[]; values?: number[]; values_as_strings?: string[] }>;
}
const fixtures: Fixture[] = JSON.parse(readFileSync(new URL("expected.json", formats), "utf8")).files.filter(
  ({ file }: Fixture) => file.endsWith(".safetensors"),
);

describe("hand-written fixtures", () => {
  test.each(fixtures.filter((fixture) => !fixture.must_be_rejected))("$file is read", (fixture) => {
    const bytes = readFileSync(new URL(fixture.file, formats));
    // The I64 tensor of three.safetensors holds values beyond int32, which have a test of their own.
    const names = Object.keys(fixture.tensors).filter((name) => fixture.tensors[name]?.values !== undefined);
    const { tensors, metadata } = decodeSafetensors(bytes, { select: (name) => names.includes(name) });
    expect({ ...metadata }).toEqual(fixture.metadata ?? {});
    expect([...tensors.keys()]).toEqual(names);
    for (const [name, actual] of tensors) {
      const { dtype, shape, values } = fixture.tensors[name] as { dtype: string; shape: number[]; values: number[] };
      const data = dtype.includes("F") ? Float32Array.from(values) : Int32Array.from(values);
      expect(contentOf(actual)).toEqual(contentOf(new Tensor(data, shape)));
    }
  });

  test("the 64-bit integers of three.safetensors are refused, not cut off", () => {
    const bytes = readFileSync(new URL("three.safetensors", formats));
    expect(() => decodeSafetensors(bytes)).toThrow(
      new DataError(
        'decodeSafetensors: tensor "ids": int64 values must fit int32, [-2^31, 2^31); received 9007199254740993 at index 2. The option select of decodeSafetensors leaves a tensor out.',
      ),
    );
  });

  test.each([
    ["bad_truncated", "it may be truncated"],
    ["bad_header_length", "the header must be at most 100000000 bytes long; the file says 1000000000."],
    ["bad_offsets_past_end", "they end at byte 16, the file holds 0 bytes of data."],
    ["bad_shape_size_mismatch", "F32 [2, 3] takes 24 bytes, received [0, 16]."],
  ])("%s is refused", (name, part) => {
    expect(fixtures.find(({ file }) => file === `${name}.safetensors`)?.must_be_rejected).toBe(true);
    const bytes = readFileSync(new URL(`${name}.safetensors`, formats));
    expect(() => decodeSafetensors(bytes)).toThrow(DataError);
    expect(() => decodeSafetensors(bytes)).toThrow(new RegExp(part.replace(/[[\].]/g, "\\$&"), "i"));
  });
});

describe("writing", () => {
  test("the bytes are those of the format", () => {
    const file = encodeSafetensors({ w: tensor([[1, -0]]), i: tensor([-1], { dtype: "int32" }) }, { a: "b" });
    const header =
      '{"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"i":{"dtype":"I32","shape":[1],"data_offsets":[8,12]}}';
    const padding = " ".repeat((8 - (header.length % 8)) % 8);
    const data = new Uint8Array([0, 0, 0x80, 0x3f, 0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff]);
    expect(file).toEqual(rawFile(header + padding, data));
  });

  test("nothing at all is a valid file", () => {
    expect(encodeSafetensors({})).toEqual(rawFile("{}      "));
    expect(decodeSafetensors(rawFile("{}"))).toEqual({ tensors: new Map(), metadata: {} });
  });

  test("the order is the one given, whatever the names", () => {
    const names = ["10", "b", "2", "__proto__", "a", "constructor", ""];
    const file = encodeSafetensors(names.map((name, i) => [name, tensor([i])] as const));
    const { tensors } = decodeSafetensors(file);
    expect([...tensors.keys()]).toEqual(names);
    expect([...tensors.values()].map((value) => value.item())).toEqual(names.map((_, i) => i));
  });

  test("equal input gives equal bytes, from a Map, pairs, a generator or an object", () => {
    const pairs = [["b", tensor([1, 2])] as const, ["a", tensor(3)] as const];
    const file = encodeSafetensors(new Map(pairs));
    expect(encodeSafetensors(pairs)).toEqual(file);
    expect(encodeSafetensors(Object.fromEntries(pairs))).toEqual(file);
    expect(
      encodeSafetensors(
        (function* () {
          yield* pairs;
        })(),
      ),
    ).toEqual(file);
  });

  test("a tensor that is a part of a larger array is written alone", () => {
    const part = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]).rows(1, 2);
    expect(decodeSafetensors(encodeSafetensors({ part })).tensors.get("part")?.toArray()).toEqual([[3, 4]]);
  });

  test("the output is one buffer of exactly the size of the file", () => {
    const file = encodeSafetensors({ w: tensor([1, 2, 3]) });
    expect(file.buffer.byteLength).toBe(file.length);
  });
});

describe("round trips", () => {
  const bits = fc.oneof(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.constantFrom(0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffc12345, 0x00000001, 0x7f7fffff),
  );
  const anyTensor = fc
    .record({
      shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
      integers: fc.boolean(),
    })
    .chain(({ shape, integers }) => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      return fc.array(bits, { minLength: size, maxLength: size }).map((patterns) => {
        const { buffer } = Uint32Array.from(patterns);
        return new Tensor(integers ? new Int32Array(buffer) : new Float32Array(buffer), shape);
      });
    });
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.constantFrom("__proto__", "constructor", "toString", "0", "17", "a/b.c:0", '"\\\n\u2028', "häß", "重み", "😀"),
  );
  const names = text.filter((name) => name !== "__metadata__");

  test("any names, shapes, values and metadata come back to the bit", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(names, anyTensor), { selector: ([name]) => name, maxLength: 6 }),
        fc.uniqueArray(fc.tuple(text, text), { selector: ([key]) => key, maxLength: 4 }),
        fc.integer({ min: 0, max: 7 }),
        (entries, pairs, shift) => {
          const file = encodeSafetensors(entries, Object.fromEntries(pairs));
          const shifted = new Uint8Array(file.length + shift).subarray(shift);
          shifted.set(file);
          for (const bytes of [file, shifted, file.buffer]) {
            const decoded = decodeSafetensors(bytes);
            expect([...decoded.tensors].map(([name, value]) => [name, contentOf(value)])).toEqual(
              entries.map(([name, value]) => [name, contentOf(value)]),
            );
            expect(new Map(Object.entries(decoded.metadata))).toEqual(new Map(pairs));
          }
        },
      ),
      { seed: 1, numRuns: 1000 },
    );
  });
});

describe("dtypes", () => {
  const decoded = (dtype: string, values: ArrayBufferView & { length: number }, width?: number): Tensor => {
    const shape = [width ?? values.length];
    return decodeSafetensors(oneTensor("x", dtype, shape, values)).tensors.get("x") as Tensor;
  };

  test("F32 keeps every bit, aligned or not", () => {
    const patterns = Uint32Array.of(0x80000000, 0x7f800000, 0xff800000, 0x7f800001, 0xffc12345, 1);
    for (const name of ["x", "xx", "xxx", "xxxx"]) {
      const { tensors } = decodeSafetensors(oneTensor(name, "F32", [6], patterns));
      expect(bitsOf(tensors.get(name) as Tensor)).toEqual([...patterns]);
    }
  });

  test("F16: all 65536 patterns are the numbers they stand for", () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const result = decoded("F16", all);
    expect(result.dtype).toBe("float32");
    for (let half = 0; half < 65536; half++) {
      const sign = half & 0x8000 ? -1 : 1;
      const exponent = (half >> 10) & 31;
      const fraction = half & 1023;
      const finite = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
      const expected = exponent < 31 ? sign * finite : fraction === 0 ? sign * Infinity : Number.NaN;
      if (!Object.is(result.data[half], expected)) expect(result.data[half], `pattern ${half}`).toBe(expected);
    }
    const bits = bitsOf(result);
    for (let half = 0x7c00; half < 0x8000; half++) {
      expect(bits[half]).toBe(0x7f800000 + (half & 1023) * 2 ** 13);
    }
    expect(bits[0xfe01]).toBe(0xffc02000);
  });

  test("BF16 is the upper half of F32", () => {
    const result = decoded("BF16", Uint16Array.of(0x3f80, 0xc000, 0x8000, 0x0001, 0x7f80, 0x7f81, 0xffc1, 0x7f7f));
    expect(result.dtype).toBe("float32");
    expect(bitsOf(result)).toEqual([
      0x3f800000, 0xc0000000, 0x80000000, 0x00010000, 0x7f800000, 0x7f810000, 0xffc10000, 0x7f7f0000,
    ]);
  });

  test("F64 is rounded to nearest; infinities, NaN and -0 stay", () => {
    const values = Float64Array.of(0.1, -0, Infinity, -Infinity, Number.NaN, 1e-300, -1e-300, 3.4028235677973362e38);
    expect([...decoded("F64", values).data]).toEqual([
      Math.fround(0.1),
      -0,
      Infinity,
      -Infinity,
      Number.NaN,
      0,
      -0,
      3.4028234663852886e38,
    ]);
  });

  test("F64 beyond float32 is refused", () => {
    expect(() => decoded("F64", Float64Array.of(1, -3.4028235677973366e38))).toThrow(
      new DataError(
        'decodeSafetensors: tensor "x": float64 values must fit float32, at most 3.4028235e38; received -3.4028235677973366e+38 at index 1. The option select of decodeSafetensors leaves a tensor out.',
      ),
    );
  });

  test("integers become int32", () => {
    const cases: [string, ArrayBufferView & { length: number }, number[]][] = [
      ["I32", Int32Array.of(-(2 ** 31), -1, 2 ** 31 - 1), [-(2 ** 31), -1, 2 ** 31 - 1]],
      ["I64", BigInt64Array.of(-(2n ** 31n), -1n, 0n, 2n ** 31n - 1n), [-(2 ** 31), -1, 0, 2 ** 31 - 1]],
      ["U8", Uint8Array.of(0, 127, 128, 255), [0, 127, 128, 255]],
      ["I8", Int8Array.of(0, 127, -128, -1), [0, 127, -128, -1]],
      ["U16", Uint16Array.of(0, 0x7fff, 0x8000, 0xffff), [0, 0x7fff, 0x8000, 0xffff]],
      ["I16", Int16Array.of(0, 0x7fff, -0x8000, -1), [0, 0x7fff, -0x8000, -1]],
      ["BOOL", Uint8Array.of(0, 1, 1), [0, 1, 1]],
    ];
    for (const [dtype, values, expected] of cases) {
      const result = decoded(dtype, values);
      expect(result.dtype, dtype).toBe("int32");
      expect([...result.data], dtype).toEqual(expected);
    }
  });

  test.each([2n ** 31n, -(2n ** 31n) - 1n, 2n ** 32n, 2n ** 63n - 1n])("I64 %s is refused", (value) => {
    expect(() => decoded("I64", BigInt64Array.of(0n, value))).toThrow(
      `tensor "x": int64 values must fit int32, [-2^31, 2^31); received ${value} at index 1.`,
    );
  });

  test("BOOL other than 0 and 1 is refused", () => {
    expect(() => decoded("BOOL", Uint8Array.of(0, 1, 2))).toThrow(
      'tensor "x": a bool must be 0 or 1; received 2 at index 2.',
    );
  });

  test.each(["F32", "F16", "BF16", "F64", "I32", "I64", "U8", "I8", "U16", "I16", "BOOL"])(
    "%s: scalars, zero extents and odd places",
    (dtype) => {
      const width = { F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, U16: 2, I16: 2 }[dtype] ?? 1;
      const file = rawFile(
        {
          empty: { dtype, shape: [3, 0, 2], data_offsets: [0, 0] },
          byte: { dtype: "U8", shape: [], data_offsets: [0, 1] },
          between: { dtype, shape: [0], data_offsets: [1, 1] },
          scalar: { dtype, shape: [], data_offsets: [1, 1 + width] },
          last: { dtype, shape: [0, 1], data_offsets: [1 + width, 1 + width] },
        },
        1 + width,
      );
      const { tensors } = decodeSafetensors(file);
      expect([...tensors].map(([name, { shape, data }]) => [name, shape, [...data]])).toEqual([
        ["empty", [3, 0, 2], []],
        ["byte", [], [0]],
        ["between", [0], []],
        ["scalar", [], [0]],
        ["last", [0, 1], []],
      ]);
    },
  );
});

describe("memory", () => {
  const values = { w: tensor([1, 2, 3]), i: tensor([4, 5], { dtype: "int32" }) };

  test("aligned F32 and I32 tensors share the bytes of the file", () => {
    const file = encodeSafetensors(values);
    const { tensors } = decodeSafetensors(file);
    for (const { data } of tensors.values()) expect(data.buffer).toBe(file.buffer);
    (tensors.get("w") as Tensor).data[0] = 9;
    expect(decodeSafetensors(file).tensors.get("w")?.toArray()).toEqual([9, 2, 3]);
  });

  test("tensors that are not aligned have memory of their own, no larger than they are", () => {
    const file = encodeSafetensors(values);
    // A Buffer, whose slice() does not copy, must give the same.
    const odd = Buffer.from(new ArrayBuffer(file.length + 1), 1);
    odd.set(file);
    for (const { data } of decodeSafetensors(odd).tensors.values()) {
      expect(data.buffer).not.toBe(odd.buffer);
      expect(data.buffer.byteLength).toBe(data.byteLength);
    }
  });

  test("only selected tensors are decoded, while the header is checked whole", () => {
    const asked: string[] = [];
    const select = (name: string): boolean => {
      asked.push(name);
      return name === "i";
    };
    expect([...decodeSafetensors(encodeSafetensors(values), { select }).tensors.keys()]).toEqual(["i"]);
    expect(asked).toEqual(["w", "i"]);
  });

  test("bytes may lie in shared memory", () => {
    const file = encodeSafetensors(values);
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    expect(decodeSafetensors(shared).tensors.get("w")?.toArray()).toEqual([1, 2, 3]);
    expect(encodeSafetensors(decodeSafetensors(shared).tensors)).toEqual(file);
  });
});
