// Replacing the head of a net, training it alone, then unfreezing the layers under it step by step, with smaller rates.
//   node examples/course/25-surgery.mjs

import { adam, dense, functional, init, layerwiseRates, sequential } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train, test } = digits();
const epochs = process.argv.includes("--quick") ? 3 : 10;
const hidden = [1, 2, 3].map((i) => dense({ units: 50, activation: "relu", name: `hidden${i}` }));
const common = { loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] };
const original = sequential([...hidden, dense({ units: 10, name: "outputs" })], { inputShape: [64], seed: 1 });
original.compile({ optimizer: "adam", ...common });
await original.fit(train.x, train.y, { epochs });

// hidden3 and the outputs are dropped; a new head tells even digits from odd ones.
const body = original.layer("hidden2").output;
const head = dense({ units: 2, name: "parity" }).apply(body);
const model = functional({ inputs: original.input, outputs: head });
const parity = (y) => y.data.map((digit) => digit % 2);
const report = async (what) => {
  await model.fit(train.x, parity(train.y), { epochs });
  const { accuracy } = await model.evaluate(test.x, parity(test.y));
  console.log(`${what.padEnd(30)} accuracy ${accuracy.toFixed(3)}`);
};

model.freeze(/hidden/).compile({ optimizer: "adam", ...common });
await report("head alone");
model.unfreeze(/hidden2/).compile({ optimizer: layerwiseRates(adam(), [[/hidden2/, 0.3]]), ...common });
await report("hidden2 at 0.3 of the rate");
model.unfreeze(/hidden1/).compile({
  optimizer: layerwiseRates(adam(), [
    [/hidden1/, 0.1],
    [/hidden2/, 0.3],
  ]),
  ...common,
});
await report("hidden1 at 0.1 of the rate");
