// Reference numbers in test/golden, made with PyTorch: cases by name, tensors decoded, tolerances from what float32
// cost PyTorch itself.

import { readFileSync } from "node:fs";
import { Tensor } from "../../src/tensor/tensor.js";

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "float64" | "int32" | "uint8";
  readonly b64: string;
}

type Tensors = Readonly<Record<string, StoredTensor>>;

export interface GoldenCase {
  readonly name: string;
  readonly op: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: Tensors;
  readonly outputs: Tensors;
  readonly upstream?: StoredTensor;
  readonly grads?: Tensors;
  readonly f32_error?: Readonly<Record<string, { readonly max_abs_ref: number; readonly f32_max_abs_err: number }>>;
  /** What an initializer promises. */
  readonly expect?: InitializerPromise;
}

export interface InitializerPromise {
  readonly mean: number;
  readonly variance: number;
  readonly limit: number | null;
  readonly mean_5se: number;
  readonly variance_5se: number;
  /** Of an orthogonal one, from the identity. */
  readonly max_abs_deviation_f32?: number;
}

interface GoldenFile {
  readonly format: string;
  readonly cases: readonly GoldenCase[];
  /** What the optimizers are run on. */
  readonly problems?: Tensors;
}

const files = new Map<string, GoldenFile>();

export function goldenFile(topic: string): GoldenFile {
  let file = files.get(topic);
  if (file === undefined) {
    file = JSON.parse(readFileSync(new URL(`../golden/${topic}.json`, import.meta.url), "utf8")) as GoldenFile;
    if (file.format !== "nn-golden/1") throw new Error(`test/golden/${topic}.json has the format ${file.format}.`);
    files.set(topic, file);
  }
  return file;
}

/** The cases whose name matches; at least one. */
export function goldenCases(topic: string, pattern: RegExp): readonly GoldenCase[] {
  const cases = goldenFile(topic).cases.filter(({ name }) => pattern.test(name));
  if (cases.length === 0) throw new Error(`test/golden/${topic}.json has no case like ${pattern}.`);
  return cases;
}

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };

/** The numbers of a stored tensor. */
export function goldenNumbers(stored: StoredTensor | undefined): ArrayLike<number> {
  if (stored === undefined) throw new Error("the golden case has no such tensor.");
  const bytes = Buffer.from(stored.b64, "base64");
  return new arrays[stored.dtype](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** A stored tensor as what a graph is fed with. */
export function goldenTensor(stored: StoredTensor | undefined): Tensor {
  const numbers = goldenNumbers(stored);
  const data = numbers instanceof Int32Array ? numbers : Float32Array.from(numbers);
  return new Tensor(data, stored?.shape ?? []);
}

/** Eight times what PyTorch's float32 deviates, and half a unit in the last place of the largest value. */
export function goldenTolerance({ name, f32_error }: GoldenCase, of: string): number {
  const error = f32_error?.[of];
  if (error === undefined) throw new Error(`the golden case ${name} states no error of ${of}.`);
  return 8 * error.f32_max_abs_err + 2 ** -24 * error.max_abs_ref;
}
