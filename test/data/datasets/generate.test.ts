import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { sha256, temporaryFolder } from "./fake-mnist.js";

const script = fileURLToPath(new URL("../../../scripts/generate-datasets.mjs", import.meta.url));
const source = new URL("../../../src/data/datasets/", import.meta.url);
const generate = (folder: string) => execFileSync(process.execPath, [script, folder], { encoding: "utf8" });

test("writes the modules that are in use", () => {
  const folder = temporaryFolder();
  generate(join(folder, "new"));
  expect(readdirSync(join(folder, "new")).sort()).toEqual(["digits.ts", "iris.ts"]);
  for (const file of ["digits.ts", "iris.ts"]) {
    const present = readFileSync(new URL(`generated/${file}`, source), "utf8");
    expect(readFileSync(join(folder, "new", file), "utf8") === present, `${file} is up to date`).toBe(true);
  }
});

test("leaves a file that would not change alone", () => {
  const folder = temporaryFolder();
  generate(folder);
  const iris = join(folder, "iris.ts");
  const digits = join(folder, "digits.ts");
  for (const file of [iris, digits]) utimesSync(file, 1, 1);
  const content = readFileSync(digits, "utf8");
  writeFileSync(digits, "stale");
  expect(generate(folder)).toBe(`generate-datasets: wrote ${digits}\n`);
  expect(statSync(iris).mtimeMs).toBe(1000);
  expect(readFileSync(digits, "utf8") === content).toBe(true);
});

test("the checksums in the README of the data hold", () => {
  const readme = readFileSync(new URL("data/README.md", source), "utf8");
  const rows = [...readme.matchAll(/^\| `(.+)` +\| `([0-9a-f]{64})` \|$/gm)];
  expect(rows.map(([, file]) => file)).toEqual(["iris.csv", "digits.csv.gz"]);
  for (const [, file, checksum] of rows) {
    expect(sha256(readFileSync(new URL(`data/${file}`, source)))).toBe(checksum);
  }
});
