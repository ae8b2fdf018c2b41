// The data of `fit` and `evaluate`, arrays or batches that come one by one, checked and brought to the nodes they are for.

import type { ClassWeight } from "../data/classWeights.js";
import type { Dataset } from "../data/dataset.js";
import { isSource, opener } from "../data/sources.js";
import { ArgumentError, describe } from "../errors.js";
import type { Node } from "../ops/op.js";
import { Tensor, type TensorLike } from "../tensor/tensor.js";
import { type Batches, type Column, FlowBatches } from "./batches.js";
import { type ExampleReader, type Features, readExamples } from "./examples.js";
import { checkWeightable, type WeightedExamples, weighByClass, weighExamples } from "./exampleWeights.js";
import type { BatchSource, FitSettings } from "./fitOptions.js";
import type { Trainable } from "./trainable.js";

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
export function readFitData(reader: ExampleReader, x: unknown, y: unknown, settings: FitSettings): FitData {
  const { validationData, validationSplit, sampleWeight, classWeight } = settings;
  const validation = validationData === undefined ? null : readValidation(reader, validationData);
  if (isFlowing(x)) return { train: x, validation };
  const examples = weighExamples("Model.fit", readExamples("Model.fit", x, y, reader), sampleWeight);
  const [train, held] = validationSplit === undefined ? [examples, validation] : split(examples, validationSplit);
  return { train: weighByClass("Model.fit", train, classWeight), validation: held };
}

function readValidation(reader: ExampleReader, data: unknown): WeightedExamples | BatchSource {
  if (isFlowing(data)) return data;
  const subject = "Model.fit: validationData";
  if (!Array.isArray(data) || data.length < 2 || data.length > 3) {
    throw new ArgumentError(`${subject} must be a pair [x, y]; received ${describe(data)}.`);
  }
  const [x, y, sampleWeight] = data as [unknown, unknown, TensorLike?];
  return weighExamples(subject, readExamples(subject, x, y, reader), sampleWeight);
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
export function columnsOf(
  subject: string,
  model: Trainable,
  { features, labels, weights }: WeightedExamples,
): readonly Column[] {
  const column = (node: Node, values: Features): Column => ({ ...values, node });
  if (weights !== null) checkWeightable(subject, model);
  return [
    ...model.inputs.map((node, i) => column(node, features[i] as Features)),
    ...model.labels.map((node, i) => column(node, labels[i] as Features)),
    ...(weights === null ? [] : [column(model.sampleWeight, weights)]),
  ];
}

/** Batches that come one by one, each checked before it is used. */
export function flowBatches(
  subject: string,
  data: BatchSource,
  model: Trainable,
  reader: ExampleReader,
  options: { readonly classWeight?: ClassWeight | undefined; readonly stepsPerEpoch: number | null },
): Batches {
  const { classWeight, stepsPerEpoch } = options;
  if (classWeight === "balanced") {
    throw new ArgumentError(
      `${subject}: classWeight "balanced" is for arrays, whose labels are all known; give a weight for each class.`,
    );
  }
  const size = isDataset(data) ? data.size : null;
  const open = isDataset(data) ? (epoch: number) => data.open(epoch) : opener(data);
  if (size === Infinity && stepsPerEpoch === null) {
    throw new ArgumentError(`${subject}: stepsPerEpoch is needed, since the data have no end.`);
  }
  let width: number | null = null;
  const read = (batch: unknown): readonly Column[] => {
    if (!Array.isArray(batch) || batch.length < 2 || batch.length > 3) {
      throw new ArgumentError(
        `${subject}: a batch must be a list [x, y] or [x, y, sampleWeight]; received ${describe(batch)}.`,
      );
    }
    const [x, y, sampleWeight] = batch as [unknown, unknown, TensorLike?];
    const what = `${subject}: a batch`;
    const examples = weighExamples(what, readExamples(what, x, y, reader), sampleWeight);
    const columns = columnsOf(subject, model, weighByClass(what, examples, classWeight));
    width ??= columns.length;
    if (columns.length === width) return columns;
    throw new ArgumentError(`${subject}: either all batches must have a sampleWeight, or none.`);
  };
  return new FlowBatches(open, { steps: size, stepsPerEpoch, read });
}

function isDataset(data: BatchSource): data is Dataset<readonly unknown[]> {
  return typeof (data as Partial<Dataset<unknown>>).open === "function" && "size" in data;
}
