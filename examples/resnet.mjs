// A residual net (He et al. 2015), written with `functional`, on coloured shapes of 32 x 32 pixels that are drawn here.
//   node examples/resnet.mjs
//   node examples/resnet.mjs --blocks 3 --pictures 3000 --epochs 10      the 20 layers of ResNet-20

import { parseArgs } from "node:util";
import { adam, dense, functional, Graph, init, layers, Session, Tensor } from "lanewise";

const { values } = parseArgs({
  options: {
    pictures: { type: "string", default: "300" },
    epochs: { type: "string", default: "4" },
    blocks: { type: "string", default: "1" },
  },
});
const [count, epochs, blocks] = [values.pictures, values.epochs, values.blocks].map(Number);
await init();

const graph = new Graph({ seed: 1 });
const pictures = graph.placeholder("pictures", [null, 32, 32, 3]);
const convolved = (x, filters, strides, size = 3) =>
  layers
    .batchNormalization({ momentum: 0.9 })
    .apply(layers.conv2d({ filters, kernelSize: size, strides, padding: "same", useBias: false }).apply(x));
const relu = (x) => layers.activation("relu").apply(x);

/** Two convolutions, and the input added to what they give; where the size changes, by a convolution of one pixel. */
function block(x, filters, strides) {
  const y = convolved(relu(convolved(x, filters, strides)), filters, 1);
  const same = strides === 1 && x.shape[3] === filters;
  return relu(layers.add().apply([y, same ? x : convolved(x, filters, strides, 1)]));
}

let x = relu(convolved(pictures, 16, 1));
for (const [stage, filters] of [16, 32, 64].entries()) {
  for (let i = 0; i < blocks; i++) x = block(x, filters, stage > 0 && i === 0 ? 2 : 1);
}
const outputs = dense({ units: 3 }).apply(layers.globalAveragePooling2d().apply(x));
const model = functional({ inputs: pictures, outputs }, { session: new Session(graph) });
model.compile({
  optimizer: adam({ learningRate: 0.003 }),
  loss: "sparseCategoricalCrossentropy",
  metrics: ["accuracy"],
});
console.log(
  `${6 * blocks + 2} layers, ${[...model.getWeights().values()].reduce((sum, { size }) => sum + size, 0)} weights`,
);

const [train, test] = [draw(count, 1), draw(90, 2)];
await model.fit(train.x, train.y, {
  epochs,
  batchSize: 16,
  onEpochEnd: (epoch, { loss, accuracy }) =>
    console.log(`epoch ${epoch}  loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(3)}`),
});
const { accuracy } = await model.evaluate(test.x, test.y);
console.log(`test accuracy ${accuracy.toFixed(3)} on ${test.y.length} discs, squares and triangles`);

/** Light discs, squares and triangles of any size and place on a dark ground. */
function draw(amount, seed) {
  let state = seed;
  // Park and Miller's generator: the same pictures everywhere.
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const data = new Float32Array(amount * 32 * 32 * 3);
  const y = Int32Array.from({ length: amount }, (_, i) => i % 3);
  for (let i = 0; i < amount; i++) {
    const [radius, cx, cy] = [6 + 5 * random(), 11 + 10 * random(), 11 + 10 * random()];
    const colour = [0.6 + 0.4 * random(), 0.6 + 0.4 * random(), 0.6 + 0.4 * random()];
    const ground = [0.4 * random(), 0.4 * random(), 0.4 * random()];
    for (let pixel = 0; pixel < 1024; pixel++) {
      const [dx, dy] = [(pixel % 32) - cx, Math.floor(pixel / 32) - cy];
      const inside = [
        Math.hypot(dx, dy) < radius,
        Math.max(Math.abs(dx), Math.abs(dy)) < 0.9 * radius,
        dy < 0.8 * radius && Math.abs(dx) < (dy + radius) / 2,
      ][y[i]];
      data.set(inside ? colour : ground, (i * 1024 + pixel) * 3);
    }
  }
  return { x: new Tensor(data, [amount, 32, 32, 3]), y };
}
