// GaussianNoise: normal numbers are added in each training step.

import { checkCall, checkNumber } from "../../errors.js";
import { gaussianNoise as addNoise } from "../../ops/noise.js";
import type { Node } from "../../ops/op.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

export interface GaussianNoiseOptions extends LayerOptions {
  /** At least 0. */
  readonly stddev: number;
}

/** While training, adds normal numbers of mean 0; nothing otherwise. */
export function gaussianNoise(options: GaussianNoiseOptions): Layer {
  checkCall("gaussianNoise", arguments, ["stddev"]);
  checkLayerOptions("GaussianNoise", options, ["stddev", "name", "trainable"]);
  const { stddev } = options;
  checkNumber("GaussianNoise: stddev", stddev, 0);
  return defineLayer({ options, kind: "GaussianNoise", pointwise: true, result: (x: Node) => addNoise(x, { stddev }) });
}
