// Safetensors files written by hand: any header text over any data, right or wrong. And how results are compared.

import type { Tensor } from "../../src/tensor/tensor.js";

export interface RawEntry {
  dtype: unknown;
  shape: unknown;
  data_offsets: unknown;
}

/** Length, header and data put together. A string is taken as it is; `length` may lie. */
export function rawFile(
  header: string | Record<string, unknown>,
  data: Uint8Array | number = 0,
  length?: bigint,
): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const values = typeof data === "number" ? new Uint8Array(data) : data;
  const file = new Uint8Array(8 + json.length + values.length);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  file.set(json, 8);
  file.set(values, 8 + json.length);
  return file;
}

/** A file of one tensor, `name`, with `values` as its data. */
export function oneTensor(name: string, dtype: string, shape: number[], values: ArrayBufferView): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return rawFile(JSON.stringify({ [name]: { dtype, shape, data_offsets: [0, bytes.length] } }), bytes);
}

/** The bit patterns of the values: equal where the values are, -0 and the payloads of NaN included. */
export function bitsOf({ data }: Tensor): number[] {
  return [...new Uint32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))];
}

/** Everything about a tensor in comparable form. */
export function contentOf(tensor: Tensor): { dtype: string; shape: number[]; bits: number[] } {
  return { dtype: tensor.dtype, shape: [...tensor.shape], bits: bitsOf(tensor) };
}
