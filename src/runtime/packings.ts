// Permanent values in a second order that kernels read faster: a copy for each, made when a run first wants it and again
// after variables have changed.

import { ArgumentError } from "../errors.js";
import type { Node } from "../ops/op.js";
import type { LinearMemory } from "../tensor/memory.js";

/** The packed copy of a value. */
export interface Packing {
  readonly ptr: number;
  /** The state of the variables that it was made from; -1 before the first time. */
  version: number;
}

export class Packings {
  readonly #memory: LinearMemory;
  readonly #known = new Map<string, Packing>();
  #version = 0;

  constructor(memory: LinearMemory) {
    this.#memory = memory;
  }

  /** To be called whenever variables have changed. */
  outdate(): void {
    this.#version++;
  }

  /**
   * Where an input of an op is packed, the same place for all who read it so; null where memory does not suffice, and the
   * input is read as it lies.
   */
  of({ op }: Pick<Node, "op">, input: Pick<Node, "id">, words: number): Packing | null {
    const key = `${op.name} ${input.id}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    try {
      const packing = { ptr: this.#memory.reserve(words), version: -1 };
      this.#known.set(key, packing);
      return packing;
    } catch (error) {
      if (error instanceof ArgumentError) return null;
      throw error;
    }
  }

  /** The call that brings a packing up to date if it is not. */
  renewal(packing: Packing, calls: readonly (() => void)[]): () => void {
    return () => {
      if (packing.version === this.#version) return;
      for (const call of calls) call();
      packing.version = this.#version;
    };
  }
}
