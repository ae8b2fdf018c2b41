// Orthogonal kernels: rows or columns of length 1, at right angles to each other.

import { ArgumentError, checkArity, checkNumber, checkOptions, describe } from "../../errors.js";
import type { Graph, Initializer } from "../../graph/graph.js";
import { RandomStream } from "../../tensor/random.js";
import { type Shape, sizeOf } from "../../tensor/shape.js";
import { describedAs } from "../description.js";
import { localName } from "./fans.js";

/**
 * A matrix [inputs, units] whose shorter side's vectors are orthonormal, times `gain` (default 1), uniform among all such:
 * the QR decomposition of a matrix of normal numbers.  see: Saxe, McClelland & Ganguli 2014
 * A kernel of more axes, [..., inputs, outputs], is such a matrix with one row for each place and input (Keras's rule).
 * It is computed in float64 without the kernels, in time (longer side) * (shorter side)^2: half a second for 1000 x 1000.
 */
export function orthogonal(options: { readonly gain?: number } = {}): Initializer {
  checkArity("orthogonal", arguments.length, 1);
  checkOptions("orthogonal", options, ["gain"]);
  const { gain = 1 } = options;
  checkNumber("orthogonal: gain", gain, 0, Infinity, true);
  return describedAs("orthogonal", { gain }, (graph: Graph, shape: Shape, stream: string) => {
    const units = shape.at(-1);
    if (shape.length < 2 || units === undefined) {
      throw new ArgumentError(
        `orthogonal: the shape must be [inputs, units] or [..., inputs, outputs]; received ${describe([...shape])}.`,
      );
    }
    const inputs = sizeOf(shape.slice(0, -1));
    const vectors = orthonormal(Math.min(inputs, units), Math.max(inputs, units), new RandomStream(graph.seed, stream));
    const values = new Float32Array(inputs * units);
    for (let row = 0; row < inputs; row++) {
      for (let column = 0; column < units; column++) {
        const [vector, at] = inputs < units ? [row, column] : [column, row];
        values[row * units + column] = gain * ((vectors[vector] as Float64Array)[at] as number);
      }
    }
    return graph.constant(`${localName(stream)}/initial`, values, { shape });
  });
}

/** `count` random vectors of `length` >= count, orthonormal by Gram-Schmidt, made twice: once loses digits. */
function orthonormal(count: number, length: number, random: RandomStream): readonly Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const vector = Float64Array.from({ length }, () => bell(random));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) subtractAlong(vector, other);
      const norm = Math.sqrt(dot(vector, vector));
      for (let j = 0; j < length; j++) vector[j] = (vector[j] as number) / norm;
    }
    vectors.push(vector);
  }
  return vectors;
}

/** vector -= (vector · unit) unit */
function subtractAlong(vector: Float64Array, unit: Float64Array): void {
  const share = dot(vector, unit);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) - share * (unit[i] as number);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** A standard normal number by Marsaglia's polar method, of exact operations only: the same on every host. */
function bell(random: RandomStream): number {
  for (;;) {
    const [x, y] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
    const s = x * x + y * y;
    if (s > 0 && s < 1) return x * Math.sqrt((-2 * logarithm(s)) / s);
  }
}

/** ln s, 0 < s < 1, as n ln 1/2 + 2 atanh t, t = (m - 1) / (m + 1), m = s 2^n in [1/sqrt 2, sqrt 2). */
function logarithm(s: number): number {
  let m = s;
  let n = 0;
  for (; m < Math.SQRT1_2; n++) m *= 2;
  const t = (m - 1) / (m + 1);
  let series = 0;
  for (let k = 21; k > 0; k -= 2) series = series * t * t + 1 / k;
  return 2 * t * series - n * Math.LN2;
}
