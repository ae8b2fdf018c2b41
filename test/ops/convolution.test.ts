// Convolution and its gradients against plain loops in float64, over random shapes, strides, paddings, dilations and groups;
// recorded results of PyTorch; what is refused.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { biasAdd, multiply } from "../../src/ops/arithmetic.js";
import { conv2d, conv2dInputGradient, conv2dKernelGradient } from "../../src/ops/convolution.js";
import { conv1d, conv2dTranspose, depthwiseConv2d } from "../../src/ops/convolutionForms.js";
import { reshape, slice } from "../../src/ops/layout.js";
import type { Node } from "../../src/ops/op.js";
import { sum } from "../../src/ops/reductions.js";
import type { Padding } from "../../src/ops/window.js";
import { Session } from "../../src/runtime/session.js";
import { sizeOf } from "../../src/tensor/shape.js";
import { Tensor } from "../../src/tensor/tensor.js";
import { builds, engineOf, isExact } from "../support/builds.js";
import { expectClose, expectSameBits } from "../support/compare-floats.js";
import { type GoldenCase, goldenCases, goldenTensor, goldenTolerance } from "../support/golden.js";
import { randomFloats } from "../support/random-values.js";

interface Problem {
  readonly batch: number;
  readonly extents: readonly [number, number];
  readonly size: readonly [number, number];
  /** Channels of a group, in and out. */
  readonly inputs: number;
  readonly outputs: number;
  readonly groups: number;
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: "valid" | "same" | readonly (readonly [number, number])[];
}

/** Every product of a convolution: indices of input, kernel and output. */
function* products(p: Problem, output: readonly number[], before: readonly number[]) {
  const [height, width] = p.extents;
  const [kh, kw] = p.size;
  const cin = p.inputs * p.groups;
  const cout = p.outputs * p.groups;
  const [oh = 0, ow = 0] = output;
  for (let b = 0; b < p.batch; b++)
    for (let oy = 0; oy < oh; oy++)
      for (let ox = 0; ox < ow; ox++)
        for (let i = 0; i < kh; i++)
          for (let j = 0; j < kw; j++) {
            const y = oy * p.strides[0] - (before[0] as number) + i * p.dilations[0];
            const x = ox * p.strides[1] - (before[1] as number) + j * p.dilations[1];
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            for (let g = 0; g < p.groups; g++)
              for (let c = 0; c < p.inputs; c++)
                for (let o = 0; o < p.outputs; o++) {
                  const from = ((b * height + y) * width + x) * cin + g * p.inputs + c;
                  const tap = ((i * kw + j) * p.inputs + c) * cout + g * p.outputs + o;
                  const to = ((b * oh + oy) * ow + ox) * cout + g * p.outputs + o;
                  yield [from, tap, to] as const;
                }
          }
}

/** TensorFlow's rules, written out once more: output extents and padding before. */
function placesOf(p: Problem): { output: number[]; before: number[] } {
  const axes = [0, 1].map((axis) => {
    const [extent, stride] = [p.extents[axis] as number, p.strides[axis] as number];
    const reach = ((p.size[axis] as number) - 1) * (p.dilations[axis] as number) + 1;
    if (p.padding === "same") {
      const output = Math.ceil(extent / stride);
      return { output, before: Math.floor(Math.max((output - 1) * stride + reach - extent, 0) / 2) };
    }
    const [before, after] = p.padding === "valid" ? [0, 0] : (p.padding[axis] as readonly [number, number]);
    return { output: Math.floor((extent + before + after - reach) / stride) + 1, before };
  });
  return { output: axes.map((axis) => axis.output), before: axes.map((axis) => axis.before) };
}

