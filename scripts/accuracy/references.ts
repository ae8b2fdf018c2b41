// The functions whose error is measured, exact to a few last places of float64, which is 2^-28 of a last place of float32.
// JavaScript's Math has the elementary ones; erf and 1 - erf come after fdlibm s_erf.c (Sun Microsystems 1993), whose
// error is below one unit of float64.

export interface MeasuredFunction {
  readonly exact: (x: number) => number;
  /** Who computes it: a function of test/assembly/fixtures/math.ts, which no kernel exports alone, or a shipped kernel. */
  readonly source: "math" | "kernel";
  /** The inputs it is made for; default all. */
  readonly low?: number;
  readonly high?: number;
  /** Where its formula changes. */
  readonly seams: readonly number[];
}

/** Where x / ln 2 * scale is a half: there e^x goes over to the next power of two. */
function reductions(scale: number): number[] {
  return Array.from({ length: 60 }, (_, i) => (i - 30 + 0.5) * Math.LN2 * scale);
}

export const measuredFunctions: Readonly<Record<string, MeasuredFunction>> = {
  exp: { source: "math", exact: Math.exp, seams: [88.72283, 89, -87.33655, -103.97208, -104, 0, ...reductions(1)] },
  expm1: { source: "math", exact: Math.expm1, high: 88, seams: [-18, 0, ...reductions(1)] },
  log: { source: "math", exact: Math.log, seams: [1, Math.SQRT2, Math.SQRT1_2, 2 ** -126, 2 ** -149] },
  log1p: { source: "math", exact: Math.log1p, low: 0, high: 1, seams: [0, 1] },
  logistic: { source: "math", exact: logistic, seams: [-104, -87.33655, 0, 17.33, 40, ...reductions(1)] },
  tanh: { source: "math", exact: Math.tanh, seams: [0, 9.0109, 10, ...reductions(0.5)] },
  erf: { source: "math", exact: erf, seams: [0, 0.93, -0.93, 3.9192, 4] },
  elu: { source: "kernel", exact: elu, seams: [-18, 0, ...reductions(1).slice(0, 30)] },
  selu: { source: "kernel", exact: selu, seams: [-18, 0, ...reductions(1).slice(0, 30)] },
  softplus: { source: "kernel", exact: softplus, seams: [0, 17.33, -87.33655, -103.97208, ...reductions(1)] },
  softsign: { source: "kernel", exact: softsign, seams: [0] },
  gelu: { source: "kernel", exact: gelu, seams: [0, -14.4, 14.4, ...reductions(1).map(bellSeam)] },
  geluTanh: { source: "kernel", exact: geluTanh, seams: [0, -10, 10] },
  silu: { source: "kernel", exact: silu, seams: [0, -87.33655, -104, -110, 17.33, ...reductions(1)] },
};

/** Where e^(-x^2 / 2) goes over to the next power of two, on either side. */
function bellSeam(x: number): number {
  return Math.sign(x) * Math.sqrt(2 * Math.abs(x));
}

function logistic(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

function elu(x: number): number {
  return x > 0 ? x : Math.expm1(x);
}

function selu(x: number): number {
  return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function softsign(x: number): number {
  return Number.isFinite(x) ? x / (1 + Math.abs(x)) : Math.sign(x);
}

function silu(x: number): number {
  return x === -Infinity ? 0 : x * logistic(x);
}

/** x Phi(x) = x erfc(-x / sqrt 2) / 2. The square of x / sqrt 2 is x^2 / 2, which loses less. */
function gelu(x: number): number {
  if (x > 0) return Number.isFinite(x) ? x - x * normalTail(x) : x;
  return x === -Infinity ? -0 : x * normalTail(-x);
}

/** 1 - Phi(a) for a >= 0, or NaN. */
function normalTail(a: number): number {
  if (a < 0.84375 * Math.SQRT2) return 0.5 * (1 - erf(a * Math.SQRT1_2));
  return 0.5 * erfcAbove(a * Math.SQRT1_2, 0.5 * a * a);
}

function geluTanh(x: number): number {
  if (x === -Infinity) return -0;
  return x * logistic(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
}

const ERF_SMALL = [
  [0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5],
  [1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -3.960228278775368e-6],
] as const;
const ERF_NEAR_ONE = [
  [
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
    0.035478304325618236, -0.002166375594868791,
  ],
  [
    1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
    0.011984499846799107,
  ],
] as const;
const ERFC_MIDDLE = [
  [
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
    -184.60509290671104, -81.2874355063066, -9.814329344169145,
  ],
  [
    1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
    108.63500554177944, 6.570249770319282, -0.0604244152148581,
  ],
] as const;
const ERFC_FAR = [
  [
    -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
    -1025.0951316110772, -483.5191916086514,
  ],
  [
    1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504066431645,
    474.52854120695537, -22.44095244658582,
  ],
] as const;

function quotient([p, q]: readonly [readonly number[], readonly number[]], x: number): number {
  let numerator = 0;
  let denominator = 0;
  for (let i = p.length - 1; i >= 0; i--) numerator = numerator * x + (p[i] as number);
  for (let i = q.length - 1; i >= 0; i--) denominator = denominator * x + (q[i] as number);
  return numerator / denominator;
}

export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 0.84375) return a < 1e-300 ? x : x + x * quotient(ERF_SMALL, x * x);
  const y = a >= 6 ? 1 : 1 - erfcAbove(a, a * a);
  return x < 0 ? -y : y;
}

/** 1 - erf(a) for a >= 0.84375, or NaN; `square` is a^2, given since the caller may know it better. */
function erfcAbove(a: number, square: number): number {
  if (a < 1.25) return 1 - 0.8450629115104675 - quotient(ERF_NEAR_ONE, a - 1);
  if (a > 28) return 0;
  const high = Math.fround(a);
  const ratio = quotient(a < 1 / 0.35 ? ERFC_MIDDLE : ERFC_FAR, 1 / square);
  return (Math.exp(-high * high - 0.5625) * Math.exp(high * high - square + ratio)) / a;
}
