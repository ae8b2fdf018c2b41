// Writes assembly/gemm/generated/microkernel.ts and assembly/spatial/generated/pixelTiles.ts: one function per register tile of
// GEMM, and of the weight gradient of a convolution, from the two templates below.
// A tile of C, `rows` x (1, 2 or 4 registers), stays in registers while k runs. Generated, since every tile is the same
// line written out many times: neither compiler unrolls, and an array of accumulators would not stay in registers.
//
// The shape of the loop is what V8 makes fast code of (read in the machine code of version 11.3, Node 20):
//
//   every fourth k: advance the pointers of the rows
//   for each k:     load b0 b1, row 0, row 1 | fence | row 2, row 3 | fence | row 4 | leave after the last k
//
// Within a block without branches V8 moves all loads to the front, where more values are alive than x64 has registers,
// and spills. A fence is a branch that is never taken, one fused instruction: it ends the block before that happens. Each
// has a number of its own, since V8 drops a question that is answered.
// The wide build has no fences: where V8 joins two registers to one, half as many values are alive.
// The copies of the body share the loop's stack check and the steps of the pointers, which are literal offsets. Addresses
// advance before they are used, so that V8 knows them to be zero-extended.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

const maxRows = 6;
/** xmm15 is V8's own; 15 are left for accumulators, two of b, a product, and the rows of a loaded ahead. */
const registers = 15;

const widths = { 4: "four registers", 2: "two registers", 1: "one register" };

const range = (count) => Array.from({ length: count }, (_, i) => i);

/** Tiles of A whose rows lie anywhere: one pointer for each row and run of k, which a large tile moves on every fourth k. */
function tile(rows, columns) {
  const unroll = rows >= 3 && columns >= 2 ? 4 : 1;
  const ahead = Math.max(1, registers - rows * columns - columns - 1);
  const at = (j) => ["", ", width", ", 2 * width", ", 3 * width"][j];
  const walk = (step, write) =>
    range(rows).flatMap((r) => [...(r > 0 ? [`p += ${step};`] : []), ...range(columns).map((j) => write(r, j))]);
  const step = (copy) => [
    "pb += bStep;",
    ...range(columns).map((j) => `${copy === 0 ? "let " : ""}b${j} = lane.load<V>(pb${at(j)});`),
    ...range(rows).flatMap((r) => [
      ...(r > 0 && r % ahead === 0 ? [`if (!WIDE && p0 === FENCE - ${8 * copy + r}) break;`] : []),
      `${copy === 0 && r === 0 ? "let " : ""}x = lane.loadSplat<V>(p${r}, ${copy});`,
      ...range(columns).map((j) => `c${r}${j} = lane.fma<V>(x, b${j}, c${r}${j});`),
    ]),
  ];
  const copies = range(unroll).flatMap((copy) => [
    ...(copy > 0 ? [`if (left === ${copy}) break;`] : []),
    ...step(copy),
  ]);
  return `
/** ${rows} rows, ${widths[columns]} wide. */
function tiles${rows}x${columns}<V>(
  count: i32, table: usize, runs: usize, runCount: i32, runLength: i32, a: usize, b: usize, bStep: i32, c: usize, cStep: i32, mode: i32, minusRate: f32,
): void {
  const width = sizeof<V>();
  const firstStep = mode === ACCUMULATE ? cStep : 0;
  const lastRun = runs + (runCount << 2);
  for (; count > 0; count--) {
    let p = mode === ACCUMULATE ? c : ZEROS;
    ${walk("firstStep", (r, j) => `let c${r}${j} = lane.load<V>(p${at(j)});`).join("\n    ")}
    let pb = b - bStep;
    for (let run = runs; run !== lastRun; run += 4) {
      const from = a + load<u32>(run) - ${4 * unroll};
      ${range(rows)
        .map((r) => `let p${r} = from + load<u32>(table, ${4 * r});`)
        .join("\n      ")}
      let left = runLength;
      while (left > 0) {
        ${range(rows)
          .map((r) => `p${r} += ${4 * unroll};`)
          .join("\n        ")}
        ${copies.join("\n        ")}
        left -= ${unroll};
      }
    }
    p = c;
    if (mode === DESCEND) {
      const rate = lane.splat<V>(minusRate);
      ${walk("cStep", (r, j) => `lane.store<V>(p, lane.fma<V>(rate, c${r}${j}, lane.load<V>(p${at(j)}))${at(j)});`).join("\n      ")}
    } else {
      ${walk("cStep", (r, j) => `lane.store<V>(p, c${r}${j}${at(j)});`).join("\n      ")}
    }
    table += ${4 * rows};
    c += ${rows} * cStep;
  }
}
`;
}

/** Chooses among the tiles of one width. */
function choice(name, columns) {
  const call = (rows) =>
    `tiles${rows}x${columns}<V>(count, table, runs, runCount, runLength, a, b, bStep, c, cStep, mode, minusRate)`;
  const rest = range(maxRows - 2).map((i) => maxRows - 1 - i);
  return `
/** \`count\` tiles of \`rows\` (1 to MR) rows one below the other, ${widths[columns]} wide. */
export function ${name}<V>(
  rows: i32,
  count: i32, table: usize, runs: usize, runCount: i32, runLength: i32, a: usize, b: usize, bStep: i32, c: usize, cStep: i32, mode: i32, minusRate: f32,
): void {
  if (MR >= ${maxRows} && rows === ${maxRows}) ${call(maxRows)};
  ${rest.map((rows) => `else if (rows === ${rows}) ${call(rows)};`).join("\n  ")}
  else ${call(1)};
}
`;
}

