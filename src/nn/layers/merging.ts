// Several nodes become one: side by side, or element by element.

import { ArgumentError, checkArity, checkCall, checkInteger, ShapeError } from "../../errors.js";
import {
  affine,
  maximum as larger,
  subtract as minus,
  add as plus,
  minimum as smaller,
  multiply as times,
} from "../../ops/arithmetic.js";
import { concatenate as join } from "../../ops/layout.js";
import type { Node } from "../../ops/op.js";
import { formatShape, sameShape } from "../../tensor/shape.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

export interface ConcatenateOptions extends LayerOptions {
  /** Default -1, the last. */
  readonly axis?: number;
}

/** The inputs side by side along an axis; their other extents are equal. */
export function concatenate(options: ConcatenateOptions = {}): Layer<readonly Node[]> {
  checkCall("concatenate", arguments, ["axis"]);
  checkLayerOptions("Concatenate", options, ["axis", "name", "trainable"]);
  const { axis = -1 } = options;
  checkInteger("Concatenate: axis", axis, Number.MIN_SAFE_INTEGER);
  return defineLayer({
    options,
    kind: "Concatenate",
    joins: true,
    result: (inputs: readonly Node[]) => join(severalOf("Concatenate", inputs), { axis }),
  });
}

/** The sum of the inputs, all of one shape. */
export function add(options: LayerOptions = {}): Layer<readonly Node[]> {
  checkArity("add", arguments.length, 1);
  return merge("Add", options, (nodes) => nodes.reduce((sum, node) => plus(sum, node)));
}

/** The first input less the second, both of one shape. */
export function subtract(options: LayerOptions = {}): Layer<readonly Node[]> {
  checkArity("subtract", arguments.length, 1);
  return merge("Subtract", options, (nodes) => {
    const [a, b] = nodes;
    if (a === undefined || b === undefined || nodes.length !== 2) {
      throw new ArgumentError(`Subtract: it takes two nodes; received ${nodes.length}.`);
    }
    return minus(a, b);
  });
}

/** The product of the inputs, element by element, all of one shape. */
export function multiply(options: LayerOptions = {}): Layer<readonly Node[]> {
  checkArity("multiply", arguments.length, 1);
  return merge("Multiply", options, (nodes) => nodes.reduce((product, node) => times(product, node)));
}

/** The mean of the inputs, element by element, all of one shape. */
export function average(options: LayerOptions = {}): Layer<readonly Node[]> {
  checkArity("average", arguments.length, 1);
  return merge("Average", options, (nodes) => {
    const total = nodes.reduce((sum, node) => plus(sum, node));
    return affine(total, { scale: 1 / nodes.length });
  });
}

/** The largest of the inputs, element by element, all of one shape. */
export function maximum(options: LayerOptions = {}): Layer<readonly Node[]> {
  checkArity("maximum", arguments.length, 1);
  return merge("Maximum", options, (nodes) => nodes.reduce((most, node) => larger(most, node)));
}

/** The smallest of the inputs, element by element, all of one shape. */
export function minimum(options: LayerOptions = {}): Layer<readonly Node[]> {
  checkArity("minimum", arguments.length, 1);
  return merge("Minimum", options, (nodes) => nodes.reduce((least, node) => smaller(least, node)));
}

function merge(kind: string, options: LayerOptions, combine: (nodes: readonly Node[]) => Node): Layer<readonly Node[]> {
  checkLayerOptions(kind, options, ["name", "trainable"]);
  return defineLayer({
    options,
    kind,
    joins: true,
    result: (inputs: readonly Node[]) => {
      const [first, ...others] = severalOf(kind, inputs) as [Node, ...Node[]];
      const odd = others.find(({ shape }) => !sameShape(shape, first.shape));
      if (odd) {
        const shapes = `${formatShape(first.shape)} and ${formatShape(odd.shape)}`;
        throw new ShapeError(`${kind}: all inputs must have one shape; received ${shapes}.`);
      }
      return combine([first, ...others]);
    },
  });
}

function severalOf(kind: string, inputs: readonly Node[]): Node[] {
  if (Array.isArray(inputs) && inputs.length > 0) return [...inputs];
  throw new ArgumentError(`${kind}: it is applied to a list of nodes, as in apply([a, b]).`);
}
