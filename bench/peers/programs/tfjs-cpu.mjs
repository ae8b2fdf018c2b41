import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";

await tf.setBackend("cpu");
const sizes = [784, 300, 100, 10];
const layers = sizes.slice(1).map((units, l) => ({
  kernel: tf.variable(tf.truncatedNormal([sizes[l], units], 0, 0.05)),
  bias: tf.variable(tf.zeros([units])),
}));
const forward = (x) =>
  layers.reduce(
    (a, { kernel: b, bias }, l) => tf.fused.matMul({ a, b, bias, activation: l < 2 ? "relu" : "linear" }),
    x,
  );
const optimizer = tf.train.sgd(0.01);
export const train = (x, labels) =>
  optimizer.minimize(() =>
    tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(labels, "int32"), 10), forward(tf.tensor2d(x, [50, 784]))),
  );
export const predict = (x) => tf.tidy(() => forward(tf.tensor2d(x, [1, 784])).dataSync());
