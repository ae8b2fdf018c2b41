// Transcendental functions in every build, against float64: largest errors, special values, equal bits, monotone seams.

import { beforeAll, describe, expect, test } from "vitest";
import type { BuildName } from "../../src/wasm/host.js";
import { builds, engineOf, isExact } from "../support/builds.js";
import { expectSameBits } from "../support/compare-floats.js";
import { compileKernels } from "../support/compile-kernels.js";
import { erf } from "../support/error-function.js";
import {
  fromBits,
  largestFloat,
  smallestNormal,
  smallestSubnormal,
  specialFloats,
  ulpError,
} from "../support/float-bits.js";

type Name = "exp" | "expm1" | "log" | "log1p" | "logistic" | "tanh" | "erf";
type Span = (x: number, y: number, n: number) => void;
type Fixture = Record<Name, Span> & { max(x: number, n: number): number };

const ROOM = 1 << 20;
const fixtures = new Map<BuildName, { kernels: Fixture; memory: WebAssembly.Memory }>();

beforeAll(async () => {
  for (const build of builds) {
    const memory = new WebAssembly.Memory({ initial: 256 });
    const module = await compileKernels("test/assembly/fixtures/math.ts", build);
    const abort = () => expect.unreachable("a kernel aborted");
    const instance = new WebAssembly.Instance(module, { env: { memory, abort } });
    fixtures.set(build, { kernels: instance.exports as unknown as Fixture, memory });
  }
});

function evaluate(build: BuildName, name: Name, x: Float32Array): Float32Array {
  const { kernels, memory } = fixtures.get(build) as { kernels: Fixture; memory: WebAssembly.Memory };
  const padded = Math.ceil(x.length / 4) * 4;
  const from = 1024;
  const to = from + 4 * ROOM;
  expect(padded).toBeLessThanOrEqual(ROOM);
  new Float32Array(memory.buffer, from, padded).fill(0).set(x);
  kernels[name](from, to, padded);
  return new Float32Array(memory.buffer.slice(to, to + 4 * x.length));
}

/** Every 10,007th bit pattern of all floats. */
function sweep(): number[] {
  const values: number[] = [];
  for (let bits = 0; bits < 2 ** 32; bits += 10_007) values.push(fromBits(bits | 0));
  return values;
}

/** The floats around x, `reach` on each side. */
function around(x: number, reach: number): number[] {
  const middle = new Int32Array(Float32Array.of(x).buffer)[0] as number;
  return Array.from({ length: 2 * reach + 1 }, (_, i) => fromBits(middle - reach + i));
}

function expInputs(): Float32Array {
  const seams = Array.from({ length: 560 }, (_, i) => ((i - 301) * Math.LN2) / 2);
  // Overflow, the clamps, the first subnormal result, the last result that is not 0.
  const limits = [88.72284, 89, -87.33655, -103.27893, -103.97208, -104, 1, -1, 2 ** -24, -(2 ** -24)];
  const dense = Array.from({ length: 200_000 }, (_, i) => -105 + (195 * i) / 200_000);
  // Where the error is largest, found by trying all floats.
  const worst = [-81.39883422851562, 70.4030990600586, -5.877884387969971];
  return Float32Array.from([
    ...worst,
    ...sweep(),
    ...seams.flatMap((x) => around(x, 16)),
    ...limits.flatMap((x) => around(x, 500)),
    ...dense,
  ]);
}

function logInputs(): Float32Array {
  const exponents = Array.from({ length: 276 }, (_, i) => i - 148);
  const seams = exponents.flatMap((e) => [2 ** e, Math.SQRT1_2 * 2 ** e]);
  const limits = [1, smallestNormal, fromBits(0x7f7ffe00), fromBits(600), Math.E, 1 / Math.E];
  const nearOne = Array.from({ length: 200_000 }, (_, i) => 0.5 + (1.5 * i) / 200_000);
  const subnormal = Array.from({ length: 50_000 }, (_, i) => fromBits(1 + i * 167));
  const worst = [1.4130306243896484, 1.4136420488357544];
  return Float32Array.from([
    ...worst,
    ...sweep(),
    ...seams.flatMap((x) => around(x, 16)),
    ...limits.flatMap((x) => around(x, 500)),
    ...nearOne,
    ...subnormal,
  ]);
}

