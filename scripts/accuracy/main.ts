// npm run accuracy: the error of every transcendental function over all 2^32 float32, in units in the last place.
//   npm run accuracy                      all functions, some minutes each
//   npm run accuracy -- exp tanh          these only
//   --stride N   every N-th float only    --processes N  --build NAME
// Results stand in results.json beside this file; docs/accuracy.md is written from them.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import asc from "assemblyscript/asc";
import { page, type Result, type Results, show } from "./page.js";
import { measuredFunctions } from "./references.js";
import { fingerprint, inspectSeams, mergeResults, type SweepResult, specialValues } from "./sweep.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const resultsFile = new URL("results.json", import.meta.url);
const pageFile = new URL("../../docs/accuracy.md", import.meta.url);

const sources = { math: "test/assembly/fixtures/math.ts", kernel: "assembly/index.ts" };

/** The compiled module as a file below build/. */
async function compile(source: string, build: string): Promise<string> {
  const folder = path.join(root, "build/accuracy");
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${path.basename(source, ".ts")}-${build}.wasm`);
  const options = [source, "--baseDir", root, "--target", build, "--outFile", path.relative(root, file)];
  const { error, stderr } = await asc.main(options);
  if (error !== null) throw new Error(`${source} does not compile for ${build}: ${stderr}`);
  return file;
}

/** Many small ranges, since some, such as those of NaN, are done in no time. */
const PARTS = 64;

/** `processes` take the parts of a sweep in turn. */
async function sweep(
  processes: readonly ChildProcess[],
  file: string,
  name: string,
  stride: number,
): Promise<SweepResult> {
  const size = 2 ** 32 / PARTS;
  const results: SweepResult[] = [];
  let next = 0;
  const work = async (child: ChildProcess) => {
    for (let part = next++; part < PARTS; part = next++) {
      const first = part * size + ((part * 7919) % stride);
      child.send({ file, name, first, end: (part + 1) * size, stride });
      const [result] = await once(child, "message");
      results.push(result);
    }
  };
  await Promise.all(processes.map(work));
  return mergeResults(results);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stride: { type: "string", default: "1" },
      processes: { type: "string", default: String(availableParallelism()) },
      build: { type: "string", default: "simd" },
    },
  });
  const known = Object.keys(measuredFunctions);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`accuracy: functions are ${known.join(", ")}; received ${unknown}.`);
  const stride = wholeNumber("stride", values.stride);
  const count = wholeNumber("processes", values.processes);
  // execArgv holds what makes Node read TypeScript.
  const part = fileURLToPath(new URL("part.ts", import.meta.url));
  const processes = Array.from({ length: count }, () => fork(part));
  const files = {
    math: await compile(sources.math, values.build),
    kernel: await compile(sources.kernel, values.build),
  };
  try {
    for (const name of positionals.length > 0 ? positionals : known) {
      const file = files[measuredFunctions[name]?.source ?? "math"];
      const module = await WebAssembly.compile(new Uint8Array(await readFile(file)));
      const start = performance.now();
      const swept = await sweep(processes, file, name, stride);
      const result: Result = {
        ...swept,
        stride,
        seams: inspectSeams(module, name),
        special: specialValues(module, name)
          .map(([input, output]) => `${show(input)} → ${show(output)}`)
          .join(", "),
        fingerprint: fingerprint(module, name),
      };
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      console.log(`${name}: ${result.worst.toFixed(4)} ULP at ${result.at}, ${result.count} floats, ${seconds} s`);
      console.log(`    ${result.wrongSpecial} wrong infinities or NaN; ${result.seams.against} steps against`);
      const results: Results = { ...JSON.parse(await readFile(resultsFile, "utf8").catch(() => "{}")), [name]: result };
      await writeFile(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
      await writeFile(pageFile, page(results));
    }
  } finally {
    for (const child of processes) child.disconnect();
  }
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`accuracy: --${option} must be a positive integer; received ${text}.`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
