// The net of the course on each build of this host: its weights after the golden training.

import { diagnose, init } from "lanewise";
import { goldenTrainings, trainGolden } from "./golden-trainings.js";

export async function trainBuilds() {
  const trained = {};
  for (const build of diagnose().supported) {
    trained[build] = (await trainGolden(goldenTrainings[0], await init({ build }))).trained;
  }
  return trained;
}
