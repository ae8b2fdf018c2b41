// All libraries, started on one thread each. What a library is: an object with
//
//   name, version
//   product(a, b, [m, k, n])                 A[m, k] * B[k, n]
//   map(name, x, shape)                      sigmoid, tanh, exp, elu, gelu of a vector; softmax of the rows of a matrix
//     both give { run, read }: run computes, and when it has returned or its promise is fulfilled, the result is there;
//     read gives it as numbers. Inputs lie in the library's own memory. null: the library has no such function.
//   predictor(layers, batch)                 a function from the numbers of a batch to the logits as numbers
//   trainer(layers, rule, rate, batch)       { step(x, labels), weights() }: softmax cross-entropy, mean over the batch,
//                                            plain SGD or Adam with an epsilon of 1e-8
//
// each of which may be absent, and be a promise. `layers` are { kernel [inputs, units], bias [units] } with ReLU between.

import { start as startBrain } from "./brain.mjs";
import { start as startJax } from "./jax.mjs";

export { start as startLanewise } from "./lanewise.mjs";

import { start as startLanewise } from "./lanewise.mjs";
import { start as startOnnxruntime } from "./onnxruntime.mjs";
import { start as startTfjs } from "./tfjs.mjs";

/** `engines`: what of Lanewise runs in this process, by name. */
export async function startLibraries(engines) {
  return [
    ...(await startTfjs("cpu")),
    ...(await startTfjs("wasm")),
    await startOnnxruntime(),
    await startBrain(),
    await startJax(),
    ...(await startLanewise(engines)),
  ];
}
