// ONNX Runtime Web on WebAssembly (SIMD, one thread). It computes and does not train. Inputs are handed over with each run
// and outputs taken out again: its interface has no other way on the CPU, and this is part of every figure.

import * as ort from "onnxruntime-web";
import { encodeDense, encodeModel } from "./onnx-model.mjs";
import { versionOf } from "./versions.mjs";

const operators = { sigmoid: "Sigmoid", tanh: "Tanh", exp: "Exp", elu: "Elu", gelu: "Gelu", softmax: "Softmax" };

export async function start() {
  ort.env.wasm.numThreads = 1;
  const session = (bytes) => ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });

  async function prepared(model, feeds) {
    const net = await session(encodeModel(model));
    let last = null;
    return {
      run: async () => {
        last = await net.run(feeds);
      },
      read: () => last.y.data,
    };
  }

  // The first session loads what all need.
  await session(encodeModel({ inputs: { x: [1] }, outputs: { y: [1] }, constants: {}, nodes: [nodeOf("exp")] }));

  return {
    name: "onnxruntime-web",
    version: versionOf("onnxruntime-web"),
    product: (a, b, [m, k, n]) =>
      prepared(
        {
          inputs: { a: [m, k] },
          outputs: { y: [m, n] },
          constants: { b: { shape: [k, n], values: b } },
          nodes: [{ operator: "MatMul", inputs: ["a", "b"], outputs: ["y"] }],
        },
        { a: new ort.Tensor("float32", a, [m, k]) },
      ),
    map: (name, x, shape) =>
      prepared(
        {
          inputs: { x: shape },
          outputs: { y: shape },
          constants: {},
          nodes: [nodeOf(name)],
        },
        { x: new ort.Tensor("float32", x, shape) },
      ),
    async predictor(layers, batch) {
      const net = await session(encodeDense(layers, batch));
      const inputs = layers[0].kernel.length / layers[0].bias.length;
      return async (x) => (await net.run({ x: new ort.Tensor("float32", x, [batch, inputs]) })).y.data;
    },
  };
}

function nodeOf(name) {
  return { operator: operators[name], inputs: ["x"], outputs: ["y"] };
}
