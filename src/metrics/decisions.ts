// What a model decides, beside what is true: classes by the largest output, or yes and no by a threshold.

import { ArgumentError, describe, ShapeError } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import { sigmoid } from "../ops/activations.js";
import { greater } from "../ops/arithmetic.js";
import type { Node } from "../ops/op.js";
import { argmax } from "../ops/ranking.js";
import { formatShape } from "../tensor/shape.js";

/** Two nodes of one shape: int32 for classes, 1 and 0 as float32 for yes and no. */
export interface Decisions {
  readonly predicted: Node;
  readonly actual: Node;
}

/** True where the output tells several classes apart, by one number for each. */
export function hasClasses({ shape }: Node): boolean {
  return shape.length === 2 && shape[1] !== 1;
}

/** Of outputs [n, classes] the first largest, beside labels that are integers [n] or rows [n, classes]. */
export function classDecisions(name: string, output: Node, labels: Node): Decisions {
  if (!hasClasses(output)) {
    throw new ShapeError(`${name}: the output must have shape [null, classes]; received ${formatShape(output.shape)}.`);
  }
  return { predicted: argmax(output), actual: classesOf(labels) };
}

/** The classes of labels, int32 [n]. */
export function classesOf(labels: Node): Node {
  return labels.dtype === "int32" ? labels : argmax(labels);
}

/**
 * Yes where the probability is above `threshold`, in (0, 1). As in the losses, an output is taken as logits unless it is
 * a sigmoid. A label means yes above 1/2, be it 0 and 1 or -1 and 1.
 */
export function binaryDecisions(output: Node, labels: Node, threshold = 0.5): Decisions {
  const isProbability = output.op === sigmoid.record;
  const limit = isProbability ? threshold : Math.log(threshold / (1 - threshold));
  return { predicted: above(output, limit), actual: above(labels, 0.5) };
}

export function above(x: Node, limit: number): Node {
  return greater(x, (x.graph as Graph).constant("limit", limit, { shape: [] }));
}

export function checkThreshold(subject: string, threshold: unknown): asserts threshold is number {
  if (!(typeof threshold === "number" && threshold > 0 && threshold < 1)) {
    throw new ArgumentError(`${subject}: threshold must be a number in (0, 1); received ${describe(threshold)}.`);
  }
}
