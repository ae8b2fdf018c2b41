// One row times a packed matrix, in every build: the bits of the sum in order, whatever the panels.

import fc from "fast-check";
import { expect, test } from "vitest";
import { builds, isExact } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { inFloat64, inOrder, type Product } from "../support/gemm-reference.js";
import { randomFloats } from "../support/random-values.js";
import { ScratchMemory } from "../support/scratch-memory.js";

const memories = new Map(builds.map((build) => [build, new ScratchMemory(build)]));

function row(n: number, k: number, bias: boolean, relu: boolean): Product {
  const values = randomFloats(k + k * n + n, n * 104729 + k);
  return {
    m: 1,
    n,
    k,
    a: values.subarray(0, k),
    b: values.subarray(k, k + k * n),
    bias: bias ? values.subarray(k + k * n) : null,
    relu,
  };
}

/** Nothing beside the packed matrix and y may be written. */
function check(p: Product, shift: number): void {
  const { n, k, a, b, bias, relu } = p;
  const { c, bound } = inFloat64(p);
  for (const [build, memory] of memories) {
    const subject = `gemvPacked ${build}, n ${n} k ${k} shift ${shift}`;
    const { kernels } = memory;
    const words = kernels.gemvPackedWords(n, k);
    memory.clear();
    const matrix = memory.input("B", b, shift);
    const packed = memory.output("packed", words, shift);
    kernels.gemvPack(n, k, matrix.ptr, packed.ptr);
    memory.verify(`${subject}, packing`);
    const x = memory.input("x", a, shift);
    const ofBias = bias === null ? 0 : memory.input("bias", bias, shift).ptr;
    const y = memory.output("y", n, shift);
    kernels.gemvPacked(n, k, x.ptr, packed.ptr, y.ptr, ofBias, relu ? 1 : 0);
    memory.verify(subject);
    if (isExact(build)) expectSameBits(subject, memory.floats(y), inOrder(p));
    expectClose(subject, memory.floats(y), c, (i) => bound[i] as number);
  }
}

test("any size, epilogue and alignment", () => {
  const property = fc.property(
    fc.integer({ min: 16, max: 130 }),
    fc.integer({ min: 0, max: 40 }),
    fc.boolean(),
    fc.boolean(),
    fc.constantFrom(0, 4, 8, 20),
    (n, k, bias, relu, shift) => check(row(n, k, bias, relu), shift),
  );
  fc.assert(property, { seed: 1, numRuns: 200 });
});

test("every width from the narrowest to four panels", () => {
  for (let n = 16; n <= 64; n++) check(row(n, 5, true, true), 0);
});

test("what is narrower than a panel is not packed", () => {
  for (const [, { kernels, build }] of memories) {
    const least = build === "scalar" ? 4 : 16;
    expect(kernels.gemvPackedWords(least - 1, 100), build).toBe(0);
    expect(kernels.gemvPackedWords(least, 100), build).toBe(100 * least);
  }
});
