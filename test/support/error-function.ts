// erf and 1 - erf in float64, to a few of its last places: JavaScript has neither. For references only, and slow.

const SQRT_PI = Math.sqrt(Math.PI);

/** erf(x) = 2 / sqrt(pi) * sum of x^(2n+1) 2^n / (1 3 5 ... (2n+1)) * e^(-x^2): positive terms, nothing cancels. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 0 || Object.is(x, -0)) return -erf(-x);
  if (x > 6) return 1;
  if (x > 2.5) return 1 - erfc(x);
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return x < 1e-150 ? (2 / SQRT_PI) * x : (2 / SQRT_PI) * sum * Math.exp(-x * x);
}

/** 1 - erf(x), for x >= 2.5 as the continued fraction e^(-x^2) / sqrt(pi) / (x + (1/2) / (x + 1 / (x + (3/2) / ...))). */
export function erfc(x: number): number {
  if (x < 2.5) return 1 - erf(x);
  if (x > 30) return 0;
  let tail = x;
  for (let n = 120; n > 0; n--) tail = x + n / 2 / tail;
  // The square in two parts, since its rounding would count x^2 times.
  const high = Math.fround(x);
  return (Math.exp(-high * high) * Math.exp(-(x - high) * (x + high))) / SQRT_PI / tail;
}
