// PNG files written by hand with Node's zlib, in every colour type; round trips; and files that are broken.

import { deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { encode as encodeReference } from "fast-png";
import { describe, expect, test } from "vitest";
import { ArgumentError, DataError, ShapeError } from "../../src/errors.js";
import { crc32 } from "../../src/io/crc.js";
import { decodePng, encodePng, type PngImage } from "../../src/io/png.js";
import { tensor } from "../../src/tensor/tensor.js";

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function chunk(type: string, data: Uint8Array | readonly number[] = []): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), Uint8Array.from(data)]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

function ihdr(width: number, height: number, depth: number, colorType: number, methods = [0, 0, 0]): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colorType, ...methods], 8);
  return chunk("IHDR", data);
}

/** `lines`: for each row its filter and its bytes. */
function png(head: Buffer, lines: readonly (readonly number[])[], ...before: Buffer[]): Uint8Array {
  const pixels = chunk("IDAT", deflateSync(Uint8Array.from(lines.flat())));
  return new Uint8Array(Buffer.concat([signature, head, ...before, pixels, chunk("IEND")]));
}

describe("reads", () => {
  test("grey of 1, 2, 4, 8 and 16 bits", () => {
    const read = (depth: number, ...lines: number[][]) => [...decodePng(png(ihdr(3, 2, depth, 0), lines)).data];
    expect(read(1, [0, 0b101_00000], [0, 0b010_00000])).toEqual([255, 0, 255, 0, 255, 0]);
    expect(read(2, [0, 0b00_01_10_00], [0, 0b11_00_00_00])).toEqual([0, 85, 170, 255, 0, 0]);
    expect(read(4, [0, 0x0f, 0x80], [0, 0x12, 0x30])).toEqual([0, 255, 136, 17, 34, 51]);
    expect(read(8, [0, 1, 2, 3], [0, 4, 5, 6])).toEqual([1, 2, 3, 4, 5, 6]);
    const wide = decodePng(
      png(ihdr(1, 2, 16, 0), [
        [0, 1, 2],
        [0, 0xff, 0xfe],
      ]),
    );
    expect(wide).toEqual({ dtype: "uint16", shape: [2, 1, 1], data: Uint16Array.of(0x0102, 0xfffe) });
  });

  test("RGB, alpha, filters", () => {
    expect(decodePng(png(ihdr(2, 1, 8, 2), [[1, 1, 2, 3, 1, 1, 1]]))).toEqual({
      dtype: "uint8",
      shape: [1, 2, 3],
      data: Uint8Array.of(1, 2, 3, 2, 3, 4),
    });
    expect(decodePng(png(ihdr(1, 1, 8, 6), [[0, 9, 8, 7, 6]])).shape).toEqual([1, 1, 4]);
    expect(
      decodePng(
        png(ihdr(1, 2, 8, 4), [
          [0, 9, 8],
          [2, 1, 1],
        ]),
      ).data,
    ).toEqual(Uint8Array.of(9, 8, 10, 9));
  });

  test("palettes, with and without transparency", () => {
    const palette = chunk("PLTE", [255, 0, 0, 0, 255, 0]);
    const lines = [[0, 0b01_000000]];
    expect(decodePng(png(ihdr(2, 1, 1, 3), lines, palette))).toEqual({
      dtype: "uint8",
      shape: [1, 2, 3],
      data: Uint8Array.of(255, 0, 0, 0, 255, 0),
    });
    expect(decodePng(png(ihdr(2, 1, 1, 3), lines, palette, chunk("tRNS", [7]))).data).toEqual(
      Uint8Array.of(255, 0, 0, 7, 0, 255, 0, 255),
    );
  });

  test("a transparent colour becomes alpha", () => {
    const grey = decodePng(png(ihdr(2, 1, 8, 0), [[0, 5, 6]], chunk("tRNS", [0, 6])));
    expect(grey).toEqual({ dtype: "uint8", shape: [1, 2, 2], data: Uint8Array.of(5, 255, 6, 0) });
    const rgb = decodePng(png(ihdr(1, 1, 8, 2), [[0, 1, 2, 3]], chunk("tRNS", [0, 1, 0, 2, 0, 3])));
    expect([...rgb.data]).toEqual([1, 2, 3, 0]);
    const bit = decodePng(png(ihdr(2, 1, 1, 0), [[0, 0b10_000000]], chunk("tRNS", [0, 1])));
    expect([...bit.data]).toEqual([255, 0, 0, 255]);
  });

  test("interlaced pictures", () => {
    const data = Uint8Array.from({ length: 9 * 7 * 3 }, (_, i) => (i * 37) % 256);
    const file = encodeReference({ width: 9, height: 7, channels: 3, depth: 8, data }, { interlace: "Adam7" });
    expect(decodePng(file).data).toEqual(data);
  });

  test("past chunks that say other things, and several IDAT", () => {
    const bomb = chunk("iCCP", [...Buffer.from("x\0\0"), ...deflateSync(new Uint8Array(1_000_000))]);
    const pixels = deflateSync(Uint8Array.of(0, 42));
    const file = Buffer.concat([
      signature,
      ihdr(1, 1, 8, 0),
      bomb,
      chunk("tEXt", [...Buffer.from("Comment\0hello")]),
      chunk("IDAT", pixels.subarray(0, 3)),
      chunk("IDAT", pixels.subarray(3)),
      chunk("IEND"),
    ]);
    expect([...decodePng(file).data]).toEqual([42]);
  });
});

