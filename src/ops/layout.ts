// Ops that move elements without computing: views, permutations, blocks.

import { ArgumentError, describe, ShapeError } from "../errors.js";
import { checkShape, formatShape, type OpenShape, type Shape, sizeOf } from "../tensor/shape.js";
import {
  type Buffer,
  type Calls,
  checkInputs,
  checkNode,
  defineOp,
  type Node,
  type Op,
  type OpOptions,
  type OpRecord,
  readOptions,
} from "./op.js";
import { checkAxis, collapse, contiguous, resolveAxes, type ShapeAttribute, visitOuter } from "./strides.js";

export const reshape: Op<["x"], ShapeAttribute> = defineOp({
  name: "reshape",
  doc: "The same elements under another shape. One extent may be -1, which the others decide; null is the batch.",
  inputs: ["x"],
  options: ["shape"],
  attributes: ({ shape = [] }) => {
    checkShape("reshape", Array.isArray(shape) ? shape.map((extent) => (extent === -1 ? 0 : extent)) : shape, true);
    return { shape };
  },
  shape: ({ x }, { shape }) => {
    const misfit = () =>
      new ShapeError(
        `reshape: the shape must hold as many elements; x is ${formatShape(x)}, shape is ${formatShape(shape)}.`,
      );
    const known = (of: OpenShape) => sizeOf(of.filter((extent) => extent !== null && extent !== -1) as number[]);
    const opens = (of: OpenShape) => of.filter((extent) => extent === null).length;
    const [size, wanted] = [known(x), known(shape)];
    const inferred = shape.indexOf(-1);
    if (inferred < 0) {
      if (size !== wanted || opens(x) !== opens(shape)) throw misfit();
      return shape;
    }
    const missing = opens(x) - opens(shape);
    const rest = wanted === 0 ? 0 : size / wanted;
    if (shape.indexOf(-1, inferred + 1) >= 0 || wanted === 0 || !Number.isInteger(rest)) throw misfit();
    if (missing !== 0 && !(missing === 1 && rest === 1)) throw misfit();
    return shape.map((extent) => (extent !== -1 ? extent : missing === 1 ? null : rest));
  },
  vjp: { x: ({ x, dy }) => reshape(dy, { shape: x.shape }) },
  alias: "x",
  samples: [
    { inputs: { x: [2, 6] }, attributes: { shape: [3, 4] } },
    { inputs: { x: [2, 3, 4] }, attributes: { shape: [2, -1] } },
    { inputs: { x: [] }, attributes: { shape: [1, 1] } },
  ],
});

/** Each example as one row: [n, a, b, ...] becomes [n, a * b * ...]. */
export function flatten(x: Node, options: { readonly name?: string } = {}): Node {
  checkNode("flatten", "x", x);
  readOptions("flatten", arguments, 1);
  const [batch = 1, ...rest] = x.shape;
  if (rest.includes(null)) {
    throw new ShapeError(`flatten: only the first extent may be open; x is ${formatShape(x.shape)}.`);
  }
  return reshape(x, { name: "flatten", ...options, shape: [batch, sizeOf(rest as number[])] });
}

export const stopGradient: Op<["x"]> = defineOp({
  name: "stopGradient",
  doc: "x itself, through which no gradient passes.",
  inputs: ["x"],
  shape: ({ x }) => x,
  alias: "x",
  stopsGradient: true,
  samples: [{ inputs: { x: [5] } }],
});

/** The order of axes that undoes this one. */
export function inverseOrder(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis));
}

export interface TransposeAttributes {
  /** Axis i of the result is axis `axes[i]` of x. Default null: the axes in reverse. */
  readonly axes: readonly number[] | null;
}

