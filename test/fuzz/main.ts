// Damages files by the hundred thousand and hands them to every reader, or to those named:
//   npm run fuzz -- 100000 1 png npz     files per reader, first seed, readers
// Files come in pieces, each with the next seed; a piece ends with what it has found, and the run goes on with the next.

import { init } from "../../src/wasm/engine.js";
import { readers } from "./readers.js";
import { trial } from "./trial.js";

const PIECE = 5_000;

const [count = "100000", seed = "1", ...names] = process.argv.slice(2);
await init();
let findings = 0;
for (const reader of readers) {
  if (names.length > 0 && !names.includes(reader.name)) continue;
  const start = performance.now();
  let [read, refused, mostBytes, pieces] = [0, 0, 0, 0];
  for (; pieces * PIECE < Number(count); pieces++) {
    try {
      const files = Math.min(PIECE, Number(count) - pieces * PIECE);
      const outcome = await trial(reader, files, Number(seed) + pieces);
      read += outcome.read;
      refused += outcome.refused;
      mostBytes = Math.max(mostBytes, outcome.mostBytes);
    } catch (error) {
      findings++;
      console.log(`FOUND with seed ${Number(seed) + pieces}: ${(error as Error).message}`);
    }
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const seeds = `seeds ${seed} to ${Number(seed) + pieces - 1}`;
  console.log(
    `${reader.name.padEnd(12)} read ${read}, refused ${refused}, at most ${mostBytes} bytes, ${seconds} s, ${seeds}`,
  );
}
process.exitCode = findings > 0 ? 1 : 0;
