// Runs a program against the built package, as a user does.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const front = new URL("../../dist/index.js", import.meta.url);

/** What the program prints. It must not print to stderr, nor fail. */
export async function runProgram(program: URL): Promise<string> {
  if (!existsSync(front)) throw new Error("the package is not built; run: node scripts/build.mjs");
  const { stdout, stderr } = await run(process.execPath, [fileURLToPath(program)], { timeout: 60_000 });
  if (stderr !== "") throw new Error(`${fileURLToPath(program)} printed to stderr:\n${stderr}`);
  return stdout;
}
