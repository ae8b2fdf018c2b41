// How fast memory is read and copied: what "% of copy" and "% of read" refer to, for kernels that do little arithmetic on
// much memory. One loop of 128-bit loads and stores for all builds, over as many bytes as the kernel works on, so that
// both find them in the same cache.

import type { Case } from "../interleave.js";
import { compileLoops } from "./loops.js";

/** Both loops take 128 bytes a turn, in eight registers. */
const STEP = 128;
const BASE = 65_536;

const registers = Array.from({ length: STEP / 16 }, (_, i) => i);

const SOURCE = `
export function read(from: usize, bytes: usize): f32 {
  ${registers.map((i) => `let s${i} = f32x4.splat(0);`).join("\n  ")}
  for (const end = from + bytes; from < end; from += ${STEP}) {
    ${registers.map((i) => `s${i} = v128.xor(s${i}, v128.load(from, ${16 * i}));`).join("\n    ")}
  }
  return f32x4.extract_lane(${registers.map((i) => `s${i}`).reduce((a, b) => `v128.xor(${a}, ${b})`)}, 0);
}
export function copy(from: usize, to: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += ${STEP}, to += ${STEP}) {
    ${registers.map((i) => `const v${i} = v128.load(from, ${16 * i});`).join("\n    ")}
    ${registers.map((i) => `v128.store(to, v${i}, ${16 * i});`).join("\n    ")}
  }
}
`;

export interface Bandwidth {
  /** A unit of work is one byte read. `bytes` is rounded up to 128. */
  readonly read: (bytes: number) => Case;
  /** A unit of work is one byte moved: half of `bytes` is read, half written. */
  readonly copy: (bytes: number) => Case;
}

/** Null where the host has no SIMD. Every loop gets a memory of its own, filled with ones. */
export async function bandwidthLoops(simd: boolean): Promise<Bandwidth | null> {
  if (!simd) return null;
  const module = await compileLoops("bandwidth", SOURCE, "simd");
  const start = (bytes: number) => {
    const memory = new WebAssembly.Memory({ initial: Math.ceil((BASE + bytes) / 65_536) });
    new Float32Array(memory.buffer).fill(1);
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return exports as Record<"read" | "copy", (...values: number[]) => number | undefined>;
  };
  const rounded = (bytes: number) => Math.ceil(bytes / STEP) * STEP;
  return {
    read: (wanted) => {
      const bytes = rounded(wanted);
      const { read } = start(bytes);
      const run = () => {
        const result = read(BASE, bytes);
        // All registers hold the same, so nothing is left of them.
        if (result !== 0) throw new Error(`read: the result must not be ${result}.`);
      };
      return { name: `read ${bytes}`, units: bytes, run };
    },
    copy: (wanted) => {
      const half = rounded(wanted / 2);
      const { copy } = start(2 * half);
      return { name: `copy ${half}`, units: 2 * half, run: () => copy(BASE, BASE + half, half) };
    },
  };
}
