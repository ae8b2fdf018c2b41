// One small class per activation: its formula and its derivative, in terms of the result y where that is exact enough,
// else of x. Used by the loops of span.ts; the epilogue of gemm calls some of the kernels below. Every export is a kernel.

import { lane } from "./lane";
import { math } from "./math";
import { Relu } from "./rectifier";
import { mapGradient, mapGradientWith, mapPairs, mapPairsWith, mapUnary, mapUnaryWith } from "./span";

/** Klambauer et al. 2017: the fixed point of mean 0 and variance 1. */
const SELU_SCALE: f32 = 1.0507009873554805;
const SELU_ALPHA: f32 = 1.6732632423543772;
/** 2 * sqrt(2 / pi), so that the half of 1 + tanh becomes a logistic function. */
const GELU_SLOPE: f32 = 1.5957691216057308;
const GELU_CUBIC: f32 = 0.044715;
/** 1 / sqrt(2 pi), the height of the normal density. */
const DENSITY: f32 = 0.3989422804014327;
const LARGEST: f32 = 3.4028234663852886e38;
/** Beyond it logistic is 0 or 1 to the last bit; an infinity times 0 would be NaN. */
const LIMIT: f32 = 110;

/** y = 1 / (1 + e^-x);  dx = dy y (1 - y) */
@unmanaged
class Sigmoid {
  @inline forward<V>(x: V): V {
    return math.logistic<V>(x);
  }
  @inline gradient<V>(y: V, dy: V): V {
    return lane.mul<V>(dy, lane.mul<V>(y, lane.sub<V>(lane.splat<V>(1), y)));
  }
}

/** y = tanh x;  dx = dy (1 - y) (1 + y) */
@unmanaged
class Tanh {
  @inline forward<V>(x: V): V {
    return math.tanh<V>(x);
  }
  @inline gradient<V>(y: V, dy: V): V {
    const one = lane.splat<V>(1);
    return lane.mul<V>(dy, lane.mul<V>(lane.sub<V>(one, y), lane.add<V>(one, y)));
  }
}

/** y = x where x > 0, else alpha x;  dx = dy or alpha dy, by y: alpha >= 0 */
@unmanaged
class LeakyRelu {
  @inline forward<V>(x: V, alpha: V): V {
    return lane.whereGreater<V>(x, lane.splat<V>(0), x, lane.mul<V>(x, alpha));
  }
  @inline gradient<V>(y: V, dy: V, alpha: V): V {
    return lane.whereGreater<V>(y, lane.splat<V>(0), dy, lane.mul<V>(dy, alpha));
  }
}

/** y = x where x > 0, else alpha (e^x - 1);  dx = dy or dy (y + alpha), by y: alpha >= 0 */
@unmanaged
class Elu {
  @inline forward<V>(x: V, alpha: V): V {
    const zero = lane.splat<V>(0);
    const below = lane.mul<V>(alpha, math.expm1Negative<V>(lane.lower<V>(x, zero)));
    return lane.add<V>(lane.raise<V>(x, zero), below);
  }
  @inline gradient<V>(y: V, dy: V, alpha: V): V {
    return lane.whereGreater<V>(y, lane.splat<V>(0), dy, lane.mul<V>(dy, lane.add<V>(y, alpha)));
  }
}

/** y = scale x where x > 0, else scale alpha (e^x - 1);  dx = scale dy or dy (y + scale alpha), by y */
@unmanaged
class Selu {
  @inline forward<V>(x: V): V {
    const zero = lane.splat<V>(0);
    const below = lane.mul<V>(lane.splat<V>(SELU_ALPHA), math.expm1Negative<V>(lane.lower<V>(x, zero)));
    return lane.mul<V>(lane.splat<V>(SELU_SCALE), lane.add<V>(lane.raise<V>(x, zero), below));
  }
  @inline gradient<V>(y: V, dy: V): V {
    const scale = lane.splat<V>(SELU_SCALE);
    const below = lane.add<V>(y, lane.splat<V>(SELU_SCALE * SELU_ALPHA));
    return lane.mul<V>(dy, lane.whereGreater<V>(y, lane.splat<V>(0), scale, below));
  }
}