const zeros = `
/** What a sum begins with where it does not go on from C: loaded too, since V8 joins registers only where none of them comes from two sides. */
const ZEROS: usize = memory.data(64);

/** No address is that high, so that a fence lets everything pass. */
const FENCE: usize = usize.MAX_VALUE;
`;

/** Tiles of a weight gradient: k runs over pixels, each with a pointer to the rows' contiguous floats. */
function pixelTile(rows, columns) {
  const unroll = rows >= 3 && columns >= 2 ? 4 : 1;
  const ahead = Math.max(1, registers - rows * columns - columns - 1);
  const at = (j) => ["", ", width", ", 2 * width", ", 3 * width"][j];
  const step = (copy) => [
    "t += 4;",
    "pb += bStep;",
    `${copy === 0 ? "let " : ""}pa = a + load<u32>(t);`,
    ...range(columns).map((j) => `${copy === 0 ? "let " : ""}b${j} = lane.load<V>(pb${at(j)});`),
    ...range(rows).flatMap((r) => [
      ...(r > 0 && r % ahead === 0 ? [`if (!WIDE && t === FENCE - ${r}) break;`] : []),
      `${copy === 0 && r === 0 ? "let " : ""}x = lane.loadSplat<V>(pa, ${r});`,
      ...range(columns).map((j) => `c${r}${j} = lane.fma<V>(x, b${j}, c${r}${j});`),
    ]),
  ];
  const copies = range(unroll).flatMap((copy) => [...(copy > 0 ? ["if (t === end) break;"] : []), ...step(copy)]);
  const walk = (write) =>
    range(rows).flatMap((r) => [...(r > 0 ? ["p += cStep;"] : []), ...range(columns).map((j) => write(r, j))]);
  return `
/** ${rows} rows, ${widths[columns]} wide. */
function pixels${rows}x${columns}<V>(k: i32, table: usize, a: usize, b: usize, bStep: i32, c: usize, cStep: i32, adds: bool): void {
  const width = sizeof<V>();
  ${range(rows)
    .flatMap((r) => range(columns).map((j) => `let c${r}${j} = lane.load<V>(ZEROS${at(j)});`))
    .join("\n  ")}
  let t = table - 4;
  let pb = b - bStep;
  const end = t + (k << 2);
  while (t !== end) {
    ${copies.join("\n    ")}
  }
  let p = c;
  if (adds) {
    ${walk((r, j) => `lane.store<V>(p, lane.add<V>(lane.load<V>(p${at(j)}), c${r}${j})${at(j)});`).join("\n    ")}
  } else {
    ${walk((r, j) => `lane.store<V>(p, c${r}${j}${at(j)});`).join("\n    ")}
  }
}
`;
}

function pixelChoice(name, columns) {
  const call = (rows) => `pixels${rows}x${columns}<V>(k, table, a, b, bStep, c, cStep, adds)`;
  const rest = range(maxRows - 2).map((i) => maxRows - 1 - i);
  return `
/** A tile of \`rows\` (1 to MR) rows, ${widths[columns]} wide. */
export function ${name}<V>(
  rows: i32, k: i32, table: usize, a: usize, b: usize, bStep: i32, c: usize, cStep: i32, adds: bool,
): void {
  if (MR >= ${maxRows} && rows === ${maxRows}) ${call(maxRows)};
  ${rest.map((rows) => `else if (rows === ${rows}) ${call(rows)};`).join("\n  ")}
  else ${call(1)};
}
`;
}

const pixelText = `// Generated by scripts/generate-microkernel.mjs: do not edit.
//
// P[i, j] = sum over k of A[k, i] * B[k, j], added in the order of k; C becomes P, or C + P. The rows' floats for k are
// contiguous from a + table[k] on, the table being 32-bit words; b: one, two or four registers per k, bStep bytes apart; c:
// rows cStep bytes apart.

import { MR } from "../../gemm/tile";
import { lane } from "../../lane";
${zeros}${pixelChoice("pixelTileOfFour", 4)}${pixelChoice("pixelTileOfTwo", 2)}${pixelChoice("pixelTileOfOne", 1)}${[
  4, 2, 1,
]
  .flatMap((columns) => range(maxRows).map((i) => pixelTile(maxRows - i, columns)))
  .join("")}`;

const text = `// Generated by scripts/generate-microkernel.mjs: do not edit.
//
// P[i, j] = sum over k of A[i, k] * B[k, j], added in the order of k. By mode, C becomes P; in ACCUMULATE the sum goes on
// from what C holds; in DESCEND C becomes C + minusRate * P.
// A row of A is runs of floats, one after the other in the order of k: run r of row i begins at a + runs[r] + table[i], both
// 32-bit words, and has runLength floats. b: one, two or four registers per k, bStep bytes apart; c: rows cStep bytes apart.

import { lane } from "../../lane";
import { ACCUMULATE, DESCEND, MR } from "../tile";
${zeros}${choice("tilesOfFour", 4)}${choice("tilesOfTwo", 2)}${choice("tilesOfOne", 1)}${[4, 2, 1]
  .flatMap((columns) => range(maxRows).map((i) => tile(maxRows - i, columns)))
  .join("")}`;

/** Writes the files below `root`, the folder of the project. */
export async function generateMicrokernel(root) {
  const files = {
    "assembly/gemm/generated/microkernel.ts": text,
    "assembly/spatial/generated/pixelTiles.ts": pixelText,
  };
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
