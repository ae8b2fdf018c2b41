// The standard normal distribution in float64: upper tail and its inverse, both to about 1e-14 relative.

const SQRT_2_PI = Math.sqrt(2 * Math.PI);

/** Phi(2) - Phi(-2). */
export const massWithinTwo = 1 - 2 * upperTail(2);

function density(z: number): number {
  return Math.exp((-z * z) / 2) / SQRT_2_PI;
}

/** P(Z > z) for z >= 0. */
export function upperTail(z: number): number {
  return z < 3 ? 0.5 - middle(z) : density(z) / continuedFraction(z);
}

/** P(0 < Z < z) = density(z) * (z + z^3 / 3 + z^5 / (3 * 5) + ...): all terms positive. Abramowitz & Stegun 26.2.11. */
function middle(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return density(z) * sum;
}

/** z + 1 / (z + 2 / (z + 3 / (z + ...))), Abramowitz & Stegun 26.2.14. */
function continuedFraction(z: number): number {
  let value = z;
  for (let k = 120; k > 0; k--) value = z + k / value;
  return value;
}

/** The z >= 0 with P(Z > z) = tail, 0 < tail <= 1/2: Newton's method on the logarithm of the tail, nearly a parabola. */
export function quantileOfTail(tail: number): number {
  if (tail > 0.4) {
    let z = (0.5 - tail) * SQRT_2_PI;
    for (let i = 0; i < 4; i++) z += (0.5 - tail - middle(z)) / density(z);
    return z;
  }
  let z = Math.sqrt(-2 * Math.log(2 * tail)) * 0.8;
  for (let i = 0; i < 40; i++) {
    const q = upperTail(z);
    const step = (q * Math.log(q / tail)) / density(z);
    z += step;
    if (Math.abs(step) < 1e-15 * z) break;
  }
  return z;
}
