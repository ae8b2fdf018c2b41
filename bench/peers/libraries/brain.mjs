// brain.js, plain JavaScript. It knows no batches: a batch is predicted example by example. Its activation stands behind the
// last layer too, and it trains by squared error after every example, so its training is not the work of the others.

import brain from "brain.js";
import { versionOf } from "./versions.mjs";

export async function start() {
  return {
    name: "brain.js",
    version: versionOf("brain.js"),
    async predictor(layers, batch) {
      const [inputSize, ...sizes] = [
        layers[0].kernel.length / layers[0].bias.length,
        ...layers.map(({ bias }) => bias.length),
      ];
      const outputSize = sizes.pop();
      const net = new brain.NeuralNetwork({ inputSize, hiddenLayers: sizes, outputSize, activation: "relu" });
      net.initialize();
      layers.forEach(({ kernel, bias }, l) => {
        const units = bias.length;
        for (let unit = 0; unit < units; unit++) {
          net.biases[l + 1][unit] = bias[unit];
          const weights = net.weights[l + 1][unit];
          for (let k = 0; k < weights.length; k++) weights[k] = kernel[k * units + unit];
        }
      });
      const y = new Float32Array(batch * outputSize);
      return (x) => {
        for (let i = 0; i < batch; i++) {
          y.set(net.runInput(x.subarray(i * inputSize, (i + 1) * inputSize)), i * outputSize);
        }
        return y;
      };
    },
  };
}
