// Softmax and the cross-entropy fused with it, against float64; equal bits in the exact builds.

import { describe, expect, test } from "vitest";
import { builds, isExact } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { randomFloats, randomIntegers } from "../support/random-values.js";
import { ScratchMemory } from "../support/scratch-memory.js";
import { byteShifts } from "../support/span-lengths.js";

const { fround } = Math;
const UNIT = 2 ** -24;
const nan = Number.NaN;
const widths = [...Array(41).keys(), 64, 100, 1003];

const memories = new Map(builds.map((build) => [build, new ScratchMemory(build)]));

function softmax(memory: ScratchMemory, x: Float32Array, rows: number, n: number, shift = 0, inPlace = false) {
  memory.clear();
  const from = inPlace ? memory.output("x", x, shift) : memory.input("x", x, shift);
  const to = inPlace ? from : memory.output("y", rows * n, shift);
  memory.kernels.softmax(from.ptr, to.ptr, rows, n);
  memory.verify(`softmax ${memory.build}, ${rows} x ${n}`);
  return memory.floats(to);
}

function softmaxGradient(memory: ScratchMemory, y: Float32Array, dy: Float32Array, rows: number, n: number, shift = 0) {
  memory.clear();
  const value = memory.input("y", y, shift);
  const upstream = memory.input("dy", dy, shift);
  const dx = memory.output("dx", rows * n, shift);
  memory.kernels.softmaxGradient(value.ptr, upstream.ptr, dx.ptr, rows, n);
  memory.verify(`softmaxGradient ${memory.build}, ${rows} x ${n}`);
  return memory.floats(dx);
}

function crossEntropy(memory: ScratchMemory, x: Float32Array, labels: Int32Array, n: number, shift = 0) {
  memory.clear();
  const from = memory.input("x", x, shift);
  const of = memory.input("labels", labels, shift);
  const loss = memory.output("loss", labels.length, shift);
  memory.kernels.sparseSoftmaxCrossEntropy(from.ptr, of.ptr, loss.ptr, labels.length, n);
  memory.verify(`sparseSoftmaxCrossEntropy ${memory.build}, ${labels.length} x ${n}`);
  return memory.floats(loss);
}

function crossEntropyGradient(
  memory: ScratchMemory,
  x: Float32Array,
  labels: Int32Array,
  dy: Float32Array,
  n: number,
  shift = 0,
) {
  memory.clear();
  const from = memory.input("x", x, shift);
  const of = memory.input("labels", labels, shift);
  const upstream = memory.input("dy", dy, shift);
  const dx = memory.output("dx", x.length, shift);
  const rows = labels.length;
  memory.kernels.sparseSoftmaxCrossEntropyGradient(from.ptr, of.ptr, upstream.ptr, dx.ptr, rows, n);
  memory.verify(`sparseSoftmaxCrossEntropyGradient ${memory.build}, ${rows} x ${n}`);
  return memory.floats(dx);
}

/** One row in float64: probabilities, log of the sum, and a bound on the relative error of a float32 exponential. */
function exactRow(x: Float32Array) {
  const max = Math.max(...x);
  const shifted = Array.from(x, (value) => value - max);
  const total = shifted.reduce((sum, value) => sum + Math.exp(value), 0);
  const probabilities = shifted.map((value) => Math.exp(value) / total);
  // exp: 2 units, and the rounding of its argument; the sum: its terms and n / 8 + 4 additions; one quotient, one product.
  const relative = shifted.map((value) => UNIT * (12 + x.length / 8 + 2 * Math.abs(value)));
  return { shifted, total, probabilities, relative };
}

function row(x: Float32Array, r: number, n: number): Float32Array {
  return x.subarray(r * n, (r + 1) * n);
}

