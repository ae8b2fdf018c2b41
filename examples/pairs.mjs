// Do two pictures show the same digit? A pair network learns it; its layers then need only a few labelled digits.
//   node examples/pairs.mjs

import {
  adam,
  dense,
  functional,
  Graph,
  init,
  losses,
  RandomStream,
  sequential,
  tensor,
  transferWeights,
} from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train, test } = digits({ seed: 1 });
const labelled = 40;

// One tower of layers, applied to both pictures: they share its weights.
const tower = () => [dense({ units: 64, activation: "relu", name: "hidden1" }), dense({ units: 32, name: "hidden2" })];
const graph = new Graph({ seed: 1 });
const left = graph.placeholder("left", [null, 64]);
const right = graph.placeholder("right", [null, 64]);
const layers = tower();
const embed = (picture) => layers.reduce((x, layer) => layer.apply(x), picture);
const distance = losses.euclideanDistance(embed(left), embed(right));
const pairs = functional({ inputs: { left, right }, outputs: distance });
pairs.compile({ optimizer: "adam", loss: losses.contrastive({ margin: 2 }) });
console.log(pairs.summary());

const { x, same } = drawPairs(3000);
const { loss } = await pairs.fit(x, same, { epochs: 10 });
console.log(`contrastive loss ${loss[0].toFixed(3)} -> ${loss.at(-1).toFixed(3)}`);
const distances = pairs.predict(x).data;
const mean = (wanted) => {
  const of = distances.filter((_, i) => same[i] === wanted);
  return of.reduce((sum, value) => sum + value, 0) / of.length;
};
console.log(`mean distance: same digit ${mean(1).toFixed(2)}, different digits ${mean(0).toFixed(2)}`);

for (const pretrained of [false, true]) {
  const net = sequential([...tower(), dense({ units: 10, name: "outputs" })], { inputShape: [64], seed: 2 });
  if (pretrained) {
    transferWeights(net, pairs.getWeights());
    net.freeze(/hidden/);
  }
  net.compile({
    optimizer: adam({ learningRate: 0.005 }),
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  await net.fit(train.x.rows(0, labelled), train.y.rows(0, labelled), { epochs: 60, batchSize: 10 });
  const { accuracy } = await net.evaluate(test.x, test.y);
  console.log(
    `${labelled} labels, ${pretrained ? "layers of the pairs" : "from scratch"}: accuracy ${accuracy.toFixed(3)}`,
  );
}

/** Pairs of pictures without the labelled ones, every other of the same digit. */
function drawPairs(count) {
  const random = new RandomStream(1, "pairs");
  const rest = Array.from({ length: train.y.size - labelled }, (_, i) => i + labelled);
  const pick = (rows) => rows[random.below(rows.length)];
  const picture = (row) => [...train.x.rows(row, row + 1).data];
  const digit = (row) => train.y.data[row];
  const same = Array.from({ length: count }, (_, i) => i % 2);
  const drawn = same.map((flag) => {
    const first = pick(rest);
    return [first, pick(rest.filter((row) => (digit(row) === digit(first)) === Boolean(flag)))];
  });
  const side = (of) => tensor(drawn.map((pair) => picture(pair[of])));
  return { x: { left: side(0), right: side(1) }, same };
}
