// Damages files by the hundred thousand and hands them to every reader, or to those named:
//   npm run fuzz -- 100000 1 png npz     files per reader, seed, readers

import { init } from "../../src/wasm/engine.js";
import { readers } from "./readers.js";
import { trial } from "./trial.js";

const [count = "100000", seed = "1", ...names] = process.argv.slice(2);
await init();
for (const reader of readers) {
  if (names.length > 0 && !names.includes(reader.name)) continue;
  const start = performance.now();
  const { read, refused, mostBytes } = await trial(reader, Number(count), Number(seed));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${reader.name.padEnd(12)} read ${read}, refused ${refused}, at most ${mostBytes} bytes, ${seconds} s`);
}
