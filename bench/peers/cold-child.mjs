// One cold start in a process of its own: from the import of a program to the logits of its first prediction, with random
// weights.   cold-child.mjs <program>   Prints milliseconds.

import { createRequire } from "node:module";

const program = process.argv[2];
const require = createRequire(import.meta.url);
if (program === "tfjs-wasm") {
  globalThis.WASM_PATHS = require.resolve("@tensorflow/tfjs-backend-wasm").replace(/[^/\\]*$/, "");
}
if (program === "onnxruntime-web") {
  const { encodeDense } = await import("./libraries/onnx-model.mjs");
  const layer = (inputs, units) => ({
    kernel: Float32Array.from({ length: inputs * units }, () => Math.random() * 0.1 - 0.05),
    bias: new Float32Array(units),
  });
  globalThis.MODEL = encodeDense([layer(784, 300), layer(300, 100), layer(100, 10)], 1);
}
const x = new Float32Array(784).fill(0.5);

const start = performance.now();
const { predict } = await import(`./programs/${program}.mjs`);
const logits = await predict(x);
const time = performance.now() - start;
if (logits.length !== 10 || !logits.every(Number.isFinite)) throw new Error("the first prediction must be ten numbers");
console.log(time);
process.exit();
