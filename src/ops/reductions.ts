// Reductions over any axes, sums and means, and what undoes them: the largest and smallest are in extremes.ts. Sums have one canonical order (assembly/reduce.ts): the last axes are
// reduced first, along a row in the order of the row, else down the columns.

import { ArgumentError, checkFlag, describe } from "../errors.js";
import { type OpenShape, type Shape, sizeOf } from "../tensor/shape.js";
import { reshape } from "./layout.js";
import { type Buffer, type CallContext, type Calls, defineOp, type Node, type Op } from "./op.js";
import {
  broadcastStrides,
  checkBroadcastTo,
  collapse,
  resolveAxes,
  type ShapeAttribute,
  shapeAttribute,
  visitOuter,
} from "./strides.js";

export interface ReductionAttributes {
  /** One axis or several, negative ones counted from the end. Default null: all. */
  readonly axis: number | readonly number[] | null;
  /** Keep the reduced axes with extent 1. Default false. */
  readonly keepDims: boolean;
}

export const sum: Op<["x"], ReductionAttributes> = reduction({
  name: "sum",
  doc: "Sum over the given axes, by default all. 0 for no elements.",
  reduce: (k, x, y, pass) => k.sums(x, y, ...pass, 1),
  gradient: ({ x, dy }) => broadcastTo(dy, { shape: x.shape }),
});

export const mean: Op<["x"], ReductionAttributes> = reduction({
  name: "mean",
  doc: "Mean over the given axes, by default all: then a scalar. NaN for no elements.",
  reduce: (k, x, y, pass, divisor) => k.sums(x, y, ...pass, divisor),
  gradient: ({ x, dy }) => spread(dy, { shape: x.shape }),
});

/** x summed over the axes along which `shape` was broadcast: the gradient of broadcasting. x itself where there are none. */
export function sumTo(x: Node, shape: OpenShape): Node {
  return reduceTo(sum, x, shape);
}

function reduceTo(reduce: Op<["x"], ReductionAttributes>, x: Node, shape: OpenShape): Node {
  const missing = x.shape.length - shape.length;
  const axis = x.shape.flatMap((extent, i) => (i < missing || (shape[i - missing] === 1 && extent !== 1) ? [i] : []));
  if (axis.length === 0) return x;
  if (axis.length === missing) return reduce(x, { axis });
  const kept = reduce(x, { axis, keepDims: true });
  return missing === 0 ? kept : reshape(kept, { shape });
}

export const broadcastTo: Op<["x"], ShapeAttribute> = defineOp({
  name: "broadcastTo",
  doc: "x repeated to a larger shape by the rule of broadcasting. The gradient of a sum.",
  inputs: ["x"],
  options: ["shape"],
  attributes: (given) => shapeAttribute("broadcastTo", given),
  shape: ({ x }, { shape }) => checkBroadcastTo("broadcastTo", x, shape),
  forward: (k, { x, y }, _, context) => repeat(k, x, y, 1, context),
  workspace: () => SCRATCH,
  vjp: { x: ({ x, dy }) => sumTo(dy, x.shape) },
  samples: [
    { inputs: { x: [4] }, attributes: { shape: [3, 4] } },
    { inputs: { x: [3, 1] }, attributes: { shape: [3, 7] } },
    { inputs: { x: [] }, attributes: { shape: [2, 3] } },
    { inputs: { x: [2, 1, 5] }, attributes: { shape: [3, 2, 4, 5] } },
  ],
});

export const spread: Op<["x"], ShapeAttribute> = defineOp({
  name: "spread",
  doc: "Gradient of mean: x repeated to a larger shape, divided by how often each element is repeated.",
  inputs: ["x"],
  options: ["shape"],
  attributes: (given) => shapeAttribute("spread", given),
  shape: ({ x }, { shape }) => checkBroadcastTo("spread", x, shape),
  forward: (k, { x, y }, _, context) => repeat(k, x, y, y.size / x.size, context),
  workspace: () => SCRATCH,
  vjp: { x: ({ x, dy }) => reduceTo(mean, dy, x.shape) },
  samples: [
    { inputs: { x: [] }, attributes: { shape: [5] } },
    { inputs: { x: [] }, attributes: { shape: [2, 3] } },
    { inputs: { x: [3, 1] }, attributes: { shape: [3, 7] } },
  ],
});

/** What the broadcasting kernel needs, and a divisor. */
const SCRATCH = 144;
/** The operation of assembly/elementwise.ts that takes its first operand. */
const FIRST = 8;
const DIVIDE = 3;

/** y = x / divisor, broadcast. */
function repeat(k: Calls, x: Buffer, y: Buffer, divisor: number, { workspace }: CallContext): void {
  if (x.size === 1) {
    k.spread(x.ptr, divisor, y.ptr, y.size);
    return;
  }
  const at = workspace + 128;
  if (divisor !== 1) k.fill(at, divisor, 1);
  let z = y.ptr;
  visitOuter(collapse(y.shape, [broadcastStrides(x.shape, y.shape)], 3), 3, ([from], [n0, n1, n2], [xs]) => {
    const extents = [n0, n1, n2] as [number, number, number];
    const steps = xs as [number, number, number];
    k.broadcast(
      divisor === 1 ? FIRST : DIVIDE,
      x.ptr + (from as number) * 4,
      at,
      z,
      ...extents,
      ...steps,
      0,
      0,
      0,
      workspace,
    );
    z += sizeOf(extents) * 4;
  });
}

