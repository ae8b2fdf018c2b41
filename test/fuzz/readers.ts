// Every reader of files with sound files to damage, and what must hold of its answer.

import { isDeepStrictEqual } from "node:util";
import { DataError } from "../../src/errors.js";
import {
  estimatorFromBytes,
  estimatorToBytes,
  MinMaxScaler,
  Perceptron,
  StandardScaler,
} from "../../src/estimators/index.js";
import { openJournal } from "../../src/estimators/search/journal.js";
import { dense, layers, sequential } from "../../src/index.js";
import { type CsvTable, decodeCsv, encodeCsv, tableToTensor } from "../../src/io/csv.js";
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
import type { RandomStream } from "../../src/tensor/random.js";
import { type Tensor, tensor } from "../../src/tensor/tensor.js";
import { parseNpy, parseTable } from "./oracles.js";
import { mixed, mutateJournal, mutateSafetensors, mutateTable, mutateTextAndBytes } from "./structure.js";

export interface Reader {
  readonly name: string;
  /** Sound files; the engine runs when they are made. */
  readonly files: () => readonly Uint8Array[];
  /** Reads, and fails with an Error of its own where what it gives is not whole. */
  readonly read: (file: Uint8Array) => void | Promise<void>;
  /** Damages a file; by default byte by byte. */
  readonly mutate?: (file: Uint8Array, random: RandomStream) => Uint8Array;
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

const npyFile = (header: string, data: Uint8Array) =>
  new Uint8Array(
    Buffer.concat([
      Buffer.from(`\x93NUMPY\x01\0${String.fromCharCode(header.length + 1)}\0`, "latin1"),
      Buffer.from(`${header}\n`),
      data,
    ]),
  );
const textFile = npyFile(
  "{'descr': '<U2', 'fortran_order': False, 'shape': (2,), }",
  new Uint8Array(Uint32Array.of(97, 98, 0x1f600, 0).buffer),
);
const columnMajor = npyFile(
  "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }",
  Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 1, 6),
);
const samples = [
  [0, 1],
  [1, 0],
  [2, 3],
  [3, 1],
];
const scaler = () => new StandardScaler().fit(samples);
const ranges = () => new MinMaxScaler().fit(samples);
const linear = () => new Perceptron({ randomState: 1 }).fit(samples, [0, 1, 1, 0]);
const trialLine = (number: number, score: number | string) =>
  JSON.stringify({ number, parameters: { x: 1 }, score, details: { loss: 0.5 }, error: null, seconds: 0.25 });
const journalText = `${JSON.stringify({ format: "lanewise-search/1", search: { space: { x: [1, 2] }, seed: 1 } })}\n${trialLine(0, 0.5)}\n${trialLine(1, "Infinity")}\n`;

