// What `fit`, `evaluate` and `predict` accept, checked before anything changes.

import { ArgumentError, describe, ShapeError } from "../errors.js";
import type { Loss } from "../losses/loss.js";
import { formatShape, matchBatch, type OpenShape, sizeOf } from "../tensor/shape.js";
import { type Tensor, type TensorLike, tensor } from "../tensor/tensor.js";

/** Features of `count` examples, `width` numbers each. */
export interface Features {
  readonly data: Float32Array;
  readonly count: number;
  readonly width: number;
}

/** Features as a tensor of the shape the model takes: finite numbers only, at least one example. */
export function readFeatures(subject: string, x: TensorLike, shape: OpenShape): Features {
  const width = sizeOf(shape.slice(1) as number[]);
  const flat = ArrayBuffer.isView(x);
  const given = toTensor(`${subject}: features`, x, "float32");
  const fits = flat ? given.size % width === 0 : matchBatch(shape, given.shape) !== undefined;
  if (!fits) {
    const received = flat ? `${given.size} values` : formatShape(given.shape);
    throw new ShapeError(`${subject}: features must have shape ${formatShape(shape)}; received ${received}.`);
  }
  const count = given.size / width;
  if (count === 0) throw new ArgumentError(`${subject}: there must be at least one example; received none.`);
  checkFinite(subject, given, width);
  return { data: given.data as Float32Array, count, width };
}

/** One label per example, of the type and in the range that the loss wants. */
export function readLabels(subject: string, y: TensorLike, count: number, loss: Loss, output: OpenShape): Tensor {
  const labels = toTensor(`${subject}: labels`, y, loss.labelType);
  const shape = loss.labelShape(output).map((extent) => extent ?? count);
  const fits = labels.size === sizeOf(shape) && (labels.rank === shape.length || ArrayBuffer.isView(y));
  if (!fits) {
    throw new ShapeError(
      `${subject}: labels must have shape ${formatShape(shape)}, one per example; received ${formatShape(labels.shape)}.`,
    );
  }
  loss.checkLabels(labels.data, output);
  return labels;
}

/** Features and labels of a model with these shapes. */
export function readExamples(
  subject: string,
  x: TensorLike,
  y: TensorLike,
  input: OpenShape,
  output: OpenShape,
  loss: Loss,
): { readonly features: Features; readonly labels: Tensor } {
  const features = readFeatures(subject, x, input);
  return { features, labels: readLabels(subject, y, features.count, loss, output) };
}

/** The shape of one example that these features imply: `[features]`. */
export function exampleShape(subject: string, x: TensorLike): OpenShape {
  if (ArrayBuffer.isView(x)) {
    throw new ShapeError(
      `${subject}: the number of features is not known yet; give the model inputShape, or pass a Tensor or nested arrays.`,
    );
  }
  const given = toTensor(`${subject}: features`, x, "float32");
  if (given.rank < 2) {
    throw new ShapeError(
      `${subject}: features must have shape [count, features]; received ${formatShape(given.shape)}.`,
    );
  }
  return given.shape.slice(1);
}

function toTensor(subject: string, values: TensorLike, dtype: "float32" | "int32"): Tensor {
  try {
    return tensor(values, { dtype });
  } catch (error) {
    if (error instanceof ArgumentError || error instanceof ShapeError) {
      error.message = error.message.replace(/^tensor/i, subject);
    }
    throw error;
  }
}

function checkFinite(subject: string, { data }: Tensor, width: number): void {
  // A sum of x * 0 is 0 unless some x is not finite: one pass without a branch.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += (data[i] as number) * 0;
  if (sum === 0) return;
  const at = data.findIndex((value) => !Number.isFinite(value));
  throw new ArgumentError(
    `${subject}: features must be finite; received ${describe(data[at])} in example ${Math.floor(at / width)}, ` +
      `feature ${at % width}.`,
  );
}