export const transpose: Op<["x"], TransposeAttributes> = defineOp<["x"], TransposeAttributes>({
  name: "transpose",
  doc: "x with its axes in another order, by default reversed.",
  inputs: ["x"],
  options: ["axes"],
  attributes: ({ axes = null }) => {
    if (axes !== null && !(Array.isArray(axes) && axes.every((axis) => Number.isSafeInteger(axis)))) {
      throw new ArgumentError(`transpose: axes must be a list of integers or null; received ${describe(axes)}.`);
    }
    return { axes };
  },
  shape: ({ x }, { axes }) => orderOf(x.length, axes).map((axis) => x[axis] as number | null),
  forward: (k, { x, y }, { axes }) => {
    const strides = contiguous(x.shape);
    const order = orderOf(x.shape.length, axes);
    const steps = [order.map((axis) => strides[axis] as number)];
    const walk = collapse(y.shape, steps, 3);
    const [count, columns, rows] = walk.extents as [number, number, number];
    const [[, toColumn, toRow]] = walk.strides as [number[]];
    if (walk.extents.length === 3 && toRow === columns && toColumn === 1) {
      k.transpose(x.ptr, y.ptr, count, rows, columns);
      return;
    }
    let to = y.ptr;
    visitOuter(collapse(y.shape, steps, 4), 4, ([from], extents, [xs]) => {
      k.permute(x.ptr + (from as number) * 4, to, ...(extents as Four), ...(xs as unknown as Four));
      to += sizeOf(extents) * 4;
    });
  },
  vjp: {
    x: ({ x, dy }, { axes }) => {
      const order = orderOf(x.shape.length, axes);
      return transpose(dy, { axes: axes && inverseOrder(order) });
    },
  },
  samples: [
    { inputs: { x: [3, 4] } },
    { inputs: { x: [9, 13] } },
    { inputs: { x: [5] } },
    { inputs: { x: [2, 3, 5] }, attributes: { axes: [0, 2, 1] } },
    { inputs: { x: [2, 3, 5] }, attributes: { axes: [1, 0, 2] } },
    { inputs: { x: [2, 3, 4, 5] }, attributes: { axes: [2, 0, 3, 1] } },
    { inputs: { x: [2, 3, 2, 3, 2] }, attributes: { axes: [4, 2, 0, 3, 1] } },
  ],
});

type Four = [number, number, number, number];

function orderOf(rank: number, axes: readonly number[] | null): number[] {
  if (axes === null) return [...Array(rank).keys()].reverse();
  if (axes.length !== rank) {
    throw new ShapeError(`transpose: axes must name every axis; x has rank ${rank}, axes are [${axes.join(", ")}].`);
  }
  return resolveAxes("transpose", axes, rank);
}

/** Copies a block of `extents` between two places with strides of their own. */
function copyBlock(k: Calls, extents: Shape, x: number, xStrides: number[], y: number, yStrides: number[]): void {
  visitOuter(collapse(extents, [xStrides, yStrides], 3), 3, ([from, to], [n0, n1, n2], [xs, ys]) => {
    const [x0, x1, x2] = xs as unknown as [number, number, number];
    const [y0, y1, y2] = ys as unknown as [number, number, number];
    const [a, b] = [x + (from as number) * 4, y + (to as number) * 4];
    // Where the rows are single elements, the innermost loop is over rows.
    if ((n2 as number) > 1 && (x2 !== 1 || y2 !== 1)) {
      for (let i = 0; i < (n0 as number); i++) {
        k.copyBlock(a + i * x0 * 4, b + i * y0 * 4, n1 as number, n2 as number, 1, x1, x2, y1, y2);
      }
    } else k.copyBlock(a, b, n0 as number, n1 as number, n2 as number, x0, x1, y0, y1);
  });
}

export interface SliceAttributes {
  /** Where the block begins along each axis. */
  readonly begin: readonly number[];
  /** Its extents; -1 for all that follow. */
  readonly size: readonly number[];
}

