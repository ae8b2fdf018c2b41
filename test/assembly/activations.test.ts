// Activations over spans: exact formulas, any length and address, in place.

import { describe, test } from "vitest";
import * as activations from "../../src/ops/activations.js";
import { builds } from "../support/builds.js";
import { expectSameBits } from "../support/compare-floats.js";
import { specialFloats } from "../support/float-bits.js";
import { randomFloats } from "../support/random-values.js";
import { ScratchMemory } from "../support/scratch-memory.js";
import { byteShifts, spanLengths } from "../support/span-lengths.js";

/** max(x, 0) that keeps NaN and -0. */
const relu = (x: number) => (Number.isNaN(x) || Object.is(x, -0) ? x : Math.max(x, 0));
const reluGradient = (y: number, dy: number) => (y > 0 ? dy : 0);

/** Kernels of activations without numbers of their own, and of functions of the same form. */
const plain = [
  ...Object.entries(activations)
    .filter(([name, { record }]) => name !== "relu" && record.options === undefined)
    .map(([name]) => name),
  ...["exp", "log", "erf", "sqrt", "square", "abs"],
] as ("exp" | "sigmoid")[];

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

  // A long call is the reference for the short ones: the values themselves are tested with the ops.
  test.each(plain)("%s and its gradient do the same at any length and address, also in place", (name) => {
    const forward = (x: number, y: number, n: number) => kernels[name](x, y, n);
    const gradient = (value: number, dy: number, dx: number, n: number) => kernels[`${name}Gradient`](value, dy, dx, n);
    everywhere(forward, gradient, name);
  });

  test.each(["leakyRelu", "elu", "hardSigmoid"] as const)("%s and its gradient likewise", (name) => {
    const forward = (x: number, y: number, n: number) => kernels[name](x, 0.25, y, n);
    const gradient = (value: number, dy: number, dx: number, n: number) =>
      kernels[`${name}Gradient`](value, dy, 0.25, dx, n);
    everywhere(forward, gradient, name);
  });

  function everywhere(
    forward: (x: number, y: number, n: number) => void,
    gradient: (value: number, dy: number, dx: number, n: number) => void,
    name: string,
  ): void {
    const values = randomFloats(64, 1, 0.01, 4).map((value, i) => (i % 3 === 0 ? -value : value));
    const upstream = randomFloats(64, 2);
    memory.clear();
    const [long, longDy] = [memory.input("x", values), memory.input("dy", upstream)];
    const [longY, longDx] = [memory.output("y", 64), memory.output("dx", 64)];
    forward(long.ptr, longY.ptr, 64);
    gradient(long.ptr, longDy.ptr, longDx.ptr, 64);
    const [allY, allDx] = [memory.floats(longY), memory.floats(longDx)];
    for (const n of spanLengths) {
      for (const shift of byteShifts) {
        const subject = `${name} ${build}, n ${n}, shift ${shift}`;
        memory.clear();
        const [x, dy] = [memory.input("x", values.slice(0, n), shift), memory.input("dy", upstream.slice(0, n), shift)];
        const [y, dx] = [memory.output("y", n, shift), memory.output("dx", n, shift)];
        const [overX, overDy] = [
          memory.output("x", values.slice(0, n), shift),
          memory.output("dy", upstream.slice(0, n)),
        ];
        forward(x.ptr, y.ptr, n);
        gradient(x.ptr, dy.ptr, dx.ptr, n);
        forward(overX.ptr, overX.ptr, n);
        gradient(x.ptr, overDy.ptr, overDy.ptr, n);
        expectSameBits(subject, memory.floats(y), allY.slice(0, n));
        expectSameBits(`${subject}, in place`, memory.floats(overX), allY.slice(0, n));
        expectSameBits(`${subject}, gradient`, memory.floats(dx), allDx.slice(0, n));
        expectSameBits(`${subject}, gradient in place of dy`, memory.floats(overDy), allDx.slice(0, n));
        memory.verify(subject);
      }
    }
  }
});
