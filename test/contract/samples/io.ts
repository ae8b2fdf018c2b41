// Sample calls of the entry points for files. One line for each export.

import * as io from "../../../src/io/index.js";
import { encodeNpz } from "../../../src/io/npz.js";
import { encodePng } from "../../../src/io/png.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { call, callback, flag, integer, optional, options, pattern, type Table, text, value } from "../kinds.js";
import { aModel, bytes, metadata, model, session, tensor, weights } from "./fixtures.js";

const made = new Tensor(Float32Array.of(1, 2), [2]);
const image = new Tensor(Float32Array.of(0, 1, 0, 1), [2, 2]);
const array = value(() => ({ dtype: "float32", shape: [2], data: Float32Array.of(1, 2) }));
const decode = options({ select: callback(() => true), maxHeaderBytes: integer(1000), subject: text("here") });
const saved = { pattern: pattern(), metadata: metadata() };
const restored = { pattern: pattern(), rename: callback((name: string) => name) };
const aSession = value(() => session);
const named = value(() => ({ a: made }), "{}", "[]", "date");

export const ioTable: Table = {
  arrayToTensor: call(array),
  checkpointFromBytes: call(bytes(() => io.checkpointToBytes(model))),
  checkpointToBytes: call(aModel(), optional(value(1, "null", "number", "string", "true", "[]", "{}", "date", "NaN"))),
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
    options({ layers: value(() => ({ a: "dense", b: "out" })) }),
  ),
  toStateDict: call(aModel(), options({ layers: value(() => ({ a: "dense", b: "out" })) })),
  sessionFromBytes: call(
    aSession,
    bytes(() => io.sessionToBytes(session)),
    options(restored),
  ),
  sessionToBytes: call(aSession, options(saved)),
  weightsFromBytes: call(
    aModel(),
    bytes(() => io.weightsToBytes(model)),
  ),
  weightsToBytes: call(aModel(), optional(metadata())),
};

export const csvTable: Table = {
  decodeCsv: call(text("a,b\n1,2\n"), options({ header: flag(), delimiter: value(","), comment: text("#") })),
  encodeCsv: call(
    value(() => image),
    options({ delimiter: value(","), columns: value(() => ["a", "b"]) }),
  ),
  tableToTensor: call(
    value(() => ({ columns: ["a"], rows: [["1"]] })),
    options({ columns: value(() => ["a"], "[]"), missing: value(0, "number", "NaN") }),
  ),
};
export const npzTable: Table = {
  arrayToTensor: call(array),
  decodeNpz: call(bytes(() => encodeNpz({ a: made }))),
  encodeNpz: call(named, options({ compress: flag() })),
};
export const pngTable: Table = {
  arrayToTensor: call(array),
  decodePng: call(bytes(() => encodePng(image))),
  encodePng: call(value(() => image)),
};
void weights;
