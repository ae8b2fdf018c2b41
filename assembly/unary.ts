// Plain functions of one tensor, element by element, and their derivatives.

import { lane } from "./lane";
import { math } from "./math";
import { mapGradient, mapPairs, mapUnary } from "./span";

/** 2 / sqrt(pi) */
const ERF_SLOPE: f32 = 1.1283791670955126;

/** y = e^x;  dx = dy y */
@unmanaged
class Exp {
  @inline forward<V>(x: V): V {
    return math.exp<V>(x);
  }
  @inline gradient<V>(y: V, dy: V): V {
    return lane.mul<V>(dy, y);
  }
}

/** y = ln x;  dx = dy / x */
@unmanaged
class Log {
  @inline forward<V>(x: V): V {
    return math.log<V>(x);
  }
  @inline gradient<V>(x: V, dy: V): V {
    return lane.div<V>(dy, x);
  }
}

/** y = erf x;  dx = dy 2 / sqrt(pi) e^(-x^2) */
@unmanaged
class Erf {
  @inline forward<V>(x: V): V {
    return math.erf<V>(x);
  }
  @inline gradient<V>(x: V, dy: V): V {
    const bell = math.exp<V>(lane.sub<V>(lane.splat<V>(0), lane.mul<V>(x, x)));
    return lane.mul<V>(dy, lane.mul<V>(lane.splat<V>(ERF_SLOPE), bell));
  }
}

/** y = sqrt x;  dx = dy / (2 y) */
@unmanaged
class Sqrt {
  @inline forward<V>(x: V): V {
    return lane.sqrt<V>(x);
  }
  @inline gradient<V>(y: V, dy: V): V {
    return lane.div<V>(dy, lane.add<V>(y, y));
  }
}

/** y = x^2;  dx = dy 2 x */
@unmanaged
class Square {
  @inline forward<V>(x: V): V {
    return lane.mul<V>(x, x);
  }
  @inline gradient<V>(x: V, dy: V): V {
    return lane.mul<V>(dy, lane.add<V>(x, x));
  }
}

/** y = |x|;  dx = dy or -dy by the sign of x, 0 where x is 0 */
@unmanaged
class Abs {
  @inline forward<V>(x: V): V {
    return lane.abs<V>(x);
  }
  @inline gradient<V>(x: V, dy: V): V {
    const zero = lane.splat<V>(0);
    const below = lane.whereGreater<V>(zero, x, lane.sub<V>(zero, dy), zero);
    return lane.whereGreater<V>(x, zero, dy, below);
  }
}

/** y = -x */
@unmanaged
class Neg {
  @inline forward<V>(x: V): V {
    return lane.xorBits<V>(x, lane.splat<V>(-0.0));
  }
}

export function exp(x: usize, y: usize, n: i32): void {
  mapPairs<Exp>(x, y, n);
}

export function expGradient(y: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Exp>(y, dy, dx, n);
}

export function log(x: usize, y: usize, n: i32): void {
  mapPairs<Log>(x, y, n);
}

export function logGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Log>(x, dy, dx, n);
}

export function erf(x: usize, y: usize, n: i32): void {
  mapUnary<Erf>(x, y, n);
}

export function erfGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Erf>(x, dy, dx, n);
}

export function sqrt(x: usize, y: usize, n: i32): void {
  mapUnary<Sqrt>(x, y, n);
}

export function sqrtGradient(y: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Sqrt>(y, dy, dx, n);
}

export function square(x: usize, y: usize, n: i32): void {
  mapUnary<Square>(x, y, n);
}

export function squareGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Square>(x, dy, dx, n);
}

export function abs(x: usize, y: usize, n: i32): void {
  mapUnary<Abs>(x, y, n);
}

export function absGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Abs>(x, dy, dx, n);
}

export function neg(x: usize, y: usize, n: i32): void {
  mapUnary<Neg>(x, y, n);
}
