// Elements taken along one axis by place: resizing, padding with what is there, flipping. Everything here is made of one op,
// axis by axis; assembly/spatial/alongAxis.ts knows the kinds by number.

import { checkFlag, checkInteger, checkOneOf, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, type Shape, sizeOf } from "../tensor/shape.js";
import { spatial } from "../wasm/spatial.js";
import { reshape } from "./layout.js";
import { checkNode, checkNodeName, defineOp, type Node, type Op, type OpOptions, readOptions } from "./op.js";
import { checkAxis, resolveAxes } from "./strides.js";
import { readPerAxis, readSpatial } from "./window.js";

/** What a coordinate means when an axis is resized. */
export const coordinateNames = ["halfPixel", "alignCorners", "asymmetric"] as const;
export type Coordinates = (typeof coordinateNames)[number];

/** What is seen beyond the ends of an axis. */
export const repeatingModes = ["reflect", "symmetric", "wrap", "edge"] as const;
export type RepeatingMode = (typeof repeatingModes)[number];

// Written out, as all lists at the top of a module: bundlers take spreading for an effect, and would keep it.
const kinds = ["halfPixel", "alignCorners", "asymmetric", "reflect", "symmetric", "wrap", "edge", "reverse"] as const;
const methods = ["nearest", "bilinear"] as const;

export interface AlongAxisAttributes {
  readonly axis: number;
  /** The extent of the result. Default: that of x. */
  readonly extent: number | null;
  readonly kind: (typeof kinds)[number];
  /** Places of the result before the first element of x, for the kinds that pad. Default 0. */
  readonly before: number;
  /** Go between neighbours, for the kinds that resize. Default false: take one. */
  readonly linear: boolean;
}

const optionNames = ["axis", "extent", "kind", "before", "linear"] as const;

export const alongAxis: Op<["x"], AlongAxisAttributes> = defineOp<["x"], AlongAxisAttributes>({
  name: "alongAxis",
  doc:
    "x with another extent along one axis, each place taken from x: resized (halfPixel, alignCorners, asymmetric; the nearest or, " +
    "if linear, between two), continued beyond its ends (reflect, symmetric, wrap, edge) or reversed.",
  inputs: ["x"],
  options: optionNames,
  attributes: (given) => readAttributes("alongAxis", given),
  shape: ({ x }, attributes) => {
    const axis = axisOf("alongAxis", x, attributes);
    const extent = attributes.extent ?? (x[axis] as number);
    if (x[axis] === 0 && extent > 0) {
      throw new ShapeError(`alongAxis: nothing can be taken from an axis without elements; x is ${formatShape(x)}.`);
    }
    return x.map((each, i) => (i === axis ? extent : each));
  },
  workspace: (_, { y }, { axis }) => 8 * (y.at(axis) as number),
  family: spatial,
  forward: (k, { x, y }, attributes, { workspace }) => {
    const { outer, n, m, inner } = extentsOf(x.shape, y.shape, attributes.axis);
    if (x.size === 0 || m === 0) return;
    k.axisTable(workspace, n, m, ...tableOf(attributes));
    k.takeRows(x.ptr, workspace, y.ptr, outer, n, m, inner, +attributes.linear);
  },
  vjp: {
    x: ({ x, dy }, attributes) =>
      alongAxisGradient(dy, { ...attributes, extent: x.shape.at(attributes.axis) as number }),
  },
  samples: [
    { inputs: { x: [2, 3, 5] }, attributes: { axis: 1, extent: 7, kind: "halfPixel", linear: true } },
    { inputs: { x: [3, 5] }, attributes: { axis: 1, extent: 3, kind: "halfPixel", linear: true } },
    { inputs: { x: [2, 4, 17] }, attributes: { axis: 1, extent: 6, kind: "alignCorners", linear: true } },
    { inputs: { x: [2, 4, 4] }, attributes: { axis: -2, extent: 3, kind: "asymmetric" } },
    { inputs: { x: [2, 3] }, attributes: { axis: -1, extent: 11, kind: "reflect", before: 5 } },
    { inputs: { x: [2, 3, 2] }, attributes: { axis: 1, extent: 8, kind: "symmetric", before: 4 } },
    { inputs: { x: [3, 2] }, attributes: { axis: 0, extent: 8, kind: "wrap", before: 4 } },
    { inputs: { x: [3, 4] }, attributes: { axis: 1, extent: 7, kind: "edge", before: 1 } },
    { inputs: { x: [2, 3, 5] }, attributes: { axis: 1, kind: "reverse" } },
  ],
});

