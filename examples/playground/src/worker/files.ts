// Models in and out of files, and the curves as an event file for TensorBoard. A file that is written here holds all that
// stands on the page: settings, steps and curves, so that loading it is a way back.

import { unzipSync, zipSync } from "fflate";
import type { Model } from "lanewise";
import { decodeSafetensors } from "lanewise/io";
import { SummaryWriter } from "lanewise/io/tensorboard";
import { decodeLayersModel, encodeLayersModel, modelFromBytes, modelToBytes } from "lanewise/models";
import { foreign, kindOf } from "../engine/kinds.js";
import type { GivenFile, SavedFile, Setup } from "../engine/protocol.js";
import { denseLayers, PlaygroundError } from "./net.js";
import type { Trainer } from "./trainer.js";

/** The key under which it stands, in the metadata of either format. */
const OURS = "playground";
const LARGEST_FILE = 256 * 2 ** 20;

/** What a file says about its training, unchecked. */
export interface Told {
  readonly part?: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly steps?: unknown;
  readonly records?: unknown;
}

function tell(part: Setup["part"], { settings, steps, history }: Trainer): Told {
  return { part, settings: settings as unknown as Told["settings"], steps, records: history.records };
}

export function saveModel(part: Setup["part"], trainer: Trainer): SavedFile {
  const bytes = modelToBytes(trainer.model, { [OURS]: JSON.stringify(tell(part, trainer)) });
  return { name: fileName(trainer.examples.overview.name, "safetensors"), bytes };
}

/** The folder that `tf.loadLayersModel` reads, in a zip file. */
export function saveLayersModel(part: Setup["part"], trainer: Trainer): SavedFile {
  const { json, shards } = encodeLayersModel(trainer.model);
  // TensorFlow.js gives this back as model.getUserDefinedMetadata().
  const told = JSON.stringify({ ...JSON.parse(json), userDefinedMetadata: { [OURS]: tell(part, trainer) } });
  const bytes = zipSync({ "model.json": new TextEncoder().encode(told), ...Object.fromEntries(shards) }, { level: 0 });
  return {
    name: fileName(`${trainer.examples.overview.name}-tfjs`, "zip"),
    bytes: bytes as Uint8Array<ArrayBuffer>,
  };
}

export function saveEvents(_: Setup["part"], { model, history, settings, examples }: Trainer): SavedFile {
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
  readonly told: Told;
}

const CHOOSE =
  "Choose a .safetensors or .zip file that was saved here, or model.json of TensorFlow.js together with its weights.";

/** A model from one file of Lanewise, or from TensorFlow.js: model.json with its weights, zipped or not. */
export function readModel(files: readonly GivenFile[]): ModelFile {
  const large = files.find(({ bytes }) => bytes.byteLength > LARGEST_FILE);
  if (large) throw new PlaygroundError(`${large.name}: a model file must have at most 256 MB.`);
  const kinds = files.map((file) => ({ file, kind: kindOf(file.name, new Uint8Array(file.bytes)) }));
  const find = (wanted: string) => kinds.find(({ kind }) => kind === wanted)?.file;
  const [zip, json, own, bin] = ["zippedModel", "json", "safetensors", "bin"].map(find);
  if (zip) return readLayersModel(unzipped(zip), zip.name);
  if (json) return readLayersModel(files, json.name);
  if (own) return readOwnModel(own);
  if (bin)
    throw new PlaygroundError(`${bin.name} holds weights without their net. Choose model.json together with it.`);
  const [file] = files as [GivenFile];
  const bytes = new Uint8Array(file.bytes);
  const what = foreign(file.name, bytes);
  const kind = kindOf(file.name, bytes);
  if (kind === "npz" || kind === "idx" || kind === "gzip") {
    throw new PlaygroundError(
      `${file.name} is no model but may hold pictures to train on: give it to Digits, under Data.`,
    );
  }
  throw new PlaygroundError(`${file.name} is ${what ? `${what}, not a model` : "not a model"}. ${CHOOSE}`);
}

function readOwnModel({ name, bytes }: GivenFile): ModelFile {
  try {
    const model = modelFromBytes(bytes);
    return { model, told: readTold(decodeSafetensors(bytes).metadata[OURS]) };
  } catch (error) {
    throw refused(name, error);
  }
}

function readLayersModel(files: readonly GivenFile[], name: string): ModelFile {
  const isJson = (file: GivenFile) => file.name.split("/").at(-1)?.endsWith(".json") === true;
  const json = files.find((file) => file.name.split("/").at(-1) === "model.json") ?? files.find(isJson);
  if (json === undefined) throw new PlaygroundError(`${name}: there must be a model.json in it.`);
  // Beside model.json, wherever that lies.
  const shards = new Map(
    files
      .filter((file) => file !== json)
      .map((file) => [file.name.split("/").at(-1) as string, new Uint8Array(file.bytes)]),
  );
  const text = new TextDecoder().decode(json.bytes);
  const missing = pathsIn(text).filter((path) => !shards.has(path));
  if (missing.length > 0) {
    throw new PlaygroundError(
      `${json.name} needs ${missing.join(", ")} too, which lies beside it. Choose both, or a zip file of the folder.`,
    );
  }
  try {
    const model = decodeLayersModel({ json: text, shards });
    const { userDefinedMetadata } = JSON.parse(text) as { userDefinedMetadata?: Record<string, unknown> };
    return { model, told: readTold(JSON.stringify(userDefinedMetadata?.[OURS])) };
  } catch (error) {
    throw refused(name, error);
  }
}

/** The files that hold the weights, as model.json names them; none where it does not say. */
function pathsIn(json: string): string[] {
  try {
    const { weightsManifest } = JSON.parse(json) as { weightsManifest?: readonly { paths?: unknown }[] };
    return (weightsManifest ?? []).flatMap(({ paths }) => (Array.isArray(paths) ? paths.map(String) : []));
  } catch {
    return [];
  }
}

function unzipped({ name, bytes }: GivenFile): GivenFile[] {
  let total = 0;
  try {
    const files = unzipSync(new Uint8Array(bytes), {
      filter: ({ originalSize }) => {
        total += originalSize;
        return total <= LARGEST_FILE;
      },
    });
    if (total > LARGEST_FILE) throw new PlaygroundError(`${name}: a model must have at most 256 MB, unzipped.`);
    return Object.entries(files).map(([path, content]) => ({ name: path, bytes: content.slice().buffer }));
  } catch (error) {
    if (error instanceof PlaygroundError) throw error;
    throw new PlaygroundError(`${name}: the zip file is broken or cut short. Save it again.`);
  }
}

/** What the reader says stands in words of programs: what it means comes first. */
function refused(name: string, error: unknown): PlaygroundError {
  const reason = error instanceof Error ? error.message : String(error);
  return new PlaygroundError(`${name} cannot be read as a model. ${reason} ${CHOOSE}`);
}

/** Files saved before steps and curves were kept hold settings alone. */
function readTold(text: string | undefined): Told {
  const told = readObject(text);
  const { settings } = told;
  return typeof settings === "object" && settings !== null ? (told as unknown as Told) : { settings: told };
}

function readObject(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

const fileName = (name: string, extension: string) =>
  `lanewise-${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.${extension}`;