/** y = ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|);  dx = dy logistic(x) */
@unmanaged
class Softplus {
  @inline forward<V>(x: V): V {
    const zero = lane.splat<V>(0);
    const e = math.unscale<V>(math.expBelow0<V>(lane.sub<V>(zero, lane.abs<V>(x))));
    return lane.add<V>(lane.raise<V>(x, zero), math.log1p<V>(e));
  }
  @inline gradient<V>(x: V, dy: V): V {
    return lane.mul<V>(dy, math.logistic<V>(x));
  }
}

/** y = ln(1 / (1 + e^-x)) = min(x, 0) - ln(1 + e^-|x|);  dx = dy logistic(-x) */
@unmanaged
class LogSigmoid {
  @inline forward<V>(x: V): V {
    const zero = lane.splat<V>(0);
    const e = math.unscale<V>(math.expBelow0<V>(lane.sub<V>(zero, lane.abs<V>(x))));
    return lane.sub<V>(lane.lower<V>(x, zero), math.log1p<V>(e));
  }
  @inline gradient<V>(x: V, dy: V): V {
    return lane.mul<V>(dy, math.logistic<V>(lane.sub<V>(lane.splat<V>(0), x)));
  }
}

/** y = x / (1 + |x|), 1 or -1 for the infinities;  dx = dy (1 - |y|)^2 */
@unmanaged
class Softsign {
  @inline forward<V>(x: V): V {
    const inside = lane.lower<V>(lane.raise<V>(x, lane.splat<V>(-LARGEST)), lane.splat<V>(LARGEST));
    return lane.div<V>(inside, lane.add<V>(lane.abs<V>(inside), lane.splat<V>(1)));
  }
  @inline gradient<V>(y: V, dy: V): V {
    const slope = lane.sub<V>(lane.splat<V>(1), lane.abs<V>(y));
    return lane.mul<V>(dy, lane.mul<V>(slope, slope));
  }
}

/**
 * y = x Phi(x) = max(x, 0) - |x| (1 - Phi(|x|)), Phi being the normal distribution function: no digits cancel for negative
 * x, and -Infinity gives the limit 0.  dx = dy (Phi(x) + x e^(-x^2 / 2) / sqrt(2 pi))
 */
@unmanaged
class Gelu {
  @inline forward<V>(x: V): V {
    const a = lane.lower<V>(lane.abs<V>(x), lane.splat<V>(14.4));
    const tail = math.unscale<V>(lane.mul<V>(math.bell<V>(a), lane.mul<V>(a, math.tailRatio<V>(a))));
    return lane.sub<V>(lane.raise<V>(x, lane.splat<V>(0)), tail);
  }
  @inline gradient<V>(x: V, dy: V): V {
    const a = lane.lower<V>(lane.abs<V>(x), lane.splat<V>(14.4));
    const slope = lane.sub<V>(math.tailRatio<V>(a), lane.mul<V>(a, lane.splat<V>(DENSITY)));
    // At -a it is this, at a it is 1 less this.
    const negative = math.unscale<V>(lane.mul<V>(math.bell<V>(a), slope));
    const positive = lane.sub<V>(lane.splat<V>(1), negative);
    return lane.mul<V>(dy, lane.whereNegative<V>(x, negative, positive));
  }
}

/**
 * y = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 = x logistic(u), for x > 0 as x - x logistic(-u), so that only
 * the one small product is ever subnormal.  dx = dy (s + x s (1 - s) u')
 */
@unmanaged
class GeluTanh {
  @inline forward<V>(x: V): V {
    const b = math.negativePart<V>(x);
    const u = math.negativePart<V>(GeluTanh.inner<V>(b));
    return lane.add<V>(lane.raise<V>(x, lane.splat<V>(0)), math.timesLogistic<V>(b, u));
  }
  @inline gradient<V>(x: V, dy: V): V {
    const inside = lane.lower<V>(lane.raise<V>(x, lane.splat<V>(-LIMIT)), lane.splat<V>(LIMIT));
    const s = math.logistic<V>(GeluTanh.inner<V>(inside));
    const square = lane.mul<V>(inside, inside);
    const cubic = lane.splat<V>(3 * GELU_SLOPE * GELU_CUBIC);
    const slope = lane.mul<V>(inside, lane.fma<V>(square, cubic, lane.splat<V>(GELU_SLOPE)));
    const rest = lane.mul<V>(slope, lane.sub<V>(lane.splat<V>(1), s));
    return lane.mul<V>(dy, lane.fma<V>(s, rest, s));
  }
  @inline static inner<V>(x: V): V {
    const square = lane.mul<V>(x, x);
    const factor = lane.fma<V>(square, lane.splat<V>(GELU_SLOPE * GELU_CUBIC), lane.splat<V>(GELU_SLOPE));
    return lane.mul<V>(x, factor);
  }
}

