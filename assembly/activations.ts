// One small class per activation: its formula and its derivative, written in terms of the output y.
// Used by the loops of span.ts and by the epilogue of gemm.

import { lane } from "./lane";
import { mapGradient, mapUnary } from "./span";

/** y = max(x, 0), NaN stays NaN;  dx = dy where y > 0, else 0 */
@unmanaged
export class Relu {
  @inline forward<V>(x: V): V {
    return lane.raise<V>(x, lane.splat<V>(0));
  }
  @inline gradient<V>(y: V, dy: V): V {
    const zero = lane.splat<V>(0);
    return lane.whereGreater<V>(y, zero, dy, zero);
  }
}

export function relu(x: usize, y: usize, n: i32): void {
  mapUnary<Relu>(x, y, n);
}

export function reluGradient(y: usize, dy: usize, dx: usize, n: i32): void {
  mapGradient<Relu>(y, dy, dx, n);
}
