// Arithmetic element by element. Shapes broadcast by NumPy's rule; a gradient is summed over the axes repeated. One of the
// two operands may be a number, which becomes a constant of the other's graph.

import { ArgumentError, checkNumber, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, sameShape } from "../tensor/shape.js";
import {
  type Buffer,
  type Calls,
  checkNode,
  checkRank,
  defineOp,
  type NoAttributes,
  type Node,
  type Op,
  type OpOptions,
  type OpRecord,
  readOptions,
  type Sample,
} from "./op.js";
import { sumTo } from "./reductions.js";
import { broadcastShape, broadcastStrides, collapse, visitOuter } from "./strides.js";
import { log } from "./unary.js";

/** The numbers that assembly/elementwise.ts knows the operations by. */
export const operations = {
  add: 0,
  subtract: 1,
  multiply: 2,
  divide: 3,
  minimum: 4,
  maximum: 5,
  greater: 6,
  greaterEqual: 7,
  pow: 9,
  powByBase: 10,
  powByExponent: 11,
};

/** Values that are seldom close to each other. */
const APART = { a: [-9, 9], b: [-9, 9] } as const;

/** An op on two tensors that broadcast. A number stands for a scalar constant; one operand at least is a node. */
export interface BinaryFunction {
  (a: Node, b: Node | number, options?: OpOptions<NoAttributes>): Node;
  (a: number, b: Node, options?: OpOptions<NoAttributes>): Node;
}

export interface BinaryOp extends BinaryFunction {
  readonly record: OpRecord;
}

export const add = arithmetic({
  name: "add",
  doc: "Sum, with broadcasting: y = a + b.",
  vjp: { a: ({ a, dy }) => sumTo(dy, a.shape), b: ({ b, dy }) => sumTo(dy, b.shape) },
  fusible: { kind: "sum" },
});

export const subtract = arithmetic({
  name: "subtract",
  doc: "Difference, with broadcasting: y = a - b.",
  vjp: {
    a: ({ a, dy }) => sumTo(dy, a.shape),
    b: ({ b, dy }) => affine(sumTo(dy, b.shape), { scale: -1 }),
  },
});

export const multiply = arithmetic({
  name: "multiply",
  doc: "Product element by element, with broadcasting: y = a * b.",
  vjp: {
    a: ({ a, b, dy }) => sumTo(multiply(dy, b), a.shape),
    b: ({ a, b, dy }) => sumTo(multiply(dy, a), b.shape),
  },
});

export const divide = arithmetic({
  name: "divide",
  doc: "Quotient, with broadcasting: y = a / b.",
  vjp: {
    a: ({ a, b, dy }) => sumTo(divide(dy, b), a.shape),
    b: ({ b, y, dy }) => affine(sumTo(divide(multiply(dy, y), b), b.shape), { scale: -1 }),
  },
  samples: { a: [-2, 2], b: [0.8, 1.6] },
});

export const minimum = arithmetic({
  name: "minimum",
  doc: "The smaller of a and b, with broadcasting. NaN where either is NaN; of equal ones a gets the gradient.",
  vjp: {
    a: ({ a, b, dy }) => sumTo(multiply(dy, greaterEqual(b, a)), a.shape),
    b: ({ a, b, dy }) => sumTo(multiply(dy, greater(a, b)), b.shape),
  },
  samples: APART,
});

export const maximum = arithmetic({
  name: "maximum",
  doc: "The larger of a and b, with broadcasting. NaN where either is NaN; of equal ones a gets the gradient.",
  vjp: {
    a: ({ a, b, dy }) => sumTo(multiply(dy, greaterEqual(a, b)), a.shape),
    b: ({ a, b, dy }) => sumTo(multiply(dy, greater(b, a)), b.shape),
  },
  samples: APART,
});

export const pow = arithmetic({
  name: "pow",
  doc:
    "a to the power of b, with broadcasting. Whole exponents below 2^31 take any base; others a base of at least 0, NaN " +
    "for a negative one other than -Infinity, which counts as Infinity. The gradient of the base is 0 where the exponent is 0; that of the exponent is 0 where the base is " +
    "0 and the exponent is not negative, and NaN where the base is negative (PyTorch's rules).",
  vjp: {
    a: ({ a, b, dy }) => sumTo(multiply(dy, powByBase(a, b)), a.shape),
    b: ({ a, b, dy }) => sumTo(multiply(dy, powByExponent(a, b)), b.shape),
  },
  samples: { a: [0.8, 1.6], b: [-2, 2] },
});

