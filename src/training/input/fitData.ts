// The data of `fit` and `evaluate`, checked and brought to the nodes they are for.

import { isSource } from "../../data/pipeline/sources.js";
import { ArgumentError, describe } from "../../errors.js";
import type { Node } from "../../ops/op.js";
import { Tensor, type TensorLike } from "../../tensor/tensor.js";
import type { Trainable } from "../model/trainable.js";
import type { Column } from "./batches.js";
import { type ExampleReader, type Features, readExamples } from "./examples.js";
import { type WeightedExamples, weighByClass, weighExamples } from "./exampleWeights.js";
import type { BatchSource, FitSettings } from "./fitOptions.js";

/** True for data that come in batches; arrays and records of arrays do not. */
export function isFlowing(data: unknown): data is BatchSource {
  return !(data instanceof Tensor) && isSource(data);
}

/** Data that have been read, before there are nodes to feed them to. */
export interface FitData {
  readonly train: WeightedExamples | BatchSource;
  readonly validation: WeightedExamples | BatchSource | null;
}

/** Fails with ShapeError or ArgumentError where arrays do not fit the model. */
export function readFitData(
  reader: ExampleReader,
  x: unknown,
  y: unknown,
  { validationData, validationSplit, sampleWeight, classWeight }: FitSettings,
): FitData {
  const validation = validationData === undefined ? null : readValidation(reader, validationData);
  if (isFlowing(x)) return { train: x, validation };
  const examples = readWeighted("Model.fit", reader, x, y, sampleWeight);
  const [train, held] = validationSplit === undefined ? [examples, validation] : split(examples, validationSplit);
  return { train: weighByClass("Model.fit", train, classWeight, reader), validation: held };
}

/** Arrays as examples, with weights where they are given. */
export function readWeighted(
  subject: string,
  reader: ExampleReader,
  x: unknown,
  y: unknown,
  sampleWeight: TensorLike | undefined,
): WeightedExamples {
  const examples = readExamples(subject, x, y, reader);
  return weighExamples(subject, examples, sampleWeight);
}

function readValidation(reader: ExampleReader, data: unknown): FitData["validation"] {
  if (isFlowing(data)) return data;
  const subject = "Model.fit: validationData";
  if (!Array.isArray(data) || data.length < 2 || data.length > 3) {
    throw new ArgumentError(`${subject} must be a pair [x, y]; received ${describe(data)}.`);
  }
  const [x, y, sampleWeight] = data as [unknown, unknown, TensorLike?];
  return readWeighted(subject, reader, x, y, sampleWeight);
}

/** The first examples to train on, the last to validate: that share, rounded as Keras does. */
function split(examples: WeightedExamples, share: number): [WeightedExamples, WeightedExamples] {
  const { count, features, labels, weights } = examples;
  const at = Math.floor(count * (1 - share));
  if (at === 0 || at === count) {
    throw new ArgumentError(
      `Model.fit: validationSplit must leave an example on both sides; received ${share} of ${count} examples.`,
    );
  }
  const part = (from: number, to: number): WeightedExamples => {
    const rows = ({ data, width }: Features): Features => ({
      data: data.subarray(from * width, to * width),
      count: to - from,
      width,
    });
    return {
      count: to - from,
      features: features.map(rows),
      labels: labels.map(rows),
      weights: weights && rows(weights),
    };
  };
  return [part(0, at), part(at, count)];
}

/** The examples as values for the nodes of a model. */
export function columnsOf(model: Trainable, { features, labels, weights }: WeightedExamples): readonly Column[] {
  // One list, filled field by field: `trainOnBatch` comes here at every step.
  const columns: Column[] = [];
  const push = (node: Node, { data, count, width }: Features) => columns.push({ node, data, count, width });
  for (let i = 0; i < features.length; i++) push(model.inputs[i] as Node, features[i] as Features);
  for (let i = 0; i < labels.length; i++) push(model.labels[i] as Node, labels[i] as Features);
  if (weights !== null) push(model.sampleWeight, weights);
  return columns;
}
