// Cosine and power from additions and multiplications alone: Math.cos and ** may round differently from host to host,
// and a rate must have the same bits everywhere. Errors are below 5e-16 and 1e-14 (relative), as the tests measure.

const LN2 = Math.LN2;
const SQRT_HALF = Math.SQRT1_2;

/** cos(pi x) for x in [0, 1]. */
export function cosineOfPi(x: number): number {
  if (x > 0.5) return -cosineOfPi(1 - x);
  // What is left is at most pi / 4, where the series converge fast.
  const near = x <= 0.25;
  const angle = Math.PI * (near ? x : 0.5 - x);
  return series(-angle * angle, near ? 1 : angle, near ? 0 : 1, 2);
}

/** base^exponent for base >= 0 and exponent >= 0; 0^0 is 1. */
export function power(base: number, exponent: number): number {
  const whole = Math.floor(exponent);
  let result = 1;
  for (let square = base, n = whole; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result *= square;
    square *= square;
  }
  const rest = exponent - whole;
  if (rest === 0) return result;
  return base === 0 ? 0 : result * exponential(rest * logarithm(base));
}

/** first * (1 + z / ((k + 1) (k + 2)) * (1 + ...)) and so on: terms of sine (k = 1) and cosine (k = 0), or of e^z. */
function series(z: number, first: number, k: number, stride: 1 | 2): number {
  let sum = 0;
  for (let term = first, n = k; Math.abs(term) > 1e-18 * Math.abs(first); n += stride) {
    sum += term;
    term *= z / (stride === 2 ? (n + 1) * (n + 2) : n + 1);
  }
  return sum;
}

/** e^y. */
function exponential(y: number): number {
  const k = Math.round(y / LN2);
  let result = series(y - k * LN2, 1, 0, 1);
  for (let n = 0; n < Math.abs(k); n++) result *= k > 0 ? 2 : 0.5;
  return result;
}

/** ln x for x > 0: x = m 2^k with m around 1, ln m = 2 artanh((m - 1) / (m + 1)). */
function logarithm(x: number): number {
  let m = x;
  let k = 0;
  for (; m >= 2 * SQRT_HALF; k++) m /= 2;
  for (; m < SQRT_HALF; k--) m *= 2;
  const s = (m - 1) / (m + 1);
  let sum = 0;
  for (let odd = 1, term = 2 * s; Math.abs(term) > 1e-19; odd += 2, term *= s * s) sum += term / odd;
  return k * LN2 + sum;
}
