// Transcendental functions on registers of any width: the same operations in the same order in every build.
// Polynomials are minimax fits of our own unless a source is named, summed in pairs (Estrin), since latency limits them
// and not throughput. The errors stated are the largest over all float32 (docs/accuracy.md); test/assembly/math.test.ts
// samples them.

import { lane } from "./lane";

const LOG2_E: f32 = Mathf.LOG2E;
// ln 2 in two parts: the first has few bits, so that its product with a small integer is exact.
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444e-4;
// Adding 1.5 * 2^23 rounds to the nearest integer k and leaves it in the low bits; adding the bias of an exponent too
// makes those bits, shifted left by 23, a power of two.
const ROUND: f32 = 12582912;
/** 2^-24: what powers of two are scaled by where their results may be subnormal, so that these are rounded but once. */
const TINY: f32 = 5.9604644775390625e-8;

// Tables of constants, lane.constant(TABLE, i) being entry i in every lane. V8 builds a vector constant anew at each use,
// and that takes half as long again as this load. They lie in the module's own first kilobyte.

/** log2(e), -ln 2 in two parts; then 1 and the coefficients of (e^r - 1 - r) / r^2 from r^0 up. */
const EXPONENTIAL = memory.data<f32>([
  LOG2_E,
  -LN2_HIGH,
  -LN2_LOW,
  1,
  0.49999998149,
  0.16666543421,
  0.0416672008,
  0.00836654745,
  0.00138825107,
]);
/** Least and largest x; ROUND with the bias of k: twice 127, 127 more 24, 127, 127 less 40; for the last also 2^-40. */
const EXP = memory.data<f32>([-104, 89, ROUND + 254]);
const EXP_BELOW_0 = memory.data<f32>([-104, ROUND + 151]);
const EXPM1 = memory.data<f32>([-18, 88, ROUND + 127]);
const LOGISTIC = memory.data<f32>([-112, 40, ROUND + 87, -LOG2_E, 9.094947017729282e-13]);
const TANH = memory.data<f32>([10, 2 * LOG2_E]);
/** 2, then (2 s + 2 s^3 / 3 + ... - 2 s) / s^3 = (2 atanh(s) - 2 s) / s^3 in s^2 on [0, 1/9]. */
const LOG1P = memory.data<f32>([2, 0.66666416163, 0.40021534879, 0.28001670338, 0.28012698398]);
/** The seam, sqrt(2), -2, 4; then erf(x) / x - 1 in x^2 on [0, 0.93]. */
const ERF = memory.data<f32>([
  0.93,
  Mathf.SQRT2,
  -2,
  4,
  0.12837914769,
  -0.376124811,
  0.1128168254,
  -0.02676171986,
  0.00498594058,
  -0.00059537416,
]);
/** Largest x, -1/2, ROUND, 2^-24; then numerator and denominator of e^(x^2 / 2) (1 - Phi(x)) on [0, 14.4]. */
const TAIL = memory.data<f32>([
  14.4,
  -0.5,
  ROUND + 151,
  TINY,
  0.5,
  0.43849542094,
  0.1833838055,
  0.04068338615,
  0.00412376622,
  1,
  1.67487582807,
  1.203120333,
  0.46986313821,
  0.1019845049,
  0.01033663095,
]);
/**
 * Smallest normal number, 2^23, 23, 1/2, sqrt(1/2), -1/2, -Infinity, NaN; then (ln(1 + m) - m + m^2 / 2) / m^3 from the highest
 * power down, ln 2 in two parts, Infinity.
 */
const LOG = memory.data<f32>([
  1.17549435e-38,
  8388608,
  23,
  0.5,
  Mathf.SQRT1_2,
  -0.5,
  -Infinity,
  NaN,
  7.0376836292e-2,
  -1.151461031e-1,
  1.167699874e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
  LN2_LOW,
  LN2_HIGH,
  Infinity,
]);
/** The bias of an exponent, and the fraction's bits. */
const LOG_BITS = memory.data<i32>([126, 0x007fffff]);
const SIGN = memory.data<i32>([-0x80000000]);
/** The sign, the exponent and the first 11 bits of a float. */
const UPPER_BITS = memory.data<i32>([-4096]);

