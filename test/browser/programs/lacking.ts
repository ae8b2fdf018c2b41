// In a page that lacks something: what `init` chooses, what it says, and what the golden trainings give with it.

import { type BuildName, diagnose, init } from "../../../src/index.js";
import { modelInWorker } from "../../../src/worker/index.js";
import { goldenData, goldenModel, goldenTrainings, trainGolden } from "../../support/golden-trainings.js";

export default async function (wanted: BuildName | null) {
  const { supported, unsupported } = diagnose();
  try {
    const engine = await init(wanted === null ? {} : { build: wanted as "scalar" });
    const training = goldenTrainings[1]!;
    const { trained } = await trainGolden(training, engine);
    const inWorker = await modelInWorker(goldenModel(training, engine));
    const { x, y } = goldenData(training);
    await inWorker.fit(x, y, { epochs: training.epochs, batchSize: training.batchSize });
    const trainedInWorker = await inWorker.weightsHash();
    await inWorker.close();
    return { supported, unsupported, build: engine.build, trained, trainedInWorker };
  } catch (error) {
    const { name, message } = error as Error;
    return { supported, unsupported, failure: `${name}: ${message}` };
  }
}
