// The protocol buffers of an event file, as lists of fields. Used by writer.ts, histogram.ts and graph.ts.
// Field numbers are those of tensorflow/tensorboard tensorboard/compat/proto/*.proto and plugins/hparams/*.proto.

import { PbfWriter } from "pbf";

type Value = number | string | boolean | Uint8Array | readonly number[] | undefined;
/** Number, type and value of a field; one without a value is left out. Messages in messages are bytes. */
export type Field = readonly [number: number, type: keyof typeof writers, value: Value];

const writers = {
  double: (to: PbfWriter, number: number, value: Value) => to.writeDoubleField(number, value as number),
  float: (to: PbfWriter, number: number, value: Value) => to.writeFloatField(number, value as number),
  int: (to: PbfWriter, number: number, value: Value) => to.writeVarintField(number, value as number),
  bool: (to: PbfWriter, number: number, value: Value) => to.writeBooleanField(number, value as boolean),
  string: (to: PbfWriter, number: number, value: Value) => to.writeStringField(number, value as string),
  bytes: (to: PbfWriter, number: number, value: Value) => to.writeBytesField(number, value as Uint8Array),
  doubles: (to: PbfWriter, number: number, value: Value) => to.writePackedDouble(number, value as number[]),
};

/** The bytes of a message with these fields. */
export function message(...fields: readonly Field[]): Uint8Array {
  const to = new PbfWriter();
  for (const [number, type, value] of fields) {
    if (value !== undefined) writers[type](to, number, value);
  }
  return to.finish();
}

/** An Event: seconds since 1970, a step, and what happened. */
export function event(wallTime: number, step: number | undefined, what: Field): Uint8Array {
  return message([1, "double", wallTime], [2, "int", step], what);
}

/** An Event's Summary with one Value. */
export function summary(tag: string, value: Field, metadata?: Uint8Array): Field {
  return [5, "bytes", message([1, "bytes", message([1, "string", tag], [9, "bytes", metadata], value)])];
}

/** A Value's SummaryMetadata: which plugin shows it, with the plugin's own data. */
export function shownBy(plugin: string, content?: Uint8Array): Uint8Array {
  return message([1, "bytes", message([1, "string", plugin], [2, "bytes", content])]);
}

const DT_FLOAT = 1;
const DT_STRING = 7;

/** A Value's tensor of one text. */
export function textTensor(text: string): Field {
  return [
    8,
    "bytes",
    message([1, "int", DT_STRING], [2, "bytes", shape([1])], [8, "bytes", new TextEncoder().encode(text)]),
  ];
}

/** A Value's tensor that says nothing: hyperparameters are all in the metadata. */
export function emptyTensor(): Field {
  return [8, "bytes", message([1, "int", DT_FLOAT], [2, "bytes", shape([0])])];
}

/** A TensorShapeProto; an open extent is -1. */
export function shape(extents: readonly (number | null)[]): Uint8Array {
  return message(...extents.map((extent): Field => [2, "bytes", message([1, "int", extent ?? -1])]));
}

/** An entry of a map field: a key and a message. */
export function mapEntry(number: number, key: string, value: Uint8Array): Field {
  return [number, "bytes", message([1, "string", key], [2, "bytes", value])];
}

/** A google.protobuf.Value. */
export function jsonValue(value: number | string | boolean): Uint8Array {
  if (typeof value === "number") return message([2, "double", value]);
  return typeof value === "string" ? message([3, "string", value]) : message([4, "bool", value]);
}
