// The rectified linear unit: a kernel of its own, and in the epilogue of gemm a part of the row.

import { lane } from "./lane";

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
