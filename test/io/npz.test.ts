// npz archives: those NumPy wrote, round trips, and archives that lie.

import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../src/errors.js";
import { crc32 } from "../../src/io/crc.js";
import { encodeNpy } from "../../src/io/npy.js";
import { decodeNpz, encodeNpz } from "../../src/io/npz.js";
import { tensor } from "../../src/tensor/tensor.js";
import { anyArray, contentOfArray } from "./any-array.js";

const formats = new URL("../golden/formats/", import.meta.url);

interface Fixture {
  readonly file: string;
  readonly arrays: Record<string, { shape: number[]; dtype: string; values_c_order: number[] }>;
}
const fixtures: Fixture[] = JSON.parse(readFileSync(new URL("expected.json", formats), "utf8")).files.filter(
  ({ file }: Fixture) => file.endsWith(".npz"),
);

test.each(fixtures)("$file", ({ file, arrays }) => {
  const actual = decodeNpz(readFileSync(new URL(file, formats)));
  expect([...actual.keys()]).toEqual(Object.keys(arrays));
  for (const [name, { dtype, shape, data }] of actual) {
    expect(dtype).toBe({ "<f4": "float32", "<i4": "int32" }[arrays[name]?.dtype as string]);
    expect(shape).toEqual(arrays[name]?.shape);
    expect([...data]).toEqual(arrays[name]?.values_c_order);
  }
});

test.each([false, true])("any arrays come back to the bit, compress: %s", (compress) => {
  const named = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 8 }), anyArray), {
    selector: ([name]) => name,
    maxLength: 4,
  });
  fc.assert(
    fc.property(named, (entries) => {
      const decoded = decodeNpz(encodeNpz(entries, { compress }));
      const contents = (pairs: typeof entries) =>
        new Map(
          pairs.map(([name, array]) => [
            new TextDecoder().decode(new TextEncoder().encode(name)),
            contentOfArray(array),
          ]),
        );
      expect(contents([...decoded] as typeof entries)).toEqual(contents(entries));
    }),
    { seed: 1 },
  );
});

test("equal input gives equal bytes, from an object as from pairs", () => {
  const pairs = [["b", tensor([1])] as const, ["a", tensor([2])] as const];
  expect(encodeNpz(Object.fromEntries(pairs))).toEqual(encodeNpz(pairs));
});

interface Fields {
  name?: string;
  data?: Uint8Array;
  method?: number;
  crc?: number;
  size?: number;
  stored?: number;
  flags?: number;
  offset?: number;
  zip64?: boolean;
}

/** An archive written by hand, every field as given, right where nothing is. */
function zip(entries: readonly Fields[], end: { count?: number; start?: number; size?: number } = {}): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const fields of entries) {
    const content = fields.data ?? encodeNpy(tensor([1, 2, 3]));
    const data = fields.method === 8 ? deflateRawSync(content) : Buffer.from(content);
    const name = Buffer.from(fields.name ?? "a.npy");
    const { crc = crc32(content), size = content.length, stored = data.length, flags = 0, method = 0 } = fields;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    const extra = Buffer.alloc(fields.zip64 ? 28 : 0);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(fields.zip64 ? 0xffffffff : stored, 20);
    central.writeUInt32LE(fields.zip64 ? 0xffffffff : size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(extra.length, 30);
    central.writeUInt32LE(fields.zip64 ? 0xffffffff : (fields.offset ?? at), 42);
    if (fields.zip64) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      [size, stored, fields.offset ?? at].forEach((value, i) => {
        extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
      });
    }
    parts.push(local, name, data);
    directory.push(central, name, extra);
    at += 30 + name.length + data.length;
  }
  const central = Buffer.concat(directory);
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(end.count ?? entries.length, 10);
  record.writeUInt32LE(end.size ?? central.length, 12);
  record.writeUInt32LE(end.start ?? at, 16);
  return new Uint8Array(Buffer.concat([...parts, central, record]));
}

describe("archives written by hand", () => {
  test.each([0, 8])("method %d is read", (method) => {
    expect(decodeNpz(zip([{ method }, { method, name: "b.npy" }])).get("b")?.data).toEqual(Float32Array.of(1, 2, 3));
  });

  test("zip64 sizes are read, and a comment may follow", () => {
    const file = zip([{ zip64: true }]);
    expect(decodeNpz(Buffer.concat([file, Buffer.from("comment")])).get("a")?.shape).toEqual([3]);
  });

  const zeros = encodeNpy(tensor(new Float32Array(2_000)));
  const cases: [string, Uint8Array, string][] = [
    ["nothing", new Uint8Array(0), "a zip archive must end with its directory; these 0 bytes do not."],
    ["a flipped bit", zip([{ crc: 1 }]), 'entry "a.npy": the checksum is wrong.'],
    ["another file", zip([{ name: "readme.txt" }]), 'entries must be npy files; received "readme.txt".'],
    ["a name twice", zip([{}, {}]), 'entry "a.npy" occurs twice.'],
    ["an unknown method", zip([{ method: 12 }]), "the method must be stored (0) or deflated (8); received 12."],
    ["encryption", zip([{ flags: 1 }]), "encrypted archives are not supported."],
    ["two sizes", zip([{ size: 3 }]), "stored data must have one size; received 140 and 3."],
    [
      "a size too large",
      zip([{ method: 8, data: zeros, size: 10_000 }]),
      "the data must hold 10000 bytes; received 8128.",
    ],
    ["a size too small", zip([{ method: 8, data: zeros, size: 100 }]), "the data must hold 100 bytes; there are more."],
    ["a size no data can have", zip([{ method: 8, zip64: true, size: 2 ** 40 }]), "as the directory claims"],
    ["data past the end", zip([{ stored: 2 ** 31, size: 2 ** 10 }]), "The archive is truncated."],
    ["a file that is not there", zip([{ offset: 7 }]), "there is no file at byte 7."],
    ["a file beyond 2^53", zip([{ zip64: true, offset: Number.MAX_SAFE_INTEGER }]), "there is no file at byte"],
    ["more entries than there are", zip([{}], { count: 2, start: 0 }), "the directory"],
    ["a directory elsewhere", zip([{}], { start: 3 }), "entry 0 is none"],
    ["a directory past the end", zip([{}], { start: 2 ** 31 }), "must lie inside the archive"],
    ["broken data", zip([{ method: 8, stored: 5 }]), "broken"],
    ["an array that is no npy file", zip([{ data: Uint8Array.of(1, 2) }]), 'decodeNpz: array "a": an npy file begins'],
  ];
  test.each(cases)("%s is refused", (_, file, message) => {
    expect(() => decodeNpz(file)).toThrow(DataError);
    expect(() => decodeNpz(file)).toThrow(message);
  });
});

test.each<[string, () => unknown]>([
  [
    "names must be unique",
    () =>
      encodeNpz([
        ["a", tensor(1)],
        ["a", tensor(2)],
      ]),
  ],
  ["it must be a Tensor", () => encodeNpz({ a: [1] as never })],
  ["arrays must be a Map, pairs or an object", () => encodeNpz(null as never)],
  ["options must be an object with compress", () => encodeNpz({}, { level: 1 } as object)],
])("encodeNpz refuses: %s", (message, call) => {
  expect(call).toThrow(ArgumentError);
  expect(call).toThrow(message);
});
