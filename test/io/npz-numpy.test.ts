// Archives that NumPy and SciPy wrote: text, dates, complex numbers and objects beside numbers; and limits.

import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../src/errors.js";
import { arrayToTensor, encodeNpy } from "../../src/io/index.js";
import { decodeNpz, encodeNpz } from "../../src/io/npz.js";
import { tensor } from "../../src/tensor/tensor.js";

/** numpy 2.4.6, savez_compressed. */
const mixed =
  "UEsDBC0AAAAIAAAAIQCayqvn//////////8FABQAeC5ucHkBABAAiAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6" +
  "Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC4GhgZ7BgYGBwBQSwMELQAAAAgAAAAhAMBDEgT//////////woAFABsYWJl" +
  "bHMubnB5AQAQAKgAAAAAAAAAWwAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuE2qqrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+R" +
  "pGOpo6CrUKFACuZAYGhkQgLmFAgBQg/gbEeUCcCsRFQAwAUEsDBC0AAAAIAAAAIQAWJna2//////////8HABQAcmF3Lm5weQEAEACGAAAAAAAA" +
  "AEoAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXhNsrK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQArkQGhqTkFA" +
  "BQSwMELQAAAAgAAAAhADJpVSz//////////wsAFABvYmplY3RzLm5weQEAEAAfAQAAAAAAAM0AAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWg" +
  "XuOvrqOgnpZfVFKUmBefX5SSChJ2S8wpTgWKF2ckFqQC+RpGOpo6CrUKlACuBpapUxggoEcsrzS3oFIvPjm/KFUvtzSnJDOxqCixckoPT3xRan" +
  "J+XnFJUWlyyZTJU3pYwSqn9LDnpUCUTJ7izdA6xZkxaUr7lKApGt6M3kytUzKYe1hTSioLUkFamPwtpnR2QGSZexhrpvj5+Xn9BwIw4W1fMiWp" +
  "M3aKRu2UHsbEKd6MxX6pQBE9AFBLAwQtAAAACAAAACEAbbG8N///////////CwAUAHJlY29yZHMubnB5AQAQAIgAAAAAAAAAWgAAAAAAAACb7B" +
  "fqGxDJyFDGUK2eklqcXKRupRCtoZ6orqOgbpNpoq6po6ChngTmpQF5sUBGWn5RSVFiXnx+UUoqSLlbYk5xKlC8OCOxIBXI1zDUAeqqVSAGcDEy" +
  "gICCAwBQSwMELQAAAAgAAAAhALX/pUP//////////wgAFABkYXlzLm5weQEAEACQAAAAAAAAAE0AAAAAAAAAm+wX6hsQychQxlCtnpJanFykbq" +
  "WgbuNrEe0Sq66joJ6WX1RSlJgXn1+UkgqSckvMKU4FihdnJBakAvkaRjqaOgq1CuQCrnB3BmTQAABQSwMELQAAAAgAAAAhAJxKaIb/////////" +
  "/wkAFABzcGFucy5ucHkBABAAiAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaxGdWxyrrqOgnpZfVFKUmBefX5SSCpJzS8" +
  "wpTgWKF2ckFqQC+RqGOpo6CrUKZAIuZgYIAABQSwMELQAAAAgAAAAhAG85Yd3//////////wUAFAB6Lm5weQEAEADgAAAAAAAAAGQAAAAAAAAA" +
  "m+wX6hsQychQxlCtnpJanFykbqWgbpNsaKauo6Cell9UUpSYF59flJIKkggpKk0FChdnJBakArkaxjoKRpo6CrUKZAMuBjD4YA+hGRwglACURg" +
  "cSUHEONHkRKP/DfggtA5cHAFBLAwQtAAAACAAAACEA5FvQfv//////////BQAUAHQubnB5AQAQAJAAAAAAAAAAUQAAAAAAAACb7BfqGxDJyFDG" +
  "UK2eklqcXKRupaBuE2qorqOgnpZfVFKUmBefX5SSChIPKSpNBQoXZyQWpAK5GkY6CkaaOgq1CuQDrkQGBoZkIE4C4hQgBgBQSwMELQAAAAgAAA" +
  "AhAFepICr//////////wgAFABoYWxmLm5weQEAEACEAAAAAAAAAEgAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmpK6joJ6WX1RSlJgX" +
  "n1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALgaL/78BUEsDBC0AAAAIAAAAIQDW8lL4//////////8HABQAYmlnLm5weQEAEACIAAAAAA" +
  "AAAEkAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpdmoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjqaOgq1ChQALvsfDGAA" +
  "AFBLAwQtAAAACAAAACEAIhbaIf//////////CAAUAHdpZGUubnB5AQAQAJAAAAAAAAAATgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuF2" +
  "qkrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuBgaGlwwQkAjESQBQSwMELQAAAAgAAAAhAAzH1Fn//////////woA" +
  "FABzY2FsYXIubnB5AQAQAIwAAAAAAAAASwAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuE2qsrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2" +
  "ckFqQC+RqaOgq1ChQBrnwGBoY8IE4FYgBQSwMELQAAAAgAAAAhAIWJrFz//////////wgAFABsb25nLm5weQEAEACQAAAAAAAAAFEAAAAAAAAA" +
  "m+wX6hsQychQxlCtnpJanFykbqWgbpNmaKauo6Cell9UUpSYF59flJIKknBLzClOBYoXZyQWpAL5GoY6mjoKtQrkAy4GCDjw3/56zPF6BgYAUE" +
  "sDBC0AAAAIAAAAIQCz17zU//////////8IABQAbm9uZS5ucHkBABAAgAAAAAAAAABEAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG4Taqiu" +
  "o6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GgY6mjoKtQoUAC4AUEsBAi0DLQAAAAgAAAAhAJrKq+dMAAAAiAAAAAUAAAAAAAAAAAAAAI" +
  "ABAAAAAHgubnB5UEsBAi0DLQAAAAgAAAAhAMBDEgRbAAAAqAAAAAoAAAAAAAAAAAAAAIABgwAAAGxhYmVscy5ucHlQSwECLQMtAAAACAAAACEA" +
  "FiZ2tkoAAACGAAAABwAAAAAAAAAAAAAAgAEaAQAAcmF3Lm5weVBLAQItAy0AAAAIAAAAIQAyaVUszQAAAB8BAAALAAAAAAAAAAAAAACAAZ0BAA" +
  "BvYmplY3RzLm5weVBLAQItAy0AAAAIAAAAIQBtsbw3WgAAAIgAAAALAAAAAAAAAAAAAACAAacCAAByZWNvcmRzLm5weVBLAQItAy0AAAAIAAAA" +
  "IQC1/6VDTQAAAJAAAAAIAAAAAAAAAAAAAACAAT4DAABkYXlzLm5weVBLAQItAy0AAAAIAAAAIQCcSmiGTAAAAIgAAAAJAAAAAAAAAAAAAACAAc" +
  "UDAABzcGFucy5ucHlQSwECLQMtAAAACAAAACEAbzlh3WQAAADgAAAABQAAAAAAAAAAAAAAgAFMBAAAei5ucHlQSwECLQMtAAAACAAAACEA5FvQ" +
  "flEAAACQAAAABQAAAAAAAAAAAAAAgAHnBAAAdC5ucHlQSwECLQMtAAAACAAAACEAV6kgKkgAAACEAAAACAAAAAAAAAAAAAAAgAFvBQAAaGFsZi" +
  "5ucHlQSwECLQMtAAAACAAAACEA1vJS+EkAAACIAAAABwAAAAAAAAAAAAAAgAHxBQAAYmlnLm5weVBLAQItAy0AAAAIAAAAIQAiFtohTgAAAJAA" +
  "AAAIAAAAAAAAAAAAAACAAXMGAAB3aWRlLm5weVBLAQItAy0AAAAIAAAAIQAMx9RZSwAAAIwAAAAKAAAAAAAAAAAAAACAAfsGAABzY2FsYXIubn" +
  "B5UEsBAi0DLQAAAAgAAAAhAIWJrFxRAAAAkAAAAAgAAAAAAAAAAAAAAIABggcAAGxvbmcubnB5UEsBAi0DLQAAAAgAAAAhALPXvNREAAAAgAAA" +
  "AAgAAAAAAAAAAAAAAIABDQgAAG5vbmUubnB5UEsFBgAAAAAPAA8AKgMAAIsIAAAAAA==";
