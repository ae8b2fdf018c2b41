// The linear memory of one session, in three parts:
//
//   | module's own, 1 KB | permanent: variables, slots, constants | arena and workspace of the plans |
//
// The permanent part grows upwards and pushes the arena along; nothing in the arena outlives a run. Memory grows only
// while planning. Whatever holds an address or a view compares `generation` before it uses them.

import { ArgumentError } from "../errors.js";
import type { GrowableMemory } from "../wasm/engine.js";

const PAGE = 65536;
const MODULE_BYTES = 1024;
const MOST_BYTES = PAGE * 65536;
/** The arena starts on a cache line. */
const LINE = 64;

export class LinearMemory {
  readonly #memory: GrowableMemory;
  #permanentEnd = MODULE_BYTES;
  #generation = 0;
  #f32: Float32Array;
  #i32: Int32Array;

  constructor(memory: GrowableMemory) {
    this.#memory = memory;
    this.#f32 = new Float32Array(memory.buffer);
    this.#i32 = new Int32Array(memory.buffer);
  }

  /** Changes whenever the arena has moved or the views have been replaced. */
  get generation(): number {
    return this.#generation;
  }
  /** All of memory as floats; index = address / 4. */
  get f32(): Float32Array {
    return this.#f32;
  }
  /** All of memory as integers; index = address / 4. */
  get i32(): Int32Array {
    return this.#i32;
  }
  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }
  /** Where the arena starts. */
  get arena(): number {
    return Math.ceil(this.#permanentEnd / LINE) * LINE;
  }

  /** Permanent room for `words` 32-bit words, filled with zeros, directly behind the last reservation. */
  reserve(words: number): number {
    const address = this.#permanentEnd;
    this.#ensure(address + words * 4);
    this.#permanentEnd = address + words * 4;
    this.#generation++;
    this.#i32.fill(0, address / 4, this.#permanentEnd / 4);
    return address;
  }

  /** Makes sure that the arena has room for `bytes`. */
  reserveArena(bytes: number): void {
    this.#ensure(this.arena + bytes);
  }

  #ensure(end: number): void {
    if (end <= this.bytes) return;
    const pages = Math.ceil((end - this.bytes) / PAGE);
    try {
      if (end > MOST_BYTES) throw new RangeError("beyond 4 GB");
      this.#memory.grow(pages);
    } catch {
      const megabytes = Math.ceil(end / 1048576);
      throw new ArgumentError(
        `Session: the plan needs ${megabytes} MB of linear memory, more than this host gives; use a smaller batch or smaller layers.`,
      );
    }
    this.#f32 = new Float32Array(this.#memory.buffer);
    this.#i32 = new Int32Array(this.#memory.buffer);
    this.#generation++;
  }
}