export abstract class math {
  /**
   * e^x = 2^k * e^r with |r| <= ln(2) / 2; degree-6 polynomial in r. Overflows to Infinity above 88.73, underflows
   * gradually to 0 below -103.97; NaN stays NaN. Largest error 1.1 ULP.  see: Cephes expf.c (S. Moshier) for the reduction
   */
  @inline static exp<V>(x: V): V {
    x = lane.raise<V>(x, lane.constant<V>(EXP, 0));
    x = lane.lower<V>(x, lane.constant<V>(EXP, 1));
    const shifted = lane.fma<V>(x, lane.constant<V>(EXPONENTIAL, 0), lane.constant<V>(EXP, 2));
    const k = lane.sub<V>(shifted, lane.constant<V>(EXP, 2));
    const p = lane.add<V>(math.expm1Reduced<V>(k, x), lane.constant<V>(EXPONENTIAL, 3));
    // 2^k in two factors, since k reaches 128 and -150 and one exponent field does not.
    const half = lane.bitsShiftRight<V>(shifted, 1);
    const rest = lane.bitsSub<V>(shifted, half);
    return lane.mul<V>(lane.mul<V>(p, lane.bitsShiftLeft<V>(half, 23)), lane.bitsShiftLeft<V>(rest, 23));
  }

  /** e^r - 1 with r = x - k ln 2 in [-ln(2) / 2, ln(2) / 2]. */
  @inline static expm1Reduced<V>(k: V, x: V): V {
    const r = lane.fma<V>(k, lane.constant<V>(EXPONENTIAL, 1), x);
    return math.expm1Near0<V>(lane.fma<V>(k, lane.constant<V>(EXPONENTIAL, 2), r));
  }

  /** e^r - 1 = r + r^2 p(r), p of degree 4. */
  @inline static expm1Near0<V>(r: V): V {
    const r2 = lane.mul<V>(r, r);
    const low = lane.fma<V>(r, lane.constant<V>(EXPONENTIAL, 5), lane.constant<V>(EXPONENTIAL, 4));
    let high = lane.fma<V>(r, lane.constant<V>(EXPONENTIAL, 7), lane.constant<V>(EXPONENTIAL, 6));
    high = lane.fma<V>(r2, lane.constant<V>(EXPONENTIAL, 8), high);
    return lane.fma<V>(lane.fma<V>(high, r2, low), r2, r);
  }

  /** 2^24 e^x for x <= 0, never subnormal: what softmax adds up and divides by its sum. NaN stays NaN, 0 below -104. */
  @inline static expBelow0<V>(x: V): V {
    x = lane.raise<V>(x, lane.constant<V>(EXP_BELOW_0, 0));
    const bias = lane.constant<V>(EXP_BELOW_0, 1);
    const shifted = lane.fma<V>(x, lane.constant<V>(EXPONENTIAL, 0), bias);
    const power = lane.bitsShiftLeft<V>(shifted, 23);
    return lane.fma<V>(math.expm1Reduced<V>(lane.sub<V>(shifted, bias), x), power, power);
  }

  /**
   * e^x - 1 = 2^k (e^r - 1) + (2^k - 1) for x up to 88; -1 below -17.4, NaN stays NaN, -0 gives 0. Largest error 1.9 ULP, and 1.1 ULP
   * where x is negative.
   */
  @inline static expm1<V>(x: V): V {
    return math.expm1Negative<V>(lane.lower<V>(x, lane.constant<V>(EXPM1, 1)));
  }

  /** expm1 for x up to 0. */
  @inline static expm1Negative<V>(x: V): V {
    return math.expm1Above<V>(lane.raise<V>(x, lane.constant<V>(EXPM1, 0)));
  }

