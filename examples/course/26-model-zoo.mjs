// A model made elsewhere: weights under PyTorch's names in a safetensors file, run here.
//   node examples/course/26-model-zoo.mjs

import { readFile, writeFile } from "node:fs/promises";
import { dense, init, sequential } from "lanewise";
import { digits } from "lanewise/datasets";
import { decodeSafetensors, encodeSafetensors, fromStateDict, toStateDict } from "lanewise/io";

await init();
const { train, test } = digits();
const epochs = process.argv.includes("--quick") ? 5 : 20;
const net = () =>
  sequential([dense({ units: 32, activation: "relu" }), dense({ units: 10 })], { inputShape: [64] }).compile({
    optimizer: "adam",
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
// nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)) numbers its modules so:
const layers = { 0: "dense", 2: "dense_1" };

// Our tiny zoo: one net, in the form that `safetensors.torch.save_file(model.state_dict(), file)` writes.
const trained = net();
await trained.fit(train.x, train.y, { epochs });
await writeFile("digits.safetensors", encodeSafetensors(toStateDict(trained, { layers }), { format: "pt" }));

const { tensors } = decodeSafetensors(await readFile("digits.safetensors"));
for (const [name, { shape }] of tensors) console.log(`${name.padEnd(9)} [${shape.join(", ")}]`);
const model = net();
model.setWeights(fromStateDict(tensors, model, { layers }));
for (const [name, each] of Object.entries({ trained, imported: model })) {
  console.log(`${name.padEnd(9)} accuracy ${(await each.evaluate(test.x, test.y)).accuracy.toFixed(4)}`);
}
