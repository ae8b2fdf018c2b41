// The register-only multiply-add peak of each build: what `% of peak` refers to.

import { type Case, type InterleaveOptions, interleave } from "../interleave.js";
import type { Gear } from "../report.js";
import { median } from "../statistics.js";
import { compileLoops } from "./loops.js";
import {
  type PeakShape,
  peakArguments,
  peakFlops,
  peakResult,
  peakShapes,
  peakSource,
  wideMemory,
  widePeakSource,
} from "./source.js";

const lanes: Readonly<Record<Gear, number>> = { scalar: 1, simd: 4, relaxed: 4, wide: 8 };

/** One loop of one build, its result checked; a unit of work is one floating-point operation. */
export interface PeakLoop extends Case {
  readonly shape: string;
}

/** Operations of one call: some tens of microseconds, so that a slice holds many and the call itself weighs nothing. */
const CALL_FLOPS = 2_000_000;

/** All loops of a build, compiled. */
export async function peakLoops(build: Gear): Promise<PeakLoop[]> {
  if (build === "wide") return wideLoops();
  const { exports } = await instantiate(peakSource(), build);
  return peakShapes.map((shape) => {
    const loop = exports[shape.name] as (iterations: number, x: number, y: number) => number;
    const [x, y] = peakArguments(shape);
    return peakLoop(build, shape, (iterations) => loop(iterations, x, y));
  });
}

/** The same in registers that V8 joins, where the flag for it is set. */
async function wideLoops(): Promise<PeakLoop[]> {
  const { exports, memory } = await instantiate(widePeakSource(), "simd");
  return peakShapes.map((shape, i) => {
    const loop = exports[shape.name] as (iterations: number, at: number) => void;
    const at = 4096 * (i + 1);
    const start = wideMemory(shape);
    const words = new Float32Array(memory.buffer, at, start.length);
    words.set(start);
    return peakLoop("wide", shape, (iterations) => {
      loop(iterations, at);
      // The first of eight lanes of each accumulator: the check must weigh nothing.
      let sum = 0;
      for (let lane = 16; lane < words.length; lane += 8) sum += words[lane] as number;
      return sum;
    });
  });
}

async function instantiate(source: string, features: "scalar" | "simd" | "relaxed") {
  const module = await compileLoops("peak", source, features);
  const memory = new WebAssembly.Memory({ initial: 2 });
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return { exports, memory };
}

function peakLoop(build: Gear, shape: PeakShape, loop: (iterations: number) => number): PeakLoop {
  const flops = peakFlops(shape, lanes[build]);
  const iterations = Math.ceil(CALL_FLOPS / flops);
  return {
    name: `peak ${build} ${shape.name}`,
    shape: shape.name,
    units: iterations * flops,
    run: () => {
      const result = loop(iterations);
      if (result !== peakResult(shape)) throw new Error(`${shape.name}: the result must not be ${result}.`);
    },
  };
}

/** How many loops stand for the peak; the best of them counts in each round. */
const KEPT = 2;

/** The fastest loops of a build, by median. */
export async function fastestPeakLoops(build: Gear, options: InterleaveOptions): Promise<PeakLoop[]> {
  const loops = await peakLoops(build);
  const timings = await interleave(loops, { ...options, slice: 2, warmUp: 40 });
  return loops
    .map((loop, i) => ({ loop, time: median(timings[i]?.rounds ?? []) }))
    .sort((a, b) => a.time - b.time)
    .slice(0, KEPT)
    .map(({ loop }) => loop);
}
