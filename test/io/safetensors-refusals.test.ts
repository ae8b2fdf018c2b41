// Each thing a safetensors file may get wrong, with the message it is refused with; and what the encoder refuses.

import { describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../src/errors.js";
import { decodeSafetensors, encodeSafetensors } from "../../src/io/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { rawFile } from "./raw-file.js";

const entry = (dtype: unknown, shape: unknown, data_offsets: unknown) => ({ dtype, shape, data_offsets });
const w = entry("F32", [2, 2], [0, 16]);
const dtypes = '"F32", "F16", "BF16", "F64", "I32", "I64", "U8", "I8", "U16", "I16", "U32", "U64", "BOOL"';
const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

describe("decodeSafetensors refuses", () => {
  const cases: [what: string, file: Uint8Array, message: string | RegExp][] = [
    [
      "an empty file",
      new Uint8Array(0),
      "the file must begin with the 8 bytes of the header's length; received 0 bytes.",
    ],
    [
      "a file cut in the length",
      new Uint8Array(7),
      "the file must begin with the 8 bytes of the header's length; received 7 bytes.",
    ],
    [
      "a header longer than the file",
      rawFile("{}", 0, 3n),
      "the header must lie inside the file; it ends at byte 11 of 10. The file may be truncated.",
    ],
    [
      "a header of more than 100 MB",
      rawFile("{}", 0, 100_000_001n),
      "the header must be at most 100000000 bytes long; the file says 100000001. It may be no safetensors file.",
    ],
    [
      "the largest length there is",
      rawFile("{}", 0, 2n ** 64n - 1n),
      "the header must be at most 100000000 bytes long; the file says 18446744073709552000. It may be no safetensors file.",
    ],
    [
      "a length that would be small in 32 bits",
      rawFile("{}", 0, 2n ** 32n + 2n),
      "the header must be at most 100000000 bytes long; the file says 4294967298. It may be no safetensors file.",
    ],
    [
      "an empty header",
      rawFile("", 0),
      'the header must be a JSON object and begin with "{". It may be no safetensors file.',
    ],
    [
      "an empty header before data that look like one",
      rawFile("", new TextEncoder().encode("{}")),
      'the header must be a JSON object and begin with "{". It may be no safetensors file.',
    ],
    ...['[{"w":1}]', '"w"', "12", "null", " {}", "\ufeff{}"].map((header): [string, Uint8Array, string] => [
      `the header ${JSON.stringify(header)}`,
      rawFile(header),
      'the header must be a JSON object and begin with "{". It may be no safetensors file.',
    ]),
    [
      "a header that is not UTF-8",
      rawFile("{  }", 0).map((byte, i) => (i === 9 ? 0xff : byte)),
      "the header must be UTF-8 text. The file may be corrupt.",
    ],
    ...["{", "{}}", "{}\0", '{"w', '{"w\\', '{"w":}', '{"\\x":1}', "{'w':1}", '{"w":NaN}', '{"w":{"a":1,}}'].map(
      (header): [string, Uint8Array, RegExp] => [
        `the header ${JSON.stringify(header)}`,
        rawFile(header),
        /^decodeSafetensors: the header must be JSON; .+\. The file may be corrupt\.$/,
      ],
    ),
    [
      "a name that occurs twice",
      rawFile(`{"w":${JSON.stringify(w)},"w":${JSON.stringify(w)}}`, 16),
      'the keys of the header must be unique; "w" occurs twice.',
    ],
    [
      "a name that occurs twice, spelt differently",
      rawFile(`{"w":${JSON.stringify(w)}, "\\u0077" : ${JSON.stringify(w)}}`, 16),
      'the keys of the header must be unique; "w" occurs twice.',
    ],
    [
      "metadata that occur twice",
      rawFile('{"__metadata__":{"a":"b"},"__metadata__":{}}'),
      'the keys of the header must be unique; "__metadata__" occurs twice.',
    ],
    [
      "__proto__ twice",
      rawFile('{"__proto__":{},"__proto__":{}}'),
      'the keys of the header must be unique; "__proto__" occurs twice.',
    ],
    [
      "a shape given twice",
      rawFile('{"w":{"dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,4]}}', 4),
      'the keys of the header must be unique; "shape" occurs twice.',
    ],
    [
      "a metadata key given twice",
      rawFile('{"__metadata__":{"a":"b","a":"c"}}'),
      'the keys of the header must be unique; "a" occurs twice.',
    ],
    ["deep nesting", rawFile(`{"w":${nested(100_000)}}`), "the header must nest at most 16 levels deep."],
    [
      "metadata that are no object",
      rawFile({ __metadata__: ["a"] }),
      '__metadata__ must be an object of strings; received ["a"].',
    ],
    [
      "a metadata value that is no string",
      rawFile({ __metadata__: { epoch: 3 } }),
      '__metadata__ values must be strings; received 3 for "epoch".',
    ],
    [
      "a metadata value that is an object",
      rawFile({ __metadata__: { a: {} } }),
      '__metadata__ values must be strings; received an object for "a".',
    ],
    [
      "a tensor that is no object",
      rawFile({ w: 3 }),
      'tensor "w": the header must give dtype, shape and data_offsets in an object; received 3.',
    ],
    [
      "a tensor that is a list",
      rawFile({ w: [1] }),
      'tensor "w": the header must give dtype, shape and data_offsets in an object; received [1].',
    ],
    [
      "a tensor that is null",
      rawFile({ w: null }),
      'tensor "w": the header must give dtype, shape and data_offsets in an object; received null.',
    ],
    [
      "an unknown dtype",
      rawFile({ w: entry("F8_E4M3", [1], [0, 1]) }, 1),
      `tensor "w": dtype must be one of ${dtypes}; received "F8_E4M3". The option select leaves a tensor out.`,
    ],
    [
      "a dtype that is a property of objects",
      rawFile({ w: entry("constructor", [1], [0, 1]) }, 1),
      `tensor "w": dtype must be one of ${dtypes}; received "constructor".`,
    ],
    [
      "a missing dtype",
      rawFile({ w: { shape: [1], data_offsets: [0, 4] } }, 4),
      `tensor "w": dtype must be one of ${dtypes}; received undefined.`,
    ],
    [
      "a dtype that is a list with a name in it",
      rawFile({ w: entry(["F32"], [1], [0, 4]) }, 4),
      `tensor "w": dtype must be one of ${dtypes}; received ["F32"].`,
    ],
    [
      "a dtype made to break messages",
      rawFile({ w: entry({ constructor: { name: { toString: 1 } } }, [1], [0, 4]) }, 4),
      `tensor "w": dtype must be one of ${dtypes}; received an object.`,
    ],
    ...(
      [
        ["missing", undefined, "undefined"],
        ["a number", 4, "4"],
        ["an object", { length: 0 }, "an object"],
        ["with a negative extent", [2, -1], "[2, -1]"],
        ["with a fraction", [1.5], "[1.5]"],
        ["with a string", ["2"], '["2"]'],
        ["with null", [null, 2], "[null, 2]"],
        ["with an unsafe extent", [2 ** 53], "[9007199254740992]"],
        ["with a list", [[2]], "a nested list"],
      ] as [string, unknown, string][]
    ).map(([what, shape, shown]): [string, Uint8Array, string] => [
      `a shape ${what}`,
      rawFile({ w: entry("F32", shape, [0, 4]) }, 4),
      `tensor "w": shape must be a list of non-negative integers; received ${shown}.`,
    ]),
    [
      "a shape with minus zero",
      rawFile('{"w":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}'),
      'tensor "w": shape must be a list of non-negative integers; received [0].',
    ],
    [
      "a shape with infinity",
      rawFile('{"w":{"dtype":"F32","shape":[1e999],"data_offsets":[0,0]}}'),
      'tensor "w": shape must be a list of non-negative integers; received [Infinity].',
    ],
    [
      "a shape whose product overflows",
      rawFile({ w: entry("U8", [2 ** 32, 2 ** 32], [0, 0]) }),
      'tensor "w": the extents must multiply to less than 2^53; received [4294967296, 4294967296]. The header is corrupt.',
    ],
    [
      "a product that overflows before a zero",
      rawFile({ w: entry("U8", [2 ** 52, 2 ** 52, 0], [0, 0]) }),
      'tensor "w": the extents must multiply to less than 2^53; received [4503599627370496, 4503599627370496, 0]. The header is corrupt.',
    ],
    ...(
      [
        ["missing", undefined, "undefined"],
        ["of one number", [0], "[0]"],
        ["of three numbers", [0, 4, 8], "[0, 4, 8]"],
        ["below zero", [-4, 0], "[-4, 0]"],
        ["with a fraction", [0.5, 4.5], "[0.5, 4.5]"],
        ["of strings", ["0", "4"], '["0", "4"]'],
        ["beyond 2^53", [2 ** 53, 2 ** 53 + 4], "[9007199254740992, 9007199254740996]"],
      ] as [string, unknown, string][]
    ).map(([what, offsets, shown]): [string, Uint8Array, string] => [
      `data_offsets ${what}`,
      rawFile({ w: entry("F32", [1], offsets) }, 4),
      `tensor "w": data_offsets must be two non-negative integers; received ${shown}.`,
    ]),
    [
      "data_offsets that do not fit the shape",
      rawFile({ w: entry("F32", [2, 3], [0, 16]) }, 16),
      'tensor "w": data_offsets must fit dtype and shape; F32 [2, 3] takes 24 bytes, received [0, 16].',
    ],
    [
      "data_offsets that do not fit the dtype",
      rawFile({ w: entry("F16", [4], [0, 16]) }, 16),
      'tensor "w": data_offsets must fit dtype and shape; F16 [4] takes 8 bytes, received [0, 16].',
    ],
    [
      "data_offsets in the wrong order",
      rawFile({ w: entry("F32", [1], [4, 0]) }, 4),
      'tensor "w": data_offsets must fit dtype and shape; F32 [1] takes 4 bytes, received [4, 0].',
    ],
    [
      "a truncated file",
      rawFile({ w }, 15),
      'tensor "w": the data must lie inside the file; they end at byte 16, the file holds 15 bytes of data. It may be truncated.',
    ],
    [
      "a tensor past the end",
      rawFile({ w, v: entry("F32", [1], [16, 20]) }, 16),
      'tensor "v": the data must lie inside the file; they end at byte 20, the file holds 16 bytes of data. It may be truncated.',
    ],
    [
      "an empty tensor past the end",
      rawFile({ w, v: entry("F32", [0], [20, 20]) }, 16),
      'tensor "v": the data must lie inside the file; they end at byte 20, the file holds 16 bytes of data. It may be truncated.',
    ],
    [
      "tensors that overlap",
      rawFile({ w, v: entry("F32", [2], [12, 20]) }, 20),
      'tensor "v": the data must not overlap others; they begin at byte 12, the ones before end at byte 16.',
    ],
    [
      "two tensors over the same bytes",
      rawFile({ w, v: w }, 16),
      'tensor "v": the data must not overlap others; they begin at byte 0, the ones before end at byte 16.',
    ],
    [
      "an empty tensor inside another",
      rawFile({ w, v: entry("F32", [0], [4, 4]) }, 16),
      'tensor "v": the data must not overlap others; they begin at byte 4, the ones before end at byte 16.',
    ],
    [
      "a hole between tensors",
      rawFile({ w, v: entry("F32", [1], [20, 24]) }, 24),
      'tensor "v": the data must leave no gap; they begin at byte 20, the ones before end at byte 16.',
    ],
    [
      "a hole at the beginning",
      rawFile({ w: entry("F32", [1], [4, 8]) }, 8),
      'tensor "w": the data must leave no gap; they begin at byte 4, the ones before end at byte 0.',
    ],
    [
      "bytes left over at the end",
      rawFile({ w }, 17),
      "the tensors must cover all data; they end at byte 16, the file holds 17 bytes of data.",
    ],
    [
      "data without tensors",
      rawFile({}, 1),
      "the tensors must cover all data; they end at byte 0, the file holds 1 bytes of data.",
    ],
  ];

  test.each(cases)("%s", (_, file, message) => {
    expect(() => decodeSafetensors(file)).toThrow(
      typeof message === "string" ? new DataError(`decodeSafetensors: ${message}`) : message,
    );
    expect(() => decodeSafetensors(file)).toThrow(DataError);
  });

  test("long and strange names only in short", () => {
    const name = "n".repeat(100_000);
    expect(() => decodeSafetensors(rawFile({ [name]: 1 }))).toThrow(`tensor "${"n".repeat(57)}...": the header must`);
  });

  test("what is not bytes", () => {
    expect(() => decodeSafetensors("model.safetensors" as never)).toThrow(
      new ArgumentError(
        'decodeSafetensors: bytes must be a Uint8Array or an ArrayBuffer; received "model.safetensors". Read the file first.',
      ),
    );
  });

  test("a header above the limit of the caller", () => {
    const file = rawFile({ w }, 16);
    const length = file.length - 24;
    expect(decodeSafetensors(file, { maxHeaderBytes: length }).tensors.size).toBe(1);
    expect(() => decodeSafetensors(file, { maxHeaderBytes: length - 1, subject: "upload" })).toThrow(
      `upload: the header must be at most ${length - 1} bytes long; the file says ${length}.`,
    );
    expect(() => decodeSafetensors(file, { maxHeaderBytes: -1 })).toThrow(
      new ArgumentError("decodeSafetensors: maxHeaderBytes must be a non-negative integer; received -1."),
    );
  });
});

describe("decodeSafetensors accepts", () => {
  test("white space, fields unknown here and tensors in any order", () => {
    const header = ' {"dtype": "F32", "note": {"by": ["x"]}, "shape": [1], "data_offsets": [4, 8]}';
    const file = rawFile(`{ "b" :${header},\n\t"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}\n  `, 8);
    expect([...decodeSafetensors(file).tensors.keys()]).toEqual(["b", "a"]);
  });

  test("strings that look like structure, and equal keys in different objects", () => {
    const text = '"{[:,]}\\';
    const file = rawFile({ __metadata__: { a: text, [text]: "a", dtype: ":" }, a: entry("U8", [], [0, 1]) }, 1);
    const { tensors, metadata } = decodeSafetensors(file);
    expect([...tensors.keys()]).toEqual(["a"]);
    expect({ ...metadata }).toEqual({ a: text, [text]: "a", dtype: ":" });
  });

  test("__proto__ as a name and in metadata, without touching any prototype", () => {
    const json = JSON.stringify(entry("F32", [1], [0, 4]));
    const file = rawFile(`{"__metadata__":{"__proto__":"polluted"},"__proto__":${json}}`, 4);
    const { tensors, metadata } = decodeSafetensors(file);
    expect([...tensors.keys()]).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(metadata)).toBe(null);
    expect(Object.entries(metadata)).toEqual([["__proto__", "polluted"]]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

describe("encodeSafetensors refuses", () => {
  const x = tensor([1]);
  const cases: [string, () => unknown, string][] = [
    [
      "a name that occurs twice",
      () =>
        encodeSafetensors([
          ["w", x],
          ["w", x],
        ]),
      'names must be unique; received "w" twice.',
    ],
    [
      "the reserved name",
      () => encodeSafetensors({ __metadata__: x }),
      'the name "__metadata__" is reserved. Rename the tensor.',
    ],
    [
      "half a surrogate pair in a name",
      () => encodeSafetensors({ "a\ud800": x }),
      'a name must be a string of whole Unicode characters; received "a\\ud800".',
    ],
    [
      "a name that is no string",
      () => encodeSafetensors([[1, x]] as never),
      "a name must be a string of whole Unicode characters; received 1.",
    ],
    ["what is no tensor", () => encodeSafetensors({ w: [1, 2] } as never), '"w" must be a Tensor; received [1, 2].'],
    [
      "nothing",
      () => encodeSafetensors(undefined as never),
      "tensors must be a Map, pairs or an object of tensors; received undefined.",
    ],
    [
      "metadata that are no strings",
      () => encodeSafetensors({}, { epoch: 3 } as never),
      'the metadata of "epoch" must be a string of whole Unicode characters; received 3.',
    ],
    [
      "half a surrogate pair in a metadata key",
      () => encodeSafetensors({}, { "\udc00": "" }),
      'a metadata key must be a string of whole Unicode characters; received "\\udc00".',
    ],
    [
      "a header above the limit of the format",
      () => encodeSafetensors({}, { a: "x".repeat(100_000_000) }),
      "names and metadata must fit a header of 100000000 bytes; received 100000025.",
    ],
  ];

  test.each(cases)("%s", (_, encode, message) => {
    expect(encode).toThrow(new ArgumentError(`encodeSafetensors: ${message}`));
  });
});
