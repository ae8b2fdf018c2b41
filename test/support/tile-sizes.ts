// The block sizes of GEMM as assembly/gemm/tile.ts states them, so that tests cross them whatever they become.

import { readFileSync } from "node:fs";

const source = readFileSync(new URL("../../assembly/gemm/tile.ts", import.meta.url), "utf8");

/** A constant of tile.ts; where it depends on the build, the largest. */
export function tileSize(name: "MR" | "KC" | "MC" | "NC"): number {
  const [, expression = ""] = new RegExp(`export const ${name}: i32 =([^;]*);`).exec(source) ?? [];
  const numbers = [...expression.matchAll(/\b\d+\b/g)].map(Number);
  if (numbers.length === 0) throw new Error(`assembly/gemm/tile.ts has no numeric constant ${name}.`);
  return Math.max(...numbers);
}
