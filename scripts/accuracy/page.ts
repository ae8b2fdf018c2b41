// docs/accuracy.md from the results of the sweeps.

import { measuredFunctions } from "./references.js";
import type { SeamResult, SweepResult } from "./sweep.js";

export interface Result extends SweepResult {
  /** 1 where all floats were tried. */
  readonly stride: number;
  readonly seams: SeamResult;
  /** Special values, `input → result` with commas between: JSON has no NaN and no -0. */
  readonly special: string;
  readonly fingerprint: string;
}

export type Results = Readonly<Record<string, Result>>;

/** Eight digits, and -0 for what it is. */
export function show(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return String(Number.isFinite(value) ? Number(value.toPrecision(8)) : value);
}

function errorRow(
  name: string,
  { stride, count, worst, at, worstSubnormal, correct, doubtful, seams }: Result,
): string {
  const { low = -Infinity, high = Infinity } = measuredFunctions[name] ?? {};
  const range = low === -Infinity && high === Infinity ? "all" : `[${show(low)}, ${show(high)}]`;
  const tried = `${count.toLocaleString("en-US")}${stride === 1 ? "" : ", a sample"}`;
  const share = `${((100 * correct) / count).toFixed(2)} %`;
  const subnormal = worstSubnormal === 0 ? "exact" : worstSubnormal.toFixed(2);
  const steps =
    seams.against === 0 ? "none" : `${seams.against} of ${seams.steps}, ${Math.round(seams.deepest)} ULP at most`;
  return `| ${name} | ${range} | ${tried} | **${worst.toFixed(3)}** | ${at} | ${subnormal} | ${share} | ${doubtful} | ${steps} |`;
}

function specialRow(name: string, { special, wrongSpecial }: Result): string {
  return `| ${name} | ${special} | ${wrongSpecial} |`;
}

export function page(results: Results): string {
  const rows = Object.keys(measuredFunctions).flatMap((name) => {
    const result = results[name];
    return result ? [[name, result] as const] : [];
  });
  return `# Accuracy of the transcendental functions

Written by \`npm run accuracy\`: every float32 that the function is made for, or a sample where it says so, in the simd
build (the scalar build has the same bits), against float64. Errors are in units in the last place of the exact result
(ULP); what is correctly rounded errs by 0.5 at most; results below 2^-126 are counted apart. The tests repeat a sample and
refuse this page where the formulas have changed since.

| function | inputs | tried | largest error, ULP | at | subnormal results | correctly rounded | doubtful | steps against |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
${rows.map(([name, result]) => errorRow(name, result)).join("\n")}

Doubtful are results so close to the middle between two floats that the float64 reference could not tell which is right.
Steps against: neighbours among the 2,000 floats on both sides of each seam, where a formula or a reduction changes, that
rise where the exact function falls, or the reverse.

| function | special values | wrong infinities or NaN |
| --- | --- | ---: |
${rows.map(([name, result]) => specialRow(name, result)).join("\n")}

expm1 and log1p are made for the inputs stated: ELU, SELU and tanh, and softplus, use them within. tanh and erf are odd to
the last bit. elu is that with alpha 1. geluTanh is a cubic within an exponential, which multiplies the rounding of its
argument; silu below -87 and gelu below -13 are products with a number that is subnormal. Their errors are largest where
the results are all but zero.

pow has two arguments, of which no sweep is complete. It is computed in float64 and rounded once: at most 0.51 ULP over the
pairs of \`test/assembly/elementwise.test.ts\`, with fractional, large and whole exponents.
`;
}
