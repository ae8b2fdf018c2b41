// A convolutional autoencoder that removes noise: it sees spoilt digits and learns to give the clean ones.
//   node examples/denoise.mjs

import { init, layers, sequential } from "lanewise";
import { digits } from "lanewise/datasets";

await init();
const { train, test } = digits();
const side = 8;
const pictures = ({ x }) => x.reshape([x.shape[0], side, side, 1]);
const [clean, tests] = [pictures(train), pictures(test)];

const model = sequential(
  [
    // Noise while the model trains, and new noise in every epoch.
    layers.randomGaussianNoise({ stddev: 0.3, seed: 1 }),
    layers.conv2d({ filters: 16, kernelSize: 3, padding: "same", activation: "relu" }),
    layers.maxPooling2d(),
    layers.conv2d({ filters: 32, kernelSize: 3, padding: "same", activation: "relu" }),
    layers.conv2dTranspose({ filters: 16, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
    layers.conv2d({ filters: 1, kernelSize: 3, padding: "same", activation: "sigmoid" }),
  ],
  { inputShape: [side, side, 1], seed: 1 },
);
model.compile({ optimizer: "adam", loss: "meanSquaredError" });
console.log(model.summary(), "\n");
await model.fit(clean, clean, {
  epochs: 40,
  batchSize: 32,
  onEpochEnd: (epoch, { loss }) => {
    if (epoch % 10 === 0) console.log(`epoch ${epoch}  mean squared error ${loss.toFixed(4)}`);
  },
});

// The test digits with noise that the model has not seen, as they are and as it gives them back.
const noise = sequential([layers.randomGaussianNoise({ stddev: 0.3, seed: 99 })], { inputShape: [side, side, 1] });
const spoilt = noise.session.run(noise.output, [[noise.input, tests]], { training: true });
const restored = model.predict(spoilt);
console.log(`\nspoilt digits    ${decibels(spoilt)} dB`);
console.log(`restored digits  ${decibels(restored)} dB`);
draw([tests, spoilt, restored].map((images) => images.data.subarray(0, side * side)));

/** Peak signal-to-noise ratio: 10 log10(1 / mean squared error). */
function decibels({ data }) {
  const error = data.reduce((sum, value, i) => sum + (value - tests.data[i]) ** 2, 0) / data.length;
  return (-10 * Math.log10(error)).toFixed(1);
}

/** Pictures side by side, dark where the digit is. */
function draw(images) {
  const shades = " .:-=+*#%@";
  const shade = (value) => shades[Math.max(0, Math.min(9, Math.floor(10 * value)))].repeat(2);
  for (let row = 0; row < side; row++) {
    const line = images.map((image) => Array.from(image.subarray(row * side, (row + 1) * side), shade).join(""));
    console.log(line.join("   |   ").trimEnd());
  }
}
