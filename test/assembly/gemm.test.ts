// GEMM in every build, form and epilogue, against a float32 reference that adds in order and a float64 one.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builds, isExact } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { specialFloats } from "../support/float-bits.js";
import { inFloat64, inOrder, type Product, transposed } from "../support/gemm-reference.js";
import { randomFloats, randomIntegers } from "../support/random-values.js";
import { ScratchMemory } from "../support/scratch-memory.js";
import { tileSize } from "../support/tile-sizes.js";

/** Which operand is stored transposed: n is row-major as it enters the product, t its transpose. */
const forms = ["nn", "tn", "nt", "tt"] as const;
type Form = (typeof forms)[number];

/** How the operands lie in memory. */
interface Layout {
  readonly form: Form;
  /** Floats between the end of a row and the start of the next. */
  readonly padding: number;
  /** Bytes off a 64-byte boundary. */
  readonly shift: number;
}

const plain: Omit<Layout, "form"> = { padding: 0, shift: 0 };
const memories = new Map(builds.map((build) => [build, new ScratchMemory(build)]));

function product(
  m: number,
  n: number,
  k: number,
  bias: boolean,
  relu: boolean,
  seed = m * 7919 + n * 104729 + k,
): Product {
  const values = randomFloats(m * k + k * n + n, seed);
  return {
    m,
    n,
    k,
    a: values.subarray(0, m * k),
    b: values.subarray(m * k, m * k + k * n),
    bias: bias ? values.subarray(m * k + k * n) : null,
    relu,
  };
}

/** Rows of `columns` floats with `padding` NaN behind each. */
function padded(x: Float32Array, rows: number, columns: number, padding: number): Float32Array {
  if (padding === 0) return x;
  const y = new Float32Array(rows * (columns + padding)).fill(Number.NaN);
  for (let i = 0; i < rows; i++) y.set(x.subarray(i * columns, (i + 1) * columns), i * (columns + padding));
  return y;
}

/** C as the kernel computes it, after a check that nothing beside C and the workspace has been written. */
function multiply(memory: ScratchMemory, subject: string, p: Product, { form, padding, shift }: Layout): Float32Array {
  const { m, n, k, relu } = p;
  memory.clear();
  const transposeA = form[0] === "t";
  const transposeB = form[1] === "t";
  const widthA = (transposeA ? m : k) + padding;
  const widthB = (transposeB ? k : n) + padding;
  const valuesA = transposeA ? padded(transposed(p.a, m, k), k, m, padding) : padded(p.a, m, k, padding);
  const valuesB = transposeB ? padded(transposed(p.b, k, n), n, k, padding) : padded(p.b, k, n, padding);
  const a = memory.input("A", valuesA, shift);
  const b = memory.input("B", valuesB, shift);
  const bias = p.bias === null ? null : memory.input("bias", p.bias, shift);
  const c = memory.output("C", m * n, shift);
  const workspace = memory.workspace(memory.kernels.gemmWorkspace(m, n, k));
  const [rsA, csA] = transposeA ? [1, widthA] : [widthA, 1];
  const [rsB, csB] = transposeB ? [1, widthB] : [widthB, 1];
  const ofBias = bias === null ? 0 : bias.ptr;
  memory.kernels.gemm(m, n, k, a.ptr, rsA, csA, b.ptr, rsB, csB, c.ptr, ofBias, relu ? 1 : 0, workspace.ptr);
  memory.verify(subject);
  return memory.floats(c);
}

/** Every build, each in the given layouts: the exact ones equal to the reference in order, all within the bound. */
function check(p: Product, layouts: readonly Layout[]): void {
  const exact = inOrder(p);
  const { c, bound } = inFloat64(p);
  const epilogue = `${p.bias ? " + bias" : ""}${p.relu ? " relu" : ""}`;
  for (const [build, memory] of memories) {
    for (const layout of layouts) {
      const where = `padding ${layout.padding} shift ${layout.shift}`;
      const subject = `gemm ${layout.form}${epilogue} ${build}, m ${p.m} n ${p.n} k ${p.k}, ${where}`;
      const received = multiply(memory, subject, p, layout);
      if (isExact(build)) expectSameBits(`${subject}, against the sum in order`, received, exact);
      expectClose(`${subject}, against float64`, received, c, (i) => bound[i] as number);
    }
  }
}

