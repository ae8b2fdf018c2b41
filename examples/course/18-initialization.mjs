// Initial weights: Glorot for logistic units, times 4 for tanh, times the root of 2 for ReLU. (Some slides print 1/4 for
// tanh; the common table has 4. `gain` gives either.)
//   node examples/course/18-initialization.mjs

import { writeFile } from "node:fs/promises";
import { Graph, init, initializers, Session } from "lanewise";
import { histograms } from "lanewise/plot";

await init();
const graph = new Graph({ seed: 1 });
const [inputs, outputs] = [300, 100];
const radius = Math.sqrt(6 / (inputs + outputs));
const cases = {
  "logistic, uniform": [initializers.glorotUniform(), radius / Math.sqrt(3)],
  "logistic, normal": [initializers.glorotNormal(), Math.sqrt(2 / (inputs + outputs))],
  "tanh, gain 4": [initializers.glorotUniform({ gain: 4 }), (4 * radius) / Math.sqrt(3)],
  "ReLU, gain √2": [initializers.glorotNormal({ gain: Math.SQRT2 }), Math.sqrt(4 / (inputs + outputs))],
  "He normal": [initializers.heNormal(), Math.sqrt(2 / inputs)],
};
const session = new Session(graph);
const drawn = {};
for (const [name, [initializer, expected]] of Object.entries(cases)) {
  const { data } = session.run(graph.variable(name.replaceAll(/\W+/g, "_"), initializer, { shape: [inputs, outputs] }));
  const stddev = Math.sqrt(data.reduce((sum, w) => sum + w * w, 0) / data.length);
  console.log(`${name.padEnd(18)} standard deviation ${stddev.toFixed(4)}, by the formula ${expected.toFixed(4)}`);
  drawn[name.replace("√2", "1.41")] = data;
}
await writeFile(
  "initial-weights.svg",
  await histograms(drawn, { title: "Weights of a layer, 300 to 100", domain: [-0.5, 0.5] }),
);
