// A function of one tensor, element by element, and its gradient as an op of its own: both records from one description.
// Used by activations.ts and unary.ts.

import type { OpenShape } from "../tensor/shape.js";
import { type Calls, defineOp, type Epilogue, type NoAttributes, type Op, type OpOptions, type Sample } from "./op.js";

export interface Description<A> {
  readonly name: string;
  readonly doc: string;
  /** What the gradient is written in. In terms of the value `y` it needs no input kept. */
  readonly gradientOf: "x" | "y";
  readonly attributes?: (given: Partial<A>) => A;
  /** The kernel: addresses of x and y, n elements. */
  readonly forward: (k: Calls, x: number, y: number, n: number, attributes: A) => void;
  /** The kernel: addresses of what `gradientOf` says, of dy and of dx, n elements. */
  readonly gradient: (k: Calls, value: number, dy: number, dx: number, n: number, attributes: A) => void;
  readonly epilogue?: Epilogue;
  /** Attributes with which the tests try the op; by default one trial without any. */
  readonly trials?: readonly Partial<A>[];
  /** Where the values of x are drawn from in tests, if not around 0. */
  readonly range?: readonly [low: number, high: number];
}

/** The op and its gradient: `name` of x, and `nameGradient` of (value, upstream). */
export function elementwise<A extends object = NoAttributes>(
  description: Description<A>,
): [op: Op<["x"], A>, gradient: Op<["value", "upstream"], A>] {
  const { name, doc, gradientOf, attributes, forward, gradient, epilogue, trials = [{}], range } = description;
  const samples = (inputs: readonly string[]): Sample[] =>
    trials.flatMap((trial) =>
      [[7], [2, 3], []].map((shape) => ({
        inputs: Object.fromEntries(inputs.map((input) => [input, shape])),
        ...(Object.keys(trial).length > 0 && { attributes: trial }),
        ...(range && { range: Object.fromEntries(inputs.map((input) => [input, range])) }),
      })),
    );
  const gradientOp: Op<["value", "upstream"], A> = defineOp<["value", "upstream"], A>({
    name: `${name}Gradient`,
    doc: `Gradient of ${name}: upstream * d${name}/dx, where value is the ${gradientOf} of ${name}.`,
    inputs: ["value", "upstream"],
    ...(attributes && { attributes }),
    shape: ({ upstream }): OpenShape => upstream,
    forward: (k, { value, upstream, y }, given) => gradient(k, value.ptr, upstream.ptr, y.ptr, y.size, given),
    vjp: { upstream: ({ value, dy }, given) => gradientOp(value, dy, given as OpOptions<A>) },
    inPlace: "upstream",
    samples: samples(["value", "upstream"]),
  });
  const op = defineOp<["x"], A>({
    name,
    doc,
    inputs: ["x"],
    ...(attributes && { attributes }),
    shape: ({ x }): OpenShape => x,
    forward: (k, { x, y }, given) => forward(k, x.ptr, y.ptr, x.size, given),
    vjp: { x: (nodes, given) => gradientOp(nodes[gradientOf], nodes.dy, given as OpOptions<A>) },
    inPlace: "x",
    ...(epilogue && { epilogue }),
    samples: samples(["x"]),
  });
  return [op, gradientOp];
}