type Pass = [outer: number, n: number, inner: number];

interface Description {
  readonly name: string;
  readonly doc: string;
  /** One pass over [outer, n, inner]; the last pass of all divides. */
  readonly reduce: (k: Calls, x: number, y: number, pass: Pass, divisor: number) => void;
  /** y and dy have the reduced axes with extent 1. */
  readonly gradient: (nodes: { readonly x: Node; readonly y: Node; readonly dy: Node }, axis: number[]) => Node;
}

/** A reduction from its kernel and its gradient. */
// @__NO_SIDE_EFFECTS__
export function reduction({ name, doc, reduce, gradient }: Description): Op<["x"], ReductionAttributes> {
  const axesOf = (rank: number, { axis }: ReductionAttributes): number[] =>
    axis === null ? [...Array(rank).keys()] : resolveAxes(name, typeof axis === "number" ? [axis] : axis, rank);
  const shapeOf = (x: OpenShape, attributes: ReductionAttributes, keepDims = attributes.keepDims): OpenShape => {
    const axes = axesOf(x.length, attributes);
    return keepDims ? x.map((extent, i) => (axes.includes(i) ? 1 : extent)) : x.filter((_, i) => !axes.includes(i));
  };
  return defineOp<["x"], ReductionAttributes>({
    name,
    doc,
    inputs: ["x"],
    options: ["axis", "keepDims"],
    attributes: ({ axis = null, keepDims = false }) => {
      const list = axis === null ? [] : [axis].flat();
      if (!list.every((each) => Number.isSafeInteger(each))) {
        throw new ArgumentError(
          `${name}: axis must be an integer, a list of them or null; received ${describe(axis)}.`,
        );
      }
      checkFlag(`${name}: keepDims`, keepDims);
      return { axis, keepDims };
    },
    shape: ({ x }, attributes) => shapeOf(x, attributes),
    workspace: (_, { x }, attributes) =>
      4 *
      passesOver(x, axesOf(x.length, attributes))
        .slice(0, -1)
        .reduce((words, [outer, , inner]) => words + outer * inner, 0),
    forward: (k, { x, y }, attributes, { workspace }) => {
      const passes = passesOver(x.shape, axesOf(x.shape.length, attributes));
      let from = x.ptr;
      let free = workspace;
      passes.forEach((pass, i) => {
        const last = i === passes.length - 1;
        const to = last ? y.ptr : free;
        reduce(k, from, to, pass, last ? x.size / y.size : 1);
        from = to;
        free += pass[0] * pass[2] * 4;
      });
    },
    vjp: {
      x: ({ x, y, dy }, attributes) => {
        const axes = axesOf(x.shape.length, attributes);
        const shape = shapeOf(x.shape, attributes, true);
        // Reduced axes in front come back by broadcasting.
        const aligned = axes.every((axis, i) => axis === i || axes.includes(axis - 1)) && axes.includes(0);
        const keep = (node: Node) =>
          attributes.keepDims || axes.length === 0 || aligned ? node : reshape(node, { shape });
        return gradient({ x, y: keep(y), dy: keep(dy) }, axes);
      },
    },
    samples: [
      { inputs: { x: [5] } },
      { inputs: { x: [3, 11] } },
      { inputs: { x: [] } },
      { inputs: { x: [3, 11] }, attributes: { axis: 0 } },
      { inputs: { x: [4, 9] }, attributes: { axis: -1, keepDims: true } },
      { inputs: { x: [2, 3, 4] }, attributes: { axis: [0, 2] } },
      { inputs: { x: [2, 3, 5] }, attributes: { axis: 1 } },
    ],
  });
}

/** Reductions of the middle of three axes that together reduce `axes`, the last first. */
function passesOver(shape: Shape, axes: readonly number[]): Pass[] {
  // Neighbours of one kind are one axis; an extent of 1 is of any kind.
  const groups: { extent: number; reduced: boolean }[] = [];
  shape.forEach((extent, axis) => {
    if (extent === 1) return;
    const reduced = axes.includes(axis);
    const last = groups[groups.length - 1];
    if (last?.reduced === reduced) last.extent *= extent;
    else groups.push({ extent, reduced });
  });
  const passes: Pass[] = [];
  for (let i = groups.length - 1; i >= 0; i--) {
    const { extent, reduced } = groups[i] as { extent: number; reduced: boolean };
    if (!reduced) continue;
    const inner = groups.slice(i + 1).filter((group) => !group.reduced);
    passes.push([
      sizeOf(groups.slice(0, i).map((group) => group.extent)),
      extent,
      sizeOf(inner.map((group) => group.extent)),
    ]);
  }
  return passes.length > 0 ? passes : [[sizeOf(shape), 1, 1]];
}
