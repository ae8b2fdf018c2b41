// Tables as other programs and people write them, the delimiter of each found, and options for the rest.

import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../src/errors.js";
import { decodeCsv, encodeCsv, tableToTensor } from "../../src/io/csv.js";

const rowsOf = (text: string, options = {}) => decodeCsv(text, options).rows.map((row) => [...row]);
const utf16 = (text: string, swap = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return new Uint8Array(swap ? bytes.swap16() : bytes);
};

describe("lines", () => {
  test.each<[string, string, string[][]]>([
    [
      "\\n, then \\r\\n",
      "length,kind\n1.5,cat\r\n2.5,dog\r\n",
      [
        ["1.5", "cat"],
        ["2.5", "dog"],
      ],
    ],
    [
      "\\r\\n, then \\n",
      "length,kind\r\n1.5,cat\n2.5,dog\n",
      [
        ["1.5", "cat"],
        ["2.5", "dog"],
      ],
    ],
    [
      "\\r alone",
      "length,kind\r1.5,cat\r2.5,dog",
      [
        ["1.5", "cat"],
        ["2.5", "dog"],
      ],
    ],
    [
      "all three",
      "length,kind\r1.5,cat\n2.5,dog\r\n3,owl",
      [
        ["1.5", "cat"],
        ["2.5", "dog"],
        ["3", "owl"],
      ],
    ],
    ["one column", "a\r\n1\n2\n3\n", [["1"], ["2"], ["3"]]],
    [
      "the last line alone otherwise",
      "id,species\n1,setosa\n2,virginica\n3,setosa\r\n",
      [
        ["1", "setosa"],
        ["2", "virginica"],
        ["3", "setosa"],
      ],
    ],
    [
      "inside quotes as they are",
      'a,b\r\n"x\ny","p\r\nq"\n"z\r",2\r',
      [
        ["x\ny", "p\r\nq"],
        ["z\r", "2"],
      ],
    ],
    [
      "empty ones left out",
      "a,b\n\n1,2\r\n\r\n   \n3,4\n\n",
      [
        ["1", "2"],
        ["3", "4"],
      ],
    ],
    ["empty ones in quotes kept", 'a\r\n""\r\n1\r\n', [[""], ["1"]]],
    ["blanks in one column kept", "a\n  \n1\n", [["  "], ["1"]]],
  ])("%s", (_, text, rows) => expect(rowsOf(text)).toEqual(rows));
});

describe("the delimiter", () => {
  test.each<[string, string, string[], string[][]]>([
    ["text with semicolons", "note;x;y,label\n1;2;3,4\n", ["note;x;y", "label"], [["1;2;3", "4"]]],
    [
      "text with bars",
      "title | sub | more,year\na | b | c,1999\n",
      ["title | sub | more", "year"],
      [["a | b | c", "1999"]],
    ],
    ["text with tabs", "a\tb\tc,year\n1\t2\t3,4\n", ["a\tb\tc", "year"], [["1\t2\t3", "4"]]],
    [
      "semicolons",
      "a;b\n1,5;2\n3;4,5\n",
      ["a", "b"],
      [
        ["1,5", "2"],
        ["3", "4,5"],
      ],
    ],
    ["tabs, with commas in the text", "name\tage\nDoe, Jane\t33\n", ["name", "age"], [["Doe, Jane", "33"]]],
    [
      "tabs, with a comma in every line",
      "last, first\tage\nDoe, Jane\t33\n",
      ["last, first", "age"],
      [["Doe, Jane", "33"]],
    ],
    ["bars", "a|b\n1|2\n", ["a", "b"], [["1", "2"]]],
    ["a header alone", "a;b;c\n", ["a", "b", "c"], []],
    ["a header alone with commas", "a;b,c\n", ["a;b", "c"], []],
    ["one column of prose", "note\na; b\nc\n", ["note"], [["a; b"], ["c"]]],
    [
      "other delimiters in quotes",
      'x,"y;z"\n1,"2;3"\n4,"a;b;c"\n',
      ["x", "y;z"],
      [
        ["1", "2;3"],
        ["4", "a;b;c"],
      ],
    ],
    ["declared for Excel", "sep=;\r\na,x;b\r\n1,5;2\r\n", ["a,x", "b"], [["1,5", "2"]]],
    ["declared, no usual one", "SEP=:\na:b\n1:2\n", ["a", "b"], [["1", "2"]]],
    ["not taken from blanks", "full name\nJohn Doe\nJane Roe\n", ["full name"], [["John Doe"], ["Jane Roe"]]],
  ])("%s", (_, text, columns, rows) => {
    expect(decodeCsv(text).columns).toEqual(columns);
    expect(rowsOf(text)).toEqual(rows);
  });

  test("of ragged rows is the one of the header, and the row is named", () => {
    expect(() => decodeCsv("a;b\n1;2\n\n3\n")).toThrow(
      new DataError(
        'decodeCsv: every row must have 2 fields; row 2 (line 4) has 1: ["3"]. ' +
          'The options delimiter and skipLines may help, and ragged: "pad" or "skip".',
      ),
    );
    expect(() => decodeCsv("x\n1,5\n2,5\n")).toThrow("every row must have 1 fields; row 1 (line 2) has 2");
  });
});

