// Tables as text: quoting, headers, what is refused, and numbers that come back to the bit.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, DataError, ShapeError } from "../../src/errors.js";
import { decodeCsv, encodeCsv, tableToTensor } from "../../src/io/csv.js";
import { Tensor, tensor } from "../../src/tensor/tensor.js";
import { bitsOf } from "./raw-file.js";

describe("decodeCsv", () => {
  test("names columns by the first line", () => {
    expect(decodeCsv("length,width\r\n5.1,3.5\r\n4.9,3\r\n")).toEqual({
      columns: ["length", "width"],
      rows: [
        ["5.1", "3.5"],
        ["4.9", "3"],
      ],
    });
  });

  test("quotes, empty lines, comments, a byte order mark", () => {
    const text = '\ufeffname;note\n# made by hand\n"a;b";"say ""yes""\nor no"\n\n;x';
    expect(decodeCsv(text, { comment: "#" })).toEqual({
      columns: ["name", "note"],
      rows: [
        ["a;b", 'say "yes"\nor no'],
        ["", "x"],
      ],
    });
    expect(decodeCsv(new TextEncoder().encode(text), { comment: "#" }).columns[0]).toBe("name");
  });

  test("without a header, with a given delimiter", () => {
    expect(decodeCsv("1:2\n3:4", { header: false, delimiter: ":" })).toEqual({
      columns: ["0", "1"],
      rows: [
        ["1", "2"],
        ["3", "4"],
      ],
    });
    expect(decodeCsv("")).toEqual({ columns: [], rows: [] });
  });

  test.each<[string, () => unknown, new () => Error]>([
    [
      'every row must have 2 fields; row 2 (line 3) has 3: ["3", "4", "5"].',
      () => decodeCsv("a,b\n1,2\n3,4,5"),
      DataError,
    ],
    ["a quote must be closed; that of field 1 in line 2 is not.", () => decodeCsv('a,b\n"1,2'), DataError],
    ["must follow a closing quote; that of field 2 in line 3 is not.", () => decodeCsv('a,b\n"1\n",":"2'), DataError],
    ['columns must have names of their own; received "a" twice.', () => decodeCsv("a,a\n1,2"), DataError],
    ["the bytes must be text in UTF-8", () => decodeCsv(Uint8Array.of(0x61, 0xff)), DataError],
    ["the source must be a string or a Uint8Array; received 3.", () => decodeCsv(3 as never), ArgumentError],
    ["delimiter must be one character", () => decodeCsv("a", { delimiter: "\n" }), ArgumentError],
    ["comment must be a text", () => decodeCsv("a", { comment: "" }), ArgumentError],
    ["options must be an object with header", () => decodeCsv("a", { headers: true } as object), ArgumentError],
  ])("refuses: %s", (message, call, type) => {
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});

describe("tableToTensor", () => {
  const table = decodeCsv("x,class,y\n1,a,-2e3\n .5 ,b,Infinity");

  test("takes the columns named, in that order", () => {
    expect(tableToTensor(table, { columns: ["y", "x"] }).toArray()).toEqual([
      [-2000, 1],
      [Infinity, 0.5],
    ]);
  });

  test("refuses what is no number, unless told what stands for it", () => {
    expect(() => tableToTensor(table)).toThrow(
      new DataError(
        'tableToTensor: a field must be a number; received "a" in row 1 (line 2), column "class". The option missing stands in for such fields.',
      ),
    );
    expect(tableToTensor(table, { columns: ["class"], missing: Number.NaN }).toArray()).toEqual([
      [Number.NaN],
      [Number.NaN],
    ]);
    for (const field of ["", "0x10", "1 2", "1,5", "1e", "--1", "true"]) {
      expect(() => tableToTensor({ columns: ["a"], rows: [[field]] }), field).toThrow(DataError);
    }
  });

  test("refuses an unknown column", () => {
    expect(() => tableToTensor(table, { columns: ["z"] })).toThrow(
      'a column must be one of "x", "class", "y"; received "z"; did you mean "x"?',
    );
  });
});

describe("encodeCsv", () => {
  test("quotes what needs it", () => {
    const text = encodeCsv({
      columns: ["a", 'b "c"'],
      rows: [
        ["x,y", 1],
        ["line\nbreak", Number.NaN],
      ],
    });
    expect(text).toBe('a,"b ""c"""\r\n"x,y",1\r\n"line\nbreak",NaN\r\n');
  });

  test("writes the shortest number that reads back", () => {
    expect(encodeCsv(tensor([[0.1, 1 / 3, 16777217, -0]]), { columns: ["a", "b", "c", "d"] })).toBe(
      "a,b,c,d\r\n0.1,0.333333,16777216,-0\r\n".replace(
        "0.333333,",
        `${String(Number(Math.fround(1 / 3).toPrecision(8)))},`,
      ),
    );
  });

  test("any tensor comes back to the bit", () => {
    const values = fc.array(fc.float({ noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(values, (numbers) => {
        const given = new Tensor(Float32Array.from(numbers), [2, 3]);
        const read = tableToTensor(decodeCsv(encodeCsv(given), { header: false, delimiter: "," }));
        expect(read.shape).toEqual([2, 3]);
        expect(bitsOf(read)).toEqual(bitsOf(given));
      }),
      { seed: 1 },
    );
  });

  test("any texts come back", () => {
    const field = fc.oneof(
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.constantFrom('"', "\n", "\r", ",", ";", "'", " "),
    );
    const rows = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, (given) => {
        const full = given.map(([a, b]) => [`-${a}`, b]);
        const text = encodeCsv({ columns: ["a", "b"], rows: full });
        expect(decodeCsv(text, { delimiter: "," }).rows).toEqual(full);
      }),
      { seed: 1 },
    );
  });

  test("refuses rows of different lengths, and tensors that are no table", () => {
    expect(() => encodeCsv({ rows: [["a"], ["b", "c"]] })).toThrow(ShapeError);
    expect(() => encodeCsv(tensor([1, 2]))).toThrow("a tensor must have shape [rows, columns]; received [2].");
    expect(() => encodeCsv({} as never)).toThrow(ArgumentError);
  });
});