export const alongAxisGradient: Op<["upstream"], AlongAxisAttributes> = defineOp<["upstream"], AlongAxisAttributes>({
  name: "alongAxisGradient",
  doc: "Gradient of alongAxis: each upstream added to what it was taken from. extent is that of the result, the x of alongAxis.",
  inputs: ["upstream"],
  options: optionNames,
  attributes: (given) => readAttributes("alongAxisGradient", given),
  shape: ({ upstream }, attributes) => {
    const axis = axisOf("alongAxisGradient", upstream, attributes);
    return upstream.map((each, i) => (i === axis ? (attributes.extent ?? each) : each));
  },
  workspace: (_, { upstream }, { axis }) => 8 * (upstream.at(axis) as number),
  family: spatial,
  forward: (k, { upstream, y }, attributes, { workspace }) => {
    const { outer, n, m, inner } = extentsOf(y.shape, upstream.shape, attributes.axis);
    if (y.size === 0) return;
    k.axisTable(workspace, n, m, ...tableOf(attributes));
    k.addRows(upstream.ptr, workspace, y.ptr, outer, n, m, inner, +attributes.linear);
  },
  vjp: {
    upstream: ({ upstream, dy }, attributes) =>
      alongAxis(dy, { ...attributes, extent: upstream.shape.at(attributes.axis) as number }),
  },
  samples: [
    { inputs: { upstream: [2, 7, 5] }, attributes: { axis: 1, extent: 3, kind: "halfPixel", linear: true } },
    { inputs: { upstream: [2, 11] }, attributes: { axis: -1, extent: 3, kind: "reflect", before: 5 } },
  ],
});

function readAttributes(subject: string, given: Partial<AlongAxisAttributes>): AlongAxisAttributes {
  const { axis = 0, extent = null, kind = "reverse", before = 0, linear = false } = given;
  checkAxis(subject, axis);
  if (extent !== null) checkInteger(`${subject}: extent`, extent, 0);
  checkOneOf(`${subject}: kind`, kind, kinds);
  checkInteger(`${subject}: before`, before, 0);
  checkFlag(`${subject}: linear`, linear);
  return { axis, extent, kind, before, linear };
}

/** The axis, counted from 0, whose extent must be known. */
function axisOf(subject: string, x: OpenShape, { axis }: { readonly axis: number }): number {
  const [at] = resolveAxes(subject, [axis], x.length) as [number];
  if (x[at] === null) throw new ShapeError(`${subject}: the extent of the axis must be known; x is ${formatShape(x)}.`);
  return at;
}

function extentsOf(x: Shape, y: Shape, axis: number) {
  const [at] = resolveAxes("alongAxis", [axis], x.length) as [number];
  return { outer: sizeOf(x.slice(0, at)), n: x[at] as number, m: y[at] as number, inner: sizeOf(x.slice(at + 1)) };
}

function tableOf({ kind, before, linear }: AlongAxisAttributes): [kind: number, before: number, linear: number] {
  return [kinds.indexOf(kind), before, +linear];
}

export interface FlipAttributes {
  /** One axis or several, negative ones counted from the end. Default null: all. */
  readonly axis: number | readonly number[] | null;
}

