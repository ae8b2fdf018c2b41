// The options of `fit`, and their checks.

import { ArgumentError, checkCallback, checkFlag, checkInteger, checkOptions, describe } from "../errors.js";
import type { Node } from "../ops/op.js";
import type { HostSignal } from "../signal.js";
import type { TensorLike } from "../tensor/tensor.js";
import type { Metrics } from "./loop.js";
import type { Like } from "./structure.js";

export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps made in this epoch, from 1. */
  readonly step: number;
  readonly steps: number;
  /** Means over the epoch so far. */
  readonly metrics: Metrics;
}

/** `I` and `O` are the structures of the model's inputs and outputs. */
export interface FitOptions<I = Node, O = Node> {
  /** Default 1. */
  readonly epochs?: number;
  /** Default 32. The last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** Default true: a new order each epoch, by the model's seed. */
  readonly shuffle?: boolean;
  /** Evaluated after each epoch; reported as `valLoss`, `valAccuracy`, ... */
  readonly validationData?: readonly [x: Like<I, TensorLike>, y: Like<O, TensorLike>];
  readonly onStep?: (progress: Progress) => void;
  /** After each epoch, validation included. */
  readonly onEpochEnd?: (epoch: number, metrics: Metrics) => void;
  /** Stops after the step in progress; `fit` then rejects with the signal's reason, and the weights stay as they are. */
  readonly signal?: HostSignal;
}

const NAMES = ["epochs", "batchSize", "shuffle", "validationData", "onStep", "onEpochEnd", "signal"];
const DEFAULT_BATCH = 32;

/** With their defaults. */
type Settings<I, O> = FitOptions<I, O> & Required<Pick<FitOptions, "epochs" | "batchSize" | "shuffle">>;

/** The options, checked. Throws the signal's reason where it has aborted already. */
export function readFitOptions<I, O>(options: FitOptions<I, O>): Settings<I, O> {
  checkOptions("Model.fit", options, NAMES);
  const { epochs = 1, batchSize = DEFAULT_BATCH, shuffle = true, validationData, onStep, onEpochEnd, signal } = options;
  checkFlag("Model.fit: shuffle", shuffle);
  checkCallback("Model.fit: onStep", onStep);
  checkCallback("Model.fit: onEpochEnd", onEpochEnd);
  if (signal !== undefined && typeof signal?.throwIfAborted !== "function") {
    throw new ArgumentError(`Model.fit: signal must be an AbortSignal; received ${describe(signal)}.`);
  }
  const pair: unknown = validationData;
  if (pair !== undefined && !(Array.isArray(pair) && pair.length === 2)) {
    throw new ArgumentError(`Model.fit: validationData must be a pair [x, y]; received ${describe(validationData)}.`);
  }
  checkInteger("Model.fit: epochs", epochs, 1);
  checkInteger("Model.fit: batchSize", batchSize, 1);
  signal?.throwIfAborted();
  return { ...options, epochs, batchSize, shuffle };
}
