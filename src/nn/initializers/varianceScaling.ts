// Plain random weights, and the family that the named initializers are members of.

import { ArgumentError, checkArity, checkNumber, checkOptions, describe, oneOf } from "../../errors.js";
import type { Graph, Initializer } from "../../graph/graph.js";
import {
  randomNormal as normalOp,
  truncatedNormal as truncatedOp,
  randomUniform as uniformOp,
} from "../../ops/random.js";
import type { Shape } from "../../tensor/shape.js";
import { describedAs } from "../description.js";
import { fansOf, localName, TRUNCATED_STDDEV } from "./fans.js";

/** Normal with mean 0 and standard deviation 0.05 by default. */
export function randomNormal(options: { readonly mean?: number; readonly stddev?: number } = {}): Initializer {
  checkArity("randomNormal", arguments.length, 1);
  checkOptions("randomNormal", options, ["mean", "stddev"]);
  const { mean = 0, stddev = 0.05 } = options;
  checkNumber("randomNormal: mean", mean);
  checkNumber("randomNormal: stddev", stddev, 0);
  return describedAs("randomNormal", { mean, stddev }, (graph: Graph, shape: Shape, stream: string) =>
    normalOp(graph, { shape, mean, stddev, stream, name: initial(stream) }),
  );
}

/** Uniform in [low, high), by default [-0.05, 0.05). */
export function randomUniform(options: { readonly low?: number; readonly high?: number } = {}): Initializer {
  checkArity("randomUniform", arguments.length, 1);
  checkOptions("randomUniform", options, ["low", "high"]);
  const { low = -0.05, high = 0.05 } = options;
  checkNumber("randomUniform: low", low);
  checkNumber("randomUniform: high", high, low);
  return describedAs("randomUniform", { low, high }, (graph: Graph, shape: Shape, stream: string) =>
    uniformOp(graph, { shape, low, high, stream, name: initial(stream) }),
  );
}

const modes = { fanIn: 0, fanOut: 0, fanAvg: 0 };
const distributions = { truncatedNormal: 0, untruncatedNormal: 0, uniform: 0 };

export interface VarianceScalingOptions {
  /** Default 1. */
  readonly scale?: number;
  /** What the variance is scaled by: inputs, outputs, or their mean. Default "fanIn". */
  readonly mode?: keyof typeof modes;
  /** Default "truncatedNormal". */
  readonly distribution?: keyof typeof distributions;
}

/** Mean 0 and variance scale / fan: Glorot is scale 1 over fanAvg, He 2 over fanIn, LeCun 1 over fanIn. */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  checkArity("varianceScaling", arguments.length, 1);
  checkOptions("varianceScaling", options, ["scale", "mode", "distribution"]);
  const { scale = 1, mode = "fanIn", distribution = "truncatedNormal" } = options;
  checkNumber("varianceScaling: scale", scale, 0, Infinity, true);
  checkChoice("varianceScaling: mode", mode, Object.keys(modes));
  checkChoice("varianceScaling: distribution", distribution, Object.keys(distributions));
  return describedAs("varianceScaling", { scale, mode, distribution }, (graph: Graph, shape: Shape, stream: string) => {
    const [fanIn, fanOut] = fansOf("varianceScaling", shape);
    const fan = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[mode];
    const stddev = Math.sqrt(scale / fan);
    const of = { shape, stream, name: initial(stream) };
    switch (distribution) {
      case "truncatedNormal":
        return truncatedOp(graph, { ...of, stddev: stddev / TRUNCATED_STDDEV });
      case "untruncatedNormal":
        return normalOp(graph, { ...of, stddev });
      case "uniform":
        return uniformOp(graph, { ...of, low: -Math.sqrt(3) * stddev, high: Math.sqrt(3) * stddev });
    }
  });
}

function checkChoice(subject: string, value: unknown, choices: readonly string[]): void {
  if (!choices.includes(value as string)) {
    throw new ArgumentError(`${subject} must be ${oneOf(choices)}; received ${describe(value)}.`);
  }
}

function initial(stream: string): string {
  return `${localName(stream)}/initial`;
}
