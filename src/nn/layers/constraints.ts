// What weights are held to after each training step: functions from a variable to its new value, a node of its shape.
// Norms are those of columns, which are the weights that go into one unit.

import { checkArity, checkInteger, checkNumber, checkOptions } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { relu } from "../../ops/activations.js";
import { add, affine, divide, maximum, minimum, multiply } from "../../ops/arithmetic.js";
import type { Node } from "../../ops/op.js";
import { sum } from "../../ops/reductions.js";
import { sqrt, square } from "../../ops/unary.js";
import { type Description, describedAs } from "../description.js";
import type { Constraint } from "./layer.js";

export interface NormOptions {
  /** Along which norms are taken. Default 0: a dense kernel is [inputs, units]. */
  readonly axis?: number;
}

/** A constraint that tells what it is, so that files can keep it. */
export interface NamedConstraint extends Constraint {
  readonly config: Description;
}

/** Columns whose norm is above `limit` are shortened to it; the others stay as they are. */
export function maxNorm(limit = 2, options: NormOptions = {}): NamedConstraint {
  checkArity("maxNorm", arguments.length, 2);
  checkNumber("maxNorm: limit", limit, 0, Infinity, true);
  const axis = axisOf("maxNorm", options);
  return named("maxNorm", { limit, axis }, (w) => {
    const most = scalar(w, limit);
    return multiply(w, divide(most, maximum(normOf(w, axis), most)));
  });
}

/** Columns get the norm 1; a column of zeros stays. */
export function unitNorm(options: NormOptions = {}): NamedConstraint {
  checkArity("unitNorm", arguments.length, 1);
  const axis = axisOf("unitNorm", options);
  return named("unitNorm", { axis }, (w) => divide(w, maximum(normOf(w, axis), scalar(w, SMALLEST))));
}

export interface MinMaxNormOptions extends NormOptions {
  /** At least 0. Default 0. */
  readonly min?: number;
  /** At least `min`. Default 1. */
  readonly max?: number;
  /** How far norms outside are brought to the nearer bound, in [0, 1]. Default 1: all the way. */
  readonly rate?: number;
}

/** Columns whose norm lies outside [min, max] are brought towards it; a column of zeros stays. */
export function minMaxNorm(options: MinMaxNormOptions = {}): NamedConstraint {
  checkArity("minMaxNorm", arguments.length, 1);
  checkOptions("minMaxNorm", options, ["min", "max", "rate", "axis"]);
  const { min = 0, max = 1, rate = 1, axis = 0 } = options;
  checkNumber("minMaxNorm: min", min, 0);
  checkNumber("minMaxNorm: max", max, min);
  checkNumber("minMaxNorm: rate", rate, 0, 1);
  checkInteger("minMaxNorm: axis", axis, Number.MIN_SAFE_INTEGER);
  return named("minMaxNorm", { min, max, rate, axis }, (w) => {
    const norm = normOf(w, axis);
    const within = minimum(maximum(norm, scalar(w, min)), scalar(w, max));
    const wanted = add(affine(within, { scale: rate }), affine(norm, { scale: 1 - rate }));
    return multiply(w, divide(wanted, maximum(norm, scalar(w, SMALLEST))));
  });
}

/** Weights below 0 become 0. */
export function nonNeg(): NamedConstraint {
  checkArity("nonNeg", arguments.length, 0);
  return named("nonNeg", {}, (w) => relu(w));
}

function named(kind: string, options: object, apply: Constraint): NamedConstraint {
  return describedAs(kind, options, apply);
}

// The smallest normal float32.
const SMALLEST = 1.17549435e-38;

function axisOf(name: string, options: NormOptions): number {
  checkOptions(name, options, ["axis"]);
  const { axis = 0 } = options;
  checkInteger(`${name}: axis`, axis, Number.MIN_SAFE_INTEGER);
  return axis;
}

function normOf(w: Node, axis: number): Node {
  return sqrt(sum(square(w), { axis, keepDims: true }));
}

function scalar(near: Node, value: number): Node {
  return (near.graph as Graph).constant("limit", value, { shape: [] });
}
