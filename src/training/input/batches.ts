// Where the loops get their batches from: arrays, whose rows are gathered. Batches that come one by one are in flows.ts.

import { epochOrder, gatherRows } from "../../data/pipeline/batches.js";
import type { Soon } from "../../data/pipeline/flow.js";
import { StateError } from "../../errors.js";
import type { Node } from "../../ops/op.js";
import type { TensorData } from "../../tensor/tensor.js";
import type { Features } from "./examples.js";

/** Values for a node that is fed: `width` numbers for each of `count` examples. */
export interface Column extends Features {
  readonly node: Node;
}

/**
 * Fails with StateError where the numbers are gone: their buffer was moved to another thread, or has shrunk. Read on,
 * they would be zeros or NaN.
 */
export function checkHeld({ node, data, count, width }: Column): void {
  // A view that follows its buffer may have grown, which does no harm.
  if (data.length >= count * width) return;
  throw new StateError(
    `Model: the array fed to ${node.name} must stay as it is while it is read; it held ${count * width} numbers and ` +
      `holds ${data.length}: its buffer was moved to another thread or has shrunk. Pass a copy.`,
  );
}

/** Something to write the values of nodes into. An Executable is one. */
export interface Target {
  input(node: Node): TensorData;
}

/** Where an epoch begins. */
export interface EpochStart {
  /** The number that decides the order of the examples, from 0. */
  readonly order: number;
  /** Epochs of this training that have ended. */
  readonly epoch: number;
  /** Batches to leave out. */
  readonly step: number;
}

export interface Batches {
  /** The nodes that the batch is written to. */
  readonly nodes: readonly Node[];
  /** Batches of an epoch; null where only reading tells. */
  readonly steps: number | null;
  begin(start: EpochStart): void;
  /** Goes on to the next batch and gives the number of its examples, 0 behind the last. */
  next(): Soon<number>;
  write(target: Target): void;
  /** Writes the number of each example of the batch and that of the epoch, what augmentation is keyed by: int32 [examples, 2]. */
  writeKeys(keys: TensorData): void;
  /** The nodes of the model's own inputs, labels and weights, where `nodes` stand for what is computed from them. */
  readonly inputs: readonly Node[];
  writeInputs(target: Target): void;
  /** Says that no more will be read. */
  close(): unknown;
}

export interface ArrayOptions {
  readonly batchSize: number;
  /** Null for the order given. */
  readonly seed: number | null;
  /** Ends an epoch after so many batches. */
  readonly stepsPerEpoch: number | null;
}

/** Batches of columns, in an order of their own in each epoch. */
export class ArrayBatches implements Batches {
  readonly steps: number;
  readonly count: number;
  readonly inputColumns: readonly Column[];
  readonly #options: ArrayOptions;
  #columns: readonly Column[];
  #order: Uint32Array | null = null;
  #from = 0;
  #rows = 0;
  #epoch = 0;

  constructor(columns: readonly Column[], options: ArrayOptions) {
    const { batchSize, stepsPerEpoch } = options;
    this.count = (columns[0] as Column).count;
    this.steps = Math.min(Math.ceil(this.count / batchSize), stepsPerEpoch ?? Infinity);
    this.inputColumns = columns;
    this.#columns = columns;
    this.#options = options;
  }

  get nodes(): readonly Node[] {
    return this.#columns.map(({ node }) => node);
  }
  get inputs(): readonly Node[] {
    return this.inputColumns.map(({ node }) => node);
  }

  /** Feeds these columns from now on, which were made of the same examples. */
  replace(columns: readonly Column[]): void {
    this.#columns = columns;
  }

  begin({ order, step }: EpochStart): void {
    const { seed, batchSize } = this.#options;
    this.#order = seed === null ? null : epochOrder(this.count, seed, order);
    this.#epoch = order;
    this.#from = step * batchSize;
    this.#rows = 0;
  }

  next(): number {
    this.#from += this.#rows;
    this.#rows = Math.max(Math.min(this.#options.batchSize, this.count - this.#from), 0);
    return this.#rows;
  }

  write(target: Target): void {
    this.#gather(target, this.#columns);
  }

  writeKeys(keys: TensorData): void {
    for (let i = 0; i < this.#rows; i++) {
      keys[2 * i] = this.#order?.[this.#from + i] ?? this.#from + i;
      keys[2 * i + 1] = this.#epoch;
    }
  }

  writeInputs(target: Target): void {
    this.#gather(target, this.inputColumns);
  }

  close(): void {}

  #gather(target: Target, columns: readonly Column[]): void {
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as Column;
      checkHeld(column);
      const { node, data, width } = column;
      gatherRows(target.input(node), data, this.#order, this.#from, this.#rows, width);
    }
  }
}
