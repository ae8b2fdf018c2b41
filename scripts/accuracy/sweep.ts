// The error of one function over a range of float32, in units in the last place, and what it does at seams and with
// special values. The reference errs by 1e-15 or so itself, a millionth of a unit. Where it lies so close to the middle
// between two floats that this could turn the rounding (1e-10 relative), the result counts as doubtful.

import { measuredFunctions } from "./references.js";

const CHUNK = 1 << 16;

export interface Range {
  readonly module: WebAssembly.Module;
  readonly name: string;
  /** Bit patterns first, first + stride, ... below `end`; all floats are [0, 2^32). */
  readonly first: number;
  readonly end: number;
  readonly stride: number;
}

export interface SweepResult {
  /** Largest error in ULP where the result is normal, and the input where it was found first. */
  readonly worst: number;
  readonly at: number;
  /** Largest error where the result is subnormal: few bits are left there, and products of such numbers lose more. */
  readonly worstSubnormal: number;
  readonly count: number;
  readonly correct: number;
  readonly doubtful: number;
  /** Infinities and NaN where the reference, rounded, has none, or the reverse. */
  readonly wrongSpecial: number;
}

interface Loaded {
  /** Evaluates the first n of `x`, a multiple of 4, into `y`. */
  readonly evaluate: (n: number) => void;
  readonly x: Float32Array;
  readonly bits: Uint32Array;
  readonly y: Float32Array;
}

