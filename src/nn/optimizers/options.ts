// What the options of several optimizers have in common, and their checks.

import { ArgumentError, checkNumber, checkOneOf, checkOptions, describe } from "../../errors.js";
import type { Node } from "../../ops/op.js";
import type { ClippingOptions } from "./clipping.js";

export interface OptimizerOptions extends ClippingOptions {
  /**
   * A non-negative number; a schedule, that is a function of the number of updates made; or a scalar node of the graph.
   * A number becomes the variable `<name>/learningRate`, which `session.set` changes from one step to the next; with a
   * schedule each update sets that variable first; a node may be fed or computed.
   */
  readonly learningRate?: LearningRate;
  /** Shrinks every weight by learningRate * weightDecay before each step (see `formulation` for L2). Default 0. */
  readonly weightDecay?: number;
  /** Of the scope that holds rate, step counter and slots. Default: the name of the optimizer. */
  readonly name?: string;
}

export type LearningRate = number | ((step: number) => number) | Node;

/**
 * Whose formulas are followed where TensorFlow (Keras 3) and PyTorch differ: where epsilon stands, whether a velocity
 * has the rate in it, and what weight decay is: decoupled in Keras, added to the gradient (L2) in PyTorch except in
 * AdamW and Lion. The defaults of all options are those of Keras either way.
 */
export type Formulation = "tensorflow" | "pytorch";

export interface FormulationOption {
  /** Default "tensorflow". */
  readonly formulation?: Formulation;
}

/** What every update rule knows beside its own constants. */
export interface CommonHyper {
  readonly weightDecay: number;
  /** 1 where weight decay is added to the gradient, else 0. */
  readonly coupled: number;
  /** 1 for PyTorch's formulas, else 0. */
  readonly pytorch: number;
}

const commonOptions = ["learningRate", "weightDecay", "name", "clipValue", "clipNorm", "globalClipNorm"];

/** Checks what all optimizers share; `own` names the options that this one has beside them. */
export function commonHyper(
  optimizer: string,
  options: OptimizerOptions & FormulationOption,
  own: readonly string[],
  decouples = false,
): CommonHyper {
  checkOptions(optimizer, options, [...own, ...commonOptions]);
  const { weightDecay = 0, formulation = "tensorflow", name } = options;
  if (name !== undefined && (typeof name !== "string" || name === "")) {
    throw new ArgumentError(`${optimizer}: name must be a non-empty string; received ${describe(name)}.`);
  }
  checkNumber(`${optimizer}: weightDecay`, weightDecay, 0);
  checkOneOf(`${optimizer}: formulation`, formulation, ["tensorflow", "pytorch"]);
  const pytorch = Number(formulation === "pytorch");
  return { weightDecay, pytorch, coupled: decouples ? 0 : pytorch };
}

export function checkEpsilon(subject: string, value: unknown): asserts value is number {
  checkNumber(subject, value, 0, Infinity, true);
}
