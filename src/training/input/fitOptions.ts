// The options of `fit`, and their checks.

import type { ClassWeight } from "../../data/pipeline/classWeights.js";
import type { Source } from "../../data/pipeline/sources.js";
import {
  ArgumentError,
  checkCallback,
  checkFlag,
  checkInteger,
  checkNumber,
  checkOptions,
  describe,
} from "../../errors.js";
import { checkSignal, type HostSignal } from "../../host/signal.js";
import type { Node } from "../../ops/op.js";
import type { TensorLike } from "../../tensor/tensor.js";
import { type Callback, checkCallbacks } from "../callbacks/callback.js";
import { showsTrainings } from "../callbacks/shown.js";
import type { Metrics } from "../loop/tally.js";
import type { Like } from "../model/structure.js";

export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps made in this epoch, from 1. */
  readonly step: number;
  /** Null where only reading the data tells. */
  readonly steps: number | null;
  /** Means over the epoch so far. */
  readonly metrics: Metrics;
}

/**
 * Batches `[x, y]` or `[x, y, sampleWeight]` that come one after the other: a `dataset(...).batch(n)`, a generator or its
 * function, anything to iterate over.
 */
export type BatchSource = Source<readonly unknown[]>;

/** `I` and `O` are the structures of the model's inputs and outputs. */
export interface FitOptions<I = Node, O = Node> {
  /** The last epoch, counted from 1: with `initialEpoch` 4 and `epochs` 10 six are trained. Default 1. */
  readonly epochs?: number;
  /** Epochs that have been trained before, for a training that goes on. Default 0. */
  readonly initialEpoch?: number;
  /** Default 32. The last batch of an epoch may be smaller. Only for arrays. */
  readonly batchSize?: number;
  /** Default true: a new order each epoch, by the model's seed. Only for arrays. */
  readonly shuffle?: boolean;
  /**
   * Ends an epoch after so many batches. Of arrays, each epoch then takes the first of its order; all other data are read
   * on from epoch to epoch, and from the start where they end. Default: an epoch is all the data.
   */
  readonly stepsPerEpoch?: number;
  /** Evaluated after each epoch; reported as `valLoss`, `valAccuracy`, ... */
  readonly validationData?:
    | readonly [x: Like<I, TensorLike>, y: Like<O, TensorLike>, sampleWeight?: TensorLike]
    | BatchSource;
  /** Takes this share of the examples, in (0, 1), the last ones as given, for validation. Only for arrays. */
  readonly validationSplit?: number;
  /** How much each example counts in the loss: one number from 0 on for each. Only for arrays. */
  readonly sampleWeight?: TensorLike;
  /** How much the examples of each class count, by the number of the class; or "balanced": classes count equally. */
  readonly classWeight?: ClassWeight;
  readonly callbacks?: readonly Callback[] | Callback;
  /**
   * Whether lines of progress, and at the end of advice, are written to the console. Default: in a terminal of Node, unless
   * `onStep`, `onEpochEnd` or a callback of progress is given. 0, 1 and 2 are those of Keras: off, and on.
   */
  readonly verbose?: boolean | 0 | 1 | 2;
  /**
   * Whether what frozen layers at the bottom give is computed once, in place of in each step, where that gives the same
   * weights bit for bit: "auto", if it takes at most 256 MB; a number of bytes for another limit; false for never.
   * Only for arrays. Default "auto".
   */
  readonly cacheFrozen?: "auto" | number | false;
  readonly onStep?: (progress: Progress) => void;
  /** After each epoch, validation included. */
  readonly onEpochEnd?: (epoch: number, metrics: Metrics) => void;
  /**
   * How many milliseconds to work before the event loop gets a turn. Less lets a service or page answer sooner meanwhile;
   * 0 gives way after each step, Infinity never. Default 12.
   */
  readonly yieldEvery?: number;
  /** While another fit of this model runs: true waits for it to end, in the order of the calls; false fails. Default false. */
  readonly queue?: boolean;
  /**
   * Stops after the step in progress, and waits for no callback or source any longer; `fit` then rejects with the signal's
   * reason, and the weights stay as they are.
   */
  readonly signal?: HostSignal;
}

