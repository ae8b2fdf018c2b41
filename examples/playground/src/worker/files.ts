// Models in and out of files, and the curves as an event file for TensorBoard.

import { zipSync } from "fflate";
import type { Model } from "lanewise";
import { decodeSafetensors } from "lanewise/io";
import { SummaryWriter } from "lanewise/io/tensorboard";
import { decodeLayersModel, encodeLayersModel, modelFromBytes, modelToBytes } from "lanewise/models";
import type { GivenFile, SavedFile } from "../engine/protocol.js";
import { denseLayers, PlaygroundError } from "./net.js";
import type { Trainer } from "./trainer.js";

/** The key of a file's metadata under which the settings stand. */
const SETTINGS = "playground";
const LARGEST_FILE = 256 * 2 ** 20;

export function saveModel({ model, settings, examples }: Trainer): SavedFile {
  const bytes = modelToBytes(model, { [SETTINGS]: JSON.stringify(settings) });
  return { name: fileName(examples.overview.name, "safetensors"), bytes };
}

/** The folder that `tf.loadLayersModel` reads, in a zip file. */
export function saveLayersModel({ model, examples }: Trainer): SavedFile {
  const { json, shards } = encodeLayersModel(model);
  const bytes = zipSync({ "model.json": new TextEncoder().encode(json), ...Object.fromEntries(shards) }, { level: 0 });
  return { name: fileName(`${examples.overview.name}-tfjs`, "zip"), bytes: bytes as Uint8Array<ArrayBuffer> };
}

export function saveEvents({ model, history, settings, examples }: Trainer): SavedFile {
  let time = history.records[0]?.time ?? Date.now();
  const writer = new SummaryWriter({ now: () => time });
  writer.graph(model.graph);
  const plain = Object.entries(settings).map(([key, value]) => [key, Array.isArray(value) ? value.join(",") : value]);
  writer.hparams({ ...Object.fromEntries(plain), data: examples.overview.name }, ["loss/test", "accuracy/test"]);
  const names = denseLayers(model).map(({ name }) => name);
  for (const { step, loss, testLoss, accuracy, testAccuracy, gradients, time: then } of history.records) {
    time = then;
    writer.scalar("loss/train", loss, step).scalar("loss/test", testLoss, step);
    writer.scalar("accuracy/train", accuracy, step).scalar("accuracy/test", testAccuracy, step);
    for (const [i, norm] of gradients.entries()) writer.scalar(`gradientNorm/${names[i]}`, norm, step);
  }
  const last = history.records.at(-1)?.step ?? 0;
  for (const [name, weights] of model.getWeights()) writer.histogram(name, weights, last);
  return { name: writer.fileName, bytes: writer.toBytes() };
}

export interface ModelFile {
  readonly model: Model;
  /** What the file says about its training, unchecked. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A model from one file of Lanewise, or from the two of TensorFlow.js. */
export function readModel(files: readonly GivenFile[]): ModelFile {
  const large = files.find(({ bytes }) => bytes.byteLength > LARGEST_FILE);
  if (large) throw new PlaygroundError(`${large.name}: a model file must have at most 256 MB.`);
  const json = files.find(({ name }) => name.endsWith(".json"));
  if (json) {
    const shards = new Map(
      files.filter((file) => file !== json).map(({ name, bytes }) => [name, new Uint8Array(bytes)]),
    );
    return { model: decodeLayersModel({ json: new TextDecoder().decode(json.bytes), shards }), settings: {} };
  }
  const [file, second] = files;
  if (file === undefined || second) {
    throw new PlaygroundError("A model is one .safetensors file, or model.json with its weights; received neither.");
  }
  const model = modelFromBytes(file.bytes);
  const text = decodeSafetensors(file.bytes).metadata[SETTINGS];
  return { model, settings: text === undefined ? {} : readObject(text) };
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

const fileName = (name: string, extension: string) =>
  `lanewise-${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.${extension}`;
