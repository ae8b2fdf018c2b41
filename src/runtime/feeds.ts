// Values on their way into a run: brought to the type and shape of their nodes, or refused.

import { ArgumentError, ShapeError } from "../errors.js";
import type { Node } from "../ops/op.js";
import { firstNonFinite } from "../tensor/finite.js";
import { formatShape, matchBatch, type Shape, sizeOf } from "../tensor/shape.js";
import { readTensor, type Tensor, type TensorLike } from "../tensor/tensor.js";

/**
 * The value as a tensor of the node's type and shape; a flat typed array takes the shape of the node. `what`
 * stands before its name in messages.
 */
export function conform(what: string, node: Node, value: TensorLike): Tensor {
  const flat = ArrayBuffer.isView(value);
  const given = readTensor(`${what} ${node.name}`, value, node.dtype);
  const shape = flat ? shapeFromLength(node, given.size) : given.shape;
  if (shape === undefined || matchBatch(node.shape, shape) === undefined) {
    const received = flat ? `${given.size} values` : formatShape(given.shape);
    throw new ShapeError(`${what} ${node.name} must have shape ${formatShape(node.shape)}; received ${received}.`);
  }
  return given.reshape(shape);
}

/** The shape that so many values fill; undefined where they fill none. */
function shapeFromLength(node: Node, length: number): Shape | undefined {
  const known = sizeOf(node.shape.filter((extent) => extent !== null));
  const open = node.shape.length - node.shape.filter((extent) => extent !== null).length;
  if (open === 0) return known === length ? (node.shape as Shape) : undefined;
  if (open > 1 || known === 0 || length % known !== 0) return undefined;
  return node.shape.map((extent) => extent ?? length / known);
}

/** The one batch extent of all feeds; null where none has an open shape. */
export function batchOf(given: ReadonlyMap<Node, Tensor>): number | null {
  let batch: number | null = null;
  let first = "";
  for (const [node, value] of given) {
    const extent = matchBatch(node.shape, value.shape);
    if (extent === null || extent === undefined) continue;
    if (batch !== null && extent !== batch) {
      throw new ShapeError(
        `Session.run: all feeds must have one batch extent; ${first} has ${batch}, ${node.name} has ${extent}.`,
      );
    }
    batch = extent;
    first = node.name;
  }
  return batch;
}

/** Fails with ArgumentError where a value is NaN or infinite; `subject` is what must be finite. */
export function checkFinite(subject: string, value: Tensor): void {
  const at = firstNonFinite(value);
  if (at >= 0) throw new ArgumentError(`${subject} must be finite; received ${value.data[at]} at index ${at}.`);
}
