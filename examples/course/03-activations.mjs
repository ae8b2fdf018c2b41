// Activation functions with their derivatives: the engine's own, over a numeric one.
//   node examples/course/03-activations.mjs

import { writeFile } from "node:fs/promises";
import { elu, Graph, gradients, init, leakyRelu, relu, Session, sigmoid, silu, step, sum, tanh } from "lanewise";
import { functionCurves } from "lanewise/plot";

await init();
const graph = new Graph();
const session = new Session(graph);
const z = graph.placeholder("z", [null]);
const x = Float32Array.from({ length: 401 }, (_, i) => (i - 200) / 40);
const h = 0.01;

for (const [name, activation] of Object.entries({ step, sigmoid, tanh, relu, leakyRelu, elu, silu })) {
  const y = activation(z);
  const [dy] = gradients(sum(y), [z]);
  const [values, slopes] = session.run([y, dy], { z: x }).map(({ data }) => data);
  const [above, below] = [h, -h].map((by) => session.run(y, { z: x.map((at) => at + by) }).data);
  const numeric = above.map((value, i) => (value - below[i]) / (2 * h));

  // A kink or a jump is where the two must differ.
  const smooth = x.filter((at) => Math.abs(at) > 2 * h);
  const worst = Math.max(...smooth.map((at) => Math.abs(slopes[x.indexOf(at)] - numeric[x.indexOf(at)])));
  console.log(`${name.padEnd(10)} largest difference of the two derivatives ${worst.toFixed(5)}`);
  const curves = [
    { label: name, x, y: values },
    { label: "derivative", x, y: slopes },
    { label: "numeric", x, y: numeric, dashed: true },
  ];
  await writeFile(`${name}.svg`, await functionCurves(curves, { title: name, range: [-1.2, 2], height: 300 }));
}
