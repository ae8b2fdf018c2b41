// The hinge loss of support vector machines: its square, and its form for several classes.

import { checkNoOptions } from "../../errors.js";
import { relu } from "../../ops/activations.js";
import { affine, maximum, minimum, multiply, subtract } from "../../ops/arithmetic.js";
import { max } from "../../ops/extremes.js";
import type { Node } from "../../ops/op.js";
import { sum } from "../../ops/reductions.js";
import { neg, square } from "../../ops/unary.js";
import { checkClasses, checkEach, defineLoss, type Loss } from "./loss.js";

/** Mean over all elements of max(0, 1 - label * output), labels being -1 or 1. */
export function hinge(): Loss {
  checkNoOptions("hinge", arguments);
  return signed("hinge", shortfall);
}

/** Mean over all elements of max(0, 1 - label * output)^2, labels being -1 or 1. */
export function squaredHinge(): Loss {
  checkNoOptions("squaredHinge", arguments);
  return signed("squaredHinge", (output, labels) => square(shortfall(output, labels)));
}

/**
 * Mean over the batch of max(0, 1 + the largest score of another class - the score of the label), labels being 1 for the
 * class and 0 for the others, [n, classes]. Keras lets the label's own class take part in that largest score with 0: where
 * all other scores are negative, its value is larger.
 */
export function categoricalHinge(): Loss {
  checkNoOptions("categoricalHinge", arguments);
  return defineLoss(
    {
      name: "categoricalHinge",
      outputKind: "classes",
      labelShape: (output) => checkClasses("categoricalHinge", output),
      checkLabels: (labels) => checkEach("categoricalHinge", labels, "0 or 1", (label) => label === 0 || label === 1),
      losses: (output, labels) => {
        const others = minimum(output, infinities(affine(labels, { scale: -2, shift: 1 })));
        // Infinity where the label is 1. Where it is 0 the score must be finite, for Infinity * 0 is NaN.
        const limit = affine(labels, { scale: 1e38, shift: 3e38 });
        const score = multiply(minimum(maximum(output, neg(limit)), limit), labels);
        const lead = subtract(max(others, { axis: 1 }), sum(score, { axis: 1 }));
        return relu(affine(lead, { shift: 1 }));
      },
    },
    {},
  );
}

/** Infinity with the sign of each value, 1 or -1. */
function infinities(signs: Node): Node {
  return affine(affine(signs, { scale: 3e38 }), { scale: 2 });
}

/** How far each output falls short of a margin of 1 on the side of its label. */
function shortfall(output: Node, labels: Node): Node {
  return relu(affine(multiply(output, labels), { scale: -1, shift: 1 }));
}

function signed(name: string, losses: (output: Node, labels: Node) => Node): Loss {
  const checkLabels: Loss["checkLabels"] = (labels) =>
    checkEach(name, labels, "-1 or 1", (label) => label === 1 || label === -1);
  return defineLoss({ name, outputKind: "independent", losses, checkLabels }, {});
}
