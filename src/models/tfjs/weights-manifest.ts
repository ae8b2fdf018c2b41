// The weights of a TensorFlow.js model: groups of tensors, each group one after the other in the bytes of its files.

import { ArgumentError, DataError, describe } from "../../errors.js";
import { type FileDType, type NumericArray, readArray, sizeClaimed, tensorOf, widthOf } from "../../io/arrays.js";
import { joinBytes } from "../../io/bytes.js";
import type { Shape } from "../../tensor/shape.js";
import { checkHeld, Tensor } from "../../tensor/tensor.js";

/** Contents by the paths that the manifest names. */
export type Shards = ReadonlyMap<string, Uint8Array>;

interface WeightRecord {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: string;
  readonly group?: unknown;
  readonly quantization?: { readonly dtype: string; readonly scale?: number; readonly min?: number };
}

const DTYPES: ReadonlySet<string> = new Set(["float32", "int32", "bool", "uint8", "uint16", "float16"]);

/** The paths of all files that a manifest names. */
export function pathsOf(subject: string, manifest: unknown): string[] {
  return groupsOf(subject, manifest).flatMap(({ paths }) => paths);
}

export interface ReadWeights {
  readonly weights: Map<string, Tensor>;
  /** The state of an optimizer, which TensorFlow.js writes after the weights on request. */
  readonly optimizer: Map<string, Tensor>;
}

/** The tensors of a manifest, quantized ones as the numbers they stand for. */
export function readWeights(subject: string, manifest: unknown, shards: Shards): ReadWeights {
  const read = { weights: new Map<string, Tensor>(), optimizer: new Map<string, Tensor>() };
  for (const { paths, weights } of groupsOf(subject, manifest)) {
    const parts = partsOf(subject, paths, shards);
    const total = parts.reduce((sum, { length }) => sum + length, 0);
    const places: { record: WeightRecord; stored: FileDType; from: number; to: number }[] = [];
    let at = 0;
    for (const record of weights) {
      const refuse = refusal(subject, record);
      const dtype = record.quantization?.dtype ?? record.dtype;
      if (!DTYPES.has(dtype)) {
        throw refuse(`dtype must be float32, int32, bool, or quantized to them; received ${describe(dtype)}.`);
      }
      const stored = dtype as FileDType;
      const to = at + sizeClaimed(record.shape, refuse) * widthOf(stored);
      if (to > total) throw refuse(`it ends at byte ${to} of ${total}. A file is truncated.`);
      places.push({ record, stored, from: at, to });
      at = to;
    }
    if (at !== total) {
      throw new DataError(`${subject}: the weights of ${describe(paths)} take ${at} bytes; received ${total}.`);
    }
    // Nothing is put together before the sizes agree: a manifest may name any number of files.
    const bytes = parts.length === 1 ? (parts[0] as Uint8Array) : joinBytes(parts);
    for (const { record, stored, from, to } of places) {
      const refuse = refusal(subject, record);
      const tensors = record.group === "optimizer" ? read.optimizer : read.weights;
      if (tensors.has(record.name)) throw refuse("it occurs twice.");
      tensors.set(
        record.name,
        numbersOf(readArray(stored, record.shape, bytes.subarray(from, to), refuse), record, refuse),
      );
    }
  }
  return read;
}

function refusal(subject: string, { name }: WeightRecord): (message: string) => DataError {
  return (message) => new DataError(`${subject}: weight ${describe(name)}: ${message}`);
}

/** A manifest of one group in one file, and the bytes of it. */
export function writeWeights(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
): { manifest: unknown; bytes: Uint8Array<ArrayBuffer> } {
  const parts = Array.from(
    tensors.values(),
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  const weights = [...tensors].map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
  return { manifest: [{ paths: [path], weights }], bytes: joinBytes(parts) };
}

/** value = scale * stored + min, where integers stand for floats; half precision is only widened. */
function numbersOf(
  array: NumericArray,
  { dtype, quantization }: WeightRecord,
  refuse: (message: string) => DataError,
): Tensor {
  if (quantization === undefined || array.dtype === "float32") return tensorOf(array, refuse);
  const { scale, min } = quantization;
  if (typeof scale !== "number" || typeof min !== "number") {
    throw refuse(`quantization must give scale and min; received ${describe(scale)} and ${describe(min)}.`);
  }
  const data = Float32Array.from(array.data as Uint8Array, (value) => scale * value + min);
  return new Tensor(dtype === "int32" ? Int32Array.from(data, Math.round) : data, array.shape);
}

function partsOf(subject: string, paths: readonly string[], shards: Shards): Uint8Array[] {
  return paths.map((path) => {
    const part = shards.get(path);
    if (part === undefined) throw new DataError(`${subject}: the file ${describe(path)} is missing.`);
    if (!(part instanceof Uint8Array)) {
      throw new ArgumentError(`${subject}: files must be Uint8Arrays; received ${describe(part)} for ${path}.`);
    }
    checkHeld(`${subject}: ${path}`, part);
    return part;
  });
}

function groupsOf(subject: string, manifest: unknown): { paths: string[]; weights: WeightRecord[] }[] {
  const isGroup = (group: unknown): boolean => {
    const { paths, weights } = (group ?? {}) as { paths?: unknown; weights?: unknown };
    return Array.isArray(paths) && paths.every(isPath) && Array.isArray(weights) && weights.every(isWeight);
  };
  if (!Array.isArray(manifest) || !manifest.every(isGroup)) {
    throw new DataError(
      `${subject}: weightsManifest must be a list of groups with paths, relative ones, and weights; received ${describe(manifest)}.`,
    );
  }
  const paths = (manifest as { paths: string[] }[]).flatMap((group) => group.paths);
  if (new Set(paths).size === paths.length) return manifest;
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  throw new DataError(`${subject}: weightsManifest must name each file once; received ${describe(twice)} twice.`);
}

/** Below the folder of the model, and nowhere else. */
function isPath(path: unknown): boolean {
  return typeof path === "string" && path !== "" && !/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\0/.test(path);
}

function isWeight(weight: unknown): boolean {
  const { name, shape, dtype, quantization = {} } = (weight ?? {}) as Partial<WeightRecord>;
  const isExtent = (extent: unknown) => Number.isSafeInteger(extent) && (extent as number) >= 0;
  return (
    typeof name === "string" &&
    typeof dtype === "string" &&
    Array.isArray(shape) &&
    shape.length <= 32 &&
    shape.every(isExtent) &&
    typeof quantization === "object" &&
    quantization !== null
  );
}