export const slice: Op<["x"], SliceAttributes> = defineOp<["x"], SliceAttributes>({
  name: "slice",
  doc: "The block of x that begins at `begin` and has the extents `size`, -1 meaning all that follow.",
  inputs: ["x"],
  options: ["begin", "size"],
  attributes: ({ begin = [], size = [] }) => {
    checkCounts("slice: begin", begin, 0);
    checkCounts("slice: size", size, -1);
    return { begin, size };
  },
  shape: ({ x }, { begin, size }) => {
    checkPerAxis("slice: begin", begin, x);
    checkPerAxis("slice: size", size, x);
    return x.map((extent, axis) => {
      const [from, count] = [begin[axis] as number, size[axis] as number];
      if (extent === null ? from !== 0 || count !== -1 : from + Math.max(count, 0) > extent) {
        const rule = extent === null ? "an open axis must be taken whole" : "the block must lie inside x";
        throw new ShapeError(
          `slice: ${rule}; x is ${formatShape(x)}, begin is [${begin.join(", ")}], size is [${size.join(", ")}].`,
        );
      }
      return extent === null ? null : count === -1 ? extent - from : count;
    });
  },
  forward: (k, { x, y }, { begin }) => {
    const strides = contiguous(x.shape);
    copyBlock(k, y.shape, x.ptr + offsetOf(begin, strides) * 4, strides, y.ptr, contiguous(y.shape));
  },
  vjp: {
    x: ({ x, y, dy }, { begin }) => {
      const after = x.shape.map((extent, axis) =>
        extent === null ? 0 : extent - (begin[axis] as number) - (y.shape[axis] as number),
      );
      return padConstant(dy, { before: begin, after });
    },
  },
  samples: [
    { inputs: { x: [7] }, attributes: { begin: [2], size: [3] } },
    { inputs: { x: [5, 6] }, attributes: { begin: [1, 2], size: [3, -1] } },
    { inputs: { x: [2, 3, 4, 5] }, attributes: { begin: [0, 1, 0, 2], size: [-1, 1, 3, 2] } },
    { inputs: { x: [4, 3] }, attributes: { begin: [0, 1], size: [-1, 1] } },
  ],
});

export interface PadConstantAttributes {
  /** How many elements go before x along each axis. */
  readonly before: readonly number[];
  /** How many go after it. */
  readonly after: readonly number[];
  /** What the elements are. Default 0. */
  readonly value: number;
}

export const padConstant: Op<["x"], PadConstantAttributes> = defineOp<["x"], PadConstantAttributes>({
  name: "pad",
  doc: "x with so many elements of one value before and after it along each axis, by default 0.",
  inputs: ["x"],
  options: ["before", "after", "value"],
  attributes: ({ before = [], after = [], value = 0 }) => {
    checkCounts("pad: before", before, 0);
    checkCounts("pad: after", after, 0);
    if (typeof value !== "number" || Number.isNaN(value)) {
      throw new ArgumentError(`pad: value must be a number; received ${describe(value)}.`);
    }
    return { before, after, value };
  },
  shape: ({ x }, { before, after }) => padShape(x, before, after),
  forward: (k, { x, y }, { before, value }) => {
    const strides = contiguous(y.shape);
    k.fill(y.ptr, value, y.size);
    copyBlock(k, x.shape, x.ptr, contiguous(x.shape), y.ptr + offsetOf(before, strides) * 4, strides);
  },
  vjp: { x: ({ x, dy }, { before }) => slice(dy, { begin: before, size: x.shape.map((extent) => extent ?? -1) }) },
  samples: [
    { inputs: { x: [3] }, attributes: { before: [2], after: [1] } },
    { inputs: { x: [2, 3, 4] }, attributes: { before: [1, 0, 2], after: [0, 2, 0] } },
    { inputs: { x: [2, 3] }, attributes: { before: [0, 1], after: [1, 0], value: -0.5 } },
  ],
});

/** The shape of x with so much before and after it along each axis. */
export function padShape(x: OpenShape, before: readonly number[], after: readonly number[]): OpenShape {
  checkPerAxis("pad: before", before, x);
  checkPerAxis("pad: after", after, x);
  return x.map((extent, axis) => {
    const added = (before[axis] as number) + (after[axis] as number);
    if (extent === null && added > 0) {
      throw new ShapeError(`pad: an open axis cannot be padded; x is ${formatShape(x)}.`);
    }
    return extent === null ? null : extent + added;
  });
}

export interface AxisAttribute {
  readonly axis: number;
}

/** The tensors one after the other along an axis, by default the first; their other extents are equal. */
export function concatenate(nodes: readonly Node[], options: OpOptions<AxisAttribute> = {}): Node {
  if (!Array.isArray(nodes) || nodes.length === 0) {
    const remedy = Array.isArray(nodes) ? "" : "; the layer is layers.concatenate(...)";
    throw new ArgumentError(`concatenate: there must be a list of nodes; received ${describe(nodes)}${remedy}.`);
  }
  const record = concatenation(nodes.length);
  readOptions("concatenate", arguments, 1, record.options);
  const { name, axis = 0 } = options;
  checkAxis("concatenate", axis);
  checkInputs(record, nodes);
  return (nodes[0] as Node).graph.apply(record, nodes, { axis }, name);
}

