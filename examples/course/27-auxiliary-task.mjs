// Pre-training on an auxiliary task: do two pictures show the same digit? The layers that learned it then need only five
// labels a class.
//   node examples/course/27-auxiliary-task.mjs

import { dense, functional, Graph, init, losses, RandomStream, sequential, tensor } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const quick = process.argv.includes("--quick");
const rowsOf = ({ data, shape: [, width] }, rows) => tensor(rows.map((i) => data.subarray(i * width, (i + 1) * width)));
const tower = () => [
  dense({ units: 100, activation: "relu", name: "hidden1" }),
  dense({ units: 50, activation: "relu", name: "hidden2" }),
];

/** The weights of the tower, from pairs of pictures of which only "same" or "different" is known. */
async function pretrain({ x, y }, seed) {
  const random = new RandomStream(seed, "pairs");
  const byDigit = Array.from({ length: 10 }, (_, digit) => [...y.data.keys()].filter((i) => y.data[i] === digit));
  const pick = (list) => list[random.below(list.length)];
  const left = Array.from({ length: quick ? 2000 : 6000 }, () => random.below(y.size));
  const same = left.map((_, i) => i % 2);
  const right = left.map((row, i) => pick(byDigit[(y.data[row] + (same[i] ? 0 : 1 + random.below(9))) % 10]));

  const graph = new Graph({ seed });
  const inputs = { left: graph.placeholder("left", [null, 64]), right: graph.placeholder("right", [null, 64]) };
  const layers = [...tower(), dense({ units: 16, name: "embedding" })];
  const embed = (picture) => layers.reduce((h, layer) => layer.apply(h), picture); // twice: the weights are shared
  const pairs = functional({ inputs, outputs: losses.euclideanDistance(embed(inputs.left), embed(inputs.right)) });
  pairs.compile({ optimizer: "adam", loss: losses.contrastive({ margin: 1 }) });
  await pairs.fit({ left: rowsOf(x, left), right: rowsOf(x, right) }, same, { epochs: 20 });
  return [...pairs.getWeights()].filter(([name]) => /^hidden[12]\//.test(name));
}

const means = { scratch: 0, reused: 0 };
for (let seed = 1; seed <= 5; seed++) {
  const { train, test } = digits({ seed });
  const chosen = Array.from({ length: 10 }, (_, digit) =>
    [...train.y.data.keys()].filter((i) => train.y.data[i] === digit),
  );
  const few = chosen.flatMap((rows) => rows.slice(0, 5));
  const pretrained = await pretrain(train, seed);
  const accuracy = {};
  for (const name of Object.keys(means)) {
    const model = sequential([...tower(), dense({ units: 10, name: "outputs" })], { inputShape: [64], seed });
    if (name === "reused") model.session.set(pretrained);
    if (name === "reused") model.freeze(/hidden/);
    model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
    await model.fit(
      rowsOf(train.x, few),
      few.map((i) => train.y.data[i]),
      { epochs: 100, batchSize: 10 },
    );
    ({ accuracy: accuracy[name] } = await model.evaluate(test.x, test.y));
    means[name] += accuracy[name] / 5;
  }
  console.log(`seed ${seed}: from scratch ${accuracy.scratch.toFixed(3)}, pre-trained ${accuracy.reused.toFixed(3)}`);
}
console.log(`mean:   from scratch ${means.scratch.toFixed(3)}, pre-trained ${means.reused.toFixed(3)}`);
