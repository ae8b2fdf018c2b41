// What reading a large file costs: a process of its own loads 100 MB, and its largest resident size is compared.

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeFileAtomic } from "../../src/io/files.js";
import { encodeSafetensors } from "../../src/io/index.js";
import { Tensor } from "../../src/tensor/tensor.js";

const run = promisify(execFile);
const program = fileURLToPath(new URL("load-large-file.mjs", import.meta.url));
const side = 5000;

let folder: string;
let file: string;
let size: number;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lanewise-memory-"));
  file = path.join(folder, "large.safetensors");
  const kernel = new Tensor(new Float32Array(side * side).fill(0.5), [side, side]);
  const bytes = encodeSafetensors({ "dense/kernel": kernel });
  size = bytes.length;
  await writeFileAtomic(file, bytes);
});
afterAll(() => rm(folder, { recursive: true }));

/** Bytes by which the largest resident size grew while the program did its work. */
async function growth(...args: string[]): Promise<number> {
  const { stdout } = await run(process.execPath, [program, file, ...args]);
  return Number(stdout);
}

test("100 MB as tensors take the file and little more", async () => {
  expect(size).toBeGreaterThan(1e8);
  expect((await growth("tensors")) / size).toBeLessThan(1.1);
});

test("100 MB as the weights of a model, the model included, take less than 2.2 times the file", async () => {
  expect((await growth("model", String(side))) / size).toBeLessThan(2.2);
});
