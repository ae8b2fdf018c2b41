// The register-only multiply-add peak of each build: what `% of peak` refers to.

import { type Case, type InterleaveOptions, interleave } from "../interleave.js";
import type { Gear } from "../report.js";
import { median } from "../statistics.js";
import { compileLoops } from "./loops.js";
import {
  peakArguments,
  peakFlops,
  peakResult,
  peakShapes,
  peakSource,
  widePeakShapes,
  widePeakSource,
} from "./source.js";

const lanes: Readonly<Record<Gear, number>> = { scalar: 1, simd: 4, relaxed: 4, wide: 4 };

/** One loop of one build, its result checked; a unit of work is one floating-point operation. */
export interface PeakLoop extends Case {
  readonly shape: string;
}

/** Operations of one call: some tens of microseconds, so that a slice holds many and the call itself weighs nothing. */
const CALL_FLOPS = 2_000_000;

/** All loops of a build, compiled. */
export async function peakLoops(build: Gear): Promise<PeakLoop[]> {
  const wide = build === "wide";
  const module = wide
    ? await compileLoops("widePeak", widePeakSource(), "simd")
    : await compileLoops("peak", peakSource(), build);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return (wide ? widePeakShapes : peakShapes).map((shape) => {
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
export async function fastestPeakLoops(build: Gear, options: InterleaveOptions): Promise<PeakLoop[]> {
  const loops = await peakLoops(build);
  const timings = await interleave(loops, { ...options, slice: 2, warmUp: 40 });
  return loops
    .map((loop, i) => ({ loop, time: median(timings[i]?.rounds ?? []) }))
    .sort((a, b) => a.time - b.time)
    .slice(0, KEPT)
    .map(({ loop }) => loop);
}
