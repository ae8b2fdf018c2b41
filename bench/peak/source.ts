// The AssemblyScript text of the peak loops. It is generated, since every shape is the same line written out n times:
// neither compiler unrolls, and an array of accumulators would not stay in registers.
//
//   chain  n accumulators, acc = acc * x + y: one dependent multiply and add each
//   pair   n accumulators a = a * x beside n others b = b + y: the two never wait for each other
//
// No loop touches memory. The wide gear has a text of its own: V8 joins two registers where they are loaded from and stored
// to neighbouring addresses, so there every accumulator is a pair that is loaded before the loop and stored behind it.
//
// Which shape is fastest depends on latencies, ports and the order in which instructions meet them, and differs by a fifth
// on one machine: so the peak is the best of all shapes.

export interface PeakShape {
  readonly name: string;
  readonly kind: "chain" | "pair";
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

function shape(kind: PeakShape["kind"], count: number, unroll: number): PeakShape {
  return { name: `${kind}${count}x${unroll}`, kind, count, unroll };
}

/** Arguments that keep values normal for ever: 1 * 0.5 + 0.5 = 1; 1 * 1 = 1 beside 1 + 0 = 1. */
export function peakArguments({ kind }: PeakShape): readonly [x: number, y: number] {
  return kind === "chain" ? [0.5, 0.5] : [1, 0];
}

/** What a loop must return: the sum of its accumulators, each of which is 1. */
export function peakResult({ kind, count }: PeakShape): number {
  return kind === "chain" ? count : 2 * count;
}

/** Floating-point operations of one iteration in registers of so many lanes. */
export function peakFlops({ count, unroll }: PeakShape, lanes: number): number {
  return 2 * count * unroll * lanes;
}

/** One text for all builds: V is f32 or v128, as in the kernels. */
export function peakSource(): string {
  return `${VOCABULARY}${peakShapes.map(shapeSource).join("")}`;
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

/** Bytes of one joined register, and where the wide loops find x, y and, from START on, their accumulators. */
const WIDE = 32;
const START = 2 * WIDE;

/** Words of memory that a wide loop is given: x, y, and ones. It leaves its accumulators there. */
export function wideMemory(shape: PeakShape): Float32Array {
  const [x, y] = peakArguments(shape);
  const accumulators = shape.kind === "chain" ? shape.count : 2 * shape.count;
  const lanes = WIDE / 4;
  return Float32Array.from({ length: (2 + accumulators) * lanes }, (_, i) => (i < lanes ? x : i < 2 * lanes ? y : 1));
}

/** The text of the wide loops; each takes the number of its iterations and the address of its memory. */
export function widePeakSource(): string {
  return peakShapes.map(wideShapeSource).join("");
}

function wideShapeSource({ name, kind, count, unroll }: PeakShape): string {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const halves = ["l", "h"];
  const names = numbers.flatMap((i) => (kind === "chain" ? [`a${i}`] : [`a${i}`, `b${i}`]));
  const each = (line: (name: string, half: string, at: number) => string) =>
    names.flatMap((name, i) => halves.map((half, h) => line(name, half, START + WIDE * i + 16 * h))).join("\n    ");
  const multiply = (a: string, half: string) => `f32x4.mul(${a}${half}, x${half})`;
  const turn = numbers.flatMap((i) =>
    halves.map((half) =>
      kind === "chain"
        ? `a${i}${half} = f32x4.add(${multiply(`a${i}`, half)}, y${half});`
        : `a${i}${half} = ${multiply(`a${i}`, half)}; b${i}${half} = f32x4.add(b${i}${half}, y${half});`,
    ),
  );
  return `
export function ${name}(iterations: i32, at: usize): void {
  const xl = v128.load(at), xh = v128.load(at, 16), yl = v128.load(at, 32), yh = v128.load(at, 48);
    ${each((a, half, offset) => `let ${a}${half} = v128.load(at, ${offset});`)}
  do {
    ${Array(unroll).fill(turn.join("\n    ")).join("\n    ")}
  } while (--iterations > 0);
    ${each((a, half, offset) => `v128.store(at, ${a}${half}, ${offset});`)}
}
`;
}
