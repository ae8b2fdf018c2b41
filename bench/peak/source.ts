// The AssemblyScript text of the peak loops. It is generated, since every shape is the same line written out n times:
// neither compiler unrolls, and an array of accumulators would not stay in registers.
//
//   chain  n accumulators, acc = acc * x + y: one dependent multiply and add each
//   pair   n accumulators a = a * x beside n others b = b + y: the two never wait for each other
//   twin   n accumulators as in a chain, that lie side by side in memory before and after: V8 joins two and two of them
//
// No loop touches memory. Which shape is fastest depends on latencies, ports and the order in which instructions meet
// them, and differs by a fifth on one machine: so the peak is the best of all shapes.

export interface PeakShape {
  readonly name: string;
  readonly kind: "chain" | "pair" | "twin";
  readonly count: number;
  /** How often the turn is written out in one iteration. */
  readonly unroll: number;
}

/** With x and y in registers too, 13 accumulators are what x64 holds: V8 keeps one of 16 registers for itself. */
export const peakShapes: readonly PeakShape[] = [
  ...[8, 10, 12, 13].flatMap((count) => [1, 4].map((unroll) => shape("chain", count, unroll))),
  ...[5, 6].flatMap((count) => [1, 2, 4].map((unroll) => shape("pair", count, unroll))),
  shape("chain", 14, 4),
];

/** For the wide gear: half as many registers, of 256 bits. */
export const widePeakShapes: readonly PeakShape[] = [16, 20, 24].map((count) => shape("twin", count, 1));

function shape(kind: PeakShape["kind"], count: number, unroll: number): PeakShape {
  return { name: `${kind}${count}x${unroll}`, kind, count, unroll };
}

/** Arguments that keep values normal for ever: 1 * 0.5 + 0.5 = 1; 1 * 1 = 1 beside 1 + 0 = 1. */
export function peakArguments({ kind }: PeakShape): readonly [x: number, y: number] {
  return kind === "pair" ? [1, 0] : [0.5, 0.5];
}

/** What a loop must return: the sum of its accumulators, each of which is 1. */
export function peakResult({ kind, count }: PeakShape): number {
  return kind === "pair" ? 2 * count : count;
}

/** Floating-point operations of one iteration in registers of so many lanes. */
export function peakFlops({ count, unroll }: PeakShape, lanes: number): number {
  return 2 * count * unroll * lanes;
}

/** One text for all builds: V is f32 or v128, as in the kernels. */
export function peakSource(): string {
  return `${VOCABULARY}${peakShapes.map(shapeSource).join("")}`;
}

/** The loops of the wide gear; each register is read from memory before its loop, and written and read after it. */
export function widePeakSource(): string {
  return widePeakShapes.map(twinSource).join("");
}

function twinSource({ name, count }: PeakShape): string {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const lines = (write: (i: number) => string) => numbers.map(write).join("\n  ");
  return `
export function ${name}(iterations: i32, x: f32, y: f32): f32 {
  const p: usize = memory.data(${16 * (count + 4)});
  v128.store(p, f32x4.splat(x));
  v128.store(p, f32x4.splat(x), 16);
  v128.store(p, f32x4.splat(y), 32);
  v128.store(p, f32x4.splat(y), 48);
  ${lines((i) => `v128.store(p, f32x4.splat(1), ${16 * (i + 4)});`)}
  const x0 = v128.load(p);
  const x1 = v128.load(p, 16);
  const y0 = v128.load(p, 32);
  const y1 = v128.load(p, 48);
  ${lines((i) => `let a${i} = v128.load(p, ${16 * (i + 4)});`)}
  do {
    ${lines((i) => `a${i} = f32x4.add(f32x4.mul(a${i}, x${i % 2}), y${i % 2});`)}
  } while (--iterations > 0);
  ${lines((i) => `v128.store(p, a${i}, ${16 * (i + 4)});`)}
  let sum: f32 = 0;
  ${lines((i) => `sum += f32.load(p, ${16 * (i + 4)});`)}
  return sum;
}
`;
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

function shapeSource({ name, kind, count, unroll }: PeakShape): string {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const accumulators = numbers.flatMap((i) => (kind === "chain" ? [`a${i}`] : [`a${i}`, `b${i}`]));
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
  do {
    ${Array(unroll).fill(turn.join("\n    ")).join("\n    ")}
  } while (--iterations > 0);
  return first<V>(${accumulators.reduce((sum, a) => `add<V>(${sum}, ${a})`)});
}
`;
}
