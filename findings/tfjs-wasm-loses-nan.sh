#!/usr/bin/env bash
# TensorFlow.js 4.22.0: the WebAssembly backend loses NaN where the CPU backend keeps it, and casts to bool by truncation.
# maximum gives the second operand when the first is a number and the second NaN has been compared away, relu6 and
# clipByValue turn NaN into the lower limit: a diverged net looks healthy after its next clip. cast(0.5, "bool") is 0, and
# cast(3, "bool") stays 3, so that sums over a mask count wrong.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-save --no-audit --no-fund --loglevel=error @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 >/dev/null
cat >program.mjs <<'JS'
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

setWasmPaths(new URL("node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url).pathname);
const shown = async (tensor) => [...(await tensor.data())].join(" ");
for (const backend of ["cpu", "wasm"]) {
  await tf.setBackend(backend);
  console.log(backend, "maximum([NaN, 1], [2, NaN]):", await shown(tf.maximum(tf.tensor([NaN, 1]), tf.tensor([2, NaN]))));
  console.log(backend, "relu6([NaN]):", await shown(tf.relu6(tf.tensor([NaN]))));
  console.log(backend, "clipByValue([NaN], 1, 2):", await shown(tf.clipByValue(tf.tensor([NaN]), 1, 2)));
  console.log(backend, "cast([0.5, 3], bool):", await shown(tf.cast(tf.tensor([0.5, 3]), "bool")));
}
JS
cat >expected <<'TEXT'
cpu maximum([NaN, 1], [2, NaN]): NaN NaN
cpu relu6([NaN]): NaN
cpu clipByValue([NaN], 1, 2): NaN
cpu cast([0.5, 3], bool): 1 1
wasm maximum([NaN, 1], [2, NaN]): NaN 1
wasm relu6([NaN]): 0
wasm clipByValue([NaN], 1, 2): 1
wasm cast([0.5, 3], bool): 0 3
TEXT
node program.mjs >seen 2>errors || { cat errors; exit 1; }
diff expected seen && echo "as found"