const allForms = forms.map((form) => ({ form, ...plain }));

describe("gemm", () => {
  test("any size up to 70, any form, layout and epilogue", () => {
    const extent = fc.integer({ min: 0, max: 70 });
    const layout = fc.record({
      form: fc.constantFrom(...forms),
      padding: fc.integer({ min: 0, max: 3 }),
      shift: fc.constantFrom(0, 1, 4, 8, 20),
    });
    const property = fc.property(
      extent,
      extent,
      extent,
      fc.boolean(),
      fc.boolean(),
      layout,
      (m, n, k, bias, relu, at) => check(product(m, n, k, bias, relu), [at]),
    );
    fc.assert(property, { seed: 1, numRuns: 300 });
  });

  test("every size from 0 to 9", () => {
    for (let m = 0; m < 10; m++) {
      for (let n = 0; n < 10; n++) {
        for (const k of [0, 1, 2, 3, 4, 5, 9]) check(product(m, n, k, true, (m + n) % 2 === 0), allForms);
      }
    }
  });

  test("one row of any width and depth, in any form and layout", () => {
    for (const n of [0, 1, 3, 4, 5, 8, 11, 32, 33]) {
      for (const k of [0, 1, 7, 8, 9, 15, 16, 17, 25]) {
        const layouts = forms.flatMap((form) => [
          { form, ...plain },
          { form, padding: 3, shift: 4 },
          { form, padding: 1, shift: 1 },
        ]);
        check(product(1, n, k, false, false), layouts);
        check(product(1, n, k, true, true), layouts);
      }
    }
  });

  const [MR, KC, MC, NC] = [tileSize("MR"), tileSize("KC"), tileSize("MC"), tileSize("NC")];
  const chosen: readonly (readonly [what: string, m: number, n: number, k: number])[] = [
    ["a depth of one block", MR, 8, KC],
    ["a depth just past a block", 7, 13, KC + 1],
    ["a depth of three blocks and a bit", 3, 6, 3 * KC + 3],
    ["rows just past a block", MC + 1, 9, 5],
    ["rows and depth past their blocks", MC + MR + 2, 5, KC + 2],
    ["columns just past a block", 3, NC + 5, 7],
    ["columns and depth past their blocks", 7, NC + 9, KC + 1],
    ["rows and columns past their blocks", MC + 3, NC + 3, 2],
    ["rows of B a power of two apart", 5, 256, 12],
    ["rows of B a larger power of two apart", 9, 1024, 6],
    ["columns of transposed A a power of two apart", 256, 10, 12],
    ["many uses of a panel of B", 200, 14, 21],
    ["many uses of a panel of A", 6, 230, 21],
    ["one row", 1, 300, 140],
    ["one column", 300, 1, 140],
    ["one value", 1, 1, 3 * KC],
    ["a dot product per tile", 11, 17, 1],
  ];

  test.each(chosen)("%s (%i x %i x %i)", (_, m, n, k) => {
    check(product(m, n, k, false, false), allForms);
    check(product(m, n, k, true, true), allForms);
  });

  test("NaN, infinities, zeros and subnormals go through as the sum in order says", () => {
    for (let seed = 0; seed < 40; seed++) {
      const base = product(seed % 2 === 0 ? 7 : 1, 11, seed % 2 === 0 ? 6 : 10, true, false);
      const a = base.a.slice();
      const b = base.b.slice();
      for (const [x, salt] of [
        [a, 0],
        [b, 1],
      ] as const) {
        const [at = 0, which = 0] = randomIntegers(2, seed * 2 + salt, x.length);
        x[at] = specialFloats[which % specialFloats.length] as number;
      }
      for (const relu of [false, true]) {
        const p = { ...base, a, b, relu };
        const expected = inOrder(p);
        for (const [build, memory] of memories) {
          const subject = `gemm nn ${build}, special values, seed ${seed}`;
          const received = multiply(memory, subject, p, { form: "nn", ...plain });
          if (isExact(build)) expectSameBits(subject, received, expected);
          else expectSameBits(`${subject}, finite or not`, received.map(classOf), expected.map(classOf));
        }
      }
    }
  });

  test("no products leave +0, the bias, or its ReLU", () => {
    const bias = Float32Array.of(1, -2, -0);
    for (const [build, memory] of memories) {
      const p = { m: 2, n: 3, k: 0, a: new Float32Array(0), b: new Float32Array(0), bias: null, relu: false };
      const run = (change: Partial<Product>) => multiply(memory, `gemm ${build}`, { ...p, ...change }, allForms[0]!);
      expectSameBits(`gemm ${build}, k 0`, run({}), [0, 0, 0, 0, 0, 0]);
      expectSameBits(`gemm ${build}, k 0, bias`, run({ bias }), [1, -2, 0, 1, -2, 0]);
      expectSameBits(`gemm ${build}, k 0, bias, relu`, run({ bias, relu: true }), [1, 0, 0, 1, 0, 0]);
    }
  });

  test("a tile is as large as tile.ts says", () => {
    for (const [build, { kernels }] of memories) {
      expect(kernels.tileRows(), build).toBeLessThanOrEqual(MR);
      expect(kernels.tileColumns(), build).toBe({ scalar: 2, simd: 8, relaxed: 8, wide: 16 }[build]);
    }
  });
});

