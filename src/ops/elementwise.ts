// A function of one tensor, element by element, and its gradient as an op of its own: both records from one description.
// Used by activations.ts and unary.ts.

import type { OpenShape } from "../tensor/shape.js";
import type { Fusible } from "./epilogue.js";
import { type Calls, defineOp, type NoAttributes, type Op, type OpOptions, type Sample } from "./op.js";

/** An op, and its gradient `nameGradient` of (value, upstream) beside it. */
export interface ElementwiseOp<A = NoAttributes> extends Op<["x"], A> {
  readonly gradient: Op<["value", "upstream"], A>;
}

export interface Description<A> {
  readonly name: string;
  readonly doc: string;
  /** What the gradient is written in. In terms of the value `y` it needs no input kept. */
  readonly gradientOf: "x" | "y";
  readonly options?: readonly (keyof A & string)[];
  readonly attributes?: (given: Partial<A>) => A;
  /** The kernel: addresses of x and y, n elements. */
  readonly forward: (k: Calls, x: number, y: number, n: number, attributes: A) => void;
  /** The kernel: addresses of what `gradientOf` says, of dy and of dx, n elements. */
  readonly gradient: (k: Calls, value: number, dy: number, dx: number, n: number, attributes: A) => void;
  readonly fusible?: Fusible;
  readonly samples?: {
    /** With which the tests try the op; by default one trial without any. */
    readonly attributes?: readonly Partial<A>[];
    /** Where the values of x are drawn from, if not around 0. */
    readonly range?: readonly [low: number, high: number];
  };
}

/** The op of a description, with its gradient. */
// @__NO_SIDE_EFFECTS__
export function elementwise<A extends object = NoAttributes>(description: Description<A>): ElementwiseOp<A> {
  const { name, options, attributes, fusible, gradientOf } = description;
  const gradient: Op<["value", "upstream"], A> = defineOp<["value", "upstream"], A>({
    name: `${name}Gradient`,
    doc: `Gradient of ${name}: upstream * d${name}/dx, where value is the ${gradientOf} of ${name}.`,
    inputs: ["value", "upstream"],
    ...(options && { options }),
    ...(attributes && { attributes }),
    shape: ({ upstream }): OpenShape => upstream,
    forward: (k, { value, upstream, y }, given) =>
      description.gradient(k, value.ptr, upstream.ptr, y.ptr, y.size, given),
    vjp: { upstream: ({ value, dy }, given) => gradient(value, dy, given as OpOptions<A>) },
    inPlace: "upstream",
    samples: samplesOf(["value", "upstream"], description),
  });
  const op = defineOp<["x"], A>({
    name,
    doc: description.doc,
    inputs: ["x"],
    ...(options && { options }),
    ...(attributes && { attributes }),
    shape: ({ x }): OpenShape => x,
    forward: (k, { x, y }, given) => description.forward(k, x.ptr, y.ptr, x.size, given),
    vjp: { x: (nodes, given) => gradient(nodes[gradientOf], nodes.dy, given as OpOptions<A>) },
    inPlace: "x",
    ...(fusible && { fusible }),
    samples: samplesOf(["x"], description),
  });
  return Object.assign(op, { gradient });
}

/** Three shapes with each of the attributes. */
function samplesOf<A extends object>(inputs: readonly string[], { samples = {} }: Description<A>): Sample[] {
  const { attributes: trials = [{}], range } = samples;
  return trials.flatMap((trial) =>
    [[7], [2, 3], []].map((shape) => ({
      inputs: Object.fromEntries(inputs.map((input) => [input, shape])),
      ...(Object.keys(trial).length > 0 && { attributes: trial }),
      ...(range && { range: Object.fromEntries(inputs.map((input) => [input, range])) }),
    })),
  );
}
