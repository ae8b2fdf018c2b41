// Clipping of gradients between `computeGradients` and `applyGradients`: the same pairs, with shorter gradients.

import { ArgumentError, checkArity, checkNumber, describe } from "../../errors.js";
import { add } from "../../ops/arithmetic.js";
import { clip, normOf, rescaledSquares, scaleToNorm, sumOfSquares } from "../../ops/clipping.js";
import { checkNode, isNodeLike, type Node } from "../../ops/op.js";

/** A gradient and the variable it belongs to. */
export interface GradientPair {
  readonly gradient: Node;
  readonly variable: Node;
}

/** Holds every element of every gradient within [-limit, limit]. */
export function clipByValue(pairs: readonly GradientPair[], limit: number): GradientPair[] {
  checkPairs("clipByValue", pairs);
  checkArity("clipByValue", arguments.length, 2);
  checkLimit("clipByValue: limit", limit);
  return pairs.map(({ gradient, variable }) => ({ variable, gradient: clip(gradient, { low: -limit, high: limit }) }));
}

/** Shortens each gradient whose own norm is greater than `norm` to that norm. */
export function clipByNorm(pairs: readonly GradientPair[], norm: number): GradientPair[] {
  checkPairs("clipByNorm", pairs);
  checkArity("clipByNorm", arguments.length, 2);
  checkLimit("clipByNorm: norm", norm);
  return pairs.map(({ gradient, variable }) => ({
    variable,
    gradient: scaleToNorm(gradient, globalNorm([gradient]), { limit: norm }),
  }));
}

/** Shortens all gradients by one factor where the norm over all of them is greater than `norm`: the direction stays. */
export function clipByGlobalNorm(pairs: readonly GradientPair[], norm: number): GradientPair[] {
  checkPairs("clipByGlobalNorm", pairs);
  checkArity("clipByGlobalNorm", arguments.length, 2);
  checkLimit("clipByGlobalNorm: norm", norm);
  const length = globalNorm(pairs.map(({ gradient }) => gradient));
  return pairs.map(({ gradient, variable }) => ({
    variable,
    gradient: scaleToNorm(gradient, length, { limit: norm }),
  }));
}

/**
 * The norm over all elements of all nodes, a scalar. The squares of each are added in the canonical order, then those
 * sums from the first node on. Where they leave the range of float32, that is for norms above 1.8e19, they are scaled
 * first; a norm above the largest float counts as that one.
 */
export function globalNorm(nodes: readonly Node[]): Node {
  checkArity("globalNorm", arguments.length, 1);
  if (!Array.isArray(nodes) || nodes.length === 0) {
    throw new ArgumentError(`globalNorm: nodes must be a list of at least one node; received ${describe(nodes)}.`);
  }
  for (const node of nodes) checkNode("globalNorm", "each", node);
  const sumOver = (squares: (node: Node) => Node) => nodes.map(squares).reduce((total, each) => add(total, each));
  const total = sumOver((node) => sumOfSquares(node));
  const rest = sumOver((node) => rescaledSquares(node, total));
  return normOf(total, rest);
}

/** Fails unless `pairs` are gradients with their variables. */
export function checkPairs(subject: string, pairs: unknown): asserts pairs is readonly GradientPair[] {
  const fits = (pair: GradientPair | null) => isNodeLike(pair?.gradient) && isNodeLike(pair?.variable);
  if (!Array.isArray(pairs) || !pairs.every(fits)) {
    const received = isNodeLike(pairs)
      ? "a node; clip(x, { low, high }) holds the values of a node within limits"
      : describe(pairs);
    throw new ArgumentError(
      `${subject}: pairs must be a list of { gradient, variable }, what computeGradients gives; received ${received}.`,
    );
  }
}

function checkLimit(subject: string, limit: unknown): asserts limit is number {
  checkNumber(subject, limit, 0, Infinity, true);
}

export interface ClippingOptions {
  /** Largest magnitude of an element of a gradient. At most one of the three clippings may be given. */
  readonly clipValue?: number;
  /** Largest norm of each gradient. */
  readonly clipNorm?: number;
  /** Largest norm of all gradients together. */
  readonly globalClipNorm?: number;
}

/** The clipping that options ask for. */
export function clippingOf(
  optimizer: string,
  { clipValue, clipNorm, globalClipNorm }: ClippingOptions,
): (pairs: readonly GradientPair[]) => readonly GradientPair[] {
  const given = Object.entries({ clipValue, clipNorm, globalClipNorm }).filter(([, limit]) => limit !== undefined);
  for (const [option, limit] of given) checkLimit(`${optimizer}: ${option}`, limit);
  if (given.length > 1) {
    const names = given.map(([option]) => option).join(" and ");
    throw new ArgumentError(
      `${optimizer}: only one of clipValue, clipNorm, globalClipNorm may be given; received ${names}.`,
    );
  }
  if (clipValue !== undefined) return (pairs) => clipByValue(pairs, clipValue);
  if (clipNorm !== undefined) return (pairs) => clipByNorm(pairs, clipNorm);
  if (globalClipNorm !== undefined) return (pairs) => clipByGlobalNorm(pairs, globalClipNorm);
  return (pairs) => pairs;
}