/** y = x logistic(x), for x > 0 as x - x logistic(-x), 0 for -Infinity;  dx = dy (s + x s (1 - s)) */
@unmanaged
class Silu {
  @inline forward<V>(x: V): V {
    const b = math.negativePart<V>(x);
    return lane.add<V>(lane.raise<V>(x, lane.splat<V>(0)), math.timesLogistic<V>(b, b));
  }
  @inline gradient<V>(x: V, dy: V): V {
    const inside = lane.lower<V>(lane.raise<V>(x, lane.splat<V>(-LIMIT)), lane.splat<V>(LIMIT));
    const s = math.logistic<V>(inside);
    const rest = lane.mul<V>(inside, lane.sub<V>(lane.splat<V>(1), s));
    return lane.mul<V>(dy, lane.fma<V>(s, rest, s));
  }
}

/** y = min(max(x, 0), 6), NaN stays NaN;  dx = dy where 0 < y < 6, else 0 */
@unmanaged
class Relu6 {
  @inline forward<V>(x: V): V {
    return lane.lower<V>(lane.raise<V>(x, lane.splat<V>(0)), lane.splat<V>(6));
  }
  @inline gradient<V>(y: V, dy: V): V {
    const zero = lane.splat<V>(0);
    return lane.whereGreater<V>(y, zero, lane.whereGreater<V>(lane.splat<V>(6), y, dy, zero), zero);
  }
}

/**
 * y = x tanh(ln(1 + e^x)) = x n / (n + 2) with n = e^x (e^x + 2), 0 for -Infinity. From 20 on the quotient is 1, below -112
 * the product is 0.  dx = dy (n / (n + 2) + x 4 e^x (1 + e^x) / (n + 2)^2)
 */
@unmanaged
class Mish {
  @inline forward<V>(x: V): V {
    const two = lane.splat<V>(2);
    const e = math.exp<V>(lane.lower<V>(x, lane.splat<V>(20)));
    const n = lane.mul<V>(e, lane.add<V>(e, two));
    return lane.mul<V>(lane.raise<V>(x, lane.splat<V>(-112)), lane.div<V>(n, lane.add<V>(n, two)));
  }
  @inline gradient<V>(x: V, dy: V): V {
    const two = lane.splat<V>(2);
    const inside = lane.lower<V>(lane.raise<V>(x, lane.splat<V>(-112)), lane.splat<V>(20));
    const e = math.exp<V>(inside);
    const n = lane.mul<V>(e, lane.add<V>(e, two));
    const sum = lane.add<V>(n, two);
    const rest = lane.mul<V>(lane.mul<V>(lane.splat<V>(4), e), lane.add<V>(e, lane.splat<V>(1)));
    const slope = lane.add<V>(n, lane.mul<V>(inside, lane.div<V>(rest, sum)));
    return lane.mul<V>(dy, lane.div<V>(slope, sum));
  }
}

/** y = slope x + 1 / 2 within [0, 1];  dx = slope dy for -1 / 2 < slope x < 1 / 2, else 0 */
@unmanaged
class HardSigmoid {
  @inline forward<V>(x: V, slope: V): V {
    const y = lane.fma<V>(x, slope, lane.splat<V>(0.5));
    return lane.lower<V>(lane.raise<V>(y, lane.splat<V>(0)), lane.splat<V>(1));
  }
  @inline gradient<V>(x: V, dy: V, slope: V): V {
    const half = lane.splat<V>(0.5);
    return lane.whereGreater<V>(half, lane.abs<V>(lane.mul<V>(x, slope)), lane.mul<V>(dy, slope), lane.splat<V>(0));
  }
}

/** y = x (x / 6 + 1 / 2 within [0, 1]);  dx = 0 below -3, dy above 3, else dy (x / 3 + 1 / 2) */
@unmanaged
class HardSwish {
  @inline forward<V>(x: V): V {
    const inside = lane.raise<V>(x, lane.splat<V>(-3));
    return lane.mul<V>(inside, changetype<HardSigmoid>(0).forward<V>(inside, lane.splat<V>(1.0 / 6.0)));
  }
  @inline gradient<V>(x: V, dy: V): V {
    const zero = lane.splat<V>(0);
    const middle = lane.mul<V>(dy, lane.fma<V>(x, lane.splat<V>(1.0 / 3.0), lane.splat<V>(0.5)));
    const low = lane.whereGreater<V>(lane.splat<V>(-3), x, zero, middle);
    return lane.whereGreater<V>(x, lane.splat<V>(3), dy, low);
  }
}

