// The hinge loss of support vector machines, and its square.

import { relu } from "../ops/activations.js";
import { affine, multiply } from "../ops/arithmetic.js";
import type { Node } from "../ops/op.js";
import { mean } from "../ops/reductions.js";
import { elementwiseLoss } from "./elementwise.js";

/** How far each output falls short of a margin of 1 on the side of its label, -1 or 1. */
const shortfall = (output: Node, labels: Node) => relu(affine(multiply(output, labels), { scale: -1, shift: 1 }));
const isSign = (label: number) => label === 1 || label === -1;

/** Mean over all elements of max(0, 1 - label * output), labels being -1 or 1. */
export const hinge = elementwiseLoss("hinge", (output, labels) => mean(shortfall(output, labels)), "-1 or 1", isSign);

/** Mean over all elements of max(0, 1 - label * output)^2, labels being -1 or 1. */
export const squaredHinge = elementwiseLoss(
  "squaredHinge",
  (output, labels) => {
    const short = shortfall(output, labels);
    return mean(multiply(short, short));
  },
  "-1 or 1",
  isSign,
);