  /** expm1 for x already in [-18, 88]. */
  @inline static expm1Above<V>(x: V): V {
    const shifted = lane.fma<V>(x, lane.constant<V>(EXPONENTIAL, 0), lane.constant<V>(EXPM1, 2));
    const p = math.expm1Reduced<V>(lane.sub<V>(shifted, lane.constant<V>(EXPM1, 2)), x);
    const power = lane.bitsShiftLeft<V>(shifted, 23);
    return lane.fma<V>(p, power, lane.sub<V>(power, lane.constant<V>(EXPONENTIAL, 3)));
  }

  /** 1 / (1 + e^-x), gradually to 0 below -87.3; 1 above 17. NaN stays NaN. Largest error 2.0 ULP. */
  @inline static logistic<V>(x: V): V {
    x = lane.lower<V>(lane.raise<V>(x, lane.constant<V>(LOGISTIC, 0)), lane.constant<V>(LOGISTIC, 1));
    return lane.div<V>(lane.constant<V>(LOGISTIC, 4), math.onePlusExp<V>(x));
  }

  /** a / (1 + e^-x) for x in [-112, 40], rounded once more than `logistic`; a below 2^88. */
  @inline static timesLogistic<V>(a: V, x: V): V {
    return lane.mul<V>(lane.div<V>(a, math.onePlusExp<V>(x)), lane.constant<V>(LOGISTIC, 4));
  }

  /**
   * 2^-40 (1 + e^-x) for x in [-112, 40], with e^-x = q (1 + t), q a power of two: the sum q + (q t + 1) spares e^-x a
   * rounding of its own. The scale keeps q finite.
   */
  @inline static onePlusExp<V>(x: V): V {
    const shifted = lane.fma<V>(x, lane.constant<V>(LOGISTIC, 3), lane.constant<V>(LOGISTIC, 2));
    const k = lane.sub<V>(shifted, lane.constant<V>(LOGISTIC, 2));
    const r = lane.sub<V>(lane.mul<V>(k, lane.constant<V>(EXPONENTIAL, 1)), x);
    const t = math.expm1Near0<V>(lane.fma<V>(k, lane.constant<V>(EXPONENTIAL, 2), r));
    const q = lane.bitsShiftLeft<V>(shifted, 23);
    return lane.add<V>(q, lane.fma<V>(q, t, lane.constant<V>(LOGISTIC, 4)));
  }

  /** The larger of -|x| and -112, below which x e^x is 0. */
  @inline static negativePart<V>(x: V): V {
    return lane.raise<V>(lane.orBits<V>(x, lane.constant<V>(SIGN, 0)), lane.constant<V>(LOGISTIC, 0));
  }

  /**
   * tanh x = (e^2x - 1) / (e^2x + 1), by |x|: odd to the last bit; 1 above 9.02. Both are q t plus q - 1 or q + 1, with
   * e^2x = q (1 + t), q a power of two. Largest error 2.9 ULP.
   */
  @inline static tanh<V>(x: V): V {
    const sign = lane.andBits<V>(x, lane.constant<V>(SIGN, 0));
    const a = lane.lower<V>(lane.xorBits<V>(x, sign), lane.constant<V>(TANH, 0));
    const shifted = lane.fma<V>(a, lane.constant<V>(TANH, 1), lane.constant<V>(EXPM1, 2));
    const t = math.expm1Reduced<V>(lane.sub<V>(shifted, lane.constant<V>(EXPM1, 2)), lane.add<V>(a, a));
    const q = lane.bitsShiftLeft<V>(shifted, 23);
    const one = lane.constant<V>(EXPONENTIAL, 3);
    const above = lane.fma<V>(t, q, lane.sub<V>(q, one));
    const below = lane.fma<V>(t, q, lane.add<V>(q, one));
    return lane.xorBits<V>(lane.div<V>(above, below), sign);
  }

  /**
   * ln(1 + x) for x in [0, 1] = 2 atanh(s), s = x / (2 + x); written x - s (x - ...), which forgives the rounding of s.
   * Largest error 1.4 ULP.  see: FreeBSD e_logf.c
   */
  @inline static log1p<V>(x: V): V {
    const s = lane.div<V>(x, lane.add<V>(x, lane.constant<V>(LOG1P, 0)));
    const z = lane.mul<V>(s, s);
    const low = lane.fma<V>(z, lane.constant<V>(LOG1P, 2), lane.constant<V>(LOG1P, 1));
    const high = lane.fma<V>(z, lane.constant<V>(LOG1P, 4), lane.constant<V>(LOG1P, 3));
    const series = lane.fma<V>(high, lane.mul<V>(z, z), low);
    return lane.sub<V>(x, lane.mul<V>(s, lane.sub<V>(x, lane.mul<V>(z, series))));
  }