describe("what encodeCsv writes comes back, the delimiter not named", () => {
  const special = fc.constantFrom(
    "",
    " ",
    '"',
    "\n",
    "\r",
    "\r\n",
    ",",
    ";",
    "\t",
    "|",
    "#",
    "sep=;",
    "\ufeff",
    "a;b;c",
    "1,5",
  );
  const field = fc
    .array(fc.oneof(special, fc.string({ unit: "binary", maxLength: 4 })), { maxLength: 3 })
    .map((parts) => parts.join(""));
  const table = fc.integer({ min: 1, max: 4 }).chain((width) => {
    const row = fc.array(field, { minLength: width, maxLength: width });
    return fc.record({
      columns: fc.uniqueArray(field, { minLength: width, maxLength: width }),
      rows: fc.array(row, { maxLength: 5 }),
    });
  });

  test.each([",", ";", "\t", "|", undefined])("delimiter %j", (delimiter) => {
    fc.assert(
      fc.property(table, (given) => {
        const text = encodeCsv(given, delimiter === undefined ? {} : { delimiter });
        // A table of one column holds no delimiter, so any is right.
        expect(decodeCsv(text)).toEqual(given);
        // Half a surrogate pair is lost in UTF-8.
        if (!/\p{Surrogate}/u.test(text)) expect(decodeCsv(new TextEncoder().encode(text))).toEqual(given);
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  test("as cases", () => {
    for (const given of [
      {
        columns: ["a;b;c", "d"],
        rows: [
          ["1;2;3", "4"],
          ["1;2;3", "5"],
        ],
      },
      { columns: ["a"], rows: [[""], ["1"]] },
      { columns: ["a;b"], rows: [["1;2"]] },
      { columns: ["sep=;"], rows: [["x"]] },
      { columns: [""], rows: [] },
      { columns: ["\ufeffa", " b "], rows: [["", ""]] },
    ]) {
      expect(decodeCsv(encodeCsv(given))).toEqual(given);
    }
    expect(
      encodeCsv({
        columns: ["a", "b"],
        rows: [
          [-0, 1n],
          [true, Number.NaN],
        ],
      }),
    ).toBe("a,b\r\n-0,1\r\ntrue,NaN\r\n");
    expect(() => encodeCsv({ columns: ["a"], rows: [[null as never]] })).toThrow(
      new ArgumentError("encodeCsv: a field must be a text or a number; received null."),
    );
  });
});

test("texts of delimiters, quotes and line ends read as another parser reads them", () => {
  const piece = fc.constantFrom("a", "1", "bc", " ", ",", ",", '""', '"x"', '"p,q"', '"""', "\n", "\n");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      const text = pieces.join("");
      const { data, errors } = Papa.parse<string[]>(text, { delimiter: ",", newline: "\n" });
      // Papa reads on where text follows a quote, and does not tell an empty line from an empty text.
      if (errors.length > 0 || /"[^",\n]+"|"\s*[^,"\n]|[^,"\n]"|^""$/m.test(text)) return;
      const expected = data.filter((row) => row.length > 1 || row[0] !== "");
      const width = expected[0]?.length ?? 0;
      if (expected.some((row) => row.length !== width || row.join("").trim() === "")) return;
      expect(rowsOf(text, { header: false, delimiter: "," })).toEqual(expected);
    }),
    { seed: 3, numRuns: 3000 },
  );
});

describe("options", () => {
  test("a decimal comma, and thousands", () => {
    const german = decodeCsv("Ort;Preis\nBonn;1.234,5\nUlm;-,25\n", { decimal: ",", thousands: "." });
    expect(tableToTensor(german, { columns: ["Preis"] }).toArray()).toEqual([[1234.5], [-0.25]]);
    const plain = decodeCsv("1,5;2,5\n3,5;4\n", { header: false, decimal: "," });
    expect(tableToTensor(plain).toArray()).toEqual([
      [1.5, 2.5],
      [3.5, 4],
    ]);
    const one = decodeCsv("x\n1,5\n2,5\n", { decimal: "," });
    expect(tableToTensor(one).toArray()).toEqual([[1.5], [2.5]]);
    // Without the option a point may be either; it is never taken for the wrong one.
    expect(() => tableToTensor(decodeCsv("x\n1.500\n", { decimal: "," }))).toThrow(DataError);
    const french = decodeCsv("x\n1\u202f234\u00a0567,5\n", { decimal: ",", thousands: " " });
    expect(tableToTensor(french).data[0]).toBe(1234567.5);
    const american = decodeCsv('x,y\n"1,234.5",2\n', { thousands: "," });
    expect(tableToTensor(american).toArray()).toEqual([[1234.5, 2]]);
    for (const wrong of ["12,34", "1,2345", ",123", "1,,234"]) {
      expect(() => tableToTensor({ columns: ["x"], rows: [[wrong]] }, { thousands: "," }), wrong).toThrow(DataError);
    }
    expect(tableToTensor({ columns: ["x"], rows: [["2,5"]] }, { decimal: "," }).data[0]).toBe(2.5);
  });

  test("runs of blanks", () => {
    const text = "  x   y\tz\n 1.0  2   3 \n\n10\t20 30";
    expect(tableToTensor(decodeCsv(text, { delimiter: "whitespace" })).toArray()).toEqual([
      [1, 2, 3],
      [10, 20, 30],
    ]);
    expect(rowsOf('"a b"  c\n', { delimiter: "whitespace", header: false })).toEqual([["a b", "c"]]);
  });

  test("lines before the header, comments", () => {
    const text = 'Report; "of today\n\n# made by hand\na;b\n# between\n1;2\n';
    expect(decodeCsv(text, { skipLines: 1, comment: "#" })).toEqual({ columns: ["a", "b"], rows: [["1", "2"]] });
    expect(decodeCsv("sep=;\na;b\n1;2\n", { skipLines: 1 }).columns).toEqual(["a", "b"]);
    expect(() => decodeCsv("a\n", { skipLines: 5 })).toThrow("skipLines must leave a line; the text has fewer than 5.");
    expect(() => decodeCsv("one\ntwo\na,b\n1\n", { skipLines: 2 })).toThrow("row 1 (line 4) has 1");
  });

  test("ragged rows", () => {
    const text = "a,b,c\n1,2\n4,5,6\n7,8,9,\n";
    expect(rowsOf(text, { ragged: "pad" })).toEqual([
      ["1", "2", ""],
      ["4", "5", "6"],
      ["7", "8", "9"],
    ]);
    expect(rowsOf(text, { ragged: "skip" })).toEqual([["4", "5", "6"]]);
    expect(() => decodeCsv("a,b\n1,2,3\n", { ragged: "pad" })).toThrow("only empty fields can be dropped");
    expect(() => decodeCsv("a\n", { ragged: "pads" as never })).toThrow('did you mean "pad"?');
  });

  test.each<[string, object]>([
    ["skipLines must be a non-negative integer", { skipLines: -1 }],
    ['decimal must be one of ".", ","', { decimal: ";" }],
    ["thousands must not be the decimal mark", { thousands: "." }],
    ["thousands must be one of", { thousands: "" }],
    ["rowNames needs a header", { rowNames: true, header: false }],
    ["encoding must be one that this host knows", { encoding: "klingon" }],
    ['did you mean "delimiter"?', { delimeter: "," }],
  ])("refuses: %s", (message, options) => {
    const bytes = new TextEncoder().encode("a,b\n1,2\n");
    expect(() => decodeCsv(bytes, options)).toThrow(ArgumentError);
    expect(() => decodeCsv(bytes, options)).toThrow(message);
  });
});

describe("files as other programs write them", () => {
  const expected = [
    [5.5, 3],
    [4, 2.25],
  ];
  const read = (source: string | Uint8Array, options = {}, columns?: string[]) =>
    tableToTensor(decodeCsv(source, options), columns === undefined ? {} : { columns }).toArray();

  test.each<[string, string | Uint8Array, object, string[]?]>([
    ["pandas to_csv, with its index", ",len,wid\n0,5.5,3.0\n1,4.0,2.25\n", {}, ["len", "wid"]],
    ["pandas to_csv(sep='\\t', index=False)", "len\twid\n5.5\t3.0\n4.0\t2.25\n", {}],
    [
      "numpy savetxt",
      "5.500000000000000000e+00 3.000000000000000000e+00\n4.000000000000000000e+00 2.250000000000000000e+00\n",
      { delimiter: "whitespace", header: false },
    ],
    ["numpy savetxt(header=...)", "# len,wid\n5.5e+00,3.0e+00\n4.0e+00,2.25e+00\n", { comment: "#", header: false }],
    ["R write.csv", '"","len","wid"\n"1",5.5,3\n"2",4,2.25\n', {}, ["len", "wid"]],
    ["R write.csv2", '"";"len";"wid"\n"1";5,5;3\n"2";4;2,25\n', { decimal: "," }, ["len", "wid"]],
    [
      "R write.table",
      '"len" "wid"\n"1" 5.5 3\n"2" 4 2.25\n',
      { delimiter: "whitespace", rowNames: true },
      ["len", "wid"],
    ],
    ["Excel, CSV UTF-8", "\ufefflen,wid\r\n5.5,3\r\n4,2.25\r\n", {}],
    ["Excel in Germany", "len;wid\r\n5,5;3\r\n4;2,25\r\n", { decimal: "," }],
    ["Excel, with its declaration", "sep=;\r\nlen;wid\r\n5.5;3\r\n4;2.25\r\n", {}],
    ["Excel, Unicode text", utf16("len\twid\r\n5.5\t3\r\n4\t2.25\r\n"), {}],
    ["UTF-16, big-endian", utf16("len\twid\r\n5.5\t3\r\n4\t2.25\r\n", true), {}],
    [
      "Windows-1252",
      Uint8Array.from([...Buffer.from("l\xe4nge;wid\r\n5.5;3\r\n4;2.25\r\n", "latin1")]),
      { encoding: "windows-1252" },
    ],
    ["LibreOffice, all quoted", '"len","wid"\n"5,5","3"\n"4","2,25"\n', { decimal: ",", delimiter: "," }],
    ["awk, after a Windows file", "len,wid\r\n5.5,3\r\n4,2.25\n", {}],
    ["PostgreSQL COPY", "len|wid\n5.5|3\n4|2.25\n", {}],
    ["UCI, no header, a last line of blanks", "5.5,3\n4,2.25\n \n", { header: false }],
    ["an instrument's lines first", "Device: X, 3\nDate\t2020\n\nlen,wid\n5.5,3\n4,2.25\n", { skipLines: 2 }],
    ["a spreadsheet's short rows", "len,wid,note\n5.5,3\n4,2.25,ok\n", { ragged: "pad" }, ["len", "wid"]],
    ["the first Macintosh", "len,wid\r5.5,3\r4,2.25", {}],
  ])("%s", (_, source, options, columns) => expect(read(source, options, columns)).toEqual(expected));

  test("what must not be read silently is told what to do with", () => {
    expect(() => decodeCsv("x y\n1 2 3\n".replaceAll(" ", ","))).toThrow(
      "If rows begin with a name, pass rowNames: true.",
    );
    expect(() => decodeCsv(Uint8Array.of(0x61, 0xe4))).toThrow(
      'The option encoding says otherwise: "windows-1252" is common.',
    );
    expect(() => decodeCsv("a", { encoding: "utf-8" })).toThrow(
      "the source must be a Uint8Array if there is an encoding",
    );
  });
});

describe("a first line that says the delimiter, in quotes", () => {
  const table = { columns: ["a", "b"], rows: [["1,5", "2"]] };
  test.each([
    '"sep=;"\na;b\n1,5;2\n',
    '"sep=;"\r\na;b\r\n1,5;2\r\n',
    '"SEP=;"\ra;b\r1,5;2',
    '\ufeff"sep=\t"\na\tb\n1,5\t2\n',
  ])("%j", (text) => expect(decodeCsv(text)).toEqual(table));

  test("more in the line, or one quote alone, is a name", () => {
    expect(decodeCsv('"sep=;",b\n1,2\n').columns).toEqual(["sep=;", "b"]);
    expect(decodeCsv('"sep=;;"\n1\n').columns).toEqual(["sep=;;"]);
  });

  test.each([undefined, ";", "\t"])(
    "a column of that name is written so that it comes back, delimiter %j",
    (delimiter) => {
      const given = { columns: ["sep=;"], rows: [["1"], ["sep=,"]] };
      const text = encodeCsv(given, delimiter === undefined ? {} : { delimiter });
      expect(decodeCsv(text)).toEqual(given);
    },
  );
});
