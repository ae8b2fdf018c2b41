// Comparisons whose failure says where, what was expected, what came, and how bad it is at worst.

import { assert } from "vitest";

type Numbers = ArrayLike<number>;

/** Fails unless every element has the bits of the expected one as float32. NaN equals NaN whatever its payload. */
export function expectSameBits(subject: string, received: Numbers, expected: Numbers): void {
  compare(subject, received, expected, "bits must agree", (a, b) => Object.is(a, b));
}

/** Fails unless every element lies within the tolerance, a number or one for each index. Infinities and NaN must agree. */
export function expectClose(
  subject: string,
  received: Numbers,
  expected: Numbers,
  tolerance: number | ((index: number) => number),
): void {
  const limit = typeof tolerance === "number" ? () => tolerance : tolerance;
  const rule = typeof tolerance === "number" ? `tolerance ${tolerance}` : undefined;
  compare(subject, received, expected, rule, (a, b, i) => Object.is(a, b) || Math.abs(a - b) <= limit(i), limit);
}

function compare(
  subject: string,
  received: Numbers,
  expected: Numbers,
  rule: string | undefined,
  agree: (a: number, b: number, index: number) => boolean,
  limit?: (index: number) => number,
): void {
  if (received.length !== expected.length) {
    assert.fail(`${subject}: ${expected.length} values expected, ${received.length} received.`);
  }
  let first = -1;
  let count = 0;
  let worst = 0;
  let worstAt = -1;
  for (let i = 0; i < expected.length; i++) {
    const a = received[i] as number;
    const b = expected[i] as number;
    if (agree(a, b, i)) continue;
    if (first < 0) first = i;
    count++;
    const difference = Number.isNaN(a - b) ? Infinity : Math.abs(a - b);
    if (worstAt < 0 || difference > worst) {
      worst = difference;
      worstAt = i;
    }
  }
  if (first < 0) return;
  assert.fail(
    `${subject}: index ${first} of ${expected.length}: expected ${show(expected[first])}, ` +
      `received ${show(received[first])} (${rule ?? `tolerance ${limit?.(first)}`}); ` +
      `${count} differ, the largest difference is ${worst} at index ${worstAt}.`,
  );
}

function show(x: number | undefined): string {
  return Object.is(x, -0) ? "-0" : String(x);
}