export const powByBase = arithmetic({
  name: "powByBase",
  doc: "Derivative of pow by its base: b * a^(b - 1), 0 where b is 0.",
  vjp: {
    a: ({ a, b, dy }) => sumTo(multiply(dy, multiply(b, powByBase(a, oneLess(b)))), a.shape),
    b: ({ a, b, dy }) => {
      const rest = multiply(b, powByExponent(a, oneLess(b)));
      return sumTo(multiply(dy, add(pow(a, oneLess(b)), rest)), b.shape);
    },
  },
  samples: { a: [0.9, 1.3], b: [0.5, 2] },
});

export const powByExponent = arithmetic({
  name: "powByExponent",
  doc: "Derivative of pow by its exponent: a^b * ln a, 0 where a is 0 and b is not negative.",
  vjp: {
    a: ({ a, b, dy }) => {
      const rest = multiply(powByBase(a, b), log(a));
      return sumTo(multiply(dy, add(pow(a, oneLess(b)), rest)), a.shape);
    },
    b: ({ a, b, y, dy }) => sumTo(multiply(dy, multiply(y, log(a))), b.shape),
  },
  samples: { a: [0.9, 1.3], b: [0.5, 2] },
});

function oneLess(b: Node): Node {
  return affine(b, { shift: -1 });
}

export const greater = arithmetic({
  name: "greater",
  doc: "1 where a > b, else 0, with broadcasting. No gradient passes.",
  stopsGradient: true,
});

export const greaterEqual = arithmetic({
  name: "greaterEqual",
  doc: "1 where a >= b, else 0, with broadcasting. No gradient passes.",
  stopsGradient: true,
});

/** 1 where a < b, else 0, with broadcasting. No gradient passes. */
export const less = exchanged("less", greater);

/** 1 where a <= b, else 0, with broadcasting. No gradient passes. */
export const lessEqual = exchanged("lessEqual", greaterEqual);

export interface AffineAttributes {
  readonly scale: number;
  readonly shift: number;
}

export const affine: Op<["x"], AffineAttributes> = defineOp({
  name: "affine",
  doc: "y = scale * x + shift with two numbers, by default 1 and 0.",
  inputs: ["x"],
  options: ["scale", "shift"],
  attributes: ({ scale = 1, shift = 0 }) => {
    checkNumber("affine: scale", scale);
    checkNumber("affine: shift", shift);
    return { scale, shift };
  },
  shape: ({ x }) => x,
  forward: (k, { x, y }, { scale, shift }) => k.affine(x.ptr, y.ptr, y.size, scale, shift),
  vjp: { x: ({ dy }, { scale }) => affine(dy, { scale }) },
  inPlace: "x",
  samples: [
    { inputs: { x: [7] }, attributes: { scale: -2, shift: 0.5 } },
    { inputs: { x: [2, 3] }, attributes: { scale: 3 } },
    { inputs: { x: [] }, attributes: { shift: 1 } },
  ],
});

export const biasAdd: Op<["x", "bias"]> = defineOp({
  name: "biasAdd",
  doc: "Adds a vector to every row, along the last axis: y[..., units] = x[..., units] + bias[units].",
  inputs: ["x", "bias"],
  shape: ({ x, bias }) => {
    checkRank("biasAdd", "bias", bias, 1);
    if (x.length === 0 || x.at(-1) !== bias[0]) {
      throw new ShapeError(
        `biasAdd: bias must have one value per column; x is ${formatShape(x)}, bias is ${formatShape(bias)}.`,
      );
    }
    return x;
  },
  forward: (k, { x, bias, y }, _, { workspace }) => combine(k, operations.add, x, bias, y, workspace),
  workspace: () => SCRATCH,
  vjp: { x: ({ dy }) => dy, bias: ({ bias, dy }) => sumTo(dy, bias.shape) },
  inPlace: "x",
  fusible: { kind: "sum" },
  samples: [
    { inputs: { x: [3, 4], bias: [4] } },
    { inputs: { x: [2, 7], bias: [7] } },
    { inputs: { x: [2, 3, 5], bias: [5] } },
    { inputs: { x: [5], bias: [5] } },
  ],
});

