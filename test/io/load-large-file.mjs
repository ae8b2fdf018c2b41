// Loads the safetensors file named first, as tensors or into a model, and prints by how many bytes the largest resident
// size of this process grew. Run by memory.test.ts against the built package.

import { readFile } from "node:fs/promises";
import { dense, init, sequential } from "lanewise";
import { decodeSafetensors, loadWeights } from "lanewise/io";

const [file, how, side] = process.argv.slice(2);
await init();
const before = process.resourceUsage().maxRSS;
if (how === "tensors") {
  const { tensors } = decodeSafetensors(await readFile(file));
  if (tensors.size !== 1) throw new Error("the file holds other tensors");
} else {
  const layer = dense({ units: Number(side), useBias: false });
  const model = sequential([layer], { inputShape: [Number(side)] });
  await loadWeights(model, file);
  if (model.session.memoryBytes < Number(side) ** 2 * 4) throw new Error("the model holds no weights");
}
console.log((process.resourceUsage().maxRSS - before) * 1024);
