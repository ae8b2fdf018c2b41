// GaussianDropout and AlphaDropout: noise that keeps mean and variance. They act in training only.

import { ArgumentError, checkCall, describe } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { add, affine, multiply } from "../../ops/arithmetic.js";
import { dropout as drop } from "../../ops/dropout.js";
import { gaussianNoise } from "../../ops/noise.js";
import { choose } from "../../ops/normalization.js";
import type { Node } from "../../ops/op.js";
import { broadcastTo } from "../../ops/reductions.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

export interface NoiseRateOptions extends LayerOptions {
  /** In [0, 1), as of a dropout. Default 0.5. */
  readonly rate?: number;
}

/** While training, multiplies by normal numbers of mean 1 and variance rate / (1 - rate).  see: Srivastava et al. 2014 */
export function gaussianDropout(options: NoiseRateOptions = {}): Layer {
  checkCall("gaussianDropout", arguments, ["rate"]);
  const rate = rateOf("GaussianDropout", options);
  const stddev = Math.sqrt(rate / (1 - rate));
  return defineLayer({
    options,
    kind: "GaussianDropout",
    pointwise: true,
    result: (x: Node) => multiply(x, gaussianNoise(onesLike(x), { stddev })),
  });
}

/** What SELU tends to for small x: -scale * alpha. */
const SELU_FLOOR = -1.7580993408473766;

/**
 * While training, sets values to the floor of SELU with probability `rate`, then scales and shifts all, so that mean 0 and
 * variance 1 stay. For nets of SELU.  see: Klambauer et al. 2017
 */
export function alphaDropout(options: NoiseRateOptions = {}): Layer {
  checkCall("alphaDropout", arguments, ["rate"]);
  const rate = rateOf("AlphaDropout", options);
  const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * SELU_FLOOR ** 2));
  return defineLayer({
    options,
    kind: "AlphaDropout",
    pointwise: true,
    result: (x: Node) => {
      // 1 where a value is kept, else 0.
      const kept = affine(drop(onesLike(x), { rate }), { scale: 1 - rate });
      const floor = affine(kept, { scale: -SELU_FLOOR, shift: SELU_FLOOR });
      const dropped = affine(add(multiply(x, kept), floor), { scale, shift: -scale * SELU_FLOOR * rate });
      return choose((x.graph as Graph).training, dropped, x);
    },
  });
}

function rateOf(kind: string, options: NoiseRateOptions): number {
  checkLayerOptions(kind, options, ["rate", "name", "trainable"]);
  const { rate = 0.5 } = options;
  if (typeof rate !== "number" || !(rate >= 0 && rate < 1)) {
    throw new ArgumentError(`${kind}: rate must be a number in [0, 1); received ${describe(rate)}.`);
  }
  return rate;
}

function onesLike(x: Node): Node {
  return broadcastTo((x.graph as Graph).constant("one", 1, { shape: [] }), { shape: x.shape });
}