/** x with the order of its elements reversed along the given axes, by default all; an open axis cannot be. */
export function flip(x: Node, options: OpOptions<FlipAttributes> = {}): Node {
  checkNode("flip", "x", x);
  readOptions("flip", arguments, 1, ["axis"]);
  const { axis = null, name } = options;
  const axes = axis === null ? [...x.shape.keys()] : [axis].flat();
  for (const each of axes) checkAxis("flip", each);
  const reversed = resolveAxes("flip", axes as number[], x.shape.length);
  for (const each of reversed) {
    if (x.shape[each] === null) {
      throw new ShapeError(`flip: an open axis cannot be reversed; x is ${formatShape(x.shape)}, axis is ${each}.`);
    }
  }
  return chain("flip", x, name, reversed, (node, each, named) =>
    alongAxis(node, { axis: each, kind: "reverse", ...named }),
  );
}

export interface ResizeAttributes {
  /** Extents of the result: of both axes, or [height, width]. */
  readonly size: number | readonly number[];
  /** Default `"bilinear"`. */
  readonly method: (typeof methods)[number];
  /**
   * `"halfPixel"`, the default: pixels are squares, as in TensorFlow 2 and PyTorch. `"alignCorners"`: the middles of the corner
   * pixels stay where they are. `"asymmetric"`: pixel i lies at i * extent / size, as in TensorFlow 1.
   */
  readonly coordinates: Coordinates;
}

/**
 * Pictures x [n, height, width, channels] in another size. `"bilinear"` goes between the four pixels around a place, without
 * smoothing when the result is smaller; `"nearest"` takes one pixel: floor((i + 0.5) * extent / size) for half pixels,
 * floor(i * extent / size) asymmetric, the rounded i * (extent - 1) / (size - 1) for aligned corners, halves up.
 */
export function resize2d(x: Node, options: OpOptions<ResizeAttributes>): Node {
  checkNode("resize2d", "x", x);
  readOptions("resize2d", arguments, 1, ["size", "method", "coordinates"]);
  const { method = "bilinear", coordinates = "halfPixel", name } = options;
  checkOneOf("resize2d: method", method, methods);
  checkOneOf("resize2d: coordinates", coordinates, coordinateNames);
  const size = readPerAxis("resize2d: size", options.size, 2);
  const { extents } = readSpatial("resize2d", x.shape, 2);
  if (extents.includes(0)) {
    throw new ShapeError(`resize2d: there must be pixels; x is ${formatShape(x.shape)}.`);
  }
  // Fewer rows first, more rows last: the other axis has less to do.
  const order = (size[0] as number) < (extents[0] as number) ? [1, 2] : [2, 1];
  const changed = order.filter((axis) => size[axis - 1] !== extents[axis - 1]);
  return chain("resize2d", x, name, changed, (node, axis, named) =>
    alongAxis(node, {
      axis,
      extent: size[axis - 1] as number,
      kind: coordinates,
      linear: method === "bilinear",
      ...named,
    }),
  );
}

/** x continued beyond its ends along the axes where there is something to add. */
export function padRepeating(
  x: Node,
  mode: RepeatingMode,
  before: readonly number[],
  after: readonly number[],
  name: string | undefined,
): Node {
  const axes = [...x.shape.keys()].filter((axis) => (before[axis] as number) + (after[axis] as number) > 0);
  return chain("pad", x, name, axes, (node, axis, named) => {
    const extent = node.shape[axis];
    if (typeof extent !== "number" || extent === 0) {
      throw new ShapeError(`pad: an axis that is open or empty cannot be continued; x is ${formatShape(x.shape)}.`);
    }
    const added = (before[axis] as number) + (after[axis] as number);
    return alongAxis(node, { axis, extent: extent + added, kind: mode, before: before[axis] as number, ...named });
  });
}

/** One op after the other; the last has the name. */
function chain(
  subject: string,
  x: Node,
  name: string | undefined,
  axes: readonly number[],
  apply: (node: Node, axis: number, named: { readonly name?: string }) => Node,
): Node {
  if (name !== undefined) checkNodeName(subject, name);
  if (axes.length === 0) return name === undefined ? x : reshape(x, { shape: x.shape, name });
  let node = x;
  axes.forEach((axis, i) => {
    node = apply(
      node,
      axis,
      i === axes.length - 1 ? { name: name ?? subject } : { name: `${name ?? subject}Axis${axis}` },
    );
  });
  return node;
}
