// Batches that come one by one, from a dataset or whatever else can be iterated over.

import type { ClassWeight } from "../../data/pipeline/classWeights.js";
import type { Dataset } from "../../data/pipeline/dataset.js";
import { type Flow, type Soon, until } from "../../data/pipeline/flow.js";
import { opener } from "../../data/pipeline/sources.js";
import { repeatFlow } from "../../data/pipeline/stages.js";
import { ArgumentError, describe } from "../../errors.js";
import type { Node } from "../../ops/op.js";
import type { TensorData, TensorLike } from "../../tensor/tensor.js";
import type { Trainable } from "../model/trainable.js";
import { type Batches, type Column, checkHeld, type EpochStart, type Target } from "./batches.js";
import { type ExampleReader, readExamples } from "./examples.js";
import { checkWeightable, weighByClass, weighExamples } from "./exampleWeights.js";
import { columnsOf } from "./fitData.js";
import type { BatchSource } from "./fitOptions.js";

/** Batches that come one by one, each checked before it is used. */
export function flowBatches(
  subject: string,
  data: BatchSource,
  model: Trainable,
  reader: ExampleReader,
  options: { readonly classWeight?: ClassWeight | undefined; readonly stepsPerEpoch: number | null },
): Batches {
  const { classWeight, stepsPerEpoch } = options;
  if (classWeight === "balanced") {
    throw new ArgumentError(
      `${subject}: classWeight "balanced" is for arrays, whose labels are all known; give a weight for each class.`,
    );
  }
  const size = isDataset(data) ? data.size : null;
  const open = isDataset(data) ? (epoch: number) => data.open(epoch) : opener(data);
  if (size === Infinity && stepsPerEpoch === null) {
    throw new ArgumentError(`${subject}: stepsPerEpoch is needed, since the data have no end.`);
  }
  let width: number | null = null;
  const read = (batch: unknown): readonly Column[] => {
    if (!Array.isArray(batch) || batch.length < 2 || batch.length > 3) {
      throw new ArgumentError(
        `${subject}: a batch must be a list [x, y] or [x, y, sampleWeight]; received ${describe(batch)}.`,
      );
    }
    const [x, y, sampleWeight] = batch as [unknown, unknown, TensorLike?];
    const what = `${subject}: a batch`;
    const examples = weighExamples(what, readExamples(what, x, y, reader), sampleWeight);
    const weighted = weighByClass(what, examples, classWeight, reader);
    if (weighted.weights !== null) checkWeightable(subject, model);
    const columns = columnsOf(model, weighted);
    width ??= columns.length;
    if (columns.length === width) return columns;
    throw new ArgumentError(`${subject}: either all batches must have a sampleWeight, or none.`);
  };
  return new FlowBatches(open, { steps: size, stepsPerEpoch, read });
}

/** A dataset, which knows its epochs. */
export function isDataset(data: BatchSource): data is Dataset<readonly unknown[]> {
  return typeof (data as Partial<Dataset<unknown>>).open === "function" && "size" in data;
}

interface FlowOptions {
  readonly steps: number | null;
  /** With it all epochs together read one stream, which begins again where the data end. */
  readonly stepsPerEpoch: number | null;
  /** A batch as columns, checked. */
  readonly read: (batch: unknown) => readonly Column[];
}

class FlowBatches implements Batches {
  readonly steps: number | null;
  readonly #open: (epoch: number) => Flow<unknown>;
  readonly #options: FlowOptions;
  #flow: Flow<unknown> | null = null;
  #columns: readonly Column[] = [];
  /** Batches that are still to be left out. */
  #skipped = 0;
  /** Examples of the flow before this batch, and in it. */
  #from = 0;
  #rows = 0;
  #epoch = 0;

  constructor(open: (epoch: number) => Flow<unknown>, options: FlowOptions) {
    this.steps = options.stepsPerEpoch ?? options.steps;
    this.#open = open;
    this.#options = options;
  }

  get nodes(): readonly Node[] {
    return this.#columns.map(({ node }) => node);
  }
  get inputs(): readonly Node[] {
    return this.nodes;
  }

  begin({ order, epoch, step }: EpochStart): void {
    const { stepsPerEpoch } = this.#options;
    if (stepsPerEpoch !== null && this.#flow !== null) return;
    this.#flow = stepsPerEpoch === null ? this.#open(order) : repeatFlow(this.#open, Infinity);
    this.#skipped = stepsPerEpoch === null ? step : epoch * stepsPerEpoch + step;
    this.#epoch = stepsPerEpoch === null ? order : 0;
    this.#from = 0;
    this.#rows = 0;
  }

  next(): Soon<number> {
    const flow = this.#flow as Flow<unknown>;
    const { read } = this.#options;
    return until(flow, (batch): number | undefined => {
      if (batch === null) return 0;
      this.#columns = read(batch);
      this.#from += this.#rows;
      this.#rows = (this.#columns[0] as Column).count;
      return this.#skipped-- > 0 ? undefined : this.#rows;
    });
  }

  write(target: Target): void {
    for (const column of this.#columns) {
      checkHeld(column);
      target.input(column.node).set(column.data);
    }
  }

  /** The examples of a flow are numbered as they come. */
  writeKeys(keys: TensorData): void {
    for (let i = 0; i < this.#rows; i++) {
      keys[2 * i] = this.#from + i;
      keys[2 * i + 1] = this.#epoch;
    }
  }

  writeInputs(target: Target): void {
    this.write(target);
  }

  close(): unknown {
    return this.#flow?.close();
  }
}
