// What a model decides, beside what is true: classes by the largest output, or yes and no by a threshold.

import { ArgumentError, describe, ShapeError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { sigmoid } from "../../ops/activations.js";
import { greater } from "../../ops/arithmetic.js";
import { toFloat } from "../../ops/indexing.js";
import { alignLabels, type OutputKind } from "../../ops/labels.js";
import type { Node } from "../../ops/op.js";
import { argmax } from "../../ops/ranking.js";
import { formatShape, sameShape } from "../../tensor/shape.js";

/** Two nodes of one shape: int32 for classes, 1 and 0 as float32 for yes and no. */
export interface Decisions {
  readonly predicted: Node;
  readonly actual: Node;
}

/**
 * Whether outputs and labels speak of classes or of a yes or no each. Rows of at least two numbers do of classes, unless
 * the labels are rows too and `kind`, which the loss knows, or sigmoids say that each number stands for itself.
 */
export function kindOf({ shape, op }: Node, labels: Node, kind?: OutputKind): OutputKind {
  if (shape.length !== 2 || shape[1] === 1) return "independent";
  const rows = labels?.shape?.length === 2;
  return rows ? (kind ?? (op === sigmoid.record ? "independent" : "classes")) : "classes";
}

/** Of outputs [n, classes] the first largest, beside labels that are integers [n] or rows [n, classes]. */
export function classDecisions(name: string, output: Node, labels: Node): Decisions {
  return { predicted: argmax(output), actual: classesOf(name, output, labels) };
}

/** The classes of labels, int32 [n]: integers [n], or the place of the largest number in a row [n, classes]. */
export function classesOf(name: string, output: Node, labels: Node): Node {
  checkClassLabels(name, output, labels);
  return labels.dtype === "int32" ? labels : argmax(labels);
}

/** Fails with ShapeError unless output and labels say classes: [n, classes], with int32 [n] or float32 [n, classes]. */
export function checkClassLabels(name: string, { shape }: Node, labels: Node): void {
  if (shape.length !== 2 || shape[1] === 1) {
    throw new ShapeError(`${name}: the output must have shape [null, classes]; received ${formatShape(shape)}.`);
  }
  const wanted = labels?.dtype === "int32" ? shape.slice(0, 1) : shape;
  if (labels?.shape && sameShape(labels.shape, wanted)) return;
  const received = labels?.shape ? `${labels.dtype} ${formatShape(labels.shape)}` : describe(labels);
  throw new ShapeError(
    `${name}: labels must be int32 ${formatShape(shape.slice(0, 1))}, the numbers of classes, or float32 ` +
      `${formatShape(shape)}, a row for each example; received ${received}.`,
  );
}

/**
 * Yes where the probability is above `threshold`, in (0, 1). As in the losses, an output is taken as logits unless it is
 * a sigmoid. A label means yes above 1/2, be it 0 and 1 or -1 and 1.
 */
export function binaryDecisions(name: string, output: Node, labels: Node, threshold = 0.5): Decisions {
  const isProbability = output.op === sigmoid.record;
  const limit = isProbability ? threshold : Math.log(threshold / (1 - threshold));
  return { predicted: above(output, limit), actual: above(answersOf(name, output, labels), 0.5) };
}

/** Labels of a yes or no each, or any numbers, as float32 in the shape of the output. */
export function answersOf(name: string, output: Node, labels: Node): Node {
  return alignLabels(name, labels?.dtype === "int32" ? toFloat(labels) : labels, output.shape);
}

export function above(x: Node, limit: number): Node {
  return greater(x, (x.graph as Graph).constant("limit", limit, { shape: [] }));
}

export function checkThreshold(subject: string, threshold: unknown): asserts threshold is number {
  if (!(typeof threshold === "number" && threshold > 0 && threshold < 1)) {
    throw new ArgumentError(`${subject}: threshold must be a number in (0, 1); received ${describe(threshold)}.`);
  }
}
