// Activations over spans: exact formulas, any length and address, in place.

import { describe, test } from "vitest";
import { builds } from "../support/builds.js";
import { expectSameBits } from "../support/compare-floats.js";
import { specialFloats } from "../support/float-bits.js";
import { randomFloats } from "../support/random-values.js";
import { ScratchMemory } from "../support/scratch-memory.js";
import { byteShifts, spanLengths } from "../support/span-lengths.js";

/** max(x, 0) that keeps NaN and -0. */
const relu = (x: number) => (Number.isNaN(x) || Object.is(x, -0) ? x : Math.max(x, 0));
const reluGradient = (y: number, dy: number) => (y > 0 ? dy : 0);

describe.each(builds)("%s", (build) => {
  const memory = new ScratchMemory(build);
  const { kernels } = memory;

  test("relu and its gradient at any length and address, also in place", () => {
    for (const n of spanLengths) {
      for (const shift of byteShifts) {
        const subject = `${build}, n ${n}, shift ${shift}`;
        memory.clear();
        const values = randomFloats(n, 1);
        const upstream = randomFloats(n, 2);
        const forward = values.map(relu);
        const gradient = forward.map((y, i) => reluGradient(y, upstream[i] as number));
        const x = memory.input("x", values, shift);
        const dy = memory.input("dy", upstream, shift);
        const y = memory.output("y", n, shift);
        const dx = memory.output("dx", n, shift);
        kernels.relu(x.ptr, y.ptr, n);
        kernels.reluGradient(y.ptr, dy.ptr, dx.ptr, n);
        expectSameBits(`relu ${subject}`, memory.floats(y), forward);
        expectSameBits(`reluGradient ${subject}`, memory.floats(dx), gradient);

        const inPlace = memory.output("x", values, shift);
        kernels.relu(inPlace.ptr, inPlace.ptr, n);
        expectSameBits(`relu ${subject}, in place`, memory.floats(inPlace), forward);
        kernels.reluGradient(inPlace.ptr, dy.ptr, inPlace.ptr, n);
        expectSameBits(`reluGradient ${subject}, in place of y`, memory.floats(inPlace), gradient);
        const overDy = memory.output("dy", upstream, shift);
        kernels.reluGradient(y.ptr, overDy.ptr, overDy.ptr, n);
        expectSameBits(`reluGradient ${subject}, in place of dy`, memory.floats(overDy), gradient);
        memory.verify(subject);
      }
    }
  });

  test("relu and its gradient of special values, in the full registers and in the tail", () => {
    const pairs = specialFloats.flatMap((y) => specialFloats.map((dy) => [y, dy] as const));
    for (const extra of [0, 1, 2, 3]) {
      memory.clear();
      const values = [...pairs.map(([y]) => y), ...specialFloats.slice(0, extra)];
      const upstream = [...pairs.map(([, dy]) => dy), ...specialFloats.slice(0, extra)];
      const n = values.length;
      const [x, dy] = [memory.input("x", values), memory.input("dy", upstream)];
      const [y, dx] = [memory.output("y", n), memory.output("dx", n)];
      kernels.relu(x.ptr, y.ptr, n);
      kernels.reluGradient(x.ptr, dy.ptr, dx.ptr, n);
      expectSameBits(`relu ${build}`, memory.floats(y), values.map(relu));
      const expected = values.map((value, i) => reluGradient(value, upstream[i] as number));
      expectSameBits(`reluGradient ${build}`, memory.floats(dx), expected);
    }
  });
});