function checkProblem(p: Problem): void {
  const { output, before } = placesOf(p);
  if (output.some((extent) => extent < 1)) return;
  const cout = p.outputs * p.groups;
  const shapes = {
    input: [p.batch, ...p.extents, p.inputs * p.groups],
    kernel: [...p.size, p.inputs, cout],
    y: [p.batch, ...output, cout],
  };
  const [x, w, dy] = [shapes.input, shapes.kernel, shapes.y].map((shape, i) => randomFloats(sizeOf(shape), i + 1)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const expected = { y: new Float64Array(dy.length), dx: new Float64Array(x.length), dw: new Float64Array(w.length) };
  const sums = { y: new Float64Array(dy.length), dx: new Float64Array(x.length), dw: new Float64Array(w.length) };
  const add = (what: keyof typeof expected, at: number, product: number) => {
    expected[what][at] = (expected[what][at] as number) + product;
    sums[what][at] = (sums[what][at] as number) + Math.abs(product);
  };
  for (const [from, tap, to] of products(p, output, before)) {
    const [a, b, g] = [x[from] as number, w[tap] as number, dy[to] as number];
    add("y", to, a * b);
    add("dx", from, b * g);
    add("dw", tap, a * g);
  }
  const { strides, dilations, padding, groups } = p;
  const options = { strides, dilations, padding, groups };
  const subject = JSON.stringify(p);
  let first: Record<string, Float32Array> | null = null;
  for (const build of builds) {
    const graph = new Graph();
    const input = graph.placeholder("input", shapes.input);
    const kernel = graph.placeholder("kernel", shapes.kernel);
    const gradient = graph.placeholder("gradient", shapes.y);
    const nodes = {
      y: conv2d(input, kernel, options),
      dx: conv2dInputGradient(kernel, gradient, { ...options, size: p.extents }),
      dw: conv2dKernelGradient(input, gradient, { ...options, size: p.size }),
    };
    const session = new Session(graph, { engine: engineOf(build) });
    const results: Record<string, Float32Array> = {};
    const feeds = { y: [input, kernel], dx: [kernel, gradient], dw: [input, gradient] } as const;
    const values = new Map<Node, Tensor>([
      [input, new Tensor(x, shapes.input)],
      [kernel, new Tensor(w, shapes.kernel)],
      [gradient, new Tensor(dy, shapes.y)],
    ]);
    for (const what of ["y", "dx", "dw"] as const) {
      const fed = feeds[what].map((node) => [node, values.get(node) as Tensor] as const);
      results[what] = session.run(nodes[what], fed).data as Float32Array;
      // Each sum has few hundred terms here: an error of one rounding for each would be far above what is seen.
      const bound = (i: number) => 2 ** -22 * 8 * (sums[what][i] as number) + 1e-30;
      expectClose(`${what} ${build} ${subject}`, results[what] as Float32Array, expected[what], bound);
    }
    first ??= results;
    if (isExact(build)) {
      for (const what of ["y", "dx", "dw"]) {
        expectSameBits(`${what} ${build} ${subject}`, results[what] as Float32Array, first[what] as Float32Array);
      }
    }
  }
}

const upTo = (max: number, min = 1) => fc.integer({ min, max });
const pad = fc.tuple(upTo(3, 0), upTo(3, 0));
const problem = fc.record({
  batch: upTo(3),
  extents: fc.tuple(upTo(9), upTo(9)),
  size: fc.tuple(upTo(4), upTo(4)),
  inputs: upTo(9),
  outputs: upTo(19),
  groups: fc.constantFrom(1, 1, 1, 2, 3),
  strides: fc.tuple(upTo(3), upTo(3)),
  dilations: fc.tuple(upTo(3), upTo(3)),
  padding: fc.oneof(fc.constantFrom("valid" as const, "same" as const), fc.tuple(pad, pad)),
});

describe("conv2d and its gradients", () => {
  test("any shape, stride, padding, dilation and groups", () => {
    fc.assert(fc.property(problem, checkProblem), { seed: 1, numRuns: 120 });
  });

  const plain = { strides: [1, 1], dilations: [1, 1], padding: "valid", groups: 1 } as const;
  const chosen: readonly (readonly [string, Problem])[] = [
    ["a channel each", { ...plain, batch: 2, extents: [6, 7], size: [3, 3], inputs: 1, outputs: 1, groups: 19 }],
    [
      "a channel each, padded and strided",
      {
        ...plain,
        batch: 1,
        extents: [7, 6],
        size: [3, 2],
        inputs: 1,
        outputs: 1,
        groups: 10,
        strides: [2, 2],
        padding: "same",
      },
    ],
    ["one pixel", { ...plain, batch: 3, extents: [5, 4], size: [1, 1], inputs: 9, outputs: 11 }],
    [
      "one pixel, strided",
      { ...plain, batch: 3, extents: [5, 4], size: [1, 1], inputs: 9, outputs: 11, strides: [2, 2] },
    ],
    ["one channel", { ...plain, batch: 5, extents: [12, 12], size: [5, 5], inputs: 1, outputs: 32 }],
    ["three channels", { ...plain, batch: 2, extents: [11, 9], size: [3, 3], inputs: 3, outputs: 8, padding: "same" }],
    ["runs longer than a block", { ...plain, batch: 1, extents: [4, 5], size: [2, 3], inputs: 130, outputs: 9 }],
    [
      "pixels 512 bytes apart",
      { ...plain, batch: 1, extents: [5, 6], size: [3, 3], inputs: 128, outputs: 6, padding: "same" },
    ],
    [
      "more pixels than a part",
      { ...plain, batch: 2, extents: [14, 14], size: [3, 3], inputs: 2, outputs: 21, padding: "same" },
    ],
  ];
  test.each(chosen)("%s", (_, p) => checkProblem(p));
});

/** NCHW to NHWC; OIHW to HWIO. */
function moved({ data, shape }: Tensor, order: readonly number[]): Tensor {
  const to = order.map((axis) => shape[axis] as number);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  const y = new Float32Array(data.length);
  for (let i = 0; i < y.length; i++) {
    let rest = i;
    let from = 0;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      from += (rest % (to[axis] as number)) * (strides[order[axis] as number] as number);
      rest = Math.floor(rest / (to[axis] as number));
    }
    y[i] = data[from] as number;
  }
  return new Tensor(y, to);
}
const images = [0, 2, 3, 1];