/** Bytes in which the broadcasting kernel keeps copies of operands that stand still. */
export const SCRATCH = 128;

interface Description extends Pick<OpRecord<"a" | "b">, "doc" | "vjp" | "stopsGradient" | "fusible"> {
  readonly name: keyof typeof operations;
  /** Where the tests draw values from, if not around 0. */
  readonly samples?: NonNullable<Sample["range"]>;
}

// @__NO_SIDE_EFFECTS__
function arithmetic({ name, doc, samples: range, ...rules }: Description): BinaryOp {
  const op = defineOp<["a", "b"]>({
    ...rules,
    name,
    doc,
    inputs: ["a", "b"],
    shape: ({ a, b }) => checkBroadcast(name, a, b),
    forward: (k, { a, b, y }, _, { workspace }) => combine(k, operations[name], a, b, y, workspace),
    workspace: () => SCRATCH,
    inPlace: "a",
    samples: [
      { a: [5], b: [5] },
      { a: [3, 4], b: [3, 4] },
      { a: [3, 7], b: [7] },
      { a: [3, 7], b: [3, 1] },
      { a: [], b: [9] },
      { a: [2, 1, 3, 1, 2], b: [4, 1, 3, 1] },
    ].map((inputs) => ({ inputs, ...(range && { range }) })),
  });
  const apply = (...args: unknown[]): Node => {
    const options = readOptions<OpOptions<NoAttributes>>(name, args, 2);
    const [a, b] = operandsOf(name, args);
    return op(a, b, options);
  };
  return Object.assign(apply, { record: op.record });
}

/** The op with its operands exchanged, under a name of its own. */
// @__NO_SIDE_EFFECTS__
function exchanged(name: string, op: BinaryFunction): BinaryFunction {
  return (...args: unknown[]): Node => {
    const options = readOptions<OpOptions<NoAttributes>>(name, args, 2);
    const [a, b] = operandsOf(name, args);
    return op(b, a, { name, ...options });
  };
}

/** Two nodes, of which one may have been given as a number. */
function operandsOf(name: string, [a, b]: readonly unknown[]): [Node, Node] {
  if (typeof a === "number" && typeof b === "number") {
    throw new ArgumentError(`${name}: a or b must be a node of a graph; received the numbers ${a} and ${b}.`);
  }
  if (typeof a !== "number") checkNode(name, "a", a);
  if (typeof b !== "number") checkNode(name, "b", b);
  return [toNode(`${name}: a`, a as Node | number, b as Node), toNode(`${name}: b`, b as Node | number, a as Node)];
}

function toNode(subject: string, value: Node | number, { graph }: Node): Node {
  if (typeof value !== "number") return value;
  if (Number.isNaN(value) || Number.isFinite(value) !== Number.isFinite(Math.fround(value))) {
    throw new ArgumentError(`${subject} must be a number within the range of float32; received ${value}.`);
  }
  return graph.constant(String(value), value, { shape: [] });
}

function checkBroadcast(subject: string, a: OpenShape, b: OpenShape): OpenShape {
  const shape = broadcastShape(a, b);
  if (shape === undefined) {
    throw new ShapeError(
      `${subject}: shapes must be equal or broadcast, each extent the other's or 1; ` +
        `a is ${formatShape(a)}, b is ${formatShape(b)}.`,
    );
  }
  return shape;
}

/** y = operation(a, b), with as few loops as the shapes allow. */
export function combine(k: Calls, operation: number, a: Buffer, b: Buffer, y: Buffer, scratch: number): void {
  if (sameShape(a.shape, b.shape)) {
    k.combine(operation, a.ptr, b.ptr, y.ptr, y.size);
    return;
  }
  const strides = [broadcastStrides(a.shape, y.shape), broadcastStrides(b.shape, y.shape)];
  let z = y.ptr;
  visitOuter(collapse(y.shape, strides, 3), 3, ([x0, y0], [n0, n1, n2], [xs, ys]) => {
    const [of, by, from] = [n0 as number, n1 as number, n2 as number];
    k.broadcast(
      operation,
      a.ptr + (x0 as number) * 4,
      b.ptr + (y0 as number) * 4,
      z,
      of,
      by,
      from,
      ...(xs as [number, number, number]),
      ...(ys as [number, number, number]),
      scratch,
    );
    z += of * by * from * 4;
  });
}
