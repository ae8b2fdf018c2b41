// Tables from files, as tensors, and in time that grows with their length.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ArgumentError, DataError } from "../../src/errors.js";
import { decodeCsv, loadCsv, tableToTensor } from "../../src/io/csv.js";

describe("loadCsv", () => {
  test("reads a file and names it, with line and column", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "lanewise-csv-"));
    try {
      const file = path.join(folder, "iris.csv");
      await writeFile(file, "# by hand\nx,y\n1,2\n\n3,four\n");
      const table = await loadCsv(file, { comment: "#" });
      expect(table.columns).toEqual(["x", "y"]);
      expect(() => tableToTensor(table)).toThrow(
        `received "four" in row 2 (line 5 of ${JSON.stringify(file)}), column "y".`,
      );
      await expect(loadCsv(file, { maxBytes: 5 })).rejects.toThrow("the file must hold at most 5 bytes");
      await expect(loadCsv(file)).rejects.toThrow(`loadCsv: ${JSON.stringify(file)}: every row must have`);
      await expect(loadCsv(folder)).rejects.toThrow(DataError);
      await expect(loadCsv("/dev/zero")).rejects.toThrow("is a device, a pipe or a socket");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("tableToTensor", () => {
  test("refuses numbers beyond float32", () => {
    for (const field of ["1e39", "-3.5e38", "1e999", "9".repeat(400)]) {
      expect(() => tableToTensor({ columns: ["a"], rows: [[field]] }), field.slice(0, 9)).toThrow(
        "numbers must fit float32",
      );
    }
    expect(tableToTensor({ columns: ["a"], rows: [["3.4028235e38"], ["-inf"], ["1e-60"]] }).toArray()).toEqual([
      [Math.fround(3.4028235e38)],
      [-Infinity],
      [0],
    ]);
    expect(() => tableToTensor(decodeCsv("a\n1\n"), { missing: 1e39 })).toThrow(ArgumentError);
  });

  test("takes rows made by hand, and refuses what they lack", () => {
    expect(tableToTensor({ columns: ["a"], rows: [[1.5 as never]] }).data[0]).toBe(1.5);
    expect(() => tableToTensor({ columns: ["a", "b"], rows: [["1"]] })).toThrow(
      'received undefined in row 1, column "b"',
    );
  });
});

describe("time", () => {
  // Of the processor: others may be at work on this machine.
  const seconds = (work: () => unknown) => {
    const { user, system } = process.cpuUsage();
    work();
    const spent = process.cpuUsage({ user, system });
    return (spent.user + spent.system) / 1e6;
  };

  test.each<[string, () => unknown]>([
    [
      "digits and a letter",
      () => tableToTensor({ columns: ["a"], rows: [[`${"1".repeat(1_000_000)}x`]] }, { missing: 0 }),
    ],
    [
      "blanks and a letter",
      () => tableToTensor({ columns: ["a"], rows: [[`1${" ".repeat(1_000_000)}x`]] }, { missing: 0 }),
    ],
    [
      "grouped digits and a letter",
      () => tableToTensor({ columns: ["a"], rows: [[`${"1,111".repeat(200_000)}x`]] }, { missing: 0, thousands: "," }),
    ],
    [
      "100,000 columns",
      () =>
        tableToTensor(decodeCsv(`${Array.from({ length: 100_000 }, (_, i) => `c${i}`)}\n${"1,".repeat(99_999)}1\n`)),
    ],
    ["quotes that never close", () => expect(() => decodeCsv('a,"b\n'.repeat(100_001))).toThrow(DataError)],
    ["a million doubled quotes", () => decodeCsv(`a,b\n1,"${'""'.repeat(1_000_000)}"\n`)],
    ["200,000 lines in two ways", () => decodeCsv("a,b\n".concat("1,2\r\n3,4\n".repeat(100_000)))],
    ["200,000 lines of blanks", () => decodeCsv(" \n".repeat(200_000))],
    ["skipped lines", () => expect(() => decodeCsv("\n".repeat(10), { skipLines: 2 ** 50 })).toThrow(DataError)],
  ])("%s", (_, work) => expect(seconds(work)).toBeLessThan(4));
});