/** scipy 1.17.1, sparse.save_npz of [[0, 1.5], [2, 0]] in CSR. */
const sparse =
  "UEsDBC0AAAAIAAAAIQCAMaOH//////////8LABQAaW5kaWNlcy5ucHkBABAAiAAAAAAAAABIAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG" +
  "6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC5GBggAAFBLAwQtAAAACAAAACEAAuy9qf//////////CgAUAGlu" +
  "ZHB0ci5ucHkBABAAjAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpA" +
  "L5GsY6mjoKtQoUAC4GIGAEYiYgBgBQSwMELQAAAAgAAAAhAKPDdJf//////////woAFABmb3JtYXQubnB5AQAQAIMAAAAAAAAARQAAAAAAAACb" +
  "7BfqGxDJyFDGUK2eklqcXKRupaBeE2ysrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBruTiIgBQSwMELQAAAAgAAAAhAP" +
  "5I1MD//////////wkAFABzaGFwZS5ucHkBABAAkAAAAAAAAABJAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59f" +
  "lJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC4mBgiA0QBQSwMELQAAAAgAAAAhAJAbfaz//////////wgAFABkYXRhLm5weQEAEACQAAAAAA" +
  "AAAEwAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALgYw+GEP" +
  "oRkcAFBLAQItAy0AAAAIAAAAIQCAMaOHSAAAAIgAAAALAAAAAAAAAAAAAACAAQAAAABpbmRpY2VzLm5weVBLAQItAy0AAAAIAAAAIQAC7L2pTA" +
  "AAAIwAAAAKAAAAAAAAAAAAAACAAYUAAABpbmRwdHIubnB5UEsBAi0DLQAAAAgAAAAhAKPDdJdFAAAAgwAAAAoAAAAAAAAAAAAAAIABDQEAAGZv" +
  "cm1hdC5ucHlQSwECLQMtAAAACAAAACEA/kjUwEkAAACQAAAACQAAAAAAAAAAAAAAgAGOAQAAc2hhcGUubnB5UEsBAi0DLQAAAAgAAAAhAJAbfa" +
  "xMAAAAkAAAAAgAAAAAAAAAAAAAAIABEgIAAGRhdGEubnB5UEsFBgAAAAAFAAUAFgEAAJgCAAAAAA==";
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

