// Every reader of files with sound files to damage, and what must hold of its answer.

import { dense, layers, sequential } from "../../src/index.js";
import { decodeCsv } from "../../src/io/csv.js";
import {
  checkpointFromBytes,
  checkpointToBytes,
  decodeIdx,
  decodeNpy,
  decodeSafetensors,
  decodeSafetensorsArrays,
  encodeIdx,
  encodeNpy,
  encodeSafetensors,
  type NumericArray,
  type TextArray,
} from "../../src/io/index.js";
import { decodeNpz, encodeNpz } from "../../src/io/npz.js";
import { decodePng, encodePng } from "../../src/io/png.js";
import { decodeLayersModel, encodeLayersModel, modelFromBytes, modelToBytes } from "../../src/models/index.js";
import { type Tensor, tensor } from "../../src/tensor/tensor.js";

export interface Reader {
  readonly name: string;
  /** Sound files; the engine runs when they are made. */
  readonly files: () => readonly Uint8Array[];
  /** Reads, and fails with an Error of its own where what it gives is not whole. */
  readonly read: (file: Uint8Array) => void;
}

const array: NumericArray = { dtype: "int16", shape: [2, 3], data: Int16Array.of(1, -2, 3, 4, 5, 600) };
const picture: NumericArray = {
  dtype: "uint8",
  shape: [3, 2, 3],
  data: Uint8Array.from({ length: 18 }, (_, i) => 9 * i),
};
const weights = { "a/kernel": tensor([[1, 2, 3]]), "a/bias": tensor([4, 5, 6]), ids: tensor([7], { dtype: "int32" }) };
const net = () =>
  sequential([dense({ units: 3, activation: "relu" }), layers.batchNormalization(), dense({ units: 2 })], {
    inputShape: [2],
  });

export const readers: readonly Reader[] = [
  {
    name: "safetensors",
    files: () => [encodeSafetensors(weights, { note: "some" }), encodeSafetensors({})],
    read: (file) => {
      for (const value of decodeSafetensorsArrays(file).arrays.values()) checkWhole(value);
      for (const value of decodeSafetensors(file).tensors.values()) checkWhole(value);
    },
  },
  { name: "npy", files: () => [encodeNpy(array), encodeNpy(tensor(1))], read: (file) => checkWhole(decodeNpy(file)) },
  { name: "idx", files: () => [encodeIdx(array), encodeIdx(picture)], read: (file) => checkWhole(decodeIdx(file)) },
  {
    name: "npz",
    files: () => [encodeNpz({ array, picture }), encodeNpz({ array, picture }, { compress: true })],
    read: (file) => {
      for (const value of decodeNpz(file).values()) checkWhole(value);
    },
  },
  {
    name: "png",
    files: () => [
      encodePng(picture),
      encodePng({ dtype: "uint16", shape: [1, 3], data: Uint16Array.of(1, 2, 65_535) }),
    ],
    read: (file) => checkWhole(decodePng(file)),
  },
  {
    name: "csv",
    files: () =>
      ['name,x,y\n"a, ""b""",1,2.5\n\nc,-3e4,Infinity\n', "1;2\r\n3;4\r\n"].map((text) =>
        new TextEncoder().encode(text),
      ),
    read: (file) => {
      const { columns, rows } = decodeCsv(file);
      if (rows.some((row) => row.length !== columns.length)) throw new Error("a row is not as long as the columns");
    },
  },
  {
    name: "checkpoint",
    files: () => [
      checkpointToBytes(
        { tensors: new Map(Object.entries(weights)), training: { epoch: 3, sums: [0.5] } },
        { best: true },
      ),
    ],
    read: (file) => {
      for (const value of checkpointFromBytes(file).state.tensors.values()) checkWhole(value);
    },
  },
  {
    name: "model",
    files: () => [modelToBytes(net())],
    read: (file) => {
      for (const value of modelFromBytes(file).getWeights().values()) checkWhole(value);
    },
  },
  {
    name: "layersModel",
    files: () => {
      const { json, shards } = encodeLayersModel(net());
      const text = new TextEncoder().encode(json);
      const [bytes] = shards.values() as unknown as [Uint8Array];
      return [Uint8Array.from([...text, 0, ...bytes])];
    },
    // The text of model.json, a zero, and the weights.
    read: (file) => {
      const end = file.indexOf(0);
      const json = new TextDecoder().decode(file.subarray(0, end < 0 ? file.length : end));
      const shards = new Map([["weights.bin", file.slice(end < 0 ? file.length : end + 1)]]);
      for (const value of decodeLayersModel({ json, shards }).getWeights().values()) checkWhole(value);
    },
  },
];

function checkWhole({ shape, data }: Tensor | NumericArray | TextArray): void {
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size !== data.length) throw new Error(`a shape of ${size} values has ${data.length}`);
}