const concatenations: OpRecord[] = [];

/** The record of so many inputs, x0, x1, ... */
export function concatenation(count: number): OpRecord<string, AxisAttribute> {
  concatenations[count] ??= makeConcatenation(Array.from({ length: count }, (_, i) => `x${i}`));
  return concatenations[count] as OpRecord;
}

function makeConcatenation(inputs: readonly string[]): OpRecord<string, AxisAttribute> {
  return {
    name: "concatenate",
    doc: "Tensors one after the other along an axis, their other extents equal.",
    inputs,
    options: ["axis"],
    attributes: ({ axis = 0 }) => {
      checkAxis("concatenate", axis);
      return { axis };
    },
    shape: (shapes, attributes) => {
      const list = inputs.map((input) => shapes[input] as OpenShape);
      const [first] = list as [OpenShape];
      const [axis] = resolveAxes("concatenate", [attributes.axis], first.length) as [number];
      const fits = list.every(
        (shape) =>
          shape.length === first.length &&
          shape.every((extent, i) => (i === axis ? extent !== null : extent === first[i])),
      );
      if (!fits && list.length > 1) {
        throw new ShapeError(
          `concatenate: shapes must be equal but for a known extent on axis ${axis}; received ${list.map(formatShape).join(", ")}.`,
        );
      }
      const total = list.length === 1 ? first[axis] : list.reduce((sum, shape) => sum + (shape[axis] as number), 0);
      return first.map((extent, i) => (i === axis ? (total as number | null) : extent));
    },
    forward: (k, buffers, attributes) => {
      const y = buffers.y as Buffer;
      const strides = contiguous(y.shape);
      const [axis] = resolveAxes("concatenate", [attributes.axis], y.shape.length) as [number];
      let at = 0;
      for (const input of inputs) {
        const { ptr, shape } = buffers[input] as Buffer;
        copyBlock(k, shape, ptr, contiguous(shape), y.ptr + at * (strides[axis] as number) * 4, strides);
        at += shape[axis] as number;
      }
    },
    vjp: Object.fromEntries(
      inputs.map((input, index) => [
        input,
        (nodes: Readonly<Record<string, Node>>, attributes: AxisAttribute) => {
          const { shape } = nodes[input] as Node;
          const [axis] = resolveAxes("concatenate", [attributes.axis], shape.length) as [number];
          const at = inputs
            .slice(0, index)
            .reduce((sum, each) => sum + ((nodes[each] as Node).shape[axis] as number), 0);
          return slice(nodes.dy as Node, {
            begin: shape.map((_, i) => (i === axis ? at : 0)),
            size: shape.map((extent, i) => (i === axis ? (extent ?? -1) : -1)),
          });
        },
      ]),
    ),
    samples: [[2, 3, 4], [4, 3], [5]].flatMap((shape) =>
      shape.map((_, axis) => ({
        inputs: Object.fromEntries(inputs.map((input, i) => [input, shape.map((n, j) => (j === axis ? n + i : n))])),
        attributes: { axis },
      })),
    ),
  };
}

function offsetOf(begin: readonly number[], strides: readonly number[]): number {
  return begin.reduce((sum, from, axis) => sum + from * (strides[axis] as number), 0);
}

/** Fails unless `counts` are a list of integers that are at least `least`. */
export function checkCounts(subject: string, counts: readonly number[], least: number): void {
  if (!Array.isArray(counts) || !counts.every((count) => Number.isSafeInteger(count) && count >= least)) {
    throw new ArgumentError(`${subject} must be a list of integers >= ${least}; received ${describe(counts)}.`);
  }
}

function checkPerAxis(subject: string, counts: readonly number[], x: OpenShape): void {
  if (counts.length !== x.length) {
    throw new ShapeError(
      `${subject} must have one value per axis; x is ${formatShape(x)}, received ${describe([...counts])}.`,
    );
  }
}
