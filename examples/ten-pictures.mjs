// Teach it with ten pictures: the trunk of a convolutional net that knows the digits 0 to 6, frozen, and a new head for 7 to 9.
//   node examples/ten-pictures.mjs

import { adam, dense, init, layers, sequential, tensor, transferWeights } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train, test } = digits();

// Digits anywhere on pictures of 16 x 16 pixels: a net from scratch must learn the places from its ten as well.
const shift = layers.randomTranslation({ heightFactor: 0.25, widthFactor: 0.25, fillMode: "constant", seed: 5 });
const anywhere = sequential([layers.reshape({ shape: [8, 8, 1] }), layers.zeroPadding2d({ padding: 4 }), shift], {
  inputShape: [64],
});

/** Pictures of the digits from `from` to `to`, at most `most` of each; `from` has the label 0. */
function pick({ x, y }, from, to, most = Infinity) {
  const counts = new Map();
  const chosen = [...y.data.keys()].filter((i) => {
    const digit = y.data[i];
    counts.set(digit, (counts.get(digit) ?? 0) + 1);
    return digit >= from && digit <= to && counts.get(digit) <= most;
  });
  const rows = tensor(chosen.map((i) => [...x.data.subarray(64 * i, 64 * i + 64)]));
  const pictures = anywhere.session.run(anywhere.output, [[anywhere.input, rows]], { training: true });
  return [pictures, chosen.map((i) => y.data[i] - from)];
}

const conv = (filters, name) => layers.conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu", name });
const compiled = (model, learningRate = 0.002) =>
  model.compile({ optimizer: adam({ learningRate }), loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
const net = (seed, outputs) =>
  sequential(
    [
      conv(16, "trunk1"),
      layers.maxPooling2d(),
      conv(32, "trunk2"),
      layers.maxPooling2d(),
      conv(64, "trunk3"),
      layers.globalMaxPooling2d(),
      dense({ units: outputs, name: "head" }),
    ],
    { inputShape: [16, 16, 1], seed },
  );
const known = compiled(net(1, 7));
await known.fit(...pick(train, 0, 6), { epochs: 30 });
console.log(`the digits 0 to 6, all pictures: accuracy ${await accuracyOf(known, 0, 6)}`);

const few = pick(train, 7, 9, 10);
const recipe = { epochs: 60, batchSize: 10 };
const scratch = compiled(net(2, 3));
await scratch.fit(...few, recipe);
console.log(`7 to 9, ten pictures each, from scratch: accuracy ${await accuracyOf(scratch, 7, 9)}`);

const taught = net(2, 3);
transferWeights(taught, known.getWeights(), { pattern: /trunk/ });
compiled(taught.freeze(/trunk/), 0.02);
// What frozen layers give is computed once and kept; every epoch after the first trains the head alone.
await taught.fit(...few, recipe);
console.log(`7 to 9, ten pictures each, new head on the trunk: accuracy ${await accuracyOf(taught, 7, 9)}`);

async function accuracyOf(model, from, to) {
  return (await model.evaluate(...pick(test, from, to))).accuracy.toFixed(3);
}
