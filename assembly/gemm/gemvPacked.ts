// One row times a matrix that stays as it is from run to run: y[n] = x[k] * B[k, n], with B packed once into panels of
// twelve registers, what these leave into panels of four. A panel is read from end to end, and its columns of y stay in
// registers all the way: nearly as fast as memory can be read. Each y[j] adds its products in order of k, as in gemm.
//
// The last panel reaches back over columns that are in another already, and comes to the same.

import { lane } from "../lane";
import { epilogue } from "./epilogue";

const REGISTERS: i32 = 12;
const LAST_REGISTERS: i32 = 4;

/** Floats that B takes when it is packed; 0 where n is too small for a panel. */
export function gemvPackedWords(n: i32, k: i32): i32 {
  if (ASC_FEATURE_SIMD) return words<v128>(n, k);
  return words<f32>(n, k);
}

/** Packs B, whose rows of n follow each other. */
export function gemvPack(n: i32, k: i32, b: usize, packed: usize): void {
  if (ASC_FEATURE_SIMD) pack<v128>(n, k, b, packed);
  else pack<f32>(n, k, b, packed);
}

/** y[n] = x[k] * B[k, n], then + bias[n] where bias is not 0, then the activation, as `gemm`. */
export function gemvPacked(n: i32, k: i32, x: usize, packed: usize, y: usize, bias: usize, activation: i32): void {
  if (ASC_FEATURE_SIMD) run<v128>(n, k, x, packed, y);
  else run<f32>(n, k, x, packed, y);
  epilogue(y, 0, 1, n, bias, activation);
}

function words<V>(n: i32, k: i32): i32 {
  if (n < LAST_REGISTERS * lane.count<V>()) return 0;
  let sum = 0;
  for (let j = 0; j < n; j += panelColumns<V>(n - j)) sum += k * panelColumns<V>(n - j);
  return sum;
}

/** Columns of the next panel. */
function panelColumns<V>(left: i32): i32 {
  return lane.count<V>() * (left >= REGISTERS * lane.count<V>() ? REGISTERS : LAST_REGISTERS);
}

function pack<V>(n: i32, k: i32, b: usize, packed: usize): void {
  let columns = 0;
  for (let j = 0; j < n; j += columns) {
    columns = panelColumns<V>(n - j);
    let from = b + (min(j, n - columns) << 2);
    for (let p = 0; p < k; p++) {
      for (let i = 0; i < columns; i += lane.count<V>()) {
        lane.store<V>(packed, lane.load<V>(from + (i << 2)));
        packed += sizeof<V>();
      }
      from += n << 2;
    }
  }
}

function run<V>(n: i32, k: i32, x: usize, packed: usize, y: usize): void {
  let columns = 0;
  for (let j = 0; j < n; j += columns) {
    columns = panelColumns<V>(n - j);
    const to = y + (min(j, n - columns) << 2);
    if (columns > LAST_REGISTERS * lane.count<V>()) sumTwelve<V>(k, x, packed, to);
    else sumFour<V>(k, x, packed, to);
    packed += (columns * k) << 2;
  }
}

/** Twelve registers of y. */
function sumTwelve<V>(k: i32, x: usize, panel: usize, y: usize): void {
  const width = <i32>sizeof<V>();
  let s0 = lane.splat<V>(0);
  let s1 = lane.splat<V>(0);
  let s2 = lane.splat<V>(0);
  let s3 = lane.splat<V>(0);
  let s4 = lane.splat<V>(0);
  let s5 = lane.splat<V>(0);
  let s6 = lane.splat<V>(0);
  let s7 = lane.splat<V>(0);
  let s8 = lane.splat<V>(0);
  let s9 = lane.splat<V>(0);
  let s10 = lane.splat<V>(0);
  let s11 = lane.splat<V>(0);
  for (const end = x + (k << 2); x !== end; x += 4) {
    const a = lane.loadSplat<V>(x, 0);
    s0 = lane.fma<V>(a, lane.load<V>(panel), s0);
    s1 = lane.fma<V>(a, lane.load<V>(panel, width), s1);
    s2 = lane.fma<V>(a, lane.load<V>(panel, 2 * width), s2);
    s3 = lane.fma<V>(a, lane.load<V>(panel, 3 * width), s3);
    s4 = lane.fma<V>(a, lane.load<V>(panel, 4 * width), s4);
    s5 = lane.fma<V>(a, lane.load<V>(panel, 5 * width), s5);
    s6 = lane.fma<V>(a, lane.load<V>(panel, 6 * width), s6);
    s7 = lane.fma<V>(a, lane.load<V>(panel, 7 * width), s7);
    s8 = lane.fma<V>(a, lane.load<V>(panel, 8 * width), s8);
    s9 = lane.fma<V>(a, lane.load<V>(panel, 9 * width), s9);
    s10 = lane.fma<V>(a, lane.load<V>(panel, 10 * width), s10);
    s11 = lane.fma<V>(a, lane.load<V>(panel, 11 * width), s11);
    panel += 12 * width;
  }
  lane.store<V>(y, s0);
  lane.store<V>(y, s1, width);
  lane.store<V>(y, s2, 2 * width);
  lane.store<V>(y, s3, 3 * width);
  lane.store<V>(y, s4, 4 * width);
  lane.store<V>(y, s5, 5 * width);
  lane.store<V>(y, s6, 6 * width);
  lane.store<V>(y, s7, 7 * width);
  lane.store<V>(y, s8, 8 * width);
  lane.store<V>(y, s9, 9 * width);
  lane.store<V>(y, s10, 10 * width);
  lane.store<V>(y, s11, 11 * width);
}

/** Four registers of y. */
function sumFour<V>(k: i32, x: usize, panel: usize, y: usize): void {
  const width = <i32>sizeof<V>();
  let s0 = lane.splat<V>(0);
  let s1 = lane.splat<V>(0);
  let s2 = lane.splat<V>(0);
  let s3 = lane.splat<V>(0);
  for (const end = x + (k << 2); x !== end; x += 4) {
    const a = lane.loadSplat<V>(x, 0);
    s0 = lane.fma<V>(a, lane.load<V>(panel), s0);
    s1 = lane.fma<V>(a, lane.load<V>(panel, width), s1);
    s2 = lane.fma<V>(a, lane.load<V>(panel, 2 * width), s2);
    s3 = lane.fma<V>(a, lane.load<V>(panel, 3 * width), s3);
    panel += 4 * width;
  }
  lane.store<V>(y, s0);
  lane.store<V>(y, s1, width);
  lane.store<V>(y, s2, 2 * width);
  lane.store<V>(y, s3, 3 * width);
}
