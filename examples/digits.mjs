// Handwritten digits of 8 x 8 pixels with the layer API: describe a net, train it, test it on digits it has not seen.
//   node examples/digits.mjs

import { dense, init, sequential, weightsHash } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train, test } = digits();

const model = sequential(
  [
    dense({ units: 128, activation: "relu", kernelInitializer: "heNormal" }),
    dense({ units: 64, activation: "relu", kernelInitializer: "heNormal" }),
    dense({ units: 10 }),
  ],
  { inputShape: [64], seed: 1 },
);
model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
console.log(model.summary(), "\n");

await model.fit(train.x, train.y, {
  epochs: 20,
  onEpochEnd: (epoch, { loss, accuracy }) =>
    console.log(`epoch ${String(epoch).padStart(2)}  loss ${loss.toFixed(4)}  accuracy ${percent(accuracy)}`),
});

const { accuracy } = await model.evaluate(test.x, test.y);
console.log(`\ntest accuracy ${percent(accuracy)} on ${test.y.size} digits`);
console.log(`weights hash  ${weightsHash(model)}`);

function percent(share) {
  return `${(100 * share).toFixed(1).padStart(5)} %`;
}
