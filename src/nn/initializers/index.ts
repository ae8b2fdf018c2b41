// Initial values of weights. Fans are those of a dense kernel [inputs, units]: fanIn = inputs, fanOut = units.
//
//   glorot  variance 2 / (fanIn + fanOut)   logistic, tanh, linear   (Glorot & Bengio 2010)
//   he      variance 2 / fanIn              ReLU and its kin         (He et al. 2015)
//   lecun   variance 1 / fanIn              SELU                     (LeCun et al. 1998)
//
// Uniform draws from [-r, r), r = sqrt(3 * variance); normal is truncated at two standard deviations and widened so
// that the variance stays. `gain` multiplies the standard deviation: what a table gives as a factor of r or sigma, such as
// 4 for tanh beside the logistic function (some print it as 1/4), or sqrt 2 for ReLU, is a gain.

import { checkArity, checkNoOptions, checkNumber, checkOptions, readName } from "../../errors.js";
import type { Graph, Initializer } from "../../graph/graph.js";
import { truncatedNormal as truncatedNormalOp, randomUniform as uniformOp } from "../../ops/random.js";
import type { Shape } from "../../tensor/shape.js";
import { describedAs } from "../description.js";
import { fansOf, localName, TRUNCATED_STDDEV } from "./fans.js";
import { randomNormal, randomUniform } from "./varianceScaling.js";

export { orthogonal } from "./orthogonal.js";
export { randomNormal, randomUniform, type VarianceScalingOptions, varianceScaling } from "./varianceScaling.js";

export interface ScalingOptions {
  /** Multiplies the standard deviation. Default 1. */
  readonly gain?: number;
}

type Variance = (fanIn: number, fanOut: number) => number;

const glorot: Variance = (fanIn, fanOut) => 2 / (fanIn + fanOut);
const he: Variance = (fanIn) => 2 / fanIn;
const lecun: Variance = (fanIn) => 1 / fanIn;

export function glorotUniform(options?: ScalingOptions): Initializer {
  checkArity("glorotUniform", arguments.length, 1);
  return scaling("glorotUniform", glorot, "uniform", options);
}
export function glorotNormal(options?: ScalingOptions): Initializer {
  checkArity("glorotNormal", arguments.length, 1);
  return scaling("glorotNormal", glorot, "normal", options);
}
export function heUniform(options?: ScalingOptions): Initializer {
  checkArity("heUniform", arguments.length, 1);
  return scaling("heUniform", he, "uniform", options);
}
export function heNormal(options?: ScalingOptions): Initializer {
  checkArity("heNormal", arguments.length, 1);
  return scaling("heNormal", he, "normal", options);
}
export function lecunUniform(options?: ScalingOptions): Initializer {
  checkArity("lecunUniform", arguments.length, 1);
  return scaling("lecunUniform", lecun, "uniform", options);
}
export function lecunNormal(options?: ScalingOptions): Initializer {
  checkArity("lecunNormal", arguments.length, 1);
  return scaling("lecunNormal", lecun, "normal", options);
}

/** Every element the same. */
export function constant(value: number): Initializer {
  checkArity("constant", arguments.length, 1);
  checkNumber("constant: value", value);
  return describedAs("constant", { value }, filled(value));
}
export function zeros(): Initializer {
  checkNoOptions("zeros", arguments);
  return describedAs("zeros", {}, filled(0));
}
export function ones(): Initializer {
  checkNoOptions("ones", arguments);
  return describedAs("ones", {}, filled(1));
}

/** Normal within two standard deviations of the mean; `stddev` is that before truncation, as in TensorFlow. */
export function truncatedNormal(options: { readonly mean?: number; readonly stddev?: number } = {}): Initializer {
  checkArity("truncatedNormal", arguments.length, 1);
  checkOptions("truncatedNormal", options, ["mean", "stddev"]);
  const { mean = 0, stddev = 0.05 } = options;
  checkNumber("truncatedNormal: mean", mean);
  checkNumber("truncatedNormal: stddev", stddev, 0);
  return describedAs("truncatedNormal", { mean, stddev }, (graph: Graph, shape: Shape, stream: string) =>
    truncatedNormalOp(graph, { shape, mean, stddev, stream, name: `${localName(stream)}/initial` }),
  );
}

function filled(value: number): Initializer {
  return (graph, shape, stream) => graph.constant(`${localName(stream)}/initial`, value, { shape });
}

function scaling(
  subject: string,
  variance: Variance,
  kind: "uniform" | "normal",
  options: ScalingOptions = {},
): Initializer {
  checkOptions(subject, options, ["gain"]);
  const { gain = 1 } = options;
  checkNumber(`${subject}: gain`, gain, 0, Infinity, true);
  return describedAs(subject, { gain }, (graph: Graph, shape: Shape, stream: string) => {
    const stddev = gain * Math.sqrt(variance(...fansOf(subject, shape)));
    const name = `${localName(stream)}/initial`;
    if (kind === "normal") return truncatedNormalOp(graph, { shape, stddev: stddev / TRUNCATED_STDDEV, stream, name });
    const limit = Math.sqrt(3) * stddev;
    return uniformOp(graph, { shape, low: -limit, high: limit, stream, name });
  });
}

const initializers = {
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  truncatedNormal,
  randomNormal,
  randomUniform,
  zeros,
  ones,
};

/** The names of PyTorch and Keras for them, folded. */
const aliases: Readonly<Record<string, InitializerName>> = {
  xavieruniform: "glorotUniform",
  xaviernormal: "glorotNormal",
  kaiminguniform: "heUniform",
  kaimingnormal: "heNormal",
};

export type InitializerName = keyof typeof initializers;

/** An initializer from its name, in any spelling (`he_normal`); a function is returned as it is. */
export function getInitializer(subject: string, initializer: InitializerName | Initializer): Initializer {
  if (typeof initializer === "function") return initializer;
  const names = Object.keys(initializers) as InitializerName[];
  return initializers[readName(subject, initializer, names, aliases, "a function or ")]();
}
