// Optimizer updates over flat spans: worked out by hand, then bit for bit against plain JavaScript.

import { describe, expect, test } from "vitest";
import { builds, isExact } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { randomFloats } from "../support/random-values.js";
import { ScratchMemory } from "../support/scratch-memory.js";
import { byteShifts, spanLengths } from "../support/span-lengths.js";

const { fround } = Math;

interface AdamState {
  readonly w: Float32Array;
  readonly g: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

interface AdamOptions {
  readonly rate: number;
  readonly step: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

const paper: AdamOptions = { rate: 0.001, step: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

function adam(memory: ScratchMemory, state: AdamState, options: Partial<AdamOptions> = {}, shift = 0) {
  const { rate, step, beta1, beta2, epsilon } = { ...paper, ...options };
  const n = state.w.length;
  memory.clear();
  const g = memory.input("g", state.g, shift);
  const [w, m, v] = (["w", "m", "v"] as const).map((name) => memory.output(name, state[name], shift));
  const ofRate = memory.input("rate", [rate]);
  const ofStep = memory.input("step", Int32Array.of(step));
  const addresses = [w!.ptr, g.ptr, m!.ptr, v!.ptr, 0] as const;
  memory.kernels.adamUpdate(...addresses, n, ofRate.ptr, ofStep.ptr, beta1, beta2, epsilon, 1, 0, 0);
  memory.verify(`adamUpdate ${memory.build}, n ${n}`);
  return { w: memory.floats(w!), m: memory.floats(m!), v: memory.floats(v!) };
}

/** x^n by squaring, as the kernel does it. */
function power(x: number, n: number): number {
  let result = 1;
  let square = x;
  for (let left = n; left > 0; left >>= 1) {
    if (left & 1) result *= square;
    square *= square;
  }
  return result;
}

/** Kingma & Ba 2015, Algorithm 1, every operation rounded to float32; the corrections are made in float64. */
function plainAdam({ w, g, m, v }: AdamState, { rate, step, beta1, beta2, epsilon }: AdamOptions) {
  const stepSize = fround(fround(rate) / (1 - power(beta1, step + 1)));
  const correction = fround(1 / Math.sqrt(1 - power(beta2, step + 1)));
  const mean = (old: number, x: number, beta: number) => fround(old + fround(fround(1 - beta) * fround(x - old)));
  const newM = m.map((x, i) => mean(x, g[i] as number, beta1));
  const newV = v.map((x, i) => mean(x, fround((g[i] as number) * (g[i] as number)), beta2));
  const newW = w.map((x, i) => {
    const root = fround(fround(fround(Math.sqrt(newV[i] as number)) * correction) + fround(epsilon));
    return x - fround(fround((newM[i] as number) * stepSize) / root);
  });
  return { w: newW, m: newM, v: newV };
}

describe.each(builds)("%s", (build) => {
  const memory = new ScratchMemory(build);
  const { kernels } = memory;

  test("sgdUpdate: w -= rate * g", () => {
    for (const n of spanLengths) {
      for (const shift of byteShifts) {
        const subject = `sgdUpdate ${build}, n ${n}, shift ${shift}`;
        memory.clear();
        const [values, gradient] = [randomFloats(n, 1), randomFloats(n, 2)];
        const w = memory.output("w", values, shift);
        const g = memory.input("g", gradient, shift);
        const rate = memory.input("rate", [0.1]);
        kernels.sgdUpdate(w.ptr, g.ptr, n, rate.ptr, 0, 0);
        memory.verify(subject);
        const expected = values.map((x, i) => x - fround(fround(0.1) * (gradient[i] as number)));
        if (isExact(build)) expectSameBits(subject, memory.floats(w), expected);
        else expectClose(subject, memory.floats(w), expected, 2 ** -23);
      }
    }
  });

  test("sgdUpdate by hand, with a rate of 0, and with gradients that are not finite", () => {
    const step = (rate: number, values: number[], gradient: number[]) => {
      memory.clear();
      const [w, g] = [memory.output("w", values), memory.input("g", gradient)];
      kernels.sgdUpdate(w.ptr, g.ptr, values.length, memory.input("rate", [rate]).ptr, 0, 0);
      return memory.floats(w);
    };
    expectSameBits(`sgdUpdate ${build}`, step(0.5, [1, -2, 3], [4, 0, -2]), [-1, -2, 4]);
    expectSameBits(`sgdUpdate ${build}, rate 0`, step(0, [1, -0, 3], [4, 1, -2]), [1, -0, 3]);
    const [nan, infinity] = [Number.NaN, Infinity];
    expectSameBits(`sgdUpdate ${build}`, step(1, [1, 1, infinity], [nan, infinity, infinity]), [nan, -infinity, nan]);
  });

  test("the first step of Adam by hand", () => {
    // m = 0.1 g, v = 0.001 g²; corrected they are g and g², so each weight moves by the rate against its gradient.
    const state = {
      w: Float32Array.of(1, -2, 0.5, 3, 0),
      g: Float32Array.of(0.5, -4, 1000, 1e-3, 0),
      m: new Float32Array(5),
      v: new Float32Array(5),
    };
    const { w, m, v } = adam(memory, state);
    expectClose(`adamUpdate ${build}, w`, w, [0.999, -1.999, 0.499, 2.999 + 1e-8, 0], 2e-7);
    expectClose(`adamUpdate ${build}, m`, m, [0.05, -0.4, 100, 1e-4, 0], (i) => 3e-7 * Math.abs(m[i] as number));
    expectClose(`adamUpdate ${build}, v`, v, [0.00025, 0.016, 1000, 1e-9, 0], (i) => 3e-7 * (v[i] as number));
  });

  test("epsilon is added after the bias correction", () => {
    // g = epsilon: the corrected root is epsilon, so the step is half the rate; before it, the step would be 0.03 of it.
    const g = Float32Array.of(1e-8);
    const { w } = adam(memory, { w: new Float32Array(1), g, m: new Float32Array(1), v: new Float32Array(1) });
    expectClose(`adamUpdate ${build}`, w, [-0.0005], 1e-9);
  });

  test("adamUpdate follows Algorithm 1 at any length, address and step", () => {
    for (const n of spanLengths) {
      for (const shift of byteShifts) {
        for (const step of [0, 1, 9, 999]) {
          const state = {
            w: randomFloats(n, 1),
            g: randomFloats(n, 2),
            m: randomFloats(n, 3, -0.1, 0.1),
            v: randomFloats(n, 4, 0, 0.01),
          };
          const options = { ...paper, step, beta1: 0.85, beta2: 0.99, rate: 0.03, epsilon: 1e-6 };
          const received = adam(memory, state, options, shift);
          const expected = plainAdam(state, options);
          for (const name of ["m", "v", "w"] as const) {
            const subject = `adamUpdate ${build}, ${name}, n ${n}, shift ${shift}, step ${step}`;
            if (isExact(build)) expectSameBits(subject, received[name], expected[name]);
            else expectClose(subject, received[name], expected[name], 5e-7);
          }
        }
      }
    }
  });

  test("the bias correction holds up to the largest step", () => {
    const one = Float32Array.of(1);
    for (const step of [1, 1000, 999_999, 1_000_000, 2 ** 30, 2 ** 31 - 2]) {
      const { w } = adam(memory, { w: Float32Array.of(0), g: one, m: one, v: one }, { step, rate: 1 });
      const t = step + 1;
      const expected = -Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t) / (1 + 1e-8);
      expectClose(`adamUpdate ${build}, step ${step}`, w, [expected], 4e-7 * Math.abs(expected));
    }
  });

  test("beta of 0 keeps nothing; gradients that are not finite show", () => {
    const state = {
      w: Float32Array.of(1, 1, 1),
      g: Float32Array.of(2, -2, Number.NaN),
      m: Float32Array.of(5, 5, 5),
      v: Float32Array.of(5, 5, 5),
    };
    const { w, m, v } = adam(memory, state, { beta1: 0, beta2: 0, rate: 0.25 });
    expectSameBits(`adamUpdate ${build}, m`, m, [2, -2, Number.NaN]);
    expectSameBits(`adamUpdate ${build}, v`, v, [4, 4, Number.NaN]);
    expectSameBits(`adamUpdate ${build}, w`, w, [0.75, 1.25, Number.NaN]);
  });

  test("increment counts", () => {
    memory.clear();
    const step = memory.output("step", Int32Array.of(-1));
    for (const expected of [0, 1, 2]) {
      kernels.increment(step.ptr);
      expect(memory.integers(step)[0]).toBe(expected);
    }
    memory.verify(`increment ${build}`);
  });
});
