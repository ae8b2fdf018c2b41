// In a page: what this browser runs, and the golden trainings on the builds it has.

import { type BuildName, diagnose, init } from "../../../src/index.js";
import { goldenTrainings, trainGolden } from "../../support/golden-trainings.js";

export default async function (number: number) {
  const trained: Partial<Record<BuildName, Awaited<ReturnType<typeof trainGolden>>>> = {};
  for (const build of diagnose().supported) {
    trained[build] = await trainGolden(goldenTrainings[number]!, await init({ build }));
  }
  return { host: diagnose().host, trained };
}
