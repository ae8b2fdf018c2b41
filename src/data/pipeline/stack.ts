// Examples joined to a batch: each field gets a first axis.

import { ArgumentError, describe, ShapeError } from "../../errors.js";
import { formatShape, sameShape } from "../../tensor/shape.js";
import { readTensor, Tensor, type TensorLike, tensor } from "../../tensor/tensor.js";
import { type Fields, isNamed } from "./sources.js";

type Stacked<F> = F extends TensorLike ? Tensor : { readonly [N in keyof F]: Tensor };
/** What the fields of an example are in a batch. */
export type BatchOf<E> = { readonly [I in keyof E]: Stacked<E[I]> };

/** The examples as one: field by field, along a new first axis. Numbers become float32. */
export function stack<E extends Fields>(examples: readonly E[]): BatchOf<E> {
  const [first] = examples as readonly [E];
  for (const [i, example] of examples.entries()) {
    if (Array.isArray(example) && example.length === first.length) continue;
    const rule = i === 0 ? "an example must be a list of fields, such as [x, y]" : "examples must have equal fields";
    throw new ArgumentError(`Dataset.batch: ${rule}; received ${describe(example)} as example ${i}.`);
  }
  const fields = first.map((field, i) => {
    const column = (of: (example: E) => unknown) => examples.map((example) => of(example) as TensorLike);
    if (!isNamed(field))
      return stackValues(
        `field ${i}`,
        column((example) => example[i]),
      );
    const named = Object.keys(field).map((name) => {
      const values = column((example) => (example[i] as Readonly<Record<string, TensorLike>>)?.[name]);
      return [name, stackValues(`field ${i}.${name}`, values)];
    });
    return Object.fromEntries(named);
  });
  return fields as unknown as BatchOf<E>;
}

function stackValues(subject: string, values: readonly TensorLike[]): Tensor {
  if (values.every((value) => typeof value === "number")) {
    return readTensor(`Dataset.batch: ${subject}`, values as readonly number[], "float32");
  }
  const rows = values.map((value) => tensor(value));
  const [{ shape, size, dtype }] = rows as [Tensor];
  const odd = rows.findIndex((row) => !sameShape(row.shape, shape));
  if (odd >= 0) {
    throw new ShapeError(
      `Dataset.batch: all examples must have one shape; ${subject} is ${formatShape(shape)} in the first, ` +
        `${formatShape((rows[odd] as Tensor).shape)} in example ${odd}.`,
    );
  }
  const data = dtype === "int32" ? new Int32Array(rows.length * size) : new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    data.set(row.data, i * size);
  });
  return new Tensor(data, [rows.length, ...shape]);
}
