// Shapes: lists of extents, row-major, with null for the batch extent that a graph leaves open.
// Used by ops for shape rules, by the graph for planning, by Tensor for checking.

import { describe, ShapeError } from "../errors.js";

/** Extents with every one known. `[]` is a scalar. */
export type Shape = readonly number[];

/** Extents in which null stands for the batch: `[null, 784]`. */
export type OpenShape = readonly (number | null)[];

/** Number of elements; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** All axes before the last as rows, and what each holds; the shape has an axis. */
export function rowsOf(shape: Shape): [rows: number, columns: number] {
  return [sizeOf(shape.slice(0, -1)), shape.at(-1) as number];
}

/** `[null, 784]`, as messages show it. */
export function formatShape(shape: OpenShape): string {
  return `[${shape.map((extent) => (extent === null ? "null" : String(extent))).join(", ")}]`;
}

export function sameShape(a: OpenShape, b: OpenShape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** True where all are a list [n] or a column [n, 1]: the two say the same. */
export function areColumns(...shapes: readonly OpenShape[]): boolean {
  return shapes.every((shape) => shape.length === 1 || (shape.length === 2 && shape[1] === 1));
}

/** The shape with the batch extent filled in; itself where it has none. */
export function bindBatch(shape: OpenShape, batch: number): Shape {
  return isOpen(shape) ? shape.map((extent) => extent ?? batch) : (shape as Shape);
}

/** True where the shape leaves an extent open. */
export function isOpen(shape: OpenShape): boolean {
  return shape.includes(null);
}

/** Values that the memory of a session has room for: 4 GB. */
export const MOST_VALUES = 2 ** 30;

/** The most axes of a shape: far more than anyone has, and few enough to refuse lists that contain themselves. */
export const MOST_AXES = 32;

/** Fails unless `shape` is a list of non-negative integers (and nulls, when `open`). */
export function checkShape(subject: string, shape: unknown, open = false): asserts shape is OpenShape {
  const valid =
    Array.isArray(shape) &&
    shape.every((extent) => (open && extent === null) || (Number.isSafeInteger(extent) && (extent as number) >= 0));
  if (!valid) {
    const rule = open ? "a list of non-negative integers or null" : "a list of non-negative integers";
    throw new ShapeError(`${subject}: a shape must be ${rule}; received ${describe(shape)}.`);
  }
  if (shape.length > MOST_AXES) {
    throw new ShapeError(`${subject}: a shape must have at most ${MOST_AXES} axes; received ${shape.length}.`);
  }
}

/**
 * The batch extent that makes `open` equal to `shape`; undefined where the two do not fit,
 * null where they fit and `open` has no open extent.
 */
export function matchBatch(open: OpenShape, shape: Shape): number | null | undefined {
  if (open.length !== shape.length) return undefined;
  let batch: number | null = null;
  for (let axis = 0; axis < open.length; axis++) {
    const extent = open[axis];
    const actual = shape[axis] as number;
    if (extent === null) {
      if (batch !== null && batch !== actual) return undefined;
      batch = actual;
    } else if (extent !== actual) return undefined;
  }
  return batch;
}
