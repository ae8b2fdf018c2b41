// Dot: products of two inputs, summed along an axis of each.

import { ArgumentError, checkCall, checkFlag, describe, ShapeError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { divide, maximum, multiply } from "../../ops/arithmetic.js";
import { reshape, transpose } from "../../ops/layout.js";
import type { Node } from "../../ops/op.js";
import { sum } from "../../ops/reductions.js";
import { sqrt, square } from "../../ops/unary.js";
import { formatShape } from "../../tensor/shape.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

export interface DotOptions extends LayerOptions {
  /** Along which products are summed: one axis for both inputs, or one for each. Not the batch. */
  readonly axes: number | readonly [first: number, second: number];
  /** Whether both are brought to norm 1 along their axes: then the result is a cosine. Default false. */
  readonly normalize?: boolean;
}

/**
 * For two inputs of rank 2, y[n, 1] = sum over k of a[n, k] * b[n, k]; for one of rank 3 and one of rank 2 or 3, the product
 * of matrices in each example: [n, ...axes of a, ...axes of b] without the two that are summed.
 */
export function dot(options: DotOptions): Layer<readonly Node[]> {
  checkCall("dot", arguments, ["axes"]);
  checkLayerOptions("Dot", options, ["axes", "normalize", "name", "trainable"]);
  const { axes, normalize = false } = options;
  const pair = Array.isArray(axes) ? axes : [axes, axes];
  if (pair.length !== 2 || !pair.every((axis) => Number.isSafeInteger(axis) && axis !== 0)) {
    throw new ArgumentError(`Dot: axes must be an axis other than 0, or two; received ${describe(axes)}.`);
  }
  checkFlag("Dot: normalize", normalize);
  return defineLayer({
    options,
    kind: "Dot",
    joins: true,
    result: (inputs: readonly Node[]) => {
      const [first, second] = Array.isArray(inputs) ? inputs : [];
      if (first === undefined || second === undefined || inputs.length !== 2) {
        throw new ArgumentError("Dot: it is applied to a list of two nodes, as in apply([a, b]).");
      }
      const a = lastly(first, pair[0] as number, normalize);
      const b = lastly(second, pair[1] as number, normalize);
      if (a.shape.at(-1) !== b.shape.at(-1)) {
        throw new ShapeError(
          `Dot: the extents along the axes must be equal; the inputs are ${formatShape(first.shape)} and ${formatShape(second.shape)}.`,
        );
      }
      const [batch, ...rowsOfA] = a.shape.slice(0, -1) as [null, ...number[]];
      const rowsOfB = b.shape.slice(1, -1) as number[];
      if (rowsOfA.length + rowsOfB.length === 0) return sum(multiply(a, b), { axis: -1, keepDims: true });
      // Every row of a meets every row of b.
      const inner = a.shape.at(-1) as number;
      const left = reshape(a, { shape: [batch, ...rowsOfA, ...rowsOfB.map(() => 1), inner] });
      const right = reshape(b, { shape: [batch, ...rowsOfA.map(() => 1), ...rowsOfB, inner] });
      return sum(multiply(left, right), { axis: -1 });
    },
  });
}

/** x with the axis last, at norm 1 along it if asked for. */
function lastly(x: Node, axis: number, normalize: boolean): Node {
  const rank = x.shape.length;
  const at = axis < 0 ? axis + rank : axis;
  if (rank < 2 || rank > 3 || at < 1 || at >= rank || x.shape.lastIndexOf(null) > 0) {
    throw new ShapeError(
      `Dot: inputs must have rank 2 or 3, and the axes others than the batch; received ${formatShape(x.shape)} for axis ${axis}.`,
    );
  }
  const last = at === rank - 1 ? x : transpose(x, { axes: [0, 2, 1] });
  if (!normalize) return last;
  const least = (x.graph as Graph).constant("least", 1e-12, { shape: [] });
  return divide(last, sqrt(maximum(sum(square(last), { axis: -1, keepDims: true }), least)));
}
