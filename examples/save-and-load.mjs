// Weights in a safetensors file: saved with a note, looked into, loaded into a fresh model that then predicts the same.
//   node examples/save-and-load.mjs

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { dense, init, sequential, weightsHash } from "lanewise";
import { iris } from "lanewise/datasets";
import { decodeSafetensors, loadWeights, saveWeights } from "lanewise/io";

await init();
const { train, test, classNames } = iris();

const trained = irisNet(1);
trained.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
await trained.fit(train.x, train.y, { epochs: 100, batchSize: 16 });
const { accuracy } = await trained.evaluate(test.x, test.y);
console.log(`trained   ${weightsHash(trained)}  test accuracy ${accuracy.toFixed(3)}`);

const folder = await mkdtemp(path.join(tmpdir(), "lanewise-"));
try {
  const file = path.join(folder, "iris.safetensors");
  await saveWeights(trained, file, { accuracy: accuracy.toFixed(3) });

  const bytes = await readFile(file);
  const { tensors, metadata } = decodeSafetensors(bytes);
  console.log(`\n${path.basename(file)}, ${bytes.length} bytes`);
  for (const [name, { dtype, shape }] of tensors) console.log(`  ${name.padEnd(16)} ${dtype} [${shape.join(", ")}]`);
  console.log(`  metadata         ${JSON.stringify(metadata)}`);

  const restored = irisNet(2);
  console.log(`\nfresh     ${weightsHash(restored)}`);
  await loadWeights(restored, file);
  console.log(`restored  ${weightsHash(restored)}`);

  const { data } = restored.predict(test.x.rows(0, 1));
  const best = data.indexOf(Math.max(...data));
  console.log(`\nfirst test flower: ${classNames[best]}, actually ${classNames[test.y.data[0]]}`);
} finally {
  await rm(folder, { recursive: true });
}

function irisNet(seed) {
  return sequential([dense({ units: 16, activation: "relu" }), dense({ units: 3, activation: "softmax" })], {
    inputShape: [4],
    seed,
  });
}
