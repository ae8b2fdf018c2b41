// What a file is, by its bytes more than by its name.

import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { foreign, isModel, isPictureSet, kindOf } from "../../../examples/playground/src/engine/kinds.js";
import { encodeNpz } from "../../../src/io/npz.js";
import { encodeIdx } from "../../data/datasets/fake-mnist.js";

const text = (content: string) => new TextEncoder().encode(content);
const header = Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d);
const npz = encodeNpz({ x: { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) } });
const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`folder/part-${i}.bin`, new Uint8Array(9)]));

test.each([
  ["net.safetensors", header, "safetensors"],
  ["renamed", header, "safetensors"],
  ["cut.safetensors", text("{"), "safetensors"],
  ["model.json", text("{}"), "json"],
  ["group1-shard1of1.bin", new Uint8Array(64), "bin"],
  ["lanewise.zip", zipSync({ "model.json": text("{}"), "weights.bin": new Uint8Array(8) }), "zippedModel"],
  ["folder.zip", zipSync({ "my model/model.json": text("{}") }), "zippedModel"],
  ["large.zip", zipSync({ ...many, "model.json": text("{}") }), "zippedModel"],
  ["cut.zip", zipSync({ "model.json": text("{}".padEnd(900)) }).subarray(0, 60), "zippedModel"],
  ["mnist.npz", npz, "npz"],
  ["mnist (1).zip", npz, "npz"],
  ["letters.zip", zipSync({ "letter.txt": text("dear") }), "other"],
  ["train-images-idx3-ubyte", encodeIdx([1, 2, 2], new Uint8Array(4)), "idx"],
  ["t10k-labels-idx1-ubyte.gz", Uint8Array.of(0x1f, 0x8b, 8), "gzip"],
  ["photo.png", Uint8Array.of(0x89, 0x50, 0x4e, 0x47), "picture"],
  ["photo", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), "picture"],
  ["drawing.svg", text("<svg"), "picture"],
  ["notes.txt", text("milk, eggs"), "other"],
  ["nothing", new Uint8Array(0), "other"],
  ["empty.safetensors", new Uint8Array(0), "other"],
  ["empty.png", new Uint8Array(0), "other"],
])("%s is taken for what it is", (name, bytes, kind) => {
  expect(kindOf(name, bytes)).toBe(kind);
  expect(isModel(kind as never) && isPictureSet(kind as never)).toBe(false);
});

test.each([
  ["photo.png", Uint8Array.of(0x89, 0x50, 0x4e, 0x47), "a picture"],
  ["paper.pdf", text("%PDF-1.7"), "a PDF document"],
  ["net.h5", Uint8Array.of(0x89, 0x48, 0x44, 0x46), "a file of Keras or HDF5"],
  ["net.keras", text("PK"), "a file of Keras"],
  ["net.pt", text("PK"), "a file of PyTorch or Python"],
  ["net.onnx", Uint8Array.of(8, 7), "an ONNX file"],
  ["events.out.tfevents.1.v2", new Uint8Array(8), "curves for TensorBoard"],
  ["iris.csv", text("a,b"), "a table"],
  ["notes.txt", text("milk"), "a text"],
  ["empty.safetensors", new Uint8Array(0), "empty"],
  ["what.xyz", text("what"), null],
])("%s has a word that people know", (name, bytes, word) => {
  expect(foreign(name, bytes)).toBe(word);
});