  /**
   * erf x: x times a polynomial in x^2 for |x| <= 0.93, else 1 - 2 (1 - Phi(sqrt(2) |x|)) with the sign of x: odd to the
   * last bit; 1 above 3.92. NaN stays NaN. Largest error 1.6 ULP.
   */
  @inline static erf<V>(x: V): V {
    const positive = lane.abs<V>(x);
    const a = lane.lower<V>(positive, lane.constant<V>(ERF, 3));
    const z = lane.mul<V>(a, a);
    const z2 = lane.mul<V>(z, z);
    const p01 = lane.fma<V>(z, lane.constant<V>(ERF, 5), lane.constant<V>(ERF, 4));
    const p23 = lane.fma<V>(z, lane.constant<V>(ERF, 7), lane.constant<V>(ERF, 6));
    const p45 = lane.fma<V>(z, lane.constant<V>(ERF, 9), lane.constant<V>(ERF, 8));
    const p = lane.fma<V>(lane.fma<V>(p45, z2, p23), z2, p01);
    const tail = math.normalTail<V>(lane.mul<V>(a, lane.constant<V>(ERF, 1)));
    const far = lane.fma<V>(tail, lane.constant<V>(ERF, 2), lane.constant<V>(EXPONENTIAL, 3));
    const y = lane.whereGreater<V>(a, lane.constant<V>(ERF, 0), far, lane.fma<V>(p, a, a));
    return lane.xorBits<V>(y, lane.xorBits<V>(x, positive));
  }

  /**
   * 2^24 e^(-x^2 / 2) for x in [0, 14.4], never subnormal. The square is taken in two parts, x^2 = h^2 + (x + h) (x - h) with 12 bits in h, since
   * the rounding of x^2 would cost many ULP.
   */
  @inline static bell<V>(x: V): V {
    const h = lane.andBits<V>(x, lane.constant<V>(UPPER_BITS, 0));
    const minusHalf = lane.constant<V>(TAIL, 1);
    const square = lane.mul<V>(lane.mul<V>(h, h), minusHalf);
    const rest = lane.mul<V>(lane.mul<V>(lane.add<V>(x, h), lane.sub<V>(x, h)), minusHalf);
    const shifted = lane.fma<V>(square, lane.constant<V>(EXPONENTIAL, 0), lane.constant<V>(TAIL, 2));
    const k = lane.sub<V>(shifted, lane.constant<V>(TAIL, 2));
    const r = lane.add<V>(lane.fma<V>(k, lane.constant<V>(EXPONENTIAL, 1), square), rest);
    const t = math.expm1Near0<V>(lane.fma<V>(k, lane.constant<V>(EXPONENTIAL, 2), r));
    const power = lane.bitsShiftLeft<V>(shifted, 23);
    return lane.fma<V>(t, power, power);
  }

  /** (1 - Phi(x)) e^(x^2 / 2) for x in [0, 14.4]; relative error of the quotient 6e-9 before rounding. */
  @inline static tailRatio<V>(x: V): V {
    const x2 = lane.mul<V>(x, x);
    const p01 = lane.fma<V>(x, lane.constant<V>(TAIL, 5), lane.constant<V>(TAIL, 4));
    const p23 = lane.fma<V>(x, lane.constant<V>(TAIL, 7), lane.constant<V>(TAIL, 6));
    const p = lane.fma<V>(lane.fma<V>(x2, lane.constant<V>(TAIL, 8), p23), x2, p01);
    const q01 = lane.fma<V>(x, lane.constant<V>(TAIL, 10), lane.constant<V>(TAIL, 9));
    const q23 = lane.fma<V>(x, lane.constant<V>(TAIL, 12), lane.constant<V>(TAIL, 11));
    const q45 = lane.fma<V>(x, lane.constant<V>(TAIL, 14), lane.constant<V>(TAIL, 13));
    const q = lane.fma<V>(lane.fma<V>(x2, q45, q23), x2, q01);
    return lane.div<V>(p, q);
  }

