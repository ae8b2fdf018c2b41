// PReLU: a leaky ReLU whose slopes are learnt.

import { ArgumentError, checkArity, describe, ShapeError } from "../../errors.js";
import type { Initializer } from "../../graph/graph.js";
import { flatten, reshape } from "../../ops/layout.js";
import type { Node } from "../../ops/op.js";
import { prelu as withSlopes } from "../../ops/prelu.js";
import { broadcastTo } from "../../ops/reductions.js";
import { formatShape, sizeOf } from "../../tensor/shape.js";
import { getInitializer, type InitializerName } from "../initializers/index.js";
import {
  type Constraint,
  checkLayerOptions,
  defineLayer,
  type Layer,
  type LayerOptions,
  type Regularizer,
} from "./layer.js";

export interface PreluOptions extends LayerOptions {
  /** Of the slopes, one for each value of an example. Default zeros. */
  readonly alphaInitializer?: InitializerName | Initializer;
  readonly alphaRegularizer?: Regularizer;
  readonly alphaConstraint?: Constraint;
  /** Axes of the input along which all values have one slope, from 1 on. Default none. */
  readonly sharedAxes?: readonly number[];
}

const NAMES = ["alphaInitializer", "alphaRegularizer", "alphaConstraint", "sharedAxes", "name", "trainable"];

/** y = x where x > 0, else alpha * x, the slopes alpha being learnt.  see: He et al. 2015 */
export function prelu(options: PreluOptions = {}): Layer {
  checkArity("prelu", arguments.length, 1);
  checkLayerOptions("PReLU", options, NAMES);
  const { alphaInitializer = "zeros", sharedAxes = [] } = options;
  const initial = getInitializer("PReLU: alphaInitializer", alphaInitializer);
  if (!Array.isArray(sharedAxes) || !sharedAxes.every((axis) => Number.isSafeInteger(axis) && axis >= 1)) {
    throw new ArgumentError(
      `PReLU: sharedAxes must be a list of axes, positive integers; received ${describe(sharedAxes)}.`,
    );
  }
  return defineLayer({
    options,
    kind: "PReLU",
    weights: (x: Node, graph) => {
      const one = exampleShape(x);
      const odd = sharedAxes.find((axis) => axis > one.length);
      if (odd !== undefined) {
        throw new ShapeError(`PReLU: sharedAxes must be axes of the input ${formatShape(x.shape)}; received ${odd}.`);
      }
      const shape = one.map((extent, i) => (sharedAxes.includes(i + 1) ? 1 : extent));
      return { alpha: graph.variable("alpha", initial, { shape }) };
    },
    result: (x, { alpha }) => {
      const one = exampleShape(x);
      const slopes = sharedAxes.length > 0 ? broadcastTo(alpha, { shape: one }) : alpha;
      if (one.length === 1) return withSlopes(x, slopes);
      return reshape(withSlopes(flatten(x), reshape(slopes, { shape: [sizeOf(one)] })), { shape: x.shape });
    },
    regularizers: { alpha: options.alphaRegularizer },
    constraints: { alpha: options.alphaConstraint },
  });
}

function exampleShape(x: Node): readonly number[] {
  const [, ...one] = x.shape;
  if (one.length > 0 && !one.includes(null)) return one as number[];
  throw new ShapeError(`PReLU: the input must have shape [null, ...extents]; received ${formatShape(x.shape)}.`);
}