describe("recorded results of PyTorch", () => {
  /** The results and gradients of a case, from nodes made of its inputs. */
  function check(golden: GoldenCase, kernelOrder: readonly number[], apply: (x: Node, w: Node) => Node): void {
    for (const build of builds) {
      const graph = new Graph();
      const values = {
        x: moved(goldenTensor(golden.inputs.x), images),
        W: moved(goldenTensor(golden.inputs.W), kernelOrder),
        upstream: moved(goldenTensor(golden.upstream), images),
      };
      const x = graph.variable("x", values.x);
      const w = graph.variable("W", values.W);
      const b = golden.inputs.b && graph.variable("b", goldenTensor(golden.inputs.b));
      const y = b ? biasAdd(apply(x, w), b) : apply(x, w);
      const loss = sum(multiply(y, graph.constant("upstream", values.upstream)));
      const variables = b ? [x, w, b] : [x, w];
      const session = new Session(graph, { engine: engineOf(build) });
      const [result, dx, dw, db] = session.run([y, ...gradients(loss, variables)]) as [Tensor, Tensor, Tensor, Tensor];
      const compare = (of: string, tensor: Tensor, stored: Tensor) => {
        const where = `${golden.name} ${build} ${of}`;
        expect(tensor.shape, where).toEqual(stored.shape);
        expectClose(where, tensor.data, stored.data, goldenTolerance(golden, of));
      };
      compare("y", result, moved(goldenTensor(golden.outputs.y), images));
      compare("d_x", dx, moved(goldenTensor(golden.grads?.x), images));
      compare("d_W", dw, moved(goldenTensor(golden.grads?.W), kernelOrder));
      if (b) compare("d_b", db, goldenTensor(golden.grads?.b));
    }
  }

  interface Conv2dParameters {
    readonly stride: readonly number[];
    readonly pads: readonly [number, number, number, number];
    readonly dilation: readonly number[];
    readonly groups: number;
  }

  test.each(goldenCases("layers", /^conv2d_/))("$name", (golden) => {
    const { stride, pads, dilation, groups } = golden.params as unknown as Conv2dParameters;
    const [top, left, bottom, right] = pads;
    const padding: Padding = [
      [top, bottom],
      [left, right],
    ];
    const options = { strides: stride, padding, dilations: dilation, groups };
    check(golden, [2, 3, 1, 0], (x, w) => conv2d(x, w, options));
  });

  test.each(goldenCases("layers", /^conv_transpose2d_/))("$name", (golden) => {
    const { stride, pads, output_padding } = golden.params as Record<string, number[]>;
    const [top, left, bottom, right] = pads as [number, number, number, number];
    const options = {
      strides: stride as number[],
      padding: [
        [top, bottom],
        [left, right],
      ] as never,
    };
    check(golden, [2, 3, 1, 0], (x, w) =>
      conv2dTranspose(x, w, { ...options, outputPadding: output_padding as number[] }),
    );
  });
});