  /** 1 - Phi(x) for x >= 0, Phi being the normal distribution function. NaN stays NaN. */
  @inline static normalTail<V>(x: V): V {
    x = lane.lower<V>(x, lane.constant<V>(TAIL, 0));
    return math.unscale<V>(lane.mul<V>(math.bell<V>(x), math.tailRatio<V>(x)));
  }

  /** a 2^-24: what `bell` carries taken away again. */
  @inline static unscale<V>(a: V): V {
    return lane.mul<V>(a, lane.constant<V>(TAIL, 3));
  }

  /**
   * ln x = e * ln 2 + ln m with m in [sqrt(1/2), sqrt(2)); degree-9 polynomial in m - 1. ln 0 = -Infinity, negative and
   * NaN give NaN, Infinity stays; as exact for subnormal x. Largest error 0.84 ULP.  see: Cephes logf.c (S. Moshier)
   */
  @inline static log<V>(x: V): V {
    const smallest = lane.constant<V>(LOG, 0);
    const scaled = lane.whereGreater<V>(smallest, x, lane.mul<V>(x, lane.constant<V>(LOG, 1)), x);
    // m = scaled / 2^e with m in [1/2, 1)
    let e = lane.bitsToFloat<V>(lane.bitsSub<V>(lane.bitsShiftRight<V>(scaled, 23), lane.constant<V>(LOG_BITS, 0)));
    e = lane.sub<V>(e, lane.onlyGreater<V>(smallest, x, lane.constant<V>(LOG, 2)));
    const mantissa = lane.andBits<V>(scaled, lane.constant<V>(LOG_BITS, 1));
    let m = lane.orBits<V>(mantissa, lane.constant<V>(LOG, 3));
    const low = lane.constant<V>(LOG, 4);
    const one = lane.constant<V>(EXPONENTIAL, 3);
    e = lane.sub<V>(e, lane.onlyGreater<V>(low, m, one));
    m = lane.sub<V>(lane.add<V>(m, lane.onlyGreater<V>(low, m, m)), one);
    const z = lane.mul<V>(m, m);
    let p = lane.constant<V>(LOG, 8);
    p = lane.fma<V>(p, m, lane.constant<V>(LOG, 9));
    p = lane.fma<V>(p, m, lane.constant<V>(LOG, 10));
    p = lane.fma<V>(p, m, lane.constant<V>(LOG, 11));
    p = lane.fma<V>(p, m, lane.constant<V>(LOG, 12));
    p = lane.fma<V>(p, m, lane.constant<V>(LOG, 13));
    p = lane.fma<V>(p, m, lane.constant<V>(LOG, 14));
    p = lane.fma<V>(p, m, lane.constant<V>(LOG, 15));
    p = lane.fma<V>(p, m, lane.constant<V>(LOG, 16));
    p = lane.mul<V>(p, lane.mul<V>(m, z));
    p = lane.fma<V>(e, lane.constant<V>(LOG, 17), p);
    p = lane.fma<V>(z, lane.constant<V>(LOG, 5), p);
    const y = lane.fma<V>(e, lane.constant<V>(LOG, 18), lane.add<V>(m, p));
    // What is not a finite positive number is its own logarithm, but 0 and what is below.
    const zero = lane.splat<V>(0);
    const belowZero = lane.whereGreater<V>(zero, x, lane.constant<V>(LOG, 7), lane.constant<V>(LOG, 6));
    const positive = lane.whereGreater<V>(lane.constant<V>(LOG, 19), x, y, x);
    return lane.whereAtLeast<V>(zero, x, belowZero, positive);
  }

  /** The same of a single number, where speed does not matter: one copy for all who ask. */
  static logOf(x: f32): f32 {
    return math.log<f32>(x);
  }
}
