// Flatten and Reshape: the same values of each example under another shape.

import { checkArity, checkCall, ShapeError } from "../../errors.js";
import { flatten as toRows, reshape as underShape } from "../../ops/layout.js";
import type { Node } from "../../ops/op.js";
import { formatShape, type Shape } from "../../tensor/shape.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

/** [n, a, b, ...] becomes [n, a * b * ...]. */
export function flatten(options: LayerOptions = {}): Layer {
  checkArity("flatten", arguments.length, 1);
  checkLayerOptions("Flatten", options, ["name", "trainable"]);
  return defineLayer({ options, kind: "Flatten", result: (x: Node) => toRows(x) });
}

export interface ReshapeOptions extends LayerOptions {
  /** Of one example, without the batch. One extent may be -1, which the others decide. */
  readonly shape: Shape;
}

/** [n, ...] becomes [n, ...shape]. */
export function reshape(options: ReshapeOptions): Layer {
  checkCall("reshape", arguments, ["shape"]);
  checkLayerOptions("Reshape", options, ["shape", "name", "trainable"]);
  const { shape } = options;
  const valid = Array.isArray(shape) && shape.every((extent) => Number.isSafeInteger(extent) && extent >= -1);
  if (!valid) {
    throw new ShapeError(
      `Reshape: shape must be a list of integers, one of them perhaps -1; received ${
        Array.isArray(shape) ? formatShape(shape) : String(shape)
      }.`,
    );
  }
  return defineLayer({
    options,
    kind: "Reshape",
    result: (x: Node) => underShape(x, { shape: [x.shape[0] ?? null, ...shape] }),
  });
}
