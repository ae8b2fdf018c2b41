// Labels beside an output: what losses and metrics check before they compare the two element by element, where broadcasting
// would turn a column and a list into a matrix of all pairs.

import { ArgumentError, describe, ShapeError } from "../errors.js";
import { areColumns, formatShape, type OpenShape, sameShape } from "../tensor/shape.js";
import { reshape } from "./layout.js";
import type { Node } from "./op.js";
import { broadcastTo } from "./reductions.js";

/**
 * What the numbers in a row of outputs [n, k] say: "classes", which of k classes an example belongs to; "independent", a
 * yes or no each, several of which may be yes.
 */
export type OutputKind = "classes" | "independent";

/**
 * The labels in the shape `wanted`. A list [n] and a column [n, 1] of float32 say the same, and one float32 number stands
 * for all examples; everything else that has another shape fails with ShapeError. `subject` names the loss or metric.
 */
export function alignLabels(subject: string, labels: Node, wanted: OpenShape): Node {
  if (typeof labels?.graph?.apply !== "function") {
    throw new ArgumentError(`${subject}: labels must be a node of the graph; received ${describe(labels)}.`);
  }
  const { shape, dtype } = labels;
  if (sameShape(shape, wanted)) return labels;
  if (dtype === "float32") {
    if (areColumns(shape, wanted) && shape[0] === wanted[0]) return reshape(labels, { shape: wanted });
    if (shape.every((extent) => extent === 1)) return broadcastTo(labels, { shape: wanted });
  }
  throw new ShapeError(
    `${subject}: labels must have shape ${formatShape(wanted)}; ${labels.name} is ${dtype} ${formatShape(shape)}.`,
  );
}

/** Names of parameters that stand for labels, and for outputs. */
const LABELS = /true|truth|label|target|actual|expected/i;
const OUTPUTS = /pred|output|logit|hat/i;

/**
 * Fails where the parameters of a function of (output, labels) are named the other way round, as in Keras: called so, it
 * would compute something else without a word. Names that a minifier has shortened tell nothing, and pass.
 */
export function checkOrder(subject: string, compute: unknown): void {
  if (typeof compute !== "function") return;
  const text = Function.prototype.toString.call(compute);
  const [, first = "", second = ""] = /^[^(=]*\(\s*([\w$]+)\s*,\s*([\w$]+)/.exec(text) ?? [];
  const labelsFirst = LABELS.test(first) && !OUTPUTS.test(first) && !LABELS.test(second);
  const outputSecond = OUTPUTS.test(second) && !LABELS.test(second) && !OUTPUTS.test(first);
  if (!labelsFirst && !outputSecond) return;
  throw new ArgumentError(
    `${subject}: the function is called with (output, labels), in this order; received one of (${first}, ${second}).`,
  );
}
