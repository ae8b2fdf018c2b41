// The golden trainings on what `init` chooses, for fallback.test.ts, which runs it in processes that lack something.
// Prints JSON.

import { diagnose, init } from "../../src/index.js";
import { goldenTrainings, trainGolden } from "../support/golden-trainings.js";

const engine = await init();
const trained = [];
for (const training of goldenTrainings) trained.push((await trainGolden(training, engine)).trained);
const { build, supported, unsupported } = diagnose();
console.log(JSON.stringify({ build, supported, unsupported, trained }));
