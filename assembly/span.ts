// Loops over flat memory, tail included: an operation travels as a type F whose methods take registers of any width.
// The tail runs the same operations on a partly filled register, so every element has the same bits in every build.

import { lane } from "./lane";

/** y[i] = F.forward(x[i]); y may be x. */
export function mapUnary<F>(x: usize, y: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) mapUnaryOn<v128, F>(x, y, n);
  else mapUnaryOn<f32, F>(x, y, n);
}

function mapUnaryOn<V, F>(x: usize, y: usize, n: i32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; n >= count; n -= count) {
    lane.store<V>(y, changetype<F>(0).forward<V>(lane.load<V>(x)));
    x += width;
    y += width;
  }
  if (n > 0) lane.storePart<V>(y, changetype<F>(0).forward<V>(lane.loadPart<V>(x, n, 0)), n);
}

/** z[i] = F.forward(x[i], y[i]); z may be x or y. */
export function mapBinary<F>(x: usize, y: usize, z: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) mapBinaryOn<v128, F>(x, y, z, n);
  else mapBinaryOn<f32, F>(x, y, z, n);
}

function mapBinaryOn<V, F>(x: usize, y: usize, z: usize, n: i32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; n >= count; n -= count) {
    lane.store<V>(z, changetype<F>(0).forward<V>(lane.load<V>(x), lane.load<V>(y)));
    x += width;
    y += width;
    z += width;
  }
  if (n > 0) {
    lane.storePart<V>(z, changetype<F>(0).forward<V>(lane.loadPart<V>(x, n, 0), lane.loadPart<V>(y, n, 0)), n);
  }
}

/** dx[i] = F.gradient(y[i], dy[i]), y being the activation's output; dx may be y or dy. */
export function mapGradient<F>(y: usize, dy: usize, dx: usize, n: i32): void {
  if (ASC_FEATURE_SIMD) mapGradientOn<v128, F>(y, dy, dx, n);
  else mapGradientOn<f32, F>(y, dy, dx, n);
}

function mapGradientOn<V, F>(y: usize, dy: usize, dx: usize, n: i32): void {
  const count = lane.count<V>();
  const width = <i32>sizeof<V>();
  for (; n >= count; n -= count) {
    lane.store<V>(dx, changetype<F>(0).gradient<V>(lane.load<V>(y), lane.load<V>(dy)));
    y += width;
    dy += width;
    dx += width;
  }
  if (n > 0) {
    lane.storePart<V>(dx, changetype<F>(0).gradient<V>(lane.loadPart<V>(y, n, 0), lane.loadPart<V>(dy, n, 0)), n);
  }
}
