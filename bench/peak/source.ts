// The AssemblyScript text of the peak loops. It is generated, since every shape is the same few lines written out
// n times: neither compiler unrolls, and an array of accumulators would not stay in registers.
//
//   chain n   n accumulators, each turn acc = acc * x + y: a dependent multiply and add per accumulator
//   pair n    n accumulators acc = acc * x beside n others acc = acc + y: the two never wait for each other
//
// No loop touches memory. Which shape is fastest depends on latencies, ports and registers of the machine, so the
// peak is the best of them; x and y are arguments chosen so that values neither overflow nor become subnormal.

export interface PeakShape {
  readonly name: string;
  readonly kind: "chain" | "pair";
  readonly count: number;
}

export const peakShapes: readonly PeakShape[] = [
  ...[8, 10, 12, 13, 14].map((count) => ({ name: `chain${count}`, kind: "chain" as const, count })),
  ...[5, 6, 7].map((count) => ({ name: `pair${count}`, kind: "pair" as const, count })),
];

/** Turns written out in one iteration, so that the loop itself weighs nothing. */
const UNROLL = 4;

/** Arguments that keep the values at 1: chain 1 * 0.5 + 0.5, pair 1 * 1 and 1 + 0. */
export function peakArguments({ kind }: PeakShape): readonly [x: number, y: number] {
  return kind === "chain" ? [0.5, 0.5] : [1, 0];
}

/** Floating-point operations of one call with so many iterations, in registers of so many lanes. */
export function peakFlops({ count }: PeakShape, iterations: number, lanes: number): number {
  return 2 * count * UNROLL * iterations * lanes;
}

/** One source for all builds: V is f32 or v128, as in the kernels. */
export function peakSource(): string {
  return `${VOCABULARY}\n${peakShapes.map(shapeSource).join("\n")}`;
}

const VOCABULARY = `
function splat<V>(x: f32): V {
  if (!isVector<V>()) return x as V;
  else return f32x4.splat(x) as V;
}
function add<V>(a: V, b: V): V {
  if (!isVector<V>()) return a + b;
  else return f32x4.add(a, b);
}
function mul<V>(a: V, b: V): V {
  if (!isVector<V>()) return a * b;
  else return f32x4.mul(a, b);
}
function fma<V>(a: V, b: V, c: V): V {
  if (!isVector<V>()) return a * b + c;
  else if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  else return f32x4.add(f32x4.mul(a, b), c);
}
function first<V>(a: V): f32 {
  if (!isVector<V>()) return a as f32;
  else return f32x4.extract_lane(a, 0);
}
`;

function shapeSource({ name, kind, count }: PeakShape): string {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const accumulators = kind === "chain" ? numbers.map((i) => `a${i}`) : numbers.flatMap((i) => [`a${i}`, `b${i}`]);
  const turn = numbers.map((i) =>
    kind === "chain" ? `a${i} = fma<V>(a${i}, x, y);` : `a${i} = mul<V>(a${i}, x); b${i} = add<V>(b${i}, y);`,
  );
  return `
export function ${name}(iterations: i32, x: f32, y: f32): f32 {
  if (ASC_FEATURE_SIMD) return ${name}On<v128>(iterations, splat<v128>(x), splat<v128>(y));
  else return ${name}On<f32>(iterations, x, y);
}
function ${name}On<V>(iterations: i32, x: V, y: V): f32 {
  ${accumulators.map((a) => `let ${a} = splat<V>(1);`).join("\n  ")}
  for (; iterations > 0; iterations--) {
    ${Array.from({ length: UNROLL }, () => turn.join("\n    ")).join("\n    ")}
  }
  return first<V>(${accumulators.reduce((sum, a) => `add<V>(${sum}, ${a})`)});
}`;
}
