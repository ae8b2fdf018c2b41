// exp and log on registers of any width: the same operations in the same order in every build.
// Error bounds are measured in test/assembly/math.test.ts.

import { lane } from "./lane";

const LOG2_E: f32 = Mathf.LOG2E;
// ln 2 in two parts: the first has few bits, so that its product with a small integer is exact.
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444e-4;
// Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits.
const ROUND: f32 = 12582912;
const ROUND_BITS: i32 = 0x4b400000;

export abstract class math {
  /**
   * e^x = 2^k * e^r with |r| <= ln(2) / 2; degree-7 polynomial in r. Overflows to Infinity above 88.73, underflows
   * gradually to 0 below -103.97; NaN stays NaN. Largest error 1.0 ULP, 1.02 in the relaxed build.
   * see: Cephes expf.c (S. Moshier)
   */
  static exp<V>(x: V): V {
    x = lane.raise<V>(x, lane.splat<V>(-104));
    x = lane.lower<V>(x, lane.splat<V>(89));
    const shifted = lane.fma<V>(x, lane.splat<V>(LOG2_E), lane.splat<V>(ROUND));
    const k = lane.sub<V>(shifted, lane.splat<V>(ROUND));
    let r = lane.fma<V>(k, lane.splat<V>(-LN2_HIGH), x);
    r = lane.fma<V>(k, lane.splat<V>(-LN2_LOW), r);
    let p = lane.splat<V>(1.98756915e-4);
    p = lane.fma<V>(p, r, lane.splat<V>(1.3981999507e-3));
    p = lane.fma<V>(p, r, lane.splat<V>(8.3334519073e-3));
    p = lane.fma<V>(p, r, lane.splat<V>(4.1665795894e-2));
    p = lane.fma<V>(p, r, lane.splat<V>(1.6666665459e-1));
    p = lane.fma<V>(p, r, lane.splat<V>(5.0000001201e-1));
    p = lane.fma<V>(p, lane.mul<V>(r, r), r);
    p = lane.add<V>(p, lane.splat<V>(1));
    // 2^k in two factors, since k reaches 128 and -150 and one exponent field does not.
    const whole = lane.bitsAdd<V>(shifted, -ROUND_BITS);
    const half = lane.bitsShiftRight<V>(whole, 1);
    const rest = lane.bitsSub<V>(whole, half);
    p = lane.mul<V>(p, lane.bitsShiftLeft<V>(lane.bitsAdd<V>(half, 127), 23));
    return lane.mul<V>(p, lane.bitsShiftLeft<V>(lane.bitsAdd<V>(rest, 127), 23));
  }

  /**
   * ln x = e * ln 2 + ln m with m in [sqrt(1/2), sqrt(2)); degree-9 polynomial in m - 1. ln 0 = -Infinity, negative and
   * NaN give NaN, Infinity stays; as exact for subnormal x. Largest error 0.84 ULP.  see: Cephes logf.c (S. Moshier)
   */
  static log<V>(x: V): V {
    const smallest = lane.splat<V>(1.17549435e-38);
    const scaled = lane.whereGreater<V>(smallest, x, lane.mul<V>(x, lane.splat<V>(8388608)), x);
    // m = scaled / 2^e with m in [1/2, 1)
    let e = lane.bitsToFloat<V>(lane.bitsAdd<V>(lane.bitsShiftRight<V>(scaled, 23), -126));
    e = lane.sub<V>(e, lane.whereGreater<V>(smallest, x, lane.splat<V>(23), lane.splat<V>(0)));
    let m = lane.bitsOr<V>(lane.bitsAnd<V>(scaled, 0x007fffff), 0x3f000000);
    const low = lane.splat<V>(Mathf.SQRT1_2);
    e = lane.sub<V>(e, lane.whereGreater<V>(low, m, lane.splat<V>(1), lane.splat<V>(0)));
    m = lane.sub<V>(lane.add<V>(m, lane.whereGreater<V>(low, m, m, lane.splat<V>(0))), lane.splat<V>(1));
    const z = lane.mul<V>(m, m);
    let p = lane.splat<V>(7.0376836292e-2);
    p = lane.fma<V>(p, m, lane.splat<V>(-1.151461031e-1));
    p = lane.fma<V>(p, m, lane.splat<V>(1.167699874e-1));
    p = lane.fma<V>(p, m, lane.splat<V>(-1.2420140846e-1));
    p = lane.fma<V>(p, m, lane.splat<V>(1.4249322787e-1));
    p = lane.fma<V>(p, m, lane.splat<V>(-1.6668057665e-1));
    p = lane.fma<V>(p, m, lane.splat<V>(2.0000714765e-1));
    p = lane.fma<V>(p, m, lane.splat<V>(-2.4999993993e-1));
    p = lane.fma<V>(p, m, lane.splat<V>(3.3333331174e-1));
    p = lane.mul<V>(p, lane.mul<V>(m, z));
    p = lane.fma<V>(e, lane.splat<V>(LN2_LOW), p);
    p = lane.fma<V>(z, lane.splat<V>(-0.5), p);
    let y = lane.fma<V>(e, lane.splat<V>(LN2_HIGH), lane.add<V>(m, p));
    // Special values, the last word last: 0, then what is not a positive number, then +Infinity.
    const zero = lane.splat<V>(0);
    y = lane.whereGreater<V>(x, zero, y, lane.splat<V>(-Infinity));
    y = lane.whereGreater<V>(zero, x, lane.splat<V>(NaN), y);
    y = lane.whereGreater<V>(x, lane.splat<V>(3.40282347e38), x, y);
    return lane.whereNaN<V>(x, x, y);
  }
}
