// Leaky ReLU, ELU, and a function of one's own as activation of a layer.
//   node examples/course/17-leaky-units.mjs

import { affine, dense, init, maximum, sequential } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train, test } = digits();
const epochs = process.argv.includes("--quick") ? 3 : 15;
const activations = {
  relu: "relu",
  leakyRelu: "leakyRelu",
  elu: "elu",
  "own, leak 0.2": (z) => maximum(z, affine(z, { scale: 0.2 })),
};
for (const [name, activation] of Object.entries(activations)) {
  const hidden = () => dense({ units: 50, activation, kernelInitializer: "heNormal" });
  const model = sequential([hidden(), hidden(), dense({ units: 10 })], { inputShape: [64], seed: 1 });
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  await model.fit(train.x, train.y, { epochs });
  console.log(`${name.padEnd(14)} test accuracy ${(await model.evaluate(test.x, test.y)).accuracy.toFixed(3)}`);
}