export const readers: readonly Reader[] = [
  {
    name: "safetensors",
    mutate: mixed(mutateSafetensors),
    files: () => [encodeSafetensors(weights, { note: "some" }), encodeSafetensors({})],
    read: (file) => {
      for (const value of decodeSafetensorsArrays(file).arrays.values()) checkWhole(value);
      for (const value of decodeSafetensors(file).tensors.values()) checkWhole(value);
    },
  },
  {
    name: "npy",
    files: () => [encodeNpy(array), encodeNpy(tensor(1)), textFile, columnMajor],
    read: (file) => {
      const read = decodeNpy(file);
      checkWhole(read);
      const expected = parseNpy(file);
      if (expected === null) return;
      const { shape, values } = expected;
      if (!isDeepStrictEqual([...read.shape], shape) || !isDeepStrictEqual([...read.data], values)) {
        throw new Error("another parser gives other values");
      }
    },
  },
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
    mutate: mixed(mutateTable),
    files: () =>
      [
        'name,x,y\n"a, ""b""",1,2.5\n\nc,-3e4,Infinity\n',
        "1;2\r\n3;4\r\n",
        'a\n""\n 1\n',
        "x|y,z\n1|2,3\n",
        "x\ty\r1e3\t2\r",
        "sep=:\na:b\n1:2",
      ].map((text) => new TextEncoder().encode(text)),
    read: readTables,
  },
  {
    name: "checkpoint",
    mutate: mixed(mutateSafetensors),
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
    mutate: mixed(mutateSafetensors),
    files: () => [modelToBytes(net())],
    read: (file) => {
      for (const value of modelFromBytes(file).getWeights().values()) checkWhole(value);
    },
  },
  {
    name: "layersModel",
    mutate: mixed((file, random) => (file.includes(0) ? mutateTextAndBytes(file, random) : file)),
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
  {
    name: "estimator",
    mutate: mixed(mutateSafetensors),
    files: () => [scaler(), ranges(), linear()].map((each) => estimatorToBytes(each)),
    read: (file) => {
      // What it has learnt must be fit for use, or refused as a whole.
      const estimator = estimatorFromBytes(file) as {
        predict?: (x: number[][]) => unknown;
        transform?: (x: number[][]) => unknown;
      };
      const use = estimator.predict ?? estimator.transform;
      use?.call(estimator, [[1, 2]]);
    },
  },
  {
    name: "journal",
    mutate: mixed(mutateJournal),
    files: () => [new TextEncoder().encode(journalText)],
    read: async (file) => {
      const lines = new TextDecoder()
        .decode(file)
        .split("\n")
        .filter((line) => line !== "");
      const journal = { read: async () => lines, append: async (line: string) => void lines.push(line) };
      for (const [number, trial] of await openJournal(journal, { space: { x: [1, 2] }, seed: 1 })) {
        if (trial.number !== number || typeof trial.score !== "number") throw new Error("a trial is not whole");
      }
    },
  },
];

function checkWhole({ shape, data }: Tensor | NumericArray | TextArray): void {
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size !== data.length) throw new Error(`a shape of ${size} values has ${data.length}`);
}

/** Under each delimiter and under the one found, as another parser reads it; and back after encodeCsv. */
function readTables(file: Uint8Array): void {
  const text = new TextDecoder().decode(file);
  const declared = /^sep=/i.test(text);
  const tables = [",", ";", "\t", "|"].map((delimiter) => (declared ? null : parseTable(text, delimiter)));
  for (const [i, delimiter] of [",", ";", "\t", "|"].entries()) {
    const expected = tables[i] as string[][] | null;
    const width = expected?.[0]?.length ?? 0;
    const sound =
      expected?.every((row) => row.length === width) && new Set(expected[0]).size === width && !text.includes("\ufffd");
    let records: (readonly string[])[];
    try {
      records = recordsOf(decodeCsv(file, { delimiter }));
    } catch (error) {
      if (error instanceof DataError && !sound) continue;
      throw error instanceof DataError ? new Error("a sound table is refused", { cause: error }) : error;
    }
    if (expected !== null && !isDeepStrictEqual(records, expected))
      throw new Error("another parser gives another table");
  }
  const table = decodeCsv(file);
  const records = recordsOf(table);
  if (!declared && !tables.some((expected) => isDeepStrictEqual(records, expected))) {
    throw new Error("the table is that of no delimiter");
  }
  if (records.length > 0 && !isDeepStrictEqual(decodeCsv(encodeCsv(table)), table))
    throw new Error("the table does not come back");
  const { data } = tableToTensor(table, { missing: -7 });
  table.rows.flat().forEach((field, i) => {
    const plain = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(field);
    const word = /^\s*[+-]?(inf|infinity|nan)\s*$/i.test(field);
    if (!word && !Object.is(data[i], plain ? Math.fround(Number(field)) : -7)) throw new Error("a number is another");
  });
}

function recordsOf({ columns, rows }: CsvTable): (readonly string[])[] {
  return columns.length === 0 ? [] : [[...columns], ...rows];
}
