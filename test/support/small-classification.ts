// A small, learnable classification problem, made of random numbers: for tests of training that need data, not a result.

import { RandomStream } from "../../src/tensor/random.js";
import { Tensor } from "../../src/tensor/tensor.js";

/** Features in [-1, 1) and the class whose random direction they point along most. */
export function smallClassification(
  count: number,
  features: number,
  classes: number,
  seed = 1,
): { readonly x: Tensor; readonly y: Tensor } {
  const random = new RandomStream(seed, "small classification");
  const uniform = () => 2 * random.uniform() - 1;
  const directions = Array.from({ length: classes }, () => Array.from({ length: features }, uniform));
  const x = Float32Array.from({ length: count * features }, uniform);
  const y = Int32Array.from({ length: count }, (_, row) => {
    const scores = directions.map((direction) =>
      direction.reduce((sum, weight, i) => sum + weight * (x[row * features + i] as number), 0),
    );
    return scores.indexOf(Math.max(...scores));
  });
  return { x: new Tensor(x, [count, features]), y: new Tensor(y, [count]) };
}
