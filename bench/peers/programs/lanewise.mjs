import { dense, init, sequential, sgd } from "../../../dist/index.js";

await init();
const layers = [
  dense({ units: 300, activation: "relu" }),
  dense({ units: 100, activation: "relu" }),
  dense({ units: 10 }),
];
const model = sequential(layers, { inputShape: [784], seed: 1 });
model.compile({ optimizer: sgd({ learningRate: 0.01 }), loss: "sparseCategoricalCrossentropy" });
export const train = (x, labels) => model.fit(x, labels, { batchSize: 50 });
export const predict = (x) => model.predict(x).data;
