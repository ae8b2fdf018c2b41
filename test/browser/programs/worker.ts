// In a page: a golden training in a worker.

import { init, weightsHash } from "../../../src/index.js";
import { modelInWorker } from "../../../src/worker/index.js";
import { goldenData, goldenModel, goldenTrainings } from "../../support/golden-trainings.js";

export default async function (number: number) {
  const training = goldenTrainings[number]!;
  const { x, y } = goldenData(training);
  const model = goldenModel(training, await init());
  const inWorker = await modelInWorker(model);
  const initial = await inWorker.weightsHash();
  let frames = 0;
  let going = true;
  const count = () => {
    frames++;
    if (going) requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  let reports = 0;
  const { epochs, batchSize } = training;
  const history = await inWorker.fit(x, y, { epochs, batchSize, onStep: () => reports++ });
  going = false;
  const trained = await inWorker.weightsHash();
  model.setWeights(await inWorker.getWeights());
  await inWorker.close();
  return { initial, trained, brought: weightsHash(model), frames, reports, loss: history.loss };
}
