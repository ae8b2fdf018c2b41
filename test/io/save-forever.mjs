// Saves checkpoints one after the other, to a file and to a folder, until it is killed. Run by checkpoints.test.ts.
// All values of a checkpoint are the number of the save, so that a mixture of two would be seen.

import { tensor } from "lanewise";
import { checkpointFolder, saveCheckpoint } from "lanewise/io";

const [file, path] = process.argv.slice(2);
const folder = checkpointFolder(path, { keep: 2 });
for (let number = 1; ; number++) {
  const values = new Float32Array(100_000).fill(number);
  const state = { tensors: new Map([["w", tensor(values)]]), training: { stepsMade: number } };
  await saveCheckpoint(state, file, { number });
  await folder.save(state, { number, best: number % 2 === 1 });
  console.log("saved");
}
