import { defaultDevice, grad, init, jit, nn, numpy as np, random, tree } from "@jax-js/jax";

await init("wasm");
defaultDevice("wasm");
const sizes = [784, 300, 100, 10];
let net = sizes.slice(1).map((units, l) => ({
  kernel: random.normal(random.key(l), [sizes[l], units]).mul(0.05),
  bias: np.zeros([units]),
}));
const forward = (layers, x) =>
  layers.reduce((a, { kernel, bias }, l) => {
    const y = np.matmul(a, kernel).add(bias);
    return l < 2 ? nn.relu(y) : y;
  }, x);
const loss = (layers, x, targets) =>
  nn
    .logSoftmax(forward(layers, x), -1)
    .mul(targets)
    .sum()
    .mul(-1 / 50);
const update = jit((layers, x, targets) => {
  const gradient = grad(loss)(tree.ref(layers), x, targets);
  return tree.map((p, g) => p.sub(g.mul(0.01)), layers, gradient);
});
const run = jit(forward);
export const train = (x, targets) => {
  net = update(net, np.array(x).reshape([50, 784]), np.array(targets).reshape([50, 10]));
};
export const predict = (x) => run(tree.ref(net), np.array(x).reshape([1, 784])).data();