const ARRAY_OPTIONS = ["batchSize", "shuffle", "validationSplit", "sampleWeight", "cacheFrozen"];
export const fitOptionNames: readonly string[] = [
  "epochs",
  "initialEpoch",
  "batchSize",
  "shuffle",
  "stepsPerEpoch",
  "validationData",
  "validationSplit",
  "sampleWeight",
  "classWeight",
  "callbacks",
  "verbose",
  "cacheFrozen",
  "onStep",
  "onEpochEnd",
  "yieldEvery",
  "queue",
  "signal",
];
const DEFAULT_BATCH = 32;
const DEFAULT_CACHE = 2 ** 28;

/** The options with their defaults. `flowing`: for data that come in batches. Throws the signal's reason if it has aborted. */
export function readFitOptions<I, O>(options: FitOptions<I, O>, flowing: boolean) {
  checkOptions("Model.fit", options, fitOptionNames);
  const stray = flowing && ARRAY_OPTIONS.find((name) => options[name as keyof typeof options] !== undefined);
  if (stray) {
    throw new ArgumentError(`Model.fit: ${stray} is for arrays; these data come in batches of their own.`);
  }
  const { epochs = 1, initialEpoch = 0, batchSize = DEFAULT_BATCH, shuffle = true, stepsPerEpoch = null } = options;
  const { cacheFrozen = "auto", onStep, onEpochEnd, signal, validationSplit, validationData } = options;
  const { yieldEvery, queue = false } = options;
  checkInteger("Model.fit: epochs", epochs, 1);
  checkInteger("Model.fit: initialEpoch", initialEpoch, 0);
  checkInteger("Model.fit: batchSize", batchSize, 1);
  if (stepsPerEpoch !== null) checkInteger("Model.fit: stepsPerEpoch", stepsPerEpoch, 1);
  checkFlag("Model.fit: shuffle", shuffle);
  checkCallback("Model.fit: onStep", onStep);
  checkCallback("Model.fit: onEpochEnd", onEpochEnd);
  const { callbacks: given = [] } = options as { readonly callbacks?: unknown };
  const callbacks: unknown = Array.isArray(given) ? given : [given];
  checkCallbacks("Model.fit", callbacks);
  if (yieldEvery !== undefined && yieldEvery !== Infinity) checkNumber("Model.fit: yieldEvery", yieldEvery, 0);
  checkFlag("Model.fit: queue", queue);
  const reported =
    onStep !== undefined || onEpochEnd !== undefined || callbacks.some(({ name }) => name === "progress");
  const { verbose = !reported && isTerminal() && showsTrainings() } = options;
  if (!([false, true, 0, 1, 2] as unknown[]).includes(verbose)) {
    throw new ArgumentError(`Model.fit: verbose must be true or false; received ${describe(verbose)}.`);
  }
  if (verbose && !showsTrainings()) {
    throw new ArgumentError(
      "Model.fit: verbose must be false where there is no terminal; received true; callbacks.progress({ write }) shows lines.",
    );
  }
  if (typeof cacheFrozen === "number") checkNumber("Model.fit: cacheFrozen", cacheFrozen, 0);
  else if (cacheFrozen !== "auto" && cacheFrozen !== false) {
    throw new ArgumentError(
      `Model.fit: cacheFrozen must be "auto", false or a number of bytes; received ${describe(cacheFrozen)}.`,
    );
  }
  if (validationSplit !== undefined) {
    if (!(typeof validationSplit === "number" && validationSplit > 0 && validationSplit < 1)) {
      throw new ArgumentError(
        `Model.fit: validationSplit must be greater than 0 and below 1; received ${describe(validationSplit)}.`,
      );
    }
    if (validationData !== undefined) {
      throw new ArgumentError("Model.fit: validationData and validationSplit are one or the other; received both.");
    }
  }
  checkSignal("Model.fit", signal);
  const cacheBytes = cacheFrozen === "auto" ? DEFAULT_CACHE : cacheFrozen === false ? 0 : cacheFrozen;
  return {
    ...options,
    epochs,
    initialEpoch,
    batchSize,
    shuffle,
    stepsPerEpoch,
    callbacks,
    cacheBytes,
    queue,
    verbose: Boolean(verbose),
  };
}

/** True in Node while the standard output is a terminal. */
function isTerminal(): boolean {
  const { process } = globalThis as { readonly process?: { readonly stdout?: { readonly isTTY?: boolean } } };
  return process?.stdout?.isTTY === true;
}

export type FitSettings = ReturnType<typeof readFitOptions<unknown, unknown>>;
