// Linear memory for calls of single kernels: every block lies between guard words, so that a kernel which writes beside
// its output, changes an input or reads beside it is found. Guards are NaN: what reads them shows it.

import { assert } from "vitest";
import type { Instance, Kernels } from "../../src/wasm/engine.js";
import type { BuildName } from "../../src/wasm/host.js";
import { engineOf } from "./builds.js";

const FIRST = 1024;
const GUARD_BYTES = 64;
// Bytes of a quiet NaN, whatever the alignment they are read at.
const GUARD_BYTE = 0xff;

type Values = Float32Array | Int32Array | readonly number[];

/** Bytes from `ptr` on. */
export interface Block {
  readonly name: string;
  readonly ptr: number;
  readonly bytes: number;
}

export class ScratchMemory {
  readonly build: BuildName;
  readonly kernels: Kernels;
  readonly #memory: Instance["memory"];
  readonly #blocks: { readonly block: Block; readonly original: Uint8Array | null }[] = [];
  #end = FIRST;

  constructor(build: BuildName) {
    const { kernels, memory } = engineOf(build).instantiate();
    this.build = build;
    this.kernels = kernels;
    this.#memory = memory;
  }

  /** Forgets all blocks. */
  clear(): void {
    this.#blocks.length = 0;
    this.#end = FIRST;
  }

  /** A block that kernels only read. Numbers become floats. `shift` moves it off its 64-byte boundary. */
  input(name: string, values: Values, shift = 0): Block {
    return this.#place(name, toBytes(values), shift, true);
  }

  /** A block that kernels write, with values to begin with or so many words of NaN. */
  output(name: string, values: Values | number, shift = 0): Block {
    const bytes = typeof values === "number" ? new Uint8Array(values * 4).fill(GUARD_BYTE) : toBytes(values);
    return this.#place(name, bytes, shift, false);
  }

  /** So many bytes that kernels may use. */
  workspace(bytes: number, shift = 0): Block {
    return this.#place("workspace", new Uint8Array(bytes).fill(GUARD_BYTE), shift, false);
  }

  floats(block: Block): Float32Array {
    return new Float32Array(this.#memory.buffer.slice(block.ptr, block.ptr + block.bytes));
  }

  integers(block: Block): Int32Array {
    return new Int32Array(this.#memory.buffer.slice(block.ptr, block.ptr + block.bytes));
  }

  /** Fails where a guard or an input has changed. */
  verify(subject: string): void {
    const memory = new Uint8Array(this.#memory.buffer);
    for (const { block, original } of this.#blocks) {
      const { name, ptr, bytes } = block;
      for (let i = 1; i <= GUARD_BYTES; i++) {
        if (memory[ptr - i] !== GUARD_BYTE) assert.fail(`${subject}: a write ${i} bytes before ${name}.`);
        if (memory[ptr + bytes + i - 1] !== GUARD_BYTE) assert.fail(`${subject}: a write ${i} bytes past ${name}.`);
      }
      const changed = original === null ? -1 : original.findIndex((byte, i) => memory[ptr + i] !== byte);
      if (changed >= 0) assert.fail(`${subject}: the input ${name} has changed at word ${changed >> 2}.`);
    }
  }

  #place(name: string, bytes: Uint8Array, shift: number, keep: boolean): Block {
    const ptr = this.#end + GUARD_BYTES + shift;
    const end = ptr + bytes.length + GUARD_BYTES;
    const missing = end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / 65536));
    const memory = new Uint8Array(this.#memory.buffer);
    memory.fill(GUARD_BYTE, this.#end, end);
    memory.set(bytes, ptr);
    this.#end = Math.ceil(end / 64) * 64;
    const block = { name, ptr, bytes: bytes.length };
    this.#blocks.push({ block, original: keep ? bytes : null });
    return block;
  }
}

function toBytes(values: Values): Uint8Array {
  const typed = ArrayBuffer.isView(values) ? values : Float32Array.from(values);
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength).slice();
}
