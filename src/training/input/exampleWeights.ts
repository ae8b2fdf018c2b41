// How much each example counts in the loss: by itself, and by its class.

import { type ClassWeight, classWeights } from "../../data/pipeline/classWeights.js";
import { ArgumentError, describe, ShapeError } from "../../errors.js";
import type { Node } from "../../ops/op.js";
import { formatShape } from "../../tensor/shape.js";
import { readTensor, type TensorLike } from "../../tensor/tensor.js";
import type { Trainable } from "../model/trainable.js";
import type { ExampleReader, Examples, Features } from "./examples.js";

/** Examples with their weights; null where all count alike. */
export interface WeightedExamples extends Examples {
  readonly weights: Features | null;
}

/** The examples with one weight each, where weights are given. */
export function weighExamples(
  subject: string,
  examples: Examples,
  sampleWeight: TensorLike | undefined,
): WeightedExamples {
  const { count, features, labels } = examples;
  if (sampleWeight === undefined) return { count, features, labels, weights: null };
  const weights = { data: readSampleWeight(subject, sampleWeight, count), count, width: 1 };
  return { count, features, labels, weights };
}

/** The same examples, their weights times those of their classes, which are those of the model's output. */
export function weighByClass(
  subject: string,
  examples: WeightedExamples,
  classWeight: ClassWeight | undefined,
  { ends: { outputs }, losses }: Pick<ExampleReader, "ends" | "losses">,
): WeightedExamples {
  if (classWeight === undefined) return examples;
  const { count, weights } = examples;
  const labels = classesOf(subject, examples);
  const width = outputs[0]?.shape.at(-1) ?? Infinity;
  if (losses[0]?.outputKind === "independent" && width > 1) {
    throw new ArgumentError(
      `${subject}: classWeight is for examples of one class each, where ${losses[0].name} takes several labels at once; ` +
        "give sampleWeight, or positiveWeight to binaryCrossentropy.",
    );
  }
  // One score tells two classes.
  const data = classWeights(subject, classWeight, labels, width === 1 ? 2 : width);
  if (weights !== null) for (let i = 0; i < count; i++) data[i] = (data[i] as number) * (weights.data[i] as number);
  return { ...examples, weights: { data, count, width: 1 } };
}

/** Fails unless the loss of the model reads the weights: one written by hand may not. */
export function checkWeightable(subject: string, { reports, sampleWeight, weighted, losses }: Trainable): void {
  const [, loss] = reports[0] as (typeof reports)[number];
  const reads = new Set<Node>();
  const stack = [loss];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (reads.has(node)) continue;
    reads.add(node);
    stack.push(...node.inputs);
  }
  if (reads.has(sampleWeight) && reads.has(weighted)) return;
  const names = losses.map(({ name }) => name).join(", ");
  throw new ArgumentError(
    `${subject}: the loss must use the options sampleWeight and weighted to take weights of examples; ${names} does not.`,
  );
}

function readSampleWeight(subject: string, sampleWeight: TensorLike, count: number): Float32Array {
  const { data, shape } = readTensor(`${subject}: sampleWeight`, sampleWeight, "float32");
  if (data.length !== count || shape.length > 1) {
    throw new ShapeError(
      `${subject}: sampleWeight must have shape [${count}], one number per example; received ${formatShape(shape)}.`,
    );
  }
  const at = data.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (at >= 0) {
    throw new ArgumentError(
      `${subject}: sampleWeight must hold finite numbers from 0 on; received ${describe(data[at])} at index ${at}.`,
    );
  }
  return data as Float32Array;
}

/** The class of each example by its label: an integer, or where the largest number of a row stands. */
function classesOf(subject: string, { labels, count }: Examples): ArrayLike<number> {
  const [{ data, width }, second] = labels as readonly [Features, Features?];
  if (second !== undefined) {
    throw new ArgumentError(`${subject}: classWeight is for models with one output; give sampleWeight instead.`);
  }
  if (width === 1) return data;
  return Array.from({ length: count }, (_, i) => {
    const row = data.subarray(i * width, (i + 1) * width);
    return row.indexOf(Math.max(...row));
  });
}
