// TensorFlow.js on its WebAssembly backend (SIMD, one thread) or its plain JavaScript backend. On the former a product with
// a transposed operand leaves the fast path, and its own gradients are such products; so training is offered twice: as it
// comes, and with gradients written by hand that transpose first and multiply then.

import { createRequire } from "node:module";
import { versionOf } from "./versions.mjs";

const require = createRequire(import.meta.url);

export async function start(backend) {
  const tf = require("@tensorflow/tfjs-core");
  if (backend === "wasm") {
    const { setThreadsCount, setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(`${require.resolve("@tensorflow/tfjs-backend-wasm").replace(/[^/\\]*$/, "")}`);
    setThreadsCount(1);
  } else require("@tensorflow/tfjs-backend-cpu");
  // The gradients of all ops: the core alone leaves them out.
  require("@tensorflow/tfjs-core/dist/register_all_gradients");
  await tf.setBackend(backend);
  const functions = {
    sigmoid: tf.sigmoid,
    tanh: tf.tanh,
    exp: tf.exp,
    elu: tf.elu,
    gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
    softmax: (x) => tf.softmax(x),
  };
  const library = {
    name: `tfjs-${backend}`,
    version: versionOf("@tensorflow/tfjs-core"),
    product: (a, b, [m, k, n]) =>
      onBackend(() => {
        const [left, right] = [tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])];
        return prepared(() => tf.matMul(left, right));
      }),
    map: (name, x, shape) =>
      onBackend(() => {
        const input = tf.tensor(x, shape);
        const op = functions[name];
        try {
          tf.tidy(() => op(input).dataSync());
        } catch {
          // This backend has no such kernel.
          return null;
        }
        return prepared(() => op(input));
      }),
    predictor: async (layers, batch) =>
      onBackend(() => {
        const net = netOf(layers);
        return (x) =>
          onBackend(() =>
            tf.tidy(() =>
              forward(net, tf.tensor2d(x, [batch, net[0].inputs]))
                .at(-1)
                .dataSync(),
            ),
          );
      }),
    trainer: async (layers, rule, rate, batch) => trainer(layers, rule, rate, batch, stockGradients),
  };
  const byHand = {
    name: `tfjs-${backend}, gradients by hand`,
    version: library.version,
    trainer: async (layers, rule, rate, batch) => trainer(layers, rule, rate, batch, gradientsByHand),
  };
  return backend === "wasm" ? [library, byHand] : [library];

  /** Two backends may be loaded; switching is a lookup. */
  function onBackend(work) {
    if (tf.getBackend() !== backend) tf.setBackend(backend);
    return work();
  }

  function prepared(compute) {
    let last = null;
    return {
      run: () =>
        onBackend(() => {
          last?.dispose();
          last = tf.tidy(compute);
        }),
      read: () => onBackend(() => last.dataSync()),
    };
  }

  function netOf(layers) {
    return layers.map(({ kernel, bias }) => {
      const [inputs, units] = [kernel.length / bias.length, bias.length];
      return {
        inputs,
        units,
        kernel: tf.variable(tf.tensor2d(kernel, [inputs, units])),
        bias: tf.variable(tf.tensor1d(bias)),
      };
    });
  }

  /** The outputs of all layers, the inputs first; the last are logits. */
  function forward(net, x) {
    const outputs = [x];
    net.forEach(({ kernel, bias }, l) => {
      const activation = l < net.length - 1 ? "relu" : "linear";
      outputs.push(tf.fused.matMul({ a: outputs.at(-1), b: kernel, bias, activation }));
    });
    return outputs;
  }

  function trainer(layers, rule, rate, batch, gradients) {
    return onBackend(() => {
      const net = netOf(layers);
      const optimizer = rule === "sgd" ? tf.train.sgd(rate) : tf.train.adam(rate, 0.9, 0.999, 1e-8);
      return {
        step: (x, labels) =>
          onBackend(() =>
            tf.tidy(() => {
              const targets = tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), net.at(-1).units), "float32");
              optimizer.applyGradients(gradients(net, tf.tensor2d(x, [batch, net[0].inputs]), targets));
            }),
          ),
        weights: () => onBackend(() => net.flatMap(({ kernel, bias }) => [kernel.dataSync(), bias.dataSync()])),
      };
    });
  }

  function stockGradients(net, x, targets) {
    return tf.variableGrads(() => tf.losses.softmaxCrossEntropy(targets, forward(net, x).at(-1))).grads;
  }

  function gradientsByHand(net, x, targets) {
    const outputs = forward(net, x);
    const grads = {};
    let dy = tf.div(tf.sub(tf.softmax(outputs.at(-1)), targets), x.shape[0]);
    for (let l = net.length - 1; l >= 0; l--) {
      const { kernel, bias } = net[l];
      grads[kernel.name] = tf.matMul(tf.transpose(outputs[l]), dy);
      grads[bias.name] = tf.sum(dy, 0);
      if (l > 0) dy = tf.mul(tf.matMul(dy, tf.transpose(kernel)), tf.step(outputs[l]));
    }
    return grads;
  }
}
