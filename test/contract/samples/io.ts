// Sample calls of the entry points for files. One line for each export.

import "fake-indexeddb/auto";
import * as csv from "../../../src/io/csv.js";
import * as io from "../../../src/io/index.js";
import { encodeNpz } from "../../../src/io/npz.js";
import { encodePng } from "../../../src/io/png.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import {
  call,
  callback,
  flag,
  integer,
  maker,
  optional,
  options,
  path,
  pattern,
  type Sample,
  type Table,
  text,
  value,
  word,
} from "../kinds.js";
import { aModel, bytes, file, folder, metadata, model, session, tensor } from "./fixtures.js";

const made = new Tensor(Float32Array.of(1, 2), [2]);
const image = new Tensor(Float32Array.of(0, 1, 0, 1), [2, 2]);
const array = value(() => ({ dtype: "float32", shape: [2], data: Float32Array.of(1, 2) }));
const decode = options({ select: callback(() => true), maxHeaderBytes: integer(1000), subject: text("here") });
const saved = { pattern: pattern(), metadata: metadata() };
const restored = { pattern: pattern(), rename: callback((name: string) => name) };
const aSession = value(() => session);
const named = value(() => ({ a: made }), "{}", "[]", "date");
/** Anything that can be written as JSON. */
const json = value(1, "null", "number", "string", "true", "[]", "{}", "date", "NaN");
const maxBytes = { maxBytes: integer(1e6) };
const limits = options(maxBytes);
const layers = value(() => ({ a: "dense", b: "out" }));
const key = path("kept");

const weightsFile = file("weights.safetensors", io.weightsToBytes(model));
/** Written for each call: other calls may add variables to the shared graph. */
const sessionFile = value(() => file("session.safetensors", io.sessionToBytes(session)), "string");
const checkpointFile = file("checkpoint.safetensors", io.checkpointToBytes(model));
await io.saveInBrowser("kept", Uint8Array.of(1));

/** The call in a page, as far as a download needs one. */
function inPage(sample: Sample): Sample {
  const document = { createElement: () => ({ click: () => {} }) };
  const within = (invoke: () => unknown) => {
    Object.assign(globalThis, { document });
    try {
      return invoke();
    } finally {
      Reflect.deleteProperty(globalThis, "document");
    }
  };
  return { ...sample, within };
}

export const ioTable: Table = {
  arrayToTensor: call(array),
  saveInBrowser: call(key, bytes()),
  loadFromBrowser: call(key),
  listInBrowser: call(),
  removeFromBrowser: call(path("not kept")),
  downloadFile: inPage(call(key, bytes())),
  checkpointFolder: maker(
    "CheckpointFolder",
    path(folder("checkpoints")),
    options({ keep: integer(2), keepBest: flag(), ...maxBytes }),
  ),
  checkpointFromBytes: call(bytes(() => io.checkpointToBytes(model))),
  checkpointToBytes: call(aModel(), optional(json)),
  saveCheckpoint: call(aModel(), path(folder("saved-checkpoint.safetensors")), optional(json)),
  loadCheckpoint: call(path(checkpointFile), limits),
  decodeIdx: call(
    bytes(() => io.encodeIdx(made)),
    optional(text("here")),
  ),
  decodeNpy: call(
    bytes(() => io.encodeNpy(made)),
    optional(text("here")),
  ),
  decodeSafetensors: call(
    bytes(() => io.encodeSafetensors({ a: made })),
    decode,
  ),
  decodeSafetensorsArrays: call(
    bytes(() => io.encodeSafetensors({ a: made })),
    decode,
  ),
  encodeIdx: call(tensor()),
  encodeNpy: call(tensor()),
  encodeSafetensors: call(named, optional(metadata())),
  fromStateDict: call(
    value(() => io.toStateDict(model)),
    aModel(),
    options({ layers: value(() => ({ dense: "dense", out: "out" })) }),
  ),
  toStateDict: call(aModel(), options({ layers })),
  saveSession: call(aSession, path(folder("saved-session.safetensors")), options(saved)),
  restoreSession: call(aSession, sessionFile, options({ ...restored, ...maxBytes })),
  sessionFromBytes: call(
    aSession,
    bytes(() => io.sessionToBytes(session)),
    options(restored),
  ),
  sessionToBytes: call(aSession, options(saved)),
  saveWeights: call(aModel(), path(folder("saved-weights.safetensors")), optional(metadata())),
  loadWeights: call(aModel(), path(weightsFile), limits),
  weightsFromBytes: call(
    aModel(),
    bytes(() => io.weightsToBytes(model)),
  ),
  weightsToBytes: call(aModel(), optional(metadata())),
};

/** Of a file of which each option says what it is. */
const reading = {
  header: flag(),
  delimiter: value(";"),
  comment: text("#"),
  skipLines: integer(0),
  ragged: word("pad"),
  rowNames: value(false, "true"),
  decimal: word(","),
  thousands: word("."),
};
const table = "a;b\n1;2\n";
const tableFile = file("table.csv", table);
export const csvTable: Table = {
  decodeCsv: call(
    value(() => new TextEncoder().encode(table), "string"),
    options({ ...reading, encoding: word("utf-8"), subject: text("here") }),
  ),
  loadCsv: call(path(tableFile), options({ ...reading, encoding: word("utf-8"), ...maxBytes })),
  encodeCsv: call(
    value(() => image),
    options({ delimiter: value(","), columns: value(() => ["a", "b"]) }),
  ),
  tableToTensor: call(
    value(() => csv.decodeCsv("a\n1\n")),
    options({
      columns: value(() => ["a"], "[]"),
      missing: value(0, "number", "NaN"),
      decimal: word("."),
      thousands: word(","),
    }),
  ),
};
export const npzTable: Table = {
  arrayToTensor: call(array),
  decodeNpz: call(
    bytes(() => encodeNpz({ a: made })),
    options({ ...maxBytes }),
  ),
  encodeNpz: call(named, options({ compress: flag() })),
};
export const pngTable: Table = {
  arrayToTensor: call(array),
  decodePng: call(
    bytes(() => encodePng(image)),
    options({ maxPixels: integer(1e6) }),
  ),
  encodePng: call(value(() => image)),
};
