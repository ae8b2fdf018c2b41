// Reusing pre-trained layers: hidden layers that learned the digits 0 to 4 help with 5 to 9, of which few are labelled.
//   node examples/course/22-reuse.mjs

import { dense, init, sequential, tensor } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train, test } = digits();
const epochs = process.argv.includes("--quick") ? 15 : 60;
const only = ({ x, y }, wanted, count = y.size) => {
  const rows = [...y.data.keys()].filter((i) => wanted(y.data[i])).slice(0, count);
  return [tensor(rows.map((i) => x.rows(i, i + 1).data)), rows.map((i) => y.data[i] % 5)];
};
const net = (seed) => {
  const hidden = [1, 2].map((i) => dense({ units: 50, activation: "relu", name: `hidden${i}` }));
  const model = sequential([...hidden, dense({ units: 5, name: "outputs" })], { inputShape: [64], seed });
  return model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
};

const first = net(1);
await first.fit(...only(train, (digit) => digit < 5), { epochs });

const high = (digit) => digit >= 5;
for (const reuse of [false, true]) {
  const model = net(2);
  if (reuse) model.session.set([...first.getWeights()].filter(([name]) => /^hidden[12]\//.test(name)));
  await model.fit(...only(train, high, 50), { epochs, batchSize: 10 });
  const { accuracy } = await model.evaluate(...only(test, high));
  console.log(
    `${reuse ? "hidden layers reused" : "from scratch"}: accuracy ${accuracy.toFixed(3)} on 5 to 9 with 50 labels`,
  );
}
