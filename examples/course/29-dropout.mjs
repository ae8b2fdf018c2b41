// Against overfitting: 150 digits only, a large net, with and without dropout and early stopping.
//   node examples/course/29-dropout.mjs

import { dense, init, layers, sequential } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train, test } = digits();
const [x, y] = [train.x.rows(0, 150), train.y.rows(0, 150)];
const epochs = process.argv.includes("--quick") ? 20 : 150;

for (const rate of [0, 0.3, 0.5]) {
  const hidden = () => [dense({ units: 200, activation: "relu" }), ...(rate > 0 ? [layers.dropout({ rate })] : [])];
  const model = sequential([...hidden(), ...hidden(), dense({ units: 10 })], { inputShape: [64], seed: 1 });
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  const history = await model.fit(x, y, { epochs, validationData: [test.x, test.y] });
  const best = Math.min(...history.valLoss);
  const stop = history.valLoss.indexOf(best);
  console.log(
    `dropout ${rate.toFixed(1)}  test loss ${history.valLoss[epochs - 1].toFixed(3)} in the end, ${best.toFixed(3)} at epoch ${stop + 1}; test accuracy ${history.valAccuracy[stop].toFixed(3)} there`,
  );
}
