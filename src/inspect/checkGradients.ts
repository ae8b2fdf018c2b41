// Gradients against differences: does what an op, a layer or a loss of one's own says agree with what it does?

import { ArgumentError, checkArity, checkInteger, checkNumber, checkOptions, describe, ShapeError } from "../errors.js";
import { gradients } from "../graph/gradients.js";
import { isNode } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { mean, sum } from "../ops/reductions.js";
import { checkSession, type Feeds, type RunOptions, type Session } from "../runtime/session.js";
import { RandomStream } from "../tensor/random.js";
import { formatShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { nodesOf } from "./extent.js";
import { formatTable } from "./table.js";

export interface CheckGradientsOptions extends RunOptions {
  /** Default: the trainable variables that the node depends on. Fed nodes may be among them. */
  readonly withRespectTo?: readonly Node[];
  readonly feeds?: Feeds;
  /** Elements of each node that are tried, drawn at random. Default 20. */
  readonly samples?: number;
  /** How far a gradient may be off, relative to the largest of its node. Default 0.001. */
  readonly tolerance?: number;
  /** Of the draw. Default 0. */
  readonly seed?: number;
}

/** One element of a node. */
export interface CheckedElement {
  readonly index: number;
  /** What the gradient node gives. */
  readonly gradient: number;
  /** What the differences give. */
  readonly difference: number;
  /** True where the function has a kink so near that no difference tells the slope: this element is not judged. */
  readonly kink: boolean;
  readonly passed: boolean;
}

export interface CheckedNode {
  readonly name: string;
  readonly elements: readonly CheckedElement[];
  /** The element that is furthest off, kinks apart; null where all are kinks. */
  readonly worst: CheckedElement | null;
  readonly passed: boolean;
}

export interface GradientReport {
  readonly passed: boolean;
  readonly nodes: readonly CheckedNode[];
  toString(): string;
}

/**
 * Compares the gradients of the scalar `of` with central differences over the engine, at two distances, extrapolated
 * (Richardson), so that the error is of the fourth order. A mean or a sum is taken in float64. Values are tried by feeding
 * them: no variable changes. Near a kink, such as that of ReLU at 0, elements are left out and counted.
 * Fails like `gradients` and `session.run` do; what the comparison finds is in the report.
 */
export function checkGradients(session: Session, of: Node, options: CheckGradientsOptions = {}): GradientReport {
  checkArity("checkGradients", arguments.length, 3);
  checkSession("checkGradients", session);
  checkOptions("checkGradients", options, ["withRespectTo", "feeds", "samples", "tolerance", "seed", "training"]);
  const { feeds = {}, samples = 20, tolerance = 1e-3, seed = 0, training = false } = options;
  checkInteger("checkGradients: samples", samples, 1);
  checkNumber("checkGradients: tolerance", tolerance, 0, 1, true);
  if (!isNode(of)) throw new ArgumentError(`checkGradients: it takes a node; received ${describe(of)}.`);
  if (of.shape.length !== 0) {
    throw new ShapeError(`checkGradients: ${of.name} must be a scalar; its shape is ${formatShape(of.shape)}.`);
  }
  const { withRespectTo = trainableUnder(session, of) } = options;
  const targets = Array.isArray(withRespectTo) ? withRespectTo : [withRespectTo];
  if (targets.length === 0) {
    throw new ArgumentError(`checkGradients: ${of.name} depends on no trainable variable; give withRespectTo.`);
  }
  const slopes = gradients(of, targets);
  if (typeof feeds !== "object" || feeds === null) {
    throw new ArgumentError(`checkGradients: feeds must be values by node or name; received ${describe(feeds)}.`);
  }
  const pairs = (Symbol.iterator in feeds ? [...feeds] : Object.entries(feeds)) as [Node | string, Tensor][];
  const values = session.run([...targets, ...slopes], pairs, { training });
  const nodes = targets.map((target, i) => {
    const value = values[i] as Tensor;
    const others = pairs.filter(([node]) => node !== target && node !== target.name);
    const valueAt = objective(session, of, others, target, value, { training });
    return checkNode(target, value, values[targets.length + i] as Tensor, valueAt, { samples, tolerance, seed });
  });
  const passed = nodes.every((node) => node.passed);
  return { passed, nodes, toString: () => print(nodes) };
}

/** The function of one element: its value with that element changed, and the size of the terms it is made of. */
type Objective = (index: number, element: number) => { readonly value: number; readonly magnitude: number };

function trainableUnder(session: Session, of: Node): readonly Node[] {
  const under = new Set(nodesOf("checkGradients", of));
  return session.graph.trainable().filter((variable) => under.has(variable));
}

function objective(
  session: Session,
  of: Node,
  feeds: readonly [Node | string, Tensor][],
  target: Node,
  at: Tensor,
  options: RunOptions,
): Objective {
  const isMean = of.op === mean.record;
  const terms = isMean || of.op === sum.record ? (of.inputs[0] as Node) : of;
  const changed = at.data.slice();
  return (index, element) => {
    const original = changed[index] as number;
    changed[index] = element;
    const { data } = session.run(terms, [...feeds, [target, new Tensor(changed, at.shape)]], options);
    changed[index] = original;
    const divisor = isMean ? data.length : 1;
    let value = 0;
    let magnitude = 0;
    for (const term of data) {
      value += term / divisor;
      magnitude += Math.abs(term) / divisor;
    }
    return { value, magnitude };
  };
}

function checkNode(
  { name }: Node,
  { data }: Tensor,
  slope: Tensor,
  valueAt: Objective,
  { samples, tolerance, seed }: Required<Pick<CheckGradientsOptions, "samples" | "tolerance" | "seed">>,
): CheckedNode {
  const largest = (slope.data as Float32Array).reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const order = new RandomStream(seed, `checkGradients/${name}`).permutation(data.length);
  const indices = [...order.subarray(0, samples)].sort((a, b) => a - b);
  const elements = indices.map((index): CheckedElement => {
    const gradient = slope.data[index] as number;
    const { difference, noise, kink } = differenceAt(valueAt, index, data[index] as number, tolerance);
    const off = Math.abs(gradient - difference);
    const passed = kink || off <= tolerance * Math.max(largest, Math.abs(difference)) + noise;
    return { index, gradient, difference, kink, passed };
  });
  const judged = elements.filter(({ kink }) => !kink);
  const worst = judged.reduce<CheckedElement | null>(
    (most, each) => (most && offBy(most) >= offBy(each) ? most : each),
    null,
  );
  return { name, elements, worst, passed: elements.every((each) => each.passed) };
}

function offBy({ gradient, difference }: CheckedElement): number {
  const off = Math.abs(gradient - difference);
  return Number.isNaN(off) ? Infinity : off;
}

/** Distance of the first pair of values, for an element around 1. */
const STEP = 0.015625;
/** Rounding of a term in float32, and of what it was computed from: eight halves of a unit. */
const ROUNDING = 4.8e-7;

/** The slope by differences, what rounding may have done to it, and whether there is a kink. */
function differenceAt(valueAt: Objective, index: number, element: number, tolerance: number) {
  const step = STEP * Math.max(1, Math.abs(element));
  const middle = valueAt(index, element);
  const around = [step, step / 2].map((distance) => {
    const [low, high] = [Math.fround(element - distance), Math.fround(element + distance)];
    const [below, above] = [valueAt(index, low).value, valueAt(index, high).value];
    const left = (middle.value - below) / (element - low);
    const right = (above - middle.value) / (high - element);
    return { slope: (above - below) / (high - low), bend: Math.abs(right - left) };
  });
  const [far, near] = around as [(typeof around)[0], (typeof around)[0]];
  const noise = (ROUNDING * middle.magnitude) / step;
  const difference = (4 * near.slope - far.slope) / 3;
  // Of a smooth function the slopes on both sides come together as the distance shrinks, at a kink they do not.
  const size = Math.max(Math.abs(far.slope), Math.abs(near.slope));
  const unsteady = Math.abs(far.slope - near.slope) > Math.max(0.02 * size, tolerance * size) + 8 * noise;
  const bent = near.bend > 0.8 * far.bend && near.bend > tolerance * size + 8 * noise;
  return { difference, noise, kink: unsteady || bent };
}

function print(nodes: readonly CheckedNode[]): string {
  const number = (value: number | undefined) => (value === undefined ? "-" : value.toPrecision(4));
  const rows = nodes.map(({ name, elements, worst, passed }) => [
    name,
    String(elements.length),
    String(elements.filter(({ kink }) => kink).length),
    worst ? String(worst.index) : "-",
    number(worst?.gradient),
    number(worst?.difference),
    passed ? "passed" : "FAILED",
  ]);
  return formatTable(["Node", "Tried", "Kinks", "Worst at", "Gradient", "Difference", ""], rows, [1, 2, 3, 4, 5]);
}
