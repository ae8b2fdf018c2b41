// Walking through memory by several axes: strides of operands, axes merged where they can be, so that a kernel with a
// few loops serves any rank. Used by the ops that broadcast, permute or copy blocks; all counts are elements.

import { ArgumentError, describe, ShapeError } from "../errors.js";
import { checkShape, formatShape, type OpenShape, type Shape } from "../tensor/shape.js";

/** Loops from the outermost to the innermost, and for each operand how far each loop moves it. */
export interface Walk {
  readonly extents: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/** Strides of row-major memory. */
export function contiguous(shape: Shape): number[] {
  const strides: number[] = [];
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides.unshift(step);
    step *= shape[axis] as number;
  }
  return strides;
}

/** Strides with which `shape` is read as if it were `to`: 0 along the axes that are repeated. */
export function broadcastStrides(shape: Shape, to: Shape): number[] {
  const own = contiguous(shape);
  const missing = to.length - shape.length;
  return to.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : (own[axis - missing] as number)));
}

/** The fewest loops of at least `least` that walk the same way: axes of extent 1 go, neighbours join. */
export function collapse(extents: Shape, strides: readonly (readonly number[])[], least: number): Walk {
  const joined: number[] = [];
  const steps: number[][] = strides.map(() => []);
  extents.forEach((extent, axis) => {
    if (extent === 1) return;
    const last = joined.length - 1;
    const continues = steps.every((of, i) => last >= 0 && of[last] === (strides[i]?.[axis] as number) * extent);
    if (continues) {
      joined[last] = (joined[last] as number) * extent;
      steps.forEach((of, i) => {
        of[last] = strides[i]?.[axis] as number;
      });
    } else {
      joined.push(extent);
      steps.forEach((of, i) => {
        of.push(strides[i]?.[axis] as number);
      });
    }
  });
  while (joined.length < least) {
    joined.unshift(1);
    for (const of of steps) of.unshift(0);
  }
  return { extents: joined, strides: steps };
}

/** Visits every index of the loops outside the innermost `inner`, with the offset of each operand. */
export function visitOuter(
  { extents, strides }: Walk,
  inner: number,
  visit: (offsets: readonly number[], innerExtents: readonly number[], innerStrides: readonly number[][]) => void,
): void {
  if (extents.includes(0)) return;
  const outer = extents.length - inner;
  const innerStrides = strides.map((of) => of.slice(outer));
  const descend = (axis: number, offsets: readonly number[]): void => {
    if (axis === outer) {
      visit(offsets, extents.slice(outer), innerStrides);
      return;
    }
    for (let i = 0; i < (extents[axis] as number); i++) {
      descend(
        axis + 1,
        offsets.map((offset, operand) => offset + i * (strides[operand]?.[axis] as number)),
      );
    }
  };
  descend(
    0,
    strides.map(() => 0),
  );
}

/**
 * The shape of an operation on a and b by NumPy's rule: aligned at the last axis, an extent of 1 is repeated. An open
 * extent goes with an open one or 1. Undefined where they do not fit.
 */
export function broadcastShape(a: OpenShape, b: OpenShape): OpenShape | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: (number | null)[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const x = extentAt(a, axis - (rank - a.length));
    const y = extentAt(b, axis - (rank - b.length));
    if (x !== y && x !== 1 && y !== 1) return undefined;
    shape.push(x === 1 ? y : x);
  }
  return shape;
}

function extentAt(shape: OpenShape, axis: number): number | null {
  return axis < 0 ? 1 : (shape[axis] as number | null);
}

/** `shape`, if x can be broadcast to it; else ShapeError. */
export function checkBroadcastTo(subject: string, x: OpenShape, shape: OpenShape): OpenShape {
  const result = broadcastShape(x, shape);
  if (result === undefined || formatShape(result) !== formatShape(shape)) {
    throw new ShapeError(`${subject}: x must broadcast to the shape ${formatShape(shape)}; x is ${formatShape(x)}.`);
  }
  return shape;
}

/** The axes a reduction or permutation names, counted from 0; negative ones count from the end. */
export function resolveAxes(subject: string, axes: readonly number[], rank: number): number[] {
  const resolved = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  const wrong = axes.find((_, i) => !((resolved[i] as number) >= 0 && (resolved[i] as number) < rank));
  if (wrong !== undefined) {
    throw new ShapeError(`${subject}: axis must be in [${-rank}, ${rank}) for rank ${rank}; received ${wrong}.`);
  }
  if (new Set(resolved).size !== resolved.length) {
    throw new ShapeError(`${subject}: axes must be different; received [${axes.join(", ")}].`);
  }
  return resolved;
}

/** Fails unless `axis` is an integer. */
export function checkAxis(subject: string, axis: unknown): asserts axis is number {
  if (!Number.isSafeInteger(axis)) {
    throw new ArgumentError(`${subject}: axis must be an integer; received ${describe(axis)}.`);
  }
}

export interface ShapeAttribute {
  readonly shape: OpenShape;
}

/** The attributes of an op that needs the shape of its result. */
export function shapeAttribute(subject: string, { shape = [] }: Partial<ShapeAttribute>): ShapeAttribute {
  checkShape(subject, shape, true);
  return { shape };
}
