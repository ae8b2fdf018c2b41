// The weights of a TensorFlow.js model: groups of tensors, each group one after the other in the bytes of its files.

import { ArgumentError, DataError, describe } from "../errors.js";
import { type FileDType, type NumericArray, readArray, sizeClaimed, tensorOf, widthOf } from "../io/arrays.js";
import { joinBytes } from "../io/bytes.js";
import type { Shape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";

/** Contents by the paths that the manifest names. */
export type Shards = ReadonlyMap<string, Uint8Array>;

interface WeightRecord {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale?: number; readonly min?: number };
}

const DTYPES: Readonly<Record<string, FileDType>> = {
  float32: "float32",
  int32: "int32",
  bool: "bool",
  uint8: "uint8",
  uint16: "uint16",
  float16: "float16",
};

/** The paths of all files that a manifest names. */
export function pathsOf(subject: string, manifest: unknown): string[] {
  return groupsOf(subject, manifest).flatMap(({ paths }) => paths);
}

/** The tensors of a manifest, quantized ones as the numbers they stand for. */
export function readWeights(subject: string, manifest: unknown, shards: Shards): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const { paths, weights } of groupsOf(subject, manifest)) {
    const bytes = joined(subject, paths, shards);
    let at = 0;
    for (const record of weights) {
      const refuse = (message: string) => new DataError(`${subject}: weight ${describe(record.name)}: ${message}`);
      if (tensors.has(record.name)) throw refuse("it occurs twice.");
      const dtype = record.quantization?.dtype ?? record.dtype;
      const stored = Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined;
      if (stored === undefined) {
        throw refuse(`dtype must be float32, int32, bool, or quantized to them; received ${describe(record.dtype)}.`);
      }
      const end = at + sizeClaimed(record.shape, refuse) * widthOf(stored);
      if (end > bytes.length) throw refuse(`it ends at byte ${end} of ${bytes.length}. A file is truncated.`);
      const array = readArray(stored, record.shape, bytes.subarray(at, end), refuse);
      tensors.set(record.name, numbersOf(array, record, refuse));
      at = end;
    }
    if (at !== bytes.length) {
      throw new DataError(`${subject}: the weights of ${paths.join(", ")} take ${at} bytes; received ${bytes.length}.`);
    }
  }
  return tensors;
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

function joined(subject: string, paths: readonly string[], shards: Shards): Uint8Array {
  const parts = paths.map((path) => {
    const part = shards.get(path);
    if (part === undefined) throw new DataError(`${subject}: the file ${describe(path)} is missing.`);
    if (!(part instanceof Uint8Array)) {
      throw new ArgumentError(`${subject}: files must be Uint8Arrays; received ${describe(part)} for ${path}.`);
    }
    return part;
  });
  return parts.length === 1 ? (parts[0] as Uint8Array) : joinBytes(parts);
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
  return manifest;
}

/** Below the folder of the model, and nowhere else. */
function isPath(path: unknown): boolean {
  return typeof path === "string" && path !== "" && !/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\0/.test(path);
}

function isWeight(weight: unknown): boolean {
  const { name, shape, dtype } = (weight ?? {}) as Partial<WeightRecord>;
  const isExtent = (extent: unknown) => Number.isSafeInteger(extent) && (extent as number) >= 0;
  return typeof name === "string" && typeof dtype === "string" && Array.isArray(shape) && shape.every(isExtent);
}
