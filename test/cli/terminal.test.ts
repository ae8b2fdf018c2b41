// A run in a terminal of 24 lines and 80 columns, the size of the first ones: its head is still there when it ends.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterAll, expect, test } from "vitest";
import { readTrainOptions } from "../../src/cli/options.js";
import { train } from "../../src/cli/train.js";

const scratch = mkdtempSync(path.join(tmpdir(), "lanewise-terminal-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const FIRST_COLUMN = "\x1B[1G";

/** What stands in the terminal at the end: lines that are drawn over count once. */
async function screen(raw: Parameters<typeof readTrainOptions>[0], rows: number): Promise<string[]> {
  let text = "";
  const stdout = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    }),
    { isTTY: true, columns: 80, rows },
  );
  await train(readTrainOptions(raw), { stdout, stderr: stdout }, new AbortController().signal);
  // To the first column, which is where a line is drawn over.
  const lines = stripVTControlCharacters(text.replaceAll(FIRST_COLUMN, "\r"))
    .split("\n")
    .map((line) => line.split("\r").at(-1) as string);
  // The bar goes when the run ends.
  return lines.filter((line) => !/\[=*-*\]/.test(line));
}

test("24 lines hold a whole run of the default, from data to what comes next", async () => {
  const out = path.join(scratch, "digits.safetensors");
  const lines = await screen({ out, compare: true }, 24);
  const told = lines.filter((line) => line.trim() !== "");
  expect(told[0]).toMatch(/^Dataset +digits: 1,438 training/);
  expect(lines.length).toBeLessThanOrEqual(24);
  for (const label of ["Net ", "Test accuracy", "Training time", "Speed-up", "Saved to", "Next "]) {
    expect(
      told.filter((line) => line.startsWith(label)),
      label,
    ).toHaveLength(1);
  }
  expect(told.filter((line) => line.startsWith("epoch ")).map((line) => line.slice(0, 11))).toEqual([
    "epoch  1/30",
    "epoch 11/30",
    "epoch 20/30",
    "epoch 30/30",
  ]);
  // The path of this test's folder is as long as it is.
  for (const line of told.filter((each) => !each.includes(out))) expect(line.length).toBeLessThan(80);
});

test("where there is room, all is told", async () => {
  const lines = await screen({ dataset: "iris", epochs: "9", compare: false }, 60);
  expect(lines.filter((line) => line.startsWith("epoch "))).toHaveLength(9);
  expect(lines.join("\n")).toContain("131 parameters, 131 of them trainable");
});

test.each([1, 2, 3, 4, 5, 100])("of %i epochs the first and the last are told", async (epochs) => {
  const lines = await screen({ dataset: "iris", epochs: String(epochs), compare: false }, 20);
  const numbers = lines.filter((line) => line.startsWith("epoch ")).map((line) => Number(line.match(/\d+/)?.[0]));
  expect(numbers[0]).toBe(1);
  expect(numbers.at(-1)).toBe(epochs);
  expect(numbers.length).toBeLessThanOrEqual(4);
  expect(new Set(numbers).size).toBe(numbers.length);
});
