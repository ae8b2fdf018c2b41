// Weights trained in PyTorch: read from a safetensors file, run here, and written back under PyTorch's names.
//   node examples/pytorch-weights.mjs
//   node examples/pytorch-weights.mjs mlp.safetensors data/mnist    a 784-300-100-10 net of yours, tested on MNIST

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { dense, init, sequential } from "lanewise";
import { digits, mnist } from "lanewise/datasets";
import { decodeSafetensors, encodeSafetensors, fromStateDict, toStateDict } from "lanewise/io";

await init();
const [given, mnistFolder] = process.argv.slice(2);
const folder = await mkdtemp(path.join(tmpdir(), "lanewise-"));
try {
  const { test, train } = mnistFolder ? await mnist({ dir: mnistFolder }) : digits();
  const [, inputs] = test.x.shape;
  const hidden = mnistFolder ? [300, 100] : [32, 16];
  const net = () =>
    sequential([...hidden.map((units) => dense({ units, activation: "relu" })), dense({ units: 10 })], {
      inputShape: [inputs],
    }).compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  // nn.Sequential(nn.Linear(...), nn.ReLU(), nn.Linear(...), nn.ReLU(), nn.Linear(...)) numbers its modules so:
  const layers = { 0: "dense", 2: "dense_1", 4: "dense_2" };

  let file = given;
  if (file === undefined) {
    // Without a file of yours, one as `safetensors.torch.save_file(model.state_dict(), file)` writes it.
    const trained = net();
    await trained.fit(train.x, train.y, { epochs: 20, batchSize: 16 });
    file = path.join(folder, "digits.safetensors");
    await writeFile(file, encodeSafetensors(toStateDict(trained, { layers }), { format: "pt" }));
  }

  const { tensors } = decodeSafetensors(await readFile(file));
  for (const [name, { shape }] of tensors) console.log(`${name.padEnd(9)} [${shape.join(", ")}]`);
  const model = net();
  model.setWeights(fromStateDict(tensors, model, { layers }));
  const { accuracy } = await model.evaluate(test.x, test.y);
  console.log(`test accuracy ${(100 * accuracy).toFixed(2)} % on ${test.y.size} digits`);

  const back = toStateDict(model, { layers });
  const same = [...tensors].every(([name, { data }]) => data.every((value, i) => value === back.get(name).data[i]));
  console.log(`and back, bit for bit: ${same ? "yes" : "no"}`);
} finally {
  await rm(folder, { recursive: true });
}
