// What `fit`, `evaluate` and `predict` accept, checked before anything changes.

import { ArgumentError, ShapeError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import type { Loss } from "../../nn/losses/loss.js";
import type { Node } from "../../ops/op.js";
import { firstNonFinite } from "../../tensor/finite.js";
import {
  areColumns,
  bindBatch,
  formatShape,
  matchBatch,
  type OpenShape,
  type Shape,
  sameShape,
  sizeOf,
} from "../../tensor/shape.js";
import { readTensor, Tensor, type TensorData, type TensorLike } from "../../tensor/tensor.js";
import type { TurnClock } from "../loop/yield.js";
import { type Form, flatten } from "../model/structure.js";

/** Values of `count` examples, `width` numbers each. */
export interface Features {
  readonly data: TensorData;
  readonly count: number;
  readonly width: number;
}

/** What a model is trained on or judged by: for each input the features, for each output the labels. */
export interface Examples {
  readonly count: number;
  readonly features: readonly Features[];
  readonly labels: readonly Features[];
}

/** What examples must fit: the nodes they are for, and the form in which they are given. */
export interface ExampleReader {
  readonly ends: { readonly inputs: readonly Node[]; readonly outputs: readonly Node[] };
  readonly losses: readonly Loss[];
  readonly forms: { readonly inputs: Form; readonly outputs: Form };
  /** Arrays that `readPatiently` will look through; without it that is done at once. */
  readonly later?: UncheckedArray[];
}

/** An array that is yet to be looked through for what is not finite. */
interface UncheckedArray {
  readonly subject: string;
  readonly data: TensorData;
  readonly width: number;
}

/** Numbers that are looked at in about a millisecond. */
const SLICE = 2 ** 20;

/** What `read` gives, its arrays looked through bit by bit: others have their turns meanwhile. */
export async function readPatiently<T>(
  reader: ExampleReader,
  clock: TurnClock,
  read: (reader: ExampleReader) => T,
): Promise<T> {
  const later: UncheckedArray[] = [];
  const result = read({ ...reader, later });
  for (const { subject, data, width } of later) {
    for (let from = 0; from < data.length; from += SLICE) {
      checkFinite(subject, data, width, from, from + SLICE);
      if (clock.due) await clock.give();
    }
  }
  return result;
}

/** One example as a batch of one; everything else as it is. */
export function asBatch(x: unknown, inputs: readonly Node[]): unknown {
  const [input, second] = inputs as readonly [Node, Node?];
  if (second !== undefined || !(Array.isArray(x) || x instanceof Tensor)) return x;
  const one = input.shape.slice(1) as Shape;
  if (one.length === 0 || sameShape(one, [1])) return x;
  if (x instanceof Tensor) return sameShape(x.shape, one) ? x.reshape([1, ...one]) : x;
  let level: unknown = x;
  const fits = one.every((extent) => {
    const held = (Array.isArray(level) || ArrayBuffer.isView(level)) && (level as unknown[]).length === extent;
    level = held ? (level as unknown[])[0] : undefined;
    return held;
  });
  return fits && typeof level === "number" ? [x] : x;
}

/** Features for each input, as many examples of each: of its shape, at least one, finite, indices within range. */
export function readInputs(
  subject: string,
  x: unknown,
  inputs: readonly Node[],
  form: Form,
  later?: UncheckedArray[],
): readonly Features[] {
  const values = flatten<TensorLike>(`${subject}: features`, x, form);
  const features = inputs.map((input, i) => {
    const what = form.keys === null ? "features" : `features ${form.keys[i]}`;
    return readFeatures(subject, what, values[i] as TensorLike, input, later);
  });
  const count = (features[0] as Features).count;
  const other = features.findIndex((each) => each.count !== count);
  if (other > 0) {
    const [first, second] = [form.keys?.[0], form.keys?.[other]];
    throw new ShapeError(
      `${subject}: all features must have as many examples; ${first} has ${count}, ${second} has ${features[other]?.count}.`,
    );
  }
  return features;
}

/** Features and labels as the reader wants them. */
export function readExamples(
  subject: string,
  x: unknown,
  y: unknown,
  { ends: { inputs, outputs }, losses, forms, later }: ExampleReader,
): Examples {
  const features = readInputs(subject, x, inputs, forms.inputs, later);
  const { count } = features[0] as Features;
  const values = flatten<TensorLike>(`${subject}: labels`, y, forms.outputs);
  const labels = outputs.map((output, i) => {
    const what = forms.outputs.keys === null ? "labels" : `labels ${forms.outputs.keys[i]}`;
    const { data } = readLabels(`${subject}: ${what}`, values[i] as TensorLike, count, losses[i] as Loss, output.shape);
    return { data, count, width: data.length / count };
  });
  return { count, features, labels };
}

function readFeatures(subject: string, what: string, x: TensorLike, input: Node, later?: UncheckedArray[]): Features {
  const { shape, dtype } = input;
  const width = sizeOf(shape.slice(1) as number[]);
  const flat = ArrayBuffer.isView(x);
  const given = readTensor(`${subject}: ${what}`, x, dtype);
  const fits = flat
    ? given.size % width === 0
    : areColumns(given.shape, shape) || matchBatch(shape, given.shape) !== undefined;
  if (!fits) {
    const received = flat ? `${given.size} values` : formatShape(given.shape);
    throw new ShapeError(`${subject}: ${what} must have shape ${formatShape(shape)}; received ${received}.`);
  }
  const count = given.size / width;
  if (count === 0) throw new ArgumentError(`${subject}: there must be at least one example; received none.`);
  if (dtype === "int32") checkReaders(input, given, count);
  else if (later) later.push({ subject: `${subject}: ${what}`, data: given.data, width });
  else checkFinite(`${subject}: ${what}`, given.data, width);
  return { data: given.data, count, width };
}

/** What the ops that read an input of integers want to know about its values. */
function checkReaders(input: Node, { data }: Tensor, count: number): void {
  for (const node of (input.graph as Graph).nodes()) {
    node.op.inputs.forEach((name, i) => {
      const check = node.inputs[i] === input ? node.op.checkFeed?.[name] : undefined;
      if (check === undefined) return;
      const shapes = node.op.inputs.map((each, j) => [each, bindBatch((node.inputs[j] as Node).shape, count)] as const);
      check(data, { ...Object.fromEntries(shapes), y: bindBatch(node.shape, count) }, input.name);
    });
  }
}

/** One label per example, of the type and in the range that the loss wants. */
function readLabels(subject: string, y: TensorLike, count: number, loss: Loss, output: OpenShape): Tensor {
  const labels = readTensor(subject, y, loss.labelType);
  const shape = bindBatch(loss.labelShape(output), count);
  // A typed array is a row of all labels. As many numbers in another shape, as outputs by examples, are other labels.
  const fits = ArrayBuffer.isView(y)
    ? labels.size === sizeOf(shape)
    : sameShape(labels.shape, shape) || (areColumns(labels.shape, shape) && labels.size === count);
  if (!fits) {
    throw new ShapeError(
      `${subject} must have shape ${formatShape(shape)}, one per example; received ${formatShape(labels.shape)}.`,
    );
  }
  loss.checkLabels(labels.data, output);
  return labels;
}

/** The shape of one example that these features imply: `[features]`. */
export function exampleShape(subject: string, x: TensorLike): OpenShape {
  if (ArrayBuffer.isView(x)) {
    throw new ShapeError(
      `${subject}: the number of features is not known yet; give the model inputShape, or pass a Tensor or nested arrays.`,
    );
  }
  const given = readTensor(`${subject}: features`, x, "float32");
  if (given.rank < 2) {
    throw new ShapeError(
      `${subject}: features must have shape [count, features]; received ${formatShape(given.shape)}.`,
    );
  }
  return given.shape.slice(1);
}

/** Fails where one of the numbers from `from` up to `to` is not finite. */
function checkFinite(subject: string, data: TensorData, width: number, from = 0, to = data.length): void {
  const found = firstNonFinite({ data: data.subarray(from, to), dtype: "float32" });
  if (found < 0) return;
  const at = from + found;
  throw new ArgumentError(
    `${subject} must be finite; received ${data[at]} in example ${Math.floor(at / width)}, feature ${at % width}.`,
  );
}
