// Data augmentation: a net that saw upright digits alone, and one whose digits were turned anew in every epoch.
//   node examples/course/30-augmentation.mjs

import { writeFile } from "node:fs/promises";
import { dense, init, layers, sequential, tensor } from "lanewise";
import { digits } from "lanewise/datasets";
import { imageGrid } from "lanewise/plot";

await init();
const { train, test } = digits();
const epochs = process.argv.includes("--quick") ? 15 : 40;
const picture = { inputShape: [64], seed: 1 };
const grow = () => [layers.reshape({ shape: [8, 8, 1] }), layers.upSampling2d({ size: 2, interpolation: "bilinear" })];
const turn = (degrees, seed) => layers.randomRotation({ factor: degrees / 360, fillMode: "constant", seed });

// Test digits turned by up to 30 degrees: what augmentation does, done once. Layers are active while a model trains.
const turner = sequential([...grow(), turn(30, 7)], picture);
const turned = turner.session.run(turner.output, [[turner.input, test.x]], { training: true });
const upright = sequential(grow(), picture).predict(test.x);

for (const degrees of [0, 30]) {
  const model = sequential(
    [
      ...(degrees > 0 ? [turn(degrees, 1)] : []),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      dense({ units: 64, activation: "relu" }),
      dense({ units: 10 }),
    ],
    { inputShape: [16, 16, 1], seed: 1 },
  );
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  await model.fit(sequential(grow(), picture).predict(train.x), train.y, { epochs });
  const on = async (pictures) => (await model.evaluate(pictures, test.y)).accuracy.toFixed(3);
  const name = degrees > 0 ? `digits turned by up to ${degrees} degrees` : "upright digits";
  console.log(`trained on ${name.padEnd(34)} accuracy ${await on(upright)} upright, ${await on(turned)} turned`);
}

// One digit as five epochs show it: what an example gets depends on the seed, its number and the epoch alone.
const shown = Array.from({ length: 10 }, (_, i) => upright.rows(Math.floor(i / 5), Math.floor(i / 5) + 1));
const twice = tensor(shown.map((image) => image.reshape([16, 16, 1]).toArray()));
const augmented = sequential([turn(30, 3)], { inputShape: [16, 16, 1] });
const seen = augmented.session.run(augmented.output, [[augmented.input, twice]], { training: true });
await writeFile("augmented.svg", await imageGrid(seen.reshape([10, 256]), { imageShape: [16, 16], columns: 5 }));
