#!/usr/bin/env bash
# onnxruntime-web 1.30.0 (wasm, one thread): Sigmoid is exactly 0 from -18 down, where float32 can hold 1.5e-8 and much less,
# and 28 % off at -17; Softsign of -Infinity is NaN instead of -1. Logarithms of such a sigmoid are -Infinity, and relative
# tolerances against any other runtime fail: compare with an absolute one of 1e-7.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-save --no-audit --no-fund --loglevel=error onnxruntime-web@1.30.0 onnx-proto@8.0.1 >/dev/null
cat >program.mjs <<'JS'
import proto from "onnx-proto";
import * as ort from "onnxruntime-web";

const { ModelProto } = proto.onnx;
ort.env.wasm.numThreads = 1;
const value = (name) => ({ name, type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: "n" }] } } } });
const node = (opType, output) => ({ opType, input: ["x"], output: [output] });
const graph = {
  name: "g",
  node: [node("Sigmoid", "y"), node("Softsign", "z")],
  input: [value("x")],
  output: [value("y"), value("z")],
};
const model = ModelProto.create({ irVersion: 8, opsetImport: [{ domain: "", version: 17 }], graph });
const session = await ort.InferenceSession.create(ModelProto.encode(model).finish());
const x = Float32Array.of(-17, -18, -20, -Infinity);
const { y, z } = await session.run({ x: new ort.Tensor("float32", x, [x.length]) });
x.forEach((each, i) => {
  const right = 1 / (1 + Math.exp(-each));
  console.log(each, "sigmoid", y.data[i].toPrecision(3), "right", right.toPrecision(3), "softsign", z.data[i].toFixed(3));
});
JS
cat >expected <<'TEXT'
-17 sigmoid 2.98e-8 right 4.14e-8 softsign -0.944
-18 sigmoid 0.00 right 1.52e-8 softsign -0.947
-20 sigmoid 0.00 right 2.06e-9 softsign -0.952
-Infinity sigmoid 0.00 right 0.00 softsign NaN
TEXT
node program.mjs >seen 2>errors || { cat errors; exit 1; }
diff expected seen && echo "as found"