/** Instantiates the function over a memory with room for one chunk of inputs and one of results. */
function load(module: WebAssembly.Module, name: string): Loaded {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
  const abort = () => {
    throw new Error("a kernel aborted");
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  const kernel = exports[name] as (...values: number[]) => void;
  const from = 65536;
  const to = from + 4 * CHUNK;
  // elu alone has a parameter, alpha.
  const evaluate = name === "elu" ? (n: number) => kernel(from, 1, to, n) : (n: number) => kernel(from, to, n);
  return {
    evaluate,
    x: new Float32Array(memory.buffer, from, CHUNK),
    bits: new Uint32Array(memory.buffer, from, CHUNK),
    y: new Float32Array(memory.buffer, to, CHUNK),
  };
}

function rangeOf(name: string) {
  const measured = measuredFunctions[name];
  if (!measured) throw new RangeError(`accuracy: there is no function ${name}.`);
  const { low = -Infinity, high = Infinity } = measured;
  return { ...measured, low, high };
}

/** One unit in the last place of a float32 with this exact value; that of subnormal numbers at least. */
function unitAt(exact: number): number {
  const size = Math.abs(exact);
  const exponent = Math.max(-126, Math.floor(Math.log2(size || 2 ** -140)));
  const unit = 2 ** (exponent - 23);
  // log2 may round up to the next whole number.
  return size < 2 ** exponent ? Math.max(unit / 2, 2 ** -149) : unit;
}

export function sweepRange({ module, name, first, end, stride }: Range): SweepResult {
  const { exact, low, high } = rangeOf(name);
  const { evaluate, x, bits, y } = load(module, name);
  const result = { worst: 0, at: 0, worstSubnormal: 0, count: 0, correct: 0, doubtful: 0, wrongSpecial: 0 };
  for (let start = first; start < end; start += CHUNK * stride) {
    const n = Math.min(CHUNK, Math.ceil((end - start) / stride));
    for (let i = 0; i < n; i++) bits[i] = start + i * stride;
    evaluate((n + 3) & ~3);
    for (let i = 0; i < n; i++) {
      const value = x[i]!;
      if (value < low || value > high) continue;
      const reference = exact(value);
      const received = y[i]!;
      const rounded = Math.fround(reference);
      result.count++;
      if (received === rounded) {
        result.correct++;
        // The error of a correctly rounded result is at most a half: nothing to find.
        if (received !== 0) continue;
      }
      if (!Number.isFinite(rounded) || !Number.isFinite(received)) {
        if (Number.isNaN(rounded) && Number.isNaN(received)) result.correct++;
        else if (received !== rounded) result.wrongSpecial++;
        continue;
      }
      const unit = unitAt(reference);
      const error = Math.abs(received - reference) / unit;
      if (received !== rounded && Math.abs(error - 0.5) * unit < 1e-10 * Math.abs(reference)) result.doubtful++;
      if (Math.abs(reference) < 2 ** -126) result.worstSubnormal = Math.max(result.worstSubnormal, error);
      else if (error > result.worst) {
        result.worst = error;
        result.at = value;
      }
    }
  }
  return result;
}

export function mergeResults(results: readonly SweepResult[]): SweepResult {
  return results.reduce((a, b) => ({
    worst: Math.max(a.worst, b.worst),
    at: b.worst > a.worst ? b.at : a.at,
    worstSubnormal: Math.max(a.worstSubnormal, b.worstSubnormal),
    count: a.count + b.count,
    correct: a.correct + b.correct,
    doubtful: a.doubtful + b.doubtful,
    wrongSpecial: a.wrongSpecial + b.wrongSpecial,
  }));
}

const SAMPLE = 10_007;

/** A hash of the bits of every 10,007th result, all NaN being one: tells whether a sweep is of these formulas. */
export function fingerprint(module: WebAssembly.Module, name: string): string {
  const { low, high } = rangeOf(name);
  const { evaluate, x, bits, y } = load(module, name);
  const words = new Uint32Array(y.buffer, y.byteOffset, CHUNK);
  // FNV-1a over words.
  let hash = 0x811c9dc5;
  for (let start = 0; start < 2 ** 32; start += CHUNK * SAMPLE) {
    const n = Math.min(CHUNK, Math.ceil((2 ** 32 - start) / SAMPLE));
    for (let i = 0; i < n; i++) bits[i] = start + i * SAMPLE;
    evaluate((n + 3) & ~3);
    for (let i = 0; i < n; i++) {
      if (x[i]! < low || x[i]! > high) continue;
      hash = Math.imul(hash ^ (Number.isNaN(y[i]) ? 0x7fc00000 : words[i]!), 0x01000193);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

const LARGEST = 3.4028234663852886e38;
const special = [NaN, Infinity, -Infinity, 0, -0, 2 ** -149, -(2 ** -149), LARGEST, -LARGEST];

/** Special values as [input, result], within the range that the function is made for. */
export function specialValues(module: WebAssembly.Module, name: string): [input: number, result: number][] {
  const { low, high } = rangeOf(name);
  const { evaluate, x, y } = load(module, name);
  const values = special.filter((value) => !(value < low || value > high) && !(low === 0 && Object.is(value, -0)));
  x.set(values);
  evaluate(16);
  return values.map((value, i) => [value, y[i] as number]);
}

const REACH = 2000;

export interface SeamResult {
  /** Neighbours compared, those among them that move against the exact function, and how far at most, in ULP. */
  readonly steps: number;
  readonly against: number;
  readonly deepest: number;
}

/** Whether the function rises and falls with the exact one, within 2,000 floats of its seams. */
export function inspectSeams(module: WebAssembly.Module, name: string): SeamResult {
  const { exact, low, high, seams } = rangeOf(name);
  const { evaluate, x, bits, y } = load(module, name);
  const result = { steps: 0, against: 0, deepest: 0 };
  for (const seam of seams) {
    x[0] = seam;
    const middle = bits[0] as number;
    for (let i = 0; i < 2 * REACH; i++) bits[i] = middle - REACH + i;
    evaluate(2 * REACH);
    for (let i = 1; i < 2 * REACH; i++) {
      const [a, b] = [x[i - 1] as number, x[i] as number];
      const within = Math.min(a, b) >= low && Math.max(a, b) <= high && Math.sign(a) === Math.sign(b);
      if (!within) continue;
      result.steps++;
      const before = y[i - 1] as number;
      const moved = (y[i] as number) - before;
      const should = exact(b) - exact(a);
      if (moved === 0 || Math.sign(moved) === Math.sign(should) || Number.isNaN(moved)) continue;
      result.against++;
      result.deepest = Math.max(result.deepest, Math.abs(moved) / unitAt(before));
    }
  }
  return result;
}