/** Overflow may come one operation later under fused multiply-add; NaN and infinite stay what they are. */
function classOf(x: number): number {
  return Number.isFinite(x) ? 0 : x;
}

describe("gemmDescend", () => {
  /** Weights after the descent, in one call or as a product and an update. */
  function descend(memory: ScratchMemory, p: Product, form: Form, weights: Float32Array, together: boolean) {
    const { m, n, k } = p;
    memory.clear();
    const a = memory.input("A", form[0] === "t" ? transposed(p.a, m, k) : p.a);
    const b = memory.input("B", form[1] === "t" ? transposed(p.b, k, n) : p.b);
    const rate = memory.input("rate", Float32Array.of(0.37));
    const w = memory.output("W", m * n);
    memory.floats(w).set(weights);
    const workspace = memory.workspace(memory.kernels.gemmWorkspace(m, n, k));
    const operands = [a.ptr, ...(form[0] === "t" ? [1, m] : [k, 1]), b.ptr, ...(form[1] === "t" ? [1, k] : [n, 1])];
    const [pa, rsA, csA, pb, rsB, csB] = operands as [number, number, number, number, number, number];
    if (together) {
      memory.kernels.gemmDescend(m, n, k, pa, rsA, csA, pb, rsB, csB, w.ptr, rate.ptr, workspace.ptr);
    } else {
      const g = memory.output("G", m * n);
      memory.kernels.gemm(m, n, k, pa, rsA, csA, pb, rsB, csB, g.ptr, 0, 0, workspace.ptr);
      memory.kernels.sgdUpdate(w.ptr, g.ptr, m * n, rate.ptr, 0, 0);
    }
    memory.verify(`${form} m ${m} n ${n} k ${k}`);
    return memory.floats(w).slice();
  }

  test("has the bits of a product and an update, any size and form, up to its depth", () => {
    const extent = fc.integer({ min: 0, max: 70 });
    for (const memory of memories.values()) {
      const depth = fc.integer({ min: 0, max: memory.kernels.gemmDescendDepth() });
      const property = fc.property(extent, extent, depth, fc.constantFrom(...forms), (m, n, k, form) => {
        const p = product(m, n, k, false, false);
        const weights = randomFloats(m * n, 5);
        const [one, two] = [true, false].map((together) => descend(memory, p, form, weights, together));
        expectSameBits(`${form} m ${m} n ${n} k ${k}`, one as Float32Array, two as Float32Array);
      });
      fc.assert(property, { seed: 7, numRuns: 150 });
    }
  });
});