/** y = 1 where x >= 0, else 0, NaN stays NaN;  dx = 0 */
@unmanaged
class Step {
  @inline forward<V>(x: V): V {
    const one = lane.splat<V>(1);
    const zero = lane.splat<V>(0);
    return lane.whereNaN<V>(x, x, lane.whereGreater<V>(zero, x, zero, one));
  }
  @inline gradient<V>(_x: V, _dy: V): V {
    return lane.splat<V>(0);
  }
}

export function relu(x: usize, y: usize, n: i32): void {
  mapPairs<Relu>(x, y, n);
}

export function reluGradient(y: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Relu>(y, dy, dx, n);
}

export function sigmoid(x: usize, y: usize, n: i32): void {
  mapPairs<Sigmoid>(x, y, n);
}

export function sigmoidGradient(y: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Sigmoid>(y, dy, dx, n);
}

export function tanh(x: usize, y: usize, n: i32): void {
  mapPairs<Tanh>(x, y, n);
}

export function tanhGradient(y: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Tanh>(y, dy, dx, n);
}

export function leakyRelu(x: usize, alpha: f32, y: usize, n: i32): void {
  mapUnaryWith<LeakyRelu>(x, alpha, y, n);
}

export function leakyReluGradient(y: usize, dy: usize, alpha: f32, dx: usize, n: i32): void {
  mapGradientWith<LeakyRelu>(y, dy, alpha, dx, n);
}

export function elu(x: usize, alpha: f32, y: usize, n: i32): void {
  mapPairsWith<Elu>(x, alpha, y, n);
}

export function eluGradient(y: usize, dy: usize, alpha: f32, dx: usize, n: i32): void {
  mapGradientWith<Elu>(y, dy, alpha, dx, n);
}

export function selu(x: usize, y: usize, n: i32): void {
  mapUnary<Selu>(x, y, n);
}

export function seluGradient(y: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Selu>(y, dy, dx, n);
}

export function softplus(x: usize, y: usize, n: i32): void {
  mapUnary<Softplus>(x, y, n);
}

export function softplusGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Softplus>(x, dy, dx, n);
}

export function logSigmoid(x: usize, y: usize, n: i32): void {
  mapUnary<LogSigmoid>(x, y, n);
}

export function logSigmoidGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<LogSigmoid>(x, dy, dx, n);
}

export function softsign(x: usize, y: usize, n: i32): void {
  mapUnary<Softsign>(x, y, n);
}

export function softsignGradient(y: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Softsign>(y, dy, dx, n);
}

export function gelu(x: usize, y: usize, n: i32): void {
  mapPairs<Gelu>(x, y, n);
}

export function geluGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Gelu>(x, dy, dx, n);
}

export function geluTanh(x: usize, y: usize, n: i32): void {
  mapUnary<GeluTanh>(x, y, n);
}

export function geluTanhGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<GeluTanh>(x, dy, dx, n);
}

export function silu(x: usize, y: usize, n: i32): void {
  mapPairs<Silu>(x, y, n);
}

export function siluGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Silu>(x, dy, dx, n);
}

export function relu6(x: usize, y: usize, n: i32): void {
  mapUnary<Relu6>(x, y, n);
}

export function relu6Gradient(y: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Relu6>(y, dy, dx, n);
}

export function mish(x: usize, y: usize, n: i32): void {
  mapUnary<Mish>(x, y, n);
}

export function mishGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Mish>(x, dy, dx, n);
}

export function hardSigmoid(x: usize, slope: f32, y: usize, n: i32): void {
  mapUnaryWith<HardSigmoid>(x, slope, y, n);
}

export function hardSigmoidGradient(x: usize, dy: usize, slope: f32, dx: usize, n: i32): void {
  mapGradientWith<HardSigmoid>(x, dy, slope, dx, n);
}

export function hardSwish(x: usize, y: usize, n: i32): void {
  mapUnary<HardSwish>(x, y, n);
}

export function hardSwishGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<HardSwish>(x, dy, dx, n);
}

export function step(x: usize, y: usize, n: i32): void {
  mapUnary<Step>(x, y, n);
}

export function stepGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Step>(x, dy, dx, n);
}