describe("views of conv2d", () => {
  const graph = new Graph();
  const session = new Session(graph, { engine: engineOf(builds[0] as "simd") });
  const constant = (name: string, shape: readonly number[]) =>
    graph.constant(name, new Tensor(randomFloats(sizeOf(shape), name.length), shape));
  const pictures = constant("pictures", [2, 5, 6, 3]);

  test("depthwiseConv2d with a multiplier: channel c gives c * multiplier + m", () => {
    const kernel = constant("depthwise kernel", [3, 2, 3, 2]);
    const y = session.run(depthwiseConv2d(pictures, kernel, { padding: "same", strides: 2 }));
    expect(y.shape).toEqual([2, 3, 3, 6]);
    for (let c = 0; c < 3; c++) {
      const alone = conv2d(
        slice(pictures, { begin: [0, 0, 0, c], size: [2, 5, 6, 1] }),
        reshape(slice(kernel, { begin: [0, 0, c, 0], size: [3, 2, 1, 2] }), { shape: [3, 2, 1, 2] }),
        { padding: "same", strides: 2 },
      );
      const expected = session.run(alone).data;
      const received = y.data.filter((_, i) => Math.floor((i % 6) / 2) === c);
      expectSameBits(`channel ${c}`, received as Float32Array, expected as Float32Array);
    }
  });

  test("conv1d is conv2d over one row; causal padding sees nothing that comes later", () => {
    const x = graph.placeholder("x", [1, 7, 2]);
    const kernel = constant("conv1d kernel", [3, 2, 4]);
    const values = randomFloats(14, 3);
    const causal = conv1d(x, kernel, { padding: "causal", dilations: 2 });
    const before = session.run(causal, [[x, new Tensor(values, [1, 7, 2])]]);
    expect(before.shape).toEqual([1, 7, 4]);
    const later = values.slice().fill(9, 8);
    const after = session.run(causal, [[x, new Tensor(later, [1, 7, 2])]]);
    expect([...after.data.slice(0, 16)]).toEqual([...before.data.slice(0, 16)]);
    expect([...after.data.slice(16, 20)]).not.toEqual([...before.data.slice(16, 20)]);
    // The last step: taps 2, 4 and 6.
    const w = session.run(kernel).data;
    for (let o = 0; o < 4; o++) {
      let sum = 0;
      for (let tap = 0; tap < 3; tap++) {
        for (let c = 0; c < 2; c++)
          sum += (values[(2 + 2 * tap) * 2 + c] as number) * (w[(tap * 2 + c) * 4 + o] as number);
      }
      expect(before.data[24 + o]).toBeCloseTo(sum, 5);
    }
    expect(
      session.run(conv1d(x, kernel, { strides: 2, padding: [1, 2] }), [[x, new Tensor(values, [1, 7, 2])]]).shape,
    ).toEqual([1, 4, 4]);
  });

  test.each([
    [{ strides: 2, padding: "same" }, [10, 12]],
    [{ strides: 2, padding: "valid" }, [11, 13]],
    [{ strides: 3, padding: "valid" }, [15, 18]],
    [{ strides: 2, padding: "same", outputPadding: 1 }, [10, 12]],
    [{ strides: 2, padding: "valid", outputPadding: [1, 0] }, [12, 13]],
    [{ strides: [1, 2], padding: 1, dilations: 2 }, [7, 13]],
  ] as const)("conv2dTranspose %j has the extents of Keras", (options, extents) => {
    const kernel = constant("a transposed kernel", [3, 3, 4, 3]);
    expect(conv2dTranspose(pictures, kernel, options).shape).toEqual([2, ...extents, 4]);
  });
});

describe("what is refused", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 5, 6, 4]);
  const kernel = (...shape: number[]) => graph.placeholder(`kernel${graph.nodes().length}`, shape);

  test.each([
    [() => conv2d(x, kernel(3, 3, 3, 8)), "channels must match; the input has 4, kernel [3, 3, 3, 8] takes 3."],
    [
      () => conv2d(x, kernel(3, 3, 2, 8), { groups: 4 }),
      "the input has 4, kernel [3, 3, 2, 8] takes 2 * 4 groups = 8.",
    ],
    [() => conv2d(x, kernel(3, 3, 1, 6), { groups: 4 }), "groups must divide the output channels; 6 / 4 = 1.5"],
    [() => conv2d(x, kernel(7, 3, 4, 8)), "the output would be empty; height (5 - 7) / 1 + 1 = -1"],
    [() => conv2d(x, kernel(0, 3, 4, 8)), "the height of the kernel must be at least 1; received 0."],
    [() => conv2d(graph.placeholder("row", [5, 6]), kernel(1, 1, 6, 6)), "must be [batch, height, width, channels]"],
    [() => conv2d(x, kernel(3, 4, 8)), "received shape [3, 4, 8]"],
    [() => depthwiseConv2d(x, kernel(3, 3, 3, 1)), "with 4 channels; received shape [3, 3, 3, 1]"],
    [() => conv2dTranspose(x, kernel(3, 3, 4, 5)), "with 4 input channels; received shape [3, 3, 4, 5]"],
    [() => conv2dTranspose(x, kernel(3, 3, 2, 4), { padding: 9 }), "height (5 - 1) * 1 + 3 - 9 - 9 = -11."],
    [() => conv1d(x, kernel(3, 4, 5)), "must be [batch, length, channels]"],
  ])("%s", (call, message) => {
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(message);
  });

  test("options out of range", () => {
    expect(() => conv2d(x, kernel(1, 1, 4, 4), { strides: 0 })).toThrow(ArgumentError);
    expect(() => conv2d(x, kernel(1, 1, 4, 4), { groups: 0 })).toThrow(ArgumentError);
    expect(() => conv2d(x, kernel(1, 1, 4, 4), { padding: "sane" as "same" })).toThrow('did you mean "same"');
    expect(() => conv2dTranspose(x, kernel(1, 1, 4, 4), { strides: 2, outputPadding: 2 })).toThrow("below the stride");
  });
});