/** All magnitudes, and those around 1 and around the limits more densely; `worst` are the worst of all float32. */
function inputs(low: number, high: number, seams: readonly number[], worst: readonly number[]): () => Float32Array {
  return () => {
    const within = (x: number) => Number.isNaN(x) || (x >= low && x <= high);
    const from = Math.max(low, -110);
    const to = Math.min(high, 110);
    return Float32Array.from([
      ...worst,
      ...sweep().filter(within),
      ...seams.flatMap((x) => around(x, 300)).filter(within),
      ...Array.from({ length: 150_000 }, (_, i) => from + ((to - from) * i) / 150_000),
      ...Array.from({ length: 150_000 }, (_, i) => -4 + (8 * i) / 150_000).filter(within),
    ]);
  };
}

/** Multiples of ln(2) / 2, where the reduction goes to the next k. */
const halves = Array.from({ length: 120 }, (_, i) => ((i - 60) * Math.LN2) / 2);
const signed = (...values: number[]) => values.flatMap((x) => [x, -x]);

/** Bounds in ULP, as assembly/math.ts states them. */
const functions = [
  { name: "exp", exact: Math.exp, inputs: expInputs, bound: 1.05, relaxedBound: 1.05 },
  {
    name: "expm1",
    exact: Math.expm1,
    inputs: inputs(-Infinity, 88, [...halves, -18, -17.33], [0.38189053535461426]),
    bound: 1.82,
    relaxedBound: 1.8,
  },
  { name: "log", exact: Math.log, inputs: logInputs, bound: 0.84, relaxedBound: 0.84 },
  {
    name: "log1p",
    exact: Math.log1p,
    inputs: inputs(0, 1, [0, 2 ** -12, 0.5, 1], [0.9350389242172241]),
    bound: 1.32,
    relaxedBound: 1.4,
  },
  {
    name: "logistic",
    exact: logistic,
    inputs: inputs(
      -Infinity,
      Infinity,
      [...halves, -104, -103.97, -87.34, 17.33, 40],
      [-0.00034499180037528276, 7.691438674926758],
    ),
    bound: 2,
    relaxedBound: 2,
  },
  {
    name: "tanh",
    exact: Math.tanh,
    inputs: inputs(
      -Infinity,
      Infinity,
      signed(...halves.map((x) => x / 2), 9.01, 10, smallestNormal),
      [0.06242450699210167],
    ),
    bound: 2.83,
    relaxedBound: 2.83,
  },
  {
    name: "erf",
    exact: erf,
    inputs: inputs(-Infinity, Infinity, signed(0.93, 3.92, smallestNormal), [0.9351295232772827]),
    bound: 1.6,
    relaxedBound: 1.8,
  },
] as const;

/** 1 / (1 + e^-x), with all digits for negative x too. */
function logistic(x: number): number {
  return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
}

describe.each(functions)("$name", ({ name, exact, inputs, bound, relaxedBound }) => {
  test.each(builds)("%s errs by no more than stated", (build) => {
    const x = inputs();
    const y = evaluate(build, name, x);
    let worst = 0;
    let at = 0;
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      if (Number.isNaN(value)) {
        expect(y[i], `${name} ${build} of NaN`).toBeNaN();
        continue;
      }
      const error = ulpError(y[i] as number, exact(value));
      if (error > worst) {
        worst = error;
        at = i;
      }
    }
    const detail = `${name} ${build}: x ${x[at]}, expected ${exact(x[at] as number)}, received ${y[at]}`;
    expect(worst, detail).toBeLessThanOrEqual(isExact(build) ? bound : relaxedBound);
  });

  test("all builds but relaxed have the same bits", () => {
    const x = inputs();
    const reference = evaluate("scalar", name, x);
    for (const build of builds.filter(isExact)) {
      expectSameBits(`${name} ${build}`, evaluate(build, name, x), reference);
    }
  });
});