const one = [[0, 42]];
const small = png(ihdr(1, 1, 8, 0), one);

describe("refuses, saying what and why", () => {
  const flipped = small.slice();
  flipped[20] = 9;
  const cases: [string, Uint8Array, string][] = [
    ["no PNG", Uint8Array.of(1, 2, 3), "does not begin with the signature of PNG."],
    ["half a file", small.subarray(0, 50), "The file is truncated."],
    ["no end", small.subarray(0, small.length - 12), "the file ends before its last chunk, IEND."],
    ["a flipped bit", flipped, 'the checksum of chunk "IHDR" is wrong.'],
    [
      "no header",
      new Uint8Array(Buffer.concat([signature, chunk("IDAT"), chunk("IEND")])),
      "IHDR must be the first chunk",
    ],
    ["a header twice", png(ihdr(1, 1, 8, 0), one, ihdr(1, 1, 8, 0)), "IHDR must be the first chunk, and occur once."],
    ["a chunk that matters and is not known", png(ihdr(1, 1, 8, 0), one, chunk("ABCD")), "must not be ignored"],
    ["an unknown colour type", png(ihdr(1, 1, 8, 5), one), "8 bits of colour type 5"],
    ["3 bits", png(ihdr(1, 1, 3, 0), one), "3 bits of colour type 0"],
    ["no width", png(ihdr(0, 1, 8, 0), one), "received 0 x 1"],
    ["a size that the data do not have", png(ihdr(4096, 4096, 16, 6), one), "received 2."],
    ["a row too many", png(ihdr(1, 1, 8, 0), [...one, ...one]), "the pixels take 2 bytes; there are more."],
    ["a row too few", png(ihdr(1, 2, 8, 0), one), "the pixels take 4 bytes; received 2."],
    ["an unknown filter", png(ihdr(1, 1, 8, 0), [[9, 1]]), "the file is broken (Unsupported filter: 9)."],
    ["a palette that is missing", png(ihdr(1, 1, 8, 3), one), "the file is broken"],
    ["a colour beyond the palette", png(ihdr(1, 1, 8, 3), one, chunk("PLTE", [1, 2, 3])), "the file is broken"],
    ["a transparent colour of the wrong kind", png(ihdr(1, 1, 8, 0), one, chunk("tRNS", [1])), "the file is broken"],
    [
      "small samples interlaced",
      png(ihdr(1, 1, 1, 0, [0, 0, 1]), one),
      "must have 8 or 16 bits per sample; received 1.",
    ],
  ];
  test.each(cases)("%s", (_, file, message) => {
    expect(() => decodePng(file)).toThrow(DataError);
    expect(() => decodePng(file)).toThrow(message);
  });
});

