// Weights of the examples by their class: what a rare class counts more.

import { ArgumentError, checkArity, describe, ShapeError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { gather } from "../../ops/indexing.js";
import { checkNode, type Node } from "../../ops/op.js";
import { argmax } from "../../ops/ranking.js";
import { formatShape } from "../../tensor/shape.js";

/**
 * The weight of each example, [n], for the option `sampleWeight` of a loss. `weights` holds one for each class; the labels
 * are integers [n], or a row for each example, [n, classes], whose largest element is the class.
 */
export function weightsByClass(labels: Node, weights: readonly number[]): Node {
  checkArity("weightsByClass", arguments.length, 2);
  checkNode("weightsByClass", "labels", labels);
  const valid = Array.isArray(weights) && weights.every((weight) => Number.isFinite(weight) && weight >= 0);
  if (!valid || weights.length === 0) {
    throw new ArgumentError(
      `weightsByClass: weights must be a list of non-negative numbers; received ${describe(weights)}.`,
    );
  }
  const rows = labels.dtype === "float32";
  if (rows ? labels.shape.length !== 2 || labels.shape[1] !== weights.length : labels.shape.length !== 1) {
    throw new ShapeError(
      `weightsByClass: labels must be integers [null] or rows [null, ${weights.length}]; ` +
        `${labels.name} is ${labels.dtype} ${formatShape(labels.shape)}.`,
    );
  }
  const table = (labels.graph as Graph).constant("classWeights", weights);
  return gather(table, rows ? argmax(labels) : labels);
}
