// Loops in AssemblyScript for the benches alone, compiled by asc once, into build/bench, and again when their text or the
// compiler changes.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = path.join(root, "build/bench");

const features = {
  scalar: [],
  simd: ["--enable", "simd"],
  relaxed: ["--enable", "simd", "--enable", "relaxed-simd"],
} as const;

/** The features that a text is compiled with. */
export type Features = keyof typeof features;

/** The module imports `env.memory`. */
export async function compileLoops(name: string, source: string, build: Features): Promise<WebAssembly.Module> {
  const compiler = await readFile(path.join(root, "node_modules/assemblyscript/package.json"), "utf8");
  const key = createHash("sha256").update(source).update(compiler).digest("hex").slice(0, 16);
  const file = path.join(folder, `${name}-${key}-${build}.wasm`);
  const known = await readFile(file).catch(() => null);
  if (known) return WebAssembly.compile(new Uint8Array(known));

  await mkdir(folder, { recursive: true });
  const stem = path.join(folder, `${name}-${key}-${build}-${process.pid}`);
  await writeFile(`${stem}.ts`, source);
  const asc = path.join(root, "node_modules/assemblyscript/bin/asc.js");
  const options = ["--config", "none", "--runtime", "stub", "--importMemory", "-O3", "--converge", "--noAssert"];
  await promisify(execFile)(
    process.execPath,
    [asc, path.relative(root, `${stem}.ts`), ...options, ...features[build], "--outFile", `${stem}.wasm`],
    { cwd: root },
  );
  // Renamed when complete, so that a run that is broken off leaves no half of a module behind.
  await rename(`${stem}.wasm`, file);
  return WebAssembly.compile(new Uint8Array(await readFile(file)));
}
