// The fourth gear: V8's revectorizer joins neighbouring 128-bit instructions of the wide build to 256-bit ones. It is an
// experimental flag of the engine, so nothing is taken on trust: the joined kernels must give the bits of the scalar ones,
// and must be as fast as only joined ones are. Loaded where `init({ wide: true })` asks for it.

import type { Engine, Instance } from "./engine.js";

const FLAG = "experimental-wasm-revectorize";
/** Times a product is faster than with scalar kernels: about 8 where instructions are joined, below 4.5 where not. */
const SPEED_UP = 5.5;
/** Milliseconds in which V8 compiles for good what is used all the time. */
const WARM_UP = 250;

/** Switches the flag for all that V8 compiles from now on in this process, which must be Node. */
export function joinRegisters(on: boolean): void {
  const { process } = globalThis as unknown as {
    process: { getBuiltinModule(name: "node:v8"): { setFlagsFromString(flags: string): void } };
  };
  process.getBuiltinModule("node:v8").setFlagsFromString(`--${on ? "" : "no-"}${FLAG}`);
}

/** What speaks against running these wide kernels, or null. */
export function compareWide(scalarEngine: Engine, wideEngine: Engine): string | null {
  const [scalar, wide] = [scalarEngine, wideEngine].map((engine) => engine.instantiate(PAGES)) as [Instance, Instance];
  const times = { scalar: Infinity, wide: Infinity };
  const end = performance.now() + WARM_UP;
  do {
    times.scalar = Math.min(times.scalar, timeProduct(scalar));
    for (let i = 0; i < 4; i++) times.wide = Math.min(times.wide, timeProduct(wide));
  } while (performance.now() < end);
  if (times.scalar < SPEED_UP * times.wide) return "V8 makes no 256-bit instructions here";

  const [expected, received] = [scalar, wide].map(runChecked) as [Int32Array, Int32Array];
  return expected.every((word, i) => word === received[i]) ? null : "its results are not those of the scalar build";
}

const PAGE = 65536;
const [STEP, A, B, C, D, WORKSPACE] = [2048, PAGE, 4 * PAGE, 7 * PAGE, 9 * PAGE, 11 * PAGE] as const;
const PAGES = 16;

function multiply({ kernels }: Instance): void {
  kernels.gemm(80, 128, 128, A, 128, 1, B, 128, 1, C, 0, 0, WORKSPACE);
}

/** Milliseconds. */
function timeProduct(instance: Instance): number {
  const start = performance.now();
  multiply(instance);
  return performance.now() - start;
}

/** Products in every form and width, and a kernel of each other kind; returns all that they have written. */
function runChecked(instance: Instance): Int32Array {
  const { kernels: k, memory } = instance;
  const words = new Float32Array(memory.buffer);
  // Many digits, so that no rounding goes unseen.
  for (let i = A / 4; i < WORKSPACE / 4; i++) words[i] = ((i * 7919) % 65537) / 65537 - 0.5;
  multiply(instance);
  k.gemm(23, 61, 300, A, 300, 1, B, 1, 300, C, A, 1, WORKSPACE);
  k.gemmDescend(84, 108, 50, A, 1, 84, B, 108, 1, C, A, WORKSPACE);
  k.gemm(33, 28, 270, A, 1, 33, C, 28, 1, D, 0, 0, WORKSPACE);
  k.softmax(C, D + PAGE, 30, 333);
  k.sums(C, A, 30, 40, 7, 40);
  k.sigmoid(C, C, 9999);
  k.increment(STEP);
  k.adamUpdate(A, B, D, C, 0, 9999, D, STEP, 0.9, 0.999, 1e-7, 0, 0, 0);
  return new Int32Array(memory.buffer, 0, WORKSPACE / 4);
}
