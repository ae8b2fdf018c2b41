// Losses of networks that see two or three examples through the same weights and learn which belong together.

import { checkArity, checkFlag, checkNumber, checkOptions, ShapeError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { relu } from "../../ops/activations.js";
import { add, affine, maximum, minimum, multiply, subtract } from "../../ops/arithmetic.js";
import { checkNode, checkRank, type Node } from "../../ops/op.js";
import { sum } from "../../ops/reductions.js";
import { sqrt, square } from "../../ops/unary.js";
import { areColumns, formatShape, sameShape } from "../../tensor/shape.js";
import { checkEach, defineLoss, type Loss, type ReductionOptions, reduceLosses } from "./loss.js";

export interface MarginOption {
  /** How far apart what does not belong together should be, greater than 0. Default 1. */
  readonly margin?: number;
}

export interface TripletOptions extends MarginOption {
  /** Compares squared distances, as FaceNet does, in place of distances, as PyTorch does. Default false. */
  readonly squared?: boolean;
}

/** A loss of three embeddings [n, size]: `positive` belongs to `anchor`, `negative` does not. */
export interface TripletLoss {
  readonly name: string;
  apply(anchor: Node, positive: Node, negative: Node, options?: ReductionOptions): Node;
}

/**
 * The length of a - b for each row, [n], a and b being [n, size]. `epsilon` is added to each difference. The gradient of
 * two equal rows is 0.
 */
export function euclideanDistance(a: Node, b: Node, options: { readonly epsilon?: number } = {}): Node {
  checkArity("euclideanDistance", arguments.length, 3);
  checkOptions("euclideanDistance", options, ["epsilon"]);
  const { epsilon = 0 } = options;
  checkNumber("euclideanDistance: epsilon", epsilon, 0);
  const squares = squaredDistance(a, b, epsilon);
  // Where the rows are equal the root would have an infinite slope: held at NEAR, it has none.
  return sqrt(maximum(squares, (squares.graph as Graph).constant("near", NEAR, { shape: [] })));
}

/** The square of the smallest distance told from 0. */
const NEAR = 1e-14;

function squaredDistance(a: Node, b: Node, epsilon = 0): Node {
  for (const [name, node] of Object.entries({ a, b })) {
    checkNode("distance", name, node);
    checkRank("distance", name, node.shape, 2);
  }
  if (!sameShape(a.shape, b.shape)) {
    throw new ShapeError(
      `distance: both must have one shape; a is ${formatShape(a.shape)}, b is ${formatShape(b.shape)}.`,
    );
  }
  const difference = subtract(a, b);
  return sum(square(epsilon === 0 ? difference : affine(difference, { shift: epsilon })), { axis: 1 });
}

/**
 * Mean over the batch of same * d^2 + (1 - same) * max(0, margin - d)^2. The output of the model is the distance d of two
 * examples, [n] or [n, 1], such as `euclideanDistance` of their embeddings; the label `same` is 1 where they belong
 * together, else 0.  see: Hadsell, Chopra & LeCun 2006, without their factor 1/2
 */
export function contrastive(options: MarginOption = {}): Loss {
  checkArity("contrastive", arguments.length, 1);
  const margin = readMargin("contrastive", options);
  return defineLoss(
    {
      name: "contrastive",
      labelShape: (output) => {
        if (areColumns(output)) return output;
        throw new ShapeError(`contrastive: the output must be a distance, [null]; received ${formatShape(output)}.`);
      },
      checkLabels: (labels) => checkEach("contrastive", labels, "0 or 1", (label) => label === 0 || label === 1),
      losses: (distance, same) => {
        const short = relu(affine(distance, { scale: -1, shift: margin }));
        const apart = multiply(affine(same, { scale: -1, shift: 1 }), square(short));
        // Infinity where the label is 1. Where it is 0 the square must be finite, for Infinity * 0 is NaN.
        const limit = affine(affine(same, { scale: 3e38, shift: 1 }), { scale: 1e19 });
        return add(multiply(same, square(minimum(distance, limit))), apart);
      },
    },
    options,
  );
}

/**
 * Mean over the batch of max(0, margin + d(anchor, positive) - d(anchor, negative)).  see: Schroff et al. 2015; distances
 * that are not squared have PyTorch's 1e-6 added to each difference.
 */
export function triplet(options: TripletOptions = {}): TripletLoss {
  checkArity("triplet", arguments.length, 1);
  const margin = readMargin("triplet", options, ["squared"]);
  const { squared = false } = options;
  checkFlag("triplet: squared", squared);
  const distance = (a: Node, b: Node) => (squared ? squaredDistance(a, b) : euclideanDistance(a, b, { epsilon: 1e-6 }));
  return {
    name: "triplet",
    apply: (anchor, positive, negative, reduction = {}) => {
      const excess = subtract(distance(anchor, positive), distance(anchor, negative));
      return reduceLosses("triplet", relu(affine(excess, { shift: margin })), reduction);
    },
  };
}

function readMargin(name: string, options: MarginOption, others: readonly string[] = []): number {
  checkOptions(name, options, ["margin", ...others]);
  const { margin = 1 } = options;
  checkNumber(`${name}: margin`, margin, 0, Infinity, true);
  return margin;
}
