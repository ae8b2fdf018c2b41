// Arrays and tensors whose buffers were moved to another thread: readers, writers, estimators and the tensor itself refuse them
// with ArgumentError, where the host would throw a TypeError or give nothing.

import { expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { accuracyScore, MinMaxScaler, r2Score, StandardScaler } from "../../src/estimators/index.js";
import { Tensor } from "../../src/index.js";
import { decodeCsv, encodeCsv } from "../../src/io/csv.js";
import {
  decodeIdx,
  decodeNpy,
  decodeSafetensors,
  encodeIdx,
  encodeNpy,
  encodeSafetensors,
} from "../../src/io/index.js";
import { decodeNpz, encodeNpz } from "../../src/io/npz.js";
import { decodePng, encodePng } from "../../src/io/png.js";
import { SummaryWriter } from "../../src/io/tensorboard.js";
import { decodeLayersModel } from "../../src/models/index.js";

const move = (buffer: ArrayBufferLike) => structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
const gone = /: the array is empty: its buffer was moved to another thread already, or has shrunk\.$/;

const writers: Record<string, (values: Tensor) => unknown> = {
  "Tensor.rows": (values) => values.rows(0, 1),
  "Tensor.toArray": (values) => values.toArray(),
  encodeCsv: (values) => encodeCsv(values),
  encodeIdx: (values) => encodeIdx(values),
  encodeNpy: (values) => encodeNpy(values),
  encodeNpz: (values) => encodeNpz({ values }),
  encodePng: (values) => encodePng(values),
  encodeSafetensors: (values) => encodeSafetensors({ values }),
  "SummaryWriter.histogram": (values) => new SummaryWriter().histogram("values", values, 0),
  "SummaryWriter.image": (values) => new SummaryWriter().image("values", values, 0),
  "StandardScaler.fit": (values) => new StandardScaler().fit(values),
  "MinMaxScaler.transform": (values) => new MinMaxScaler().fit([[0], [1]]).transform(values),
  accuracyScore: (values) => accuracyScore(values, [0, 1]),
  r2Score: (values) => r2Score([0, 1], values),
};

test.each(Object.entries(writers))("%s", (_, write) => {
  const values = new Tensor(Float32Array.of(0, 1), [2, 1]);
  expect(() => write(values)).not.toThrow();
  move(values.data.buffer);
  expect(() => write(values)).toThrow(ArgumentError);
  expect(() => write(values)).toThrow(gone);
});

const small = new Tensor(Float32Array.of(0, 1), [2, 1]);
const readers: Record<string, [file: () => Uint8Array, read: (bytes: Uint8Array) => unknown]> = {
  decodeCsv: [() => new TextEncoder().encode("a,b\n1,2\n"), (bytes) => decodeCsv(bytes)],
  decodeIdx: [() => encodeIdx(small), (bytes) => decodeIdx(bytes)],
  decodeNpy: [() => encodeNpy(small), (bytes) => decodeNpy(bytes)],
  decodeNpz: [() => encodeNpz({ small }), (bytes) => decodeNpz(bytes)],
  decodePng: [() => encodePng(small), (bytes) => decodePng(bytes)],
  decodeSafetensors: [() => encodeSafetensors({ small }), (bytes) => decodeSafetensors(bytes)],
};

test.each(Object.entries(readers))("%s", (_, [file, read]) => {
  const bytes = new Uint8Array(file());
  expect(() => read(bytes)).not.toThrow();
  move(bytes.buffer);
  expect(() => read(bytes)).toThrow(ArgumentError);
  expect(() => read(bytes)).toThrow(gone);
});

test("an ArrayBuffer, and a file beside model.json", () => {
  const { buffer } = new Uint8Array(encodeNpy(small));
  move(buffer);
  expect(() => decodeNpy(buffer)).toThrow(ArgumentError);
  const part = new Uint8Array(8);
  move(part.buffer);
  const weights = [{ name: "d/kernel", shape: [2, 1], dtype: "float32" }];
  const config = { name: "d", units: 1, use_bias: false, batch_input_shape: [null, 2] };
  const json = JSON.stringify({
    modelTopology: { class_name: "Sequential", config: { name: "s", layers: [{ class_name: "Dense", config }] } },
    weightsManifest: [{ paths: ["w.bin"], weights }],
  });
  expect(() => decodeLayersModel({ json, shards: new Map([["w.bin", part]]) })).toThrow(/w\.bin: the array is empty/);
});