describe.each(builds)("%s", (build) => {
  const memory = memories.get(build) as ScratchMemory;
  const rows = 3;

  test("softmax at any width and address, also in place", () => {
    for (const n of widths) {
      const x = randomFloats(rows * n, n, -10, 10);
      const exact = Array.from({ length: rows }, (_, r) => exactRow(row(x, r, n)));
      const expected = exact.flatMap(({ probabilities }) => probabilities);
      const relative = exact.flatMap((each) => each.relative);
      for (const shift of byteShifts) {
        const subject = `softmax ${build}, n ${n}, shift ${shift}`;
        const y = softmax(memory, x, rows, n, shift);
        expectClose(subject, y, expected, (i) => (expected[i] as number) * (relative[i] as number));
        expectSameBits(`${subject}, in place`, softmax(memory, x, rows, n, shift, true), y);
      }
    }
  });

  test("softmax of extreme rows", () => {
    const infinity = Infinity;
    const cases: readonly (readonly [x: number[], y: number[]])[] = [
      [
        [5, 5, 5, 5, 5],
        [0.2, 0.2, 0.2, 0.2, 0.2],
      ],
      [
        [3e38, -3e38, 0, 1, 2],
        [1, 0, 0, 0, 0],
      ],
      [
        [-3e38, -3e38, -3e38, -3e38, -3e38],
        [0.2, 0.2, 0.2, 0.2, 0.2],
      ],
      [
        [1000, 1000, 0, -infinity, 800],
        [0.5, 0.5, 0, 0, 0],
      ],
      [
        [0, -infinity, -infinity, -infinity, -infinity],
        [1, 0, 0, 0, 0],
      ],
      [
        [-infinity, -infinity, -infinity, -infinity, -infinity],
        [nan, nan, nan, nan, nan],
      ],
      [
        [infinity, 0, 1, 2, 3],
        [nan, nan, nan, nan, nan],
      ],
      [
        [0, 1, nan, 2, 3],
        [nan, nan, nan, nan, nan],
      ],
      [
        [0, 1, 2, 3, nan],
        [nan, nan, nan, nan, nan],
      ],
      [
        [nan, nan, nan, nan, nan],
        [nan, nan, nan, nan, nan],
      ],
    ];
    for (const [x, y] of cases) {
      expectSameBits(`softmax ${build} of [${x}]`, softmax(memory, Float32Array.from(x), 1, 5), Float32Array.from(y));
      // The rows beside it have nothing to do with it.
      const three = Float32Array.from([1, 2, 3, 4, 5, ...x, 5, 4, 3, 2, 1]);
      const received = softmax(memory, three, 3, 5);
      expectSameBits(`softmax ${build} of [${x}]`, row(received, 1, 5), Float32Array.from(y));
      expectSameBits(`softmax ${build}, neighbours`, row(received, 0, 5), row(received, 2, 5).slice().reverse());
    }
  });

  test("softmaxGradient sums in order and then follows the formula, to the bit", () => {
    for (const n of widths) {
      const [y, dy] = [randomFloats(rows * n, n, 0, 1), randomFloats(rows * n, n + 1)];
      const expected = new Float32Array(rows * n);
      for (let r = 0; r < rows; r++) {
        let dot = 0;
        for (let i = r * n; i < (r + 1) * n; i++) dot = fround(dot + fround((y[i] as number) * (dy[i] as number)));
        for (let i = r * n; i < (r + 1) * n; i++) expected[i] = (y[i] as number) * fround((dy[i] as number) - dot);
      }
      for (const shift of byteShifts) {
        const subject = `softmaxGradient ${build}, n ${n}, shift ${shift}`;
        expectSameBits(subject, softmaxGradient(memory, y, dy, rows, n, shift), expected);
      }
    }
  });

  test("cross-entropy and its gradient at any width and address", () => {
    for (const n of widths.slice(1)) {
      const x = randomFloats(rows * n, n, -10, 10);
      const labels = randomIntegers(rows, n, n);
      const dy = randomFloats(rows, n + 1);
      const exact = Array.from({ length: rows }, (_, r) => exactRow(row(x, r, n)));
      const losses = exact.map(({ shifted, total }, r) => Math.log(total) - (shifted[labels[r] as number] as number));
      const gradient = exact.flatMap(({ probabilities }, r) =>
        probabilities.map((p, j) => (p - (j === labels[r] ? 1 : 0)) * (dy[r] as number)),
      );
      const ofLoss = exact.map(({ shifted, total }, r) => {
        const terms = Math.log(total) + Math.abs(shifted[labels[r] as number] as number);
        return UNIT * (12 + n / 8 + 3 * terms);
      });
      const ofGradient = exact.flatMap(({ probabilities, relative }, r) =>
        probabilities.map((p, j) => ((relative[j] as number) * p + 2 * UNIT) * Math.abs(dy[r] as number)),
      );
      for (const shift of byteShifts) {
        const subject = `${build}, n ${n}, shift ${shift}`;
        const loss = crossEntropy(memory, x, labels, n, shift);
        expectClose(`sparseSoftmaxCrossEntropy ${subject}`, loss, losses, (i) => ofLoss[i] as number);
        const dx = crossEntropyGradient(memory, x, labels, dy, n, shift);
        const tolerance = (i: number) => ofGradient[i] as number;
        expectClose(`sparseSoftmaxCrossEntropyGradient ${subject}`, dx, gradient, tolerance);
      }
    }
  });

  test("cross-entropy of extreme rows", () => {
    const cases: readonly (readonly [x: number[], label: number, loss: number, gradient: number[]])[] = [
      [[1000, 0, 0], 0, 0, [0, 0, 0]],
      [[1000, 0, 0], 2, 1000, [1, 0, -1]],
      [[-Infinity, 0, -Infinity], 1, 0, [0, 0, 0]],
      [[-Infinity, 0, -Infinity], 0, Infinity, [-1, 1, 0]],
      [[3e38, -3e38, 0], 1, Infinity, [1, -1, 0]],
      [[Infinity, 0, 0], 1, nan, [nan, nan, nan]],
      [[0, nan, 0], 0, nan, [nan, nan, nan]],
      [[0, 0, 0], 3, nan, [nan, nan, nan]],
      [[0, 0, 0], -1, nan, [nan, nan, nan]],
      [[0, 0, 0], -0x80000000, nan, [nan, nan, nan]],
      [[42], 0, 0, [0]],
    ];
    for (const [x, label, loss, gradient] of cases) {
      const subject = `${build} of [${x}], label ${label}`;
      const logits = Float32Array.from(x);
      const labels = Int32Array.of(label);
      const received = crossEntropy(memory, logits, labels, x.length);
      expectSameBits(`sparseSoftmaxCrossEntropy ${subject}`, received, Float32Array.of(loss));
      const dx = crossEntropyGradient(memory, logits, labels, Float32Array.of(1), x.length);
      expectSameBits(`sparseSoftmaxCrossEntropyGradient ${subject}`, dx, Float32Array.from(gradient));
    }
    expectSameBits(`no classes ${build}`, crossEntropy(memory, new Float32Array(0), Int32Array.of(0), 0), [nan]);
    expect(crossEntropy(memory, new Float32Array(0), new Int32Array(0), 3)).toHaveLength(0);
  });
});

test("all builds but relaxed have the same bits", () => {
  const rows = 4;
  for (const n of widths.slice(1)) {
    const x = randomFloats(rows * n, n, -20, 20);
    const labels = randomIntegers(rows, n, n);
    const dy = randomFloats(rows, n + 1);
    const results = (memory: ScratchMemory) => ({
      softmax: softmax(memory, x, rows, n),
      loss: crossEntropy(memory, x, labels, n),
      gradient: crossEntropyGradient(memory, x, labels, dy, n),
    });
    const reference = results(memories.get("scalar") as ScratchMemory);
    for (const build of builds.filter(isExact)) {
      const received = results(memories.get(build) as ScratchMemory);
      expectSameBits(`softmax ${build}, n ${n}`, received.softmax, reference.softmax);
      expectSameBits(`sparseSoftmaxCrossEntropy ${build}, n ${n}`, received.loss, reference.loss);
      expectSameBits(`sparseSoftmaxCrossEntropyGradient ${build}, n ${n}`, received.gradient, reference.gradient);
    }
  }
});
