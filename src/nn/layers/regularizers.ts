// Penalties that layers add to the loss: functions from a node to a scalar. Of a variable the whole is taken; of a value
// with a batch, the mean over its examples, so that a penalty on activity does not depend on the batch size.

import { checkArity, checkNumber, checkOptions } from "../../errors.js";
import { add, affine } from "../../ops/arithmetic.js";
import type { Node } from "../../ops/op.js";
import { mean, sum } from "../../ops/reductions.js";
import { abs, square } from "../../ops/unary.js";
import type { Regularizer } from "./layer.js";

/** A regularizer that tells its factors, so that files can keep it. */
export interface Penalty extends Regularizer {
  readonly config: { readonly kind: "l1l2"; readonly options: { readonly l1: number; readonly l2: number } };
}

/** factor * sum |x| */
export function l1(factor = 0.01): Penalty {
  checkArity("l1", arguments.length, 1);
  checkNumber("l1: factor", factor, 0);
  return penalty(factor, 0, (x) => affine(total(abs(x)), { scale: factor }));
}

/** factor * sum x^2, without the half that some definitions have. */
export function l2(factor = 0.01): Penalty {
  checkArity("l2", arguments.length, 1);
  checkNumber("l2: factor", factor, 0);
  return penalty(0, factor, (x) => affine(total(square(x)), { scale: factor }));
}

/** l1 * sum |x| + l2 * sum x^2, both 0.01 by default. */
export function l1l2(options: { readonly l1?: number; readonly l2?: number } = {}): Penalty {
  checkArity("l1l2", arguments.length, 1);
  checkOptions("l1l2", options, ["l1", "l2"]);
  const [first, second] = [l1(options.l1), l2(options.l2)];
  return penalty(first.config.options.l1, second.config.options.l2, (x) => add(first(x), second(x)));
}

function penalty(l1: number, l2: number, of: Regularizer): Penalty {
  return Object.assign(of, { config: { kind: "l1l2", options: { l1, l2 } } as const });
}

function total(x: Node): Node {
  return sum(x.shape[0] === null ? mean(x, { axis: 0 }) : x);
}