test.each(builds)("special values of the others in %s", (build) => {
  const x = Float32Array.from([Number.NaN, Infinity, -Infinity, 0, -0, largestFloat, -largestFloat]);
  const odd = [Number.NaN, 1, -1, 0, -0, 1, -1];
  expectSameBits(`tanh ${build}`, evaluate(build, "tanh", x), odd);
  expectSameBits(`erf ${build}`, evaluate(build, "erf", x), odd);
  expectSameBits(`logistic ${build}`, evaluate(build, "logistic", x), [Number.NaN, 1, 0, 0.5, 0.5, 1, 0]);
  const below = Float32Array.from([Number.NaN, -Infinity, 0, -0, -largestFloat]);
  expectSameBits(`expm1 ${build}`, evaluate(build, "expm1", below), [Number.NaN, -1, 0, 0, -1]);
  expectSameBits(`log1p ${build}`, evaluate(build, "log1p", Float32Array.of(Number.NaN, 0)), [Number.NaN, 0]);
  for (const name of ["tanh", "erf"] as const) {
    const values = Float32Array.from(sweep());
    const mirrored = evaluate(
      build,
      name,
      values.map((value) => -value),
    ).map((y) => -y);
    expectSameBits(`${name} ${build} is odd`, evaluate(build, name, values), mirrored);
  }
});

test.each(builds)("exp of special values in %s", (build) => {
  const x = Float32Array.from([...specialFloats, 89, 1000, -104, -1000]);
  const nan = Number.NaN;
  const ends = [Infinity, Infinity, 0, 0];
  const e = Math.fround(Math.E);
  const inverse = Math.fround(1 / Math.E);
  expectSameBits(`exp ${build}`, evaluate(build, "exp", x), [
    nan,
    Infinity,
    0,
    1,
    1,
    1,
    1,
    1,
    1,
    Infinity,
    0,
    e,
    inverse,
    ...ends,
  ]);
});

test.each(builds)("log of special values in %s", (build) => {
  const x = Float32Array.from(specialFloats);
  const expected = specialFloats.map((value) => Math.fround(Math.log(value)));
  expectSameBits(`log ${build}`, evaluate(build, "log", x), expected);
});

test.each(builds)("log of the smallest numbers, which are subnormal, in %s", (build) => {
  const x = Float32Array.from({ length: 23 }, (_, i) => smallestSubnormal * 2 ** i);
  expectSameBits(`log ${build}`, evaluate(build, "log", x), x.map(Math.log));
});

test.each(builds)("largest finds the maximum of any number of floats in %s", (build) => {
  const { kernels, memory } = fixtures.get(build) as { kernels: Fixture; memory: WebAssembly.Memory };
  const from = 1024;
  for (let n = 0; n <= 40; n++) {
    for (let at = 0; at < n; at++) {
      const values = Float32Array.from({ length: n }, (_, i) => (i === at ? -1 : -2 - i));
      new Float32Array(memory.buffer, from, n + 4).fill(1000).set(values);
      expect(kernels.max(from, n), `largest ${build}, n ${n}, maximum at ${at}`).toBe(-1);
    }
  }
  expect(kernels.max(from, 0)).toBe(-Infinity);
});

test.each(builds)("the constants lie in the module's own first kilobyte in %s", (build) => {
  const { memory } = engineOf(build).instantiate();
  const words = new Int32Array(memory.buffer);
  expect(words.subarray(0, 256).some((word) => word !== 0)).toBe(true);
  expect(words.subarray(256).every((word) => word === 0)).toBe(true);
});
