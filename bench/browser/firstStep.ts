// A page that trains as soon as it can: how long after its navigation began the first step was done.

import { dense, init, sequential, sgd } from "../../src/index.js";

await init();
const stack = [
  dense({ units: 300, activation: "relu" }),
  dense({ units: 100, activation: "relu" }),
  dense({ units: 10 }),
];
const model = sequential(stack, { inputShape: [784] });
model.compile({ optimizer: sgd({ learningRate: 0.01 }), loss: "sparseCategoricalCrossentropy" });
await model.fit(new Float32Array(50 * 784), new Int32Array(50), { batchSize: 50 });
document.title = String(performance.now());