describe("what NumPy wrote", () => {
  const arrays = decodeNpz(bytesOf(mixed));

  test.each<[string, object]>([
    ["x", { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) }],
    ["labels", { dtype: "string", shape: [2], data: ["cat", "d\u00f6ner"] }],
    ["raw", { dtype: "string", shape: [2], data: ["a", "bcd"] }],
    ["wide", { dtype: "string", shape: [2], data: ["\u00e9", "ab"] }],
    ["scalar", { dtype: "string", shape: [], data: ["one"] }],
    ["none", { dtype: "string", shape: [0], data: [] }],
    ["t", { dtype: "string", shape: [2, 2], data: ["a", "b", "c", "d"] }],
    ["z", { dtype: "float64", shape: [3, 2, 2], data: Float64Array.of(1, 2, 3, 0, 4, 0, 5, -1, 0, 6, 7, 0) }],
    ["days", { dtype: "int64", shape: [2], data: BigInt64Array.of(18_263n, -(2n ** 63n)), unit: "D" }],
    ["spans", { dtype: "int64", shape: [1], data: BigInt64Array.of(3n), unit: "ms" }],
    ["half", { dtype: "float32", shape: [2], data: Float32Array.of(0.5, -65_504) }],
    ["big", { dtype: "float64", shape: [1], data: Float64Array.of(1.5) }],
  ])("%s", (name, expected) => expect(arrays.get(name)).toEqual(expected));

  test("objects, records and long doubles are left out, and said to be", () => {
    expect([...arrays.leftOut.keys()].sort()).toEqual(["long", "objects", "records"]);
    expect(arrays.leftOut.get("objects")).toContain('array "objects": descr must be a bool, an integer, a float');
    expect(() => decodeNpz(bytesOf(mixed), { select: ["x", "objects"] })).toThrow(DataError);
    expect([...decodeNpz(bytesOf(mixed), { select: (name) => name === "x" }).keys()]).toEqual(["x"]);
    expect([...decodeNpz(bytesOf(mixed), { select: ["days", "x"] }).keys()].sort()).toEqual(["days", "x"]);
    expect(() => decodeNpz(bytesOf(mixed), { select: ["y"] })).toThrow('the archive must hold "y"');
    expect(() => decodeNpz(bytesOf(mixed), { select: "x" as never })).toThrow(ArgumentError);
  });

  test("a sparse matrix of SciPy", () => {
    const parts = decodeNpz(bytesOf(sparse));
    expect(parts.get("format")).toEqual({ dtype: "string", shape: [], data: ["csr"] });
    expect(parts.get("data")?.data).toEqual(Float64Array.of(1.5, 2));
    expect([...(parts.get("indices")?.data ?? [])].map(Number)).toEqual([1, 0]);
  });

  test("text is not a tensor", () => {
    expect(() => arrayToTensor(arrays.get("labels") as never)).toThrow(ArgumentError);
  });
});

describe("limits", () => {
  test("an archive that expands beyond measure is refused before it is inflated", () => {
    const zeros = encodeNpz({ x: tensor(new Float32Array(2 ** 25)) }, { compress: true });
    const before = process.memoryUsage().arrayBuffers;
    expect(() => decodeNpz(zeros)).toThrow(/the archive must hold at most 67108864 bytes; it holds 134217856/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 22);
    expect(() => decodeNpz(zeros, { maxBytes: 1000 })).toThrow(DataError);
    expect(() => decodeNpz(zeros, { maxBytes: -1 })).toThrow(ArgumentError);
  });

  test("what is not selected counts for nothing, not even as an npy file", () => {
    const file = zipSync({
      "x.npy": encodeNpy(tensor([1, 2])),
      "zeros.npy": new Uint8Array(2 ** 22),
      "readme.txt": new Uint8Array(3),
    });
    expect(() => decodeNpz(file)).toThrow(DataError);
    expect(decodeNpz(file, { select: ["x"], maxBytes: 200 }).get("x")?.data).toEqual(Float32Array.of(1, 2));
  });
});
