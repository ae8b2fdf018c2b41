// A convolutional net: few weights, shared by all places of a picture. What its filters answer to is seen in the maps.
//   node examples/course/31-convolution.mjs

import { writeFile } from "node:fs/promises";
import { dense, init, layers, sequential, tensor } from "lanewise";
import { digits } from "lanewise/datasets";
import { imageGrid } from "lanewise/plot";

await init();
const { train, test } = digits();
const epochs = process.argv.includes("--quick") ? 10 : 30;
const picture = { inputShape: [64], seed: 1 };
const nets = {
  dense: [dense({ units: 64, activation: "relu" }), dense({ units: 10 })],
  convolutional: [
    layers.reshape({ shape: [8, 8, 1] }),
    layers.conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "relu", name: "first" }),
    layers.maxPooling2d(),
    layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu", name: "second" }),
    layers.flatten(),
    dense({ units: 10 }),
  ],
};
/** The same digit one pixel further to the right, or to the left. */
const shift = (x, by) =>
  tensor(x.toArray().map((row) => row.map((_, i) => ((i % 8) - by < 0 || (i % 8) - by > 7 ? 0 : row[i - by]))));

for (const [name, parts] of Object.entries(nets)) {
  const model = sequential(parts, picture);
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  await model.fit(train.x, train.y, { epochs, batchSize: 32 });
  const on = async (x) => (await model.evaluate(x, test.y)).accuracy.toFixed(3);
  const weights = [...model.getWeights().values()].reduce((sum, { size }) => sum + size, 0);
  console.log(
    `${name.padEnd(13)} ${String(weights).padStart(5)} weights, test accuracy ${await on(test.x)}, ` +
      `shifted by a pixel ${await on(shift(test.x, 1))} and ${await on(shift(test.x, -1))}`,
  );
  if (name === "dense") continue;

  // The filters [3, 3, 1, 8] of the first layer, and what each makes of a digit: [1, 8, 8, 8], the filters last.
  const filters = model.session.get("first/kernel");
  const byFilter = (values, size) =>
    tensor(Array.from({ length: 8 }, (_, f) => Array.from({ length: size }, (_, i) => values.data[i * 8 + f])));
  const maps = model.session.run(model.getLayer("first").output, [[model.input, test.x.rows(0, 1)]]);
  await writeFile(
    "filters.svg",
    await imageGrid(byFilter(filters, 9), { imageShape: [3, 3], columns: 4, colors: "diverging" }),
  );
  await writeFile("feature-maps.svg", await imageGrid(byFilter(maps, 64), { imageShape: [8, 8], columns: 4 }));
}
