// What the two sides of a worker call on each other: the program in the worker, and whoever started it. Arguments and
// results that hold tensors are packed.

import type { Architecture } from "../models/lanewise/architecture.js";
import type { Compiled } from "../models/lanewise/compiled.js";
import type { SaveModelOptions } from "../models/lanewise/files.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Hook, Training, TrainingPosition } from "../training/callbacks/callback.js";
import type { Progress } from "../training/input/fitOptions.js";
import type { History } from "../training/loop/run.js";
import type { LossAndMetrics } from "../training/loop/tally.js";
import type { Form } from "../training/model/structure.js";
import type { PortableEngine } from "../wasm/engine.js";
import type { Packed } from "./packing.js";

/** A model as data: its nodes, the values of its variables, how it was compiled and how far it has come. */
export interface Handover {
  readonly architecture: Architecture;
  /** Names of variables. */
  readonly frozen: readonly string[];
  readonly recipe: Compiled | null;
  /** Packed tensors by name: all variables of the graph. */
  readonly tensors: Packed;
  readonly training: TrainingPosition;
}

export interface OpenRequest {
  /** Compiled here, so that the worker need not. */
  readonly engine: PortableEngine;
  /** The bytes of a model's file, or a model. */
  readonly model: { readonly file: Uint8Array<ArrayBuffer> } | { readonly handover: Handover };
  /** A lock of the browser to hold as long as the worker lives; null where there are none. */
  readonly lock: string | null;
}

/** The forms of what goes in and out, and the weights. */
export interface Forms {
  readonly variables: readonly { readonly name: string }[];
  readonly inputs: Form;
  readonly outputs: Form;
}

/** Data that come in batches stay with the caller, who is asked for one after the other. */
export interface RemoteSource {
  readonly source: number;
  /** Batches of an epoch; null where only reading tells. */
  readonly size: number | null;
}

export interface FitRequest {
  readonly id: number;
  /** Packed: `[x, y]`, or `[source]`. */
  readonly data: Packed;
  /** Packed: the options that are data; sources in validationData as RemoteSource. */
  readonly options: Packed;
  /** What the caller wants to hear. */
  readonly hooks: readonly Hook[];
  readonly onStep: boolean;
  /** Milliseconds between two reports of a step. */
  readonly stepInterval: number;
}

/** A training as callbacks see it, at one moment. */
export interface Moment
  extends Pick<
    Training,
    "epoch" | "epochs" | "step" | "steps" | "stepsMade" | "metrics" | "loss" | "stopReason" | "learningRateObstacle"
  > {
  /** Null where the graph computes it; then `learningRateObstacle` says so. */
  readonly learningRate: number | null;
  /** Null after a step, where copying them would cost more than the step. */
  readonly weights: ReadonlyMap<string, Tensor> | null;
}

/** What callbacks have done to the training. */
export interface Edits {
  readonly learningRate?: number;
  readonly stop?: string;
  readonly weights?: ReadonlyMap<string, Tensor>;
}

/** The program in the worker. */
export interface HostFunctions {
  open(request: OpenRequest): Promise<Forms>;
  compile(recipe: Compiled): void;
  fit(request: FitRequest): Promise<History>;
  /** Ends a fit or an evaluation. */
  abort(call: number): void;
  evaluate(id: number, data: Packed, options: Packed): Promise<LossAndMetrics>;
  /** Packed: `[x, y, options]`. */
  trainOnBatch(batch: Packed): LossAndMetrics;
  predict(x: Packed, options: Packed): Packed;
  summary(): string;
  hash(): string;
  getWeights(): Packed;
  setWeights(weights: Packed): void;
  getState(): Packed;
  setState(state: Packed): void;
  setFrozen(pattern: RegExp | undefined, frozen: boolean): void;
  toBytes(options: SaveModelOptions | Readonly<Record<string, string>> | undefined): Uint8Array<ArrayBuffer>;
}

/** Whoever started the worker. */
export interface CallerFunctions {
  step(fit: number, progress: Progress): Promise<void>;
  /** From a packed Moment to packed Edits. */
  hook(fit: number, hook: Hook, moment: Packed): Promise<Packed>;
  /** Begins to read an epoch of a source; the number of the reading. */
  openSource(source: number, epoch: number): number;
  /** The next batch, packed; null at the end. */
  nextBatch(reading: number): Promise<Packed | null>;
  closeSource(reading: number): Promise<void>;
}
