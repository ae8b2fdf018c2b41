// jax-js on its WebAssembly backend, everything under jit. It computes late and drops what nobody asks for, so every run
// waits until its results are there. A function owns its arguments: `.ref` keeps one for further use.

import * as jax from "@jax-js/jax";
import { versionOf } from "./versions.mjs";

const { grad, jit, nn, numpy: np, tree } = jax;

/** To be started last. */
export async function start() {
  // onnxruntime-web declares a global Worker in Node. jax-js would take it for that of a browser and expect threads.
  delete globalThis.Worker;
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return {
    name: "jax-js",
    version: versionOf("@jax-js/jax"),
    async product(a, b, [m, k, n]) {
      const [left, right] = [array(a, [m, k]), array(b, [k, n])];
      return prepared(
        jit((x, y) => np.matmul(x, y)),
        left,
        right,
      );
    },
    map: async (name, x, shape) => prepared(jit(functions[name]), array(x, shape)),
    async predictor(layers, batch) {
      const net = netOf(layers);
      const predict = jit(forward);
      const inputs = net[0].kernel.shape[0];
      return (x) => predict(tree.ref(net), array(x, [batch, inputs])).data();
    },
    trainer: async (layers, rule, rate, batch) =>
      rule === "sgd" ? sgdTrainer(netOf(layers), rate, batch) : adamTrainer(netOf(layers), rate, batch),
  };
}

const functions = {
  sigmoid: (x) => nn.sigmoid(x),
  tanh: (x) => np.tanh(x),
  exp: (x) => np.exp(x),
  elu: (x) => nn.elu(x),
  gelu: (x) => nn.gelu(x, { approximate: false }),
  softmax: (x) => nn.softmax(x, -1),
};

function array(values, shape) {
  return np.array(values.slice()).reshape([...shape]);
}

function prepared(compute, ...inputs) {
  let last = null;
  return {
    run: async () => {
      last?.dispose();
      last = await jax.blockUntilReady(compute(...inputs.map((input) => input.ref)));
    },
    read: () => last.ref.data(),
  };
}

function netOf(layers) {
  return layers.map(({ kernel, bias }) => ({
    kernel: array(kernel, [kernel.length / bias.length, bias.length]),
    bias: array(bias, [bias.length]),
  }));
}

function forward(net, x) {
  return net.reduce((input, { kernel, bias }, l) => {
    const y = np.matmul(input, kernel).add(bias);
    return l < net.length - 1 ? nn.relu(y) : y;
  }, x);
}

function loss(net, x, targets) {
  const batch = x.shape[0];
  return nn
    .logSoftmax(forward(net, x), -1)
    .mul(targets)
    .sum()
    .mul(-1 / batch);
}

/** What a step needs of a batch, with targets as rows of a unit matrix. */
function batchOf(net, x, labels, batch) {
  const [inputs, classes] = [net[0].kernel.shape[0], net.at(-1).bias.shape[0]];
  const targets = new Float32Array(batch * classes);
  labels.forEach((label, i) => {
    targets[i * classes + label] = 1;
  });
  return [array(x, [batch, inputs]), np.array(targets).reshape([batch, classes])];
}

async function weightsOf(net) {
  const weights = [];
  for (const { kernel, bias } of net) weights.push(await kernel.ref.data(), await bias.ref.data());
  return weights;
}

function sgdTrainer(initial, rate, batch) {
  let net = initial;
  const update = jit((w, x, targets) => {
    const gradient = grad(loss)(tree.ref(w), x, targets);
    return tree.map((p, g) => p.sub(g.mul(rate)), w, gradient);
  });
  return {
    step: async (x, labels) => {
      net = await jax.blockUntilReady(update(net, ...batchOf(net, x, labels, batch)));
    },
    weights: () => weightsOf(net),
  };
}

function adamTrainer(initial, rate, batch) {
  const zeros = () => tree.map((p) => np.zerosLike(p), tree.ref(initial));
  let state = { net: initial, m: zeros(), v: zeros() };
  let count = 0;
  const update = jit(({ net, m, v }, x, targets, stepSize, correction) => {
    const g = grad(loss)(tree.ref(net), x, targets);
    const newM = tree.map((a, b) => a.mul(0.9).add(b.mul(0.1)), m, tree.ref(g));
    const newV = tree.map((a, b) => a.mul(0.999).add(np.square(b).mul(0.001)), v, g);
    const newNet = tree.map(
      (p, a, b) => p.sub(a.mul(stepSize.ref).div(np.sqrt(b).mul(correction.ref).add(1e-8))),
      net,
      tree.ref(newM),
      tree.ref(newV),
    );
    stepSize.dispose();
    correction.dispose();
    return { net: newNet, m: newM, v: newV };
  });
  return {
    step: async (x, labels) => {
      count++;
      const stepSize = np.array(rate / (1 - 0.9 ** count));
      const correction = np.array(1 / Math.sqrt(1 - 0.999 ** count));
      state = await jax.blockUntilReady(update(state, ...batchOf(state.net, x, labels, batch), stepSize, correction));
    },
    weights: () => weightsOf(state.net),
  };
}
