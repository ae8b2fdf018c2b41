// The register-only multiply-add peak of each build: what `% of peak` refers to. The loops of source.ts are compiled by
// asc once, into build/bench, and again when their text or the compiler changes.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { NamedBuild } from "../../src/index.js";
import { type Case, type InterleaveOptions, interleave } from "../interleave.js";
import { median } from "../statistics.js";
import { peakArguments, peakFlops, peakResult, peakShapes, peakSource } from "./source.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = path.join(root, "build/bench");

const features: Readonly<Record<NamedBuild, readonly string[]>> = {
  scalar: [],
  simd: ["--enable", "simd"],
  relaxed: ["--enable", "simd", "--enable", "relaxed-simd"],
};
const lanes: Readonly<Record<NamedBuild, number>> = { scalar: 1, simd: 4, relaxed: 4 };

/** One loop of one build, its result checked; a unit of work is one floating-point operation. */
export interface PeakLoop extends Case {
  readonly shape: string;
}

/** Operations of one call: some tens of microseconds, so that a slice holds many and the call itself weighs nothing. */
const CALL_FLOPS = 2_000_000;

/** All loops of a build, compiled. */
export async function peakLoops(build: NamedBuild): Promise<PeakLoop[]> {
  const module = await WebAssembly.compile(await peakModule(build));
  const { exports } = await WebAssembly.instantiate(module, {});
  return peakShapes.map((shape) => {
    const loop = exports[shape.name] as (iterations: number, x: number, y: number) => number;
    const [x, y] = peakArguments(shape);
    const flops = peakFlops(shape, lanes[build]);
    const iterations = Math.ceil(CALL_FLOPS / flops);
    return {
      name: `peak ${build} ${shape.name}`,
      shape: shape.name,
      units: iterations * flops,
      run: () => {
        const result = loop(iterations, x, y);
        if (result !== peakResult(shape)) throw new Error(`${shape.name}: the result must not be ${result}.`);
      },
    };
  });
}

/** How many loops stand for the peak; the best of them counts in each round. */
const KEPT = 2;

/** The fastest loops of a build, by median. */
export async function fastestPeakLoops(build: NamedBuild, options: InterleaveOptions): Promise<PeakLoop[]> {
  const loops = await peakLoops(build);
  const timings = await interleave(loops, { ...options, slice: 2, warmUp: 40 });
  return loops
    .map((loop, i) => ({ loop, time: median(timings[i]?.rounds ?? []) }))
    .sort((a, b) => a.time - b.time)
    .slice(0, KEPT)
    .map(({ loop }) => loop);
}

async function peakModule(build: NamedBuild): Promise<Uint8Array<ArrayBuffer>> {
  const source = peakSource();
  const compiler = await readFile(path.join(root, "node_modules/assemblyscript/package.json"), "utf8");
  const key = createHash("sha256").update(source).update(compiler).digest("hex").slice(0, 16);
  const file = path.join(folder, `peak-${key}-${build}.wasm`);
  const known = await readFile(file).catch(() => null);
  if (known) return new Uint8Array(known);

  await mkdir(folder, { recursive: true });
  const stem = path.join(folder, `peak-${key}-${build}-${process.pid}`);
  await writeFile(`${stem}.ts`, source);
  const asc = path.join(root, "node_modules/assemblyscript/bin/asc.js");
  const options = ["--config", "none", "--runtime", "stub", "-O3", "--converge", "--noAssert"];
  await promisify(execFile)(
    process.execPath,
    [asc, path.relative(root, `${stem}.ts`), ...options, ...features[build], "--outFile", `${stem}.wasm`],
    { cwd: root },
  );
  // Renamed when complete, so that a run that is broken off leaves no half of a module behind.
  await rename(`${stem}.wasm`, file);
  return new Uint8Array(await readFile(file));
}
