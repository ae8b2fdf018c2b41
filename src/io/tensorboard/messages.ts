// The protocol buffers of an event file, as lists of fields. Used by writer.ts, histogram.ts and graph.ts.
// Field numbers are those of tensorflow/tensorboard tensorboard/compat/proto/*.proto and plugins/hparams/*.proto.

import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

type Value = number | string | boolean | Uint8Array | readonly number[] | undefined;
/** Number, type and value of a field; one without a value is left out. Messages in messages are bytes. */
export type Field = readonly [number: number, type: keyof typeof writers, value: Value];

const writers = {
  double: (to: BinaryWriter, number: number, value: Value) => to.tag(number, WireType.Bit64).double(value as number),
  float: (to: BinaryWriter, number: number, value: Value) => to.tag(number, WireType.Bit32).float(value as number),
  int: (to: BinaryWriter, number: number, value: Value) => to.tag(number, WireType.Varint).int64(value as number),
  bool: (to: BinaryWriter, number: number, value: Value) => to.tag(number, WireType.Varint).bool(value as boolean),
  string: (to: BinaryWriter, number: number, value: Value) =>
    to.tag(number, WireType.LengthDelimited).string(value as string),
  bytes: (to: BinaryWriter, number: number, value: Value) =>
    to.tag(number, WireType.LengthDelimited).bytes(value as Uint8Array),
  doubles: (to: BinaryWriter, number: number, value: Value) => {
    to.tag(number, WireType.LengthDelimited).fork();
    for (const item of value as readonly number[]) to.double(item);
    return to.join();
  },
};

/** The bytes of a message with these fields. */
export function message(...fields: readonly Field[]): Uint8Array {
  const to = new BinaryWriter();
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
