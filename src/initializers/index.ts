// Initial values of weights. Fans are those of a dense kernel [inputs, units]: fanIn = inputs, fanOut = units.
//
//   glorot  variance 2 / (fanIn + fanOut)   logistic, tanh, linear   (Glorot & Bengio 2010)
//   he      variance 2 / fanIn              ReLU and its kin         (He et al. 2015)
//   lecun   variance 1 / fanIn              SELU                     (LeCun et al. 1998)
//
// Uniform draws from [-r, r), r = sqrt(3 * variance); normal is truncated at two standard deviations and widened so
// that the variance stays. `gain` multiplies the standard deviation.

import { ArgumentError, checkNumber, describe, oneOf } from "../errors.js";
import type { Initializer } from "../graph/graph.js";
import { randomUniform, truncatedNormal as truncatedNormalOp } from "../ops/random.js";
import type { Shape } from "../tensor/shape.js";

// Standard deviation of the standard normal given |z| <= 2.
const TRUNCATED_STDDEV = 0.8796256610342398;

export interface ScalingOptions {
  /** Multiplies the standard deviation. Default 1. */
  readonly gain?: number;
}

type Variance = (fanIn: number, fanOut: number) => number;

const glorot: Variance = (fanIn, fanOut) => 2 / (fanIn + fanOut);
const he: Variance = (fanIn) => 2 / fanIn;
const lecun: Variance = (fanIn) => 1 / fanIn;

export const glorotUniform = (options?: ScalingOptions) => scaling("glorotUniform", glorot, "uniform", options);
export const glorotNormal = (options?: ScalingOptions) => scaling("glorotNormal", glorot, "normal", options);
export const heUniform = (options?: ScalingOptions) => scaling("heUniform", he, "uniform", options);
export const heNormal = (options?: ScalingOptions) => scaling("heNormal", he, "normal", options);
export const lecunUniform = (options?: ScalingOptions) => scaling("lecunUniform", lecun, "uniform", options);
export const lecunNormal = (options?: ScalingOptions) => scaling("lecunNormal", lecun, "normal", options);

/** Every element the same. */
export function constant(value: number): Initializer {
  checkNumber("constant: value", value);
  return (graph, shape, stream) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    return graph.constant(`${localName(stream)}/initial`, new Float32Array(size).fill(value), { shape });
  };
}
export const zeros = () => constant(0);
export const ones = () => constant(1);

/** Normal within two standard deviations of the mean; `stddev` is that before truncation, as in TensorFlow. */
export function truncatedNormal(options: { readonly mean?: number; readonly stddev?: number } = {}): Initializer {
  const { mean = 0, stddev = 0.05 } = options;
  return (graph, shape, stream) =>
    truncatedNormalOp(graph, { shape, mean, stddev, stream, name: `${localName(stream)}/initial` });
}

function scaling(
  subject: string,
  variance: Variance,
  kind: "uniform" | "normal",
  { gain = 1 }: ScalingOptions = {},
): Initializer {
  checkNumber(`${subject}: gain`, gain, 0, Infinity, true);
  return (graph, shape, stream) => {
    const stddev = gain * Math.sqrt(variance(...fans(subject, shape)));
    const name = `${localName(stream)}/initial`;
    if (kind === "normal") return truncatedNormalOp(graph, { shape, stddev: stddev / TRUNCATED_STDDEV, stream, name });
    const limit = Math.sqrt(3) * stddev;
    return randomUniform(graph, { shape, low: -limit, high: limit, stream, name });
  };
}

function fans(subject: string, shape: Shape): [fanIn: number, fanOut: number] {
  const [inputs, units] = shape;
  if (inputs === undefined || units === undefined || shape.length !== 2 || inputs + units === 0) {
    throw new ArgumentError(`${subject}: the shape must be [inputs, units]; received ${describe([...shape])}.`);
  }
  return [Math.max(inputs, 1), Math.max(units, 1)];
}

function localName(stream: string): string {
  return stream.slice(stream.lastIndexOf("/") + 1);
}

const initializers = {
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  truncatedNormal,
  zeros,
  ones,
};

export type InitializerName = keyof typeof initializers;

/** An initializer from its name; a function is returned as it is. */
export function getInitializer(subject: string, initializer: InitializerName | Initializer): Initializer {
  if (typeof initializer === "function") return initializer;
  if (!Object.hasOwn(initializers, initializer)) {
    throw new ArgumentError(
      `${subject} must be a function or ${oneOf(Object.keys(initializers))}; received ${describe(initializer)}.`,
    );
  }
  return initializers[initializer]();
}
