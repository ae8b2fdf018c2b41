// Concatenate and Add: several nodes become one.

import { ArgumentError, checkArity, checkInteger, checkOptions, ShapeError } from "../errors.js";
import { add as plus } from "../ops/arithmetic.js";
import { concatenate as join } from "../ops/layout.js";
import type { Node } from "../ops/op.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { defineLayer, type Layer, type LayerOptions } from "./layer.js";

export interface ConcatenateOptions extends LayerOptions {
  /** Default -1, the last. */
  readonly axis?: number;
}

/** The inputs side by side along an axis; their other extents are equal. */
export function concatenate(options: ConcatenateOptions = {}): Layer<readonly Node[]> {
  checkArity("concatenate", arguments.length, 1);
  checkOptions("Concatenate", options, ["axis", "name", "trainable"]);
  const { axis = -1 } = options;
  checkInteger("Concatenate: axis", axis, Number.MIN_SAFE_INTEGER);
  return defineLayer({
    options,
    kind: "Concatenate",
    result: (inputs: readonly Node[]) => join(severalOf("Concatenate", inputs), { axis }),
  });
}

/** The sum of the inputs, all of one shape. */
export function add(options: LayerOptions = {}): Layer<readonly Node[]> {
  checkArity("add", arguments.length, 1);
  checkOptions("Add", options, ["name", "trainable"]);
  return defineLayer({
    options,
    kind: "Add",
    result: (inputs: readonly Node[]) => {
      const [first, ...others] = severalOf("Add", inputs) as [Node, ...Node[]];
      const odd = others.find(({ shape }) => !sameShape(shape, first.shape));
      if (odd) {
        const shapes = `${formatShape(first.shape)} and ${formatShape(odd.shape)}`;
        throw new ShapeError(`Add: all inputs must have one shape; received ${shapes}.`);
      }
      return others.reduce((sum, node) => plus(sum, node), first);
    },
  });
}

function severalOf(kind: string, inputs: readonly Node[]): Node[] {
  if (Array.isArray(inputs) && inputs.length > 0) return [...inputs];
  throw new ArgumentError(`${kind}: it is applied to a list of nodes, as in apply([a, b]).`);
}
