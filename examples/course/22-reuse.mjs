// Reusing pre-trained layers: those of a net that knows the ten digits help to tell primes, of which 20 are labelled.
//   node examples/course/22-reuse.mjs

import { adam, dense, init, sequential } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const net = (units, seed) => {
  const hidden = [1, 2].map((i) => dense({ units: 50, activation: "relu", name: `hidden${i}` }));
  return sequential([...hidden, dense({ units, name: "outputs" })], { inputShape: [64], seed });
};
const train = (model, x, y, epochs, batchSize) => {
  const optimizer = adam({ learningRate: 0.003 });
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  return model.fit(x, y, { epochs, batchSize });
};
const prime = (y) => y.data.map((digit) => Number([2, 3, 5, 7].includes(digit)));

const sums = { "from scratch": 0, "layers reused": 0 };
const seeds = [0, 1, 2, 3, 4];
for (const seed of seeds) {
  const data = digits({ seed });
  const original = net(10, seed);
  await train(original, data.train.x, data.train.y, 40, 32);
  for (const name of Object.keys(sums)) {
    const model = net(2, 20 + seed);
    // By name pattern: the outputs have another shape, and stay as they were drawn.
    const reused = [...original.getWeights()].filter(([key]) => /^hidden[12]\//.test(key));
    if (name === "layers reused") model.session.set(reused);
    await train(model, data.train.x.rows(0, 20), prime(data.train.y).slice(0, 20), 60, 10);
    sums[name] += (await model.evaluate(data.test.x, prime(data.test.y))).accuracy;
  }
}
for (const [name, sum] of Object.entries(sums)) {
  console.log(`${name.padEnd(13)} accuracy ${(sum / seeds.length).toFixed(3)}, mean of ${seeds.length} seeds`);
}
