// LeNet, the convolutional net of 1998, on handwritten digits: those of MNIST, or the small ones of the package.
//   node examples/lenet.mjs
//   MNIST_DIR=folder node examples/lenet.mjs --epochs 3 --seed 1
//   node examples/lenet.mjs --rotation      trains on digits turned by up to 30 degrees, anew in every epoch

import { parseArgs } from "node:util";
import { adam, dense, init, layers, schedules, sequential } from "lanewise";
import { digits, mnist } from "lanewise/datasets";

const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    rotation: { type: "boolean", default: false },
  },
});
const [epochs, seed] = [Number(values.epochs), Number(values.seed)];
await init();
const dir = process.env.MNIST_DIR;
const { name, train, test } = dir ? await mnist({ dir }) : digits();
const side = Math.sqrt(train.x.shape[1]);
/** Rows of numbers as pictures [height, width, 1], those of 8 x 8 pixels made larger. */
const shaped = sequential(
  [
    layers.reshape({ shape: [side, side, 1] }),
    ...(side < 28 ? [layers.upSampling2d({ size: 3, interpolation: "bilinear" })] : []),
  ],
  { inputShape: [side * side] },
);
const [pictures, tests] = [shaped.predict(train.x), shaped.predict(test.x)];
const inputShape = pictures.shape.slice(1);
const turn = (seed) => layers.randomRotation({ factor: 30 / 360, fillMode: "constant", seed });

const model = sequential(
  [
    ...(values.rotation ? [turn(seed)] : []),
    layers.conv2d({ filters: 32, kernelSize: 5, activation: "relu" }),
    layers.maxPooling2d(),
    layers.conv2d({ filters: 64, kernelSize: 5, activation: "relu" }),
    layers.maxPooling2d(),
    layers.flatten(),
    dense({ units: 128, activation: "relu" }),
    dense({ units: 10 }),
  ],
  { inputShape, seed },
);
const learningRate = schedules.cosineDecay({
  initialLearningRate: 0.001,
  decaySteps: epochs * Math.ceil(train.y.size / 32),
});
model.compile({ optimizer: adam({ learningRate }), loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
console.log(`${name}, ${train.y.size} digits as pictures of ${inputShape.join(" x ")}\n${model.summary()}\n`);

let begun = performance.now();
await model.fit(pictures, train.y, {
  epochs,
  batchSize: 32,
  onEpochEnd: (epoch, { loss, accuracy }) => {
    const seconds = (performance.now() - begun) / 1000;
    console.log(`epoch ${epoch}  loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(4)}  ${seconds.toFixed(1)} s`);
    begun = performance.now();
  },
});
const accuracyOn = async (x) => (await model.evaluate(x, test.y)).accuracy.toFixed(4);
console.log(`test accuracy ${await accuracyOn(tests)} on ${test.y.size} digits`);

// The same digits, turned: layers that augment are active while `training` is.
const turner = sequential([turn(99)], { inputShape });
const turned = turner.session.run(turner.output, [[turner.input, tests]], { training: true });
console.log(`test accuracy ${await accuracyOn(turned)} on the same digits, turned by up to 30 degrees`);