describe("writes", () => {
  test("what another decoder finds in the file", () => {
    const file = Buffer.from(encodePng({ dtype: "uint8", shape: [1, 2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) }));
    expect(file.subarray(0, 33)).toEqual(Buffer.concat([signature, ihdr(2, 1, 8, 2)]));
    const length = file.readUInt32BE(33);
    expect([...inflateSync(file.subarray(41, 41 + length))]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test("any picture, which comes back", () => {
    const pictures = fc
      .record({
        height: fc.integer({ min: 1, max: 5 }),
        width: fc.integer({ min: 1, max: 5 }),
        channels: fc.integer({ min: 1, max: 4 }),
        wide: fc.boolean(),
      })
      .chain(({ height, width, channels, wide }) => {
        const count = height * width * channels;
        return fc.array(fc.nat(wide ? 65_535 : 255), { minLength: count, maxLength: count }).map((values): PngImage => {
          const shape = [height, width, channels];
          return wide
            ? { dtype: "uint16", shape, data: Uint16Array.from(values) }
            : { dtype: "uint8", shape, data: Uint8Array.from(values) };
        });
      });
    fc.assert(
      fc.property(pictures, (picture) => {
        expect(decodePng(encodePng(picture))).toEqual(picture);
      }),
      { seed: 1 },
    );
  });

  test("a tensor of values from 0 to 1", () => {
    expect(decodePng(encodePng(tensor([[0, 0.5, 1]])))).toEqual({
      dtype: "uint8",
      shape: [1, 3, 1],
      data: Uint8Array.of(0, 128, 255),
    });
  });

  test.each<[string, () => unknown, new () => Error]>([
    ["a picture must have shape", () => encodePng(tensor([1])), ShapeError],
    ["a picture must have shape", () => encodePng(tensor([[[1, 1, 1, 1, 1]]])), ShapeError],
    ["must be numbers in [0, 1]; received 1.5 at index 1.", () => encodePng(tensor([[0, 1.5]])), ArgumentError],
    ["received NaN", () => encodePng(tensor([[Number.NaN]])), ArgumentError],
    ["samples must be uint8, uint16", () => encodePng(tensor([[1]], { dtype: "int32" })), ArgumentError],
  ])("and refuses: %s", (message, call, type) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});

describe("limits", () => {
  test("a picture of too many pixels is refused before it is decompressed", () => {
    const big = png(ihdr(2 ** 15, 2 ** 11, 8, 0), one);
    expect(() => decodePng(big)).toThrow(
      "a picture must have at most 16777216 pixels; received 32768 x 2048. The option maxPixels allows more.",
    );
    expect(() => decodePng(big, { maxPixels: 2 ** 26 })).toThrow("the pixels take 67110912 bytes");
    expect(decodePng(small, { maxPixels: 1 }).shape).toEqual([1, 1, 1]);
    expect(() => decodePng(small, { maxPixels: 0 })).toThrow(ArgumentError);
  });

  test("the checksum of the pixels is checked, its bytes in one chunk or in several", () => {
    const data = deflateSync(Buffer.from([0, 7]));
    const picture = (...parts: Uint8Array[]) =>
      Uint8Array.from(
        Buffer.concat([
          Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
          ihdr(1, 1, 8, 0),
          ...parts.map((part) => chunk("IDAT", [...part])),
          chunk("IEND", []),
        ]),
      );
    const at = data.length - 2;
    expect(decodePng(picture(data)).data).toEqual(Uint8Array.of(7));
    expect(decodePng(picture(data.subarray(0, at), data.subarray(at))).data).toEqual(Uint8Array.of(7));
    for (let bit = 0; bit < 32; bit++) {
      const wrong = Buffer.from(data);
      const byte = data.length - 4 + (bit >> 3);
      wrong[byte] = (wrong[byte] as number) ^ (1 << (bit & 7));
      expect(() => decodePng(picture(wrong)), String(bit)).toThrow("the checksum of the pixels is wrong");
    }
  });
});
