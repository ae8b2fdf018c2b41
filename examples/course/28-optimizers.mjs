// Optimizers on the same net from the same weights. Nesterov here is v = mu v - rate g; w += mu v - rate g.
//   node examples/course/28-optimizers.mjs

import { writeFile } from "node:fs/promises";
import { adadelta, adagrad, adam, adamw, dense, init, lion, nadam, rmsprop, sequential, sgd } from "lanewise";
import { digits } from "lanewise/datasets";
import { functionCurves } from "lanewise/plot";

await init();
const { train, test } = digits();
const epochs = process.argv.includes("--quick") ? 3 : 15;
const optimizers = {
  SGD: sgd({ learningRate: 0.05 }),
  momentum: sgd({ learningRate: 0.05, momentum: 0.9 }),
  Nesterov: sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
  AdaGrad: adagrad({ learningRate: 0.05 }),
  Adadelta: adadelta({ learningRate: 1 }),
  RMSProp: rmsprop({ learningRate: 0.001 }),
  Adam: adam({ learningRate: 0.001 }),
  AMSGrad: adam({ learningRate: 0.001, amsgrad: true }),
  AdamW: adamw({ learningRate: 0.001, weightDecay: 0.01 }),
  Nadam: nadam({ learningRate: 0.001 }),
  Lion: lion({ learningRate: 0.0003 }),
};
const curves = [];
for (const [label, optimizer] of Object.entries(optimizers)) {
  const model = sequential([dense({ units: 64, activation: "relu" }), dense({ units: 10 })], {
    inputShape: [64],
    seed: 1,
  });
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  const { loss } = await model.fit(train.x, train.y, { epochs });
  const { accuracy } = await model.evaluate(test.x, test.y);
  console.log(`${label.padEnd(9)} loss ${loss[epochs - 1].toFixed(4)}  test accuracy ${accuracy.toFixed(3)}`);
  curves.push({ label, x: loss.map((_, i) => i + 1), y: loss });
}
await writeFile(
  "optimizers.svg",
  await functionCurves(curves, { title: "Loss", xLabel: "epoch", yLabel: "", width: 900 }),
);
