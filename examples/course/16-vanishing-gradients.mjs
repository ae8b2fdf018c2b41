// Vanishing gradients: in a deep net of logistic units hardly anything arrives below; ReLU with He's initialisation, or
// batch normalization with ELU, keeps it alive.
//   node examples/course/16-vanishing-gradients.mjs

import { writeFile } from "node:fs/promises";
import { dense, elu, Graph, gradients, init, layers, mean, Session, sparseSoftmaxCrossEntropy } from "lanewise";
import { digits } from "lanewise/datasets";
import { functionCurves } from "lanewise/plot";

await init();
const { train } = digits();
const DEPTH = 10;

function slopes({ activation, kernelInitializer, normalize = false }) {
  const graph = new Graph({ seed: 1 });
  let h = graph.placeholder("X", [null, 64]);
  const y = graph.placeholder("y", [null], "int32");
  for (let i = 1; i <= DEPTH; i++) {
    h = dense({ units: 50, activation: normalize ? null : activation, kernelInitializer, name: `hidden${i}` }).apply(h);
    if (normalize) h = elu(layers.batchNormalization({ name: `norm${i}` }).apply(h));
  }
  const loss = mean(sparseSoftmaxCrossEntropy(dense({ units: 10 }).apply(h), y));
  const kernels = graph.variables(/hidden\d+\/kernel/);
  const feeds = { X: train.x.rows(0, 200), y: train.y.rows(0, 200) };
  return new Session(graph)
    .run(gradients(loss, kernels), feeds, { training: true })
    .map(({ data }) => Math.hypot(...data));
}

const nets = {
  "logistic, Glorot": { activation: "sigmoid", kernelInitializer: "glorotUniform" },
  "ReLU, He": { activation: "relu", kernelInitializer: "heNormal" },
  "ELU, He, batch norm": { activation: "elu", kernelInitializer: "heNormal", normalize: true },
};
const curves = Object.entries(nets).map(([label, net]) => {
  const norms = slopes(net);
  console.log(`${label.padEnd(20)} layer 1 / layer ${DEPTH}: ${(norms[0] / norms[DEPTH - 1]).toExponential(1)}`);
  return { label, x: norms.map((_, i) => i + 1), y: norms.map(Math.log10) };
});
const options = { title: "Length of the gradient by layer", xLabel: "layer", yLabel: "log10 of the length" };
await writeFile("gradients.svg", await functionCurves(curves, options));
