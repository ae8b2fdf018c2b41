// The builds this host can run, started once per test file.

import { type Engine, init } from "../../src/wasm/engine.js";
import { type BuildName, buildNames, supportedBuilds, wideObstacle } from "../../src/wasm/host.js";

/** `npm run test:quick` tries one build only. */
const only = process.env.LANEWISE_TEST_BUILDS?.split(",");
const engines = new Map<BuildName, Engine>();
for (const build of supportedBuilds()) {
  if (only === undefined || only.includes(build)) engines.set(build, await init({ build }));
}
// No build to ask for by name, but its kernels are tested like the others where they run.
if (only === undefined && wideObstacle() === null) {
  const engine = await init({ wide: true });
  if (engine.build === "wide") engines.set("wide", engine);
  else console.warn(`${engine.reason}; the wide build is not tested.`);
}

export const builds: readonly BuildName[] = [...engines.keys()];

if (only === undefined && supportedBuilds().length < buildNames.length) {
  const message = `this host runs ${builds.join(", ")} only; the other builds are not tested`;
  if (process.env.CI === "true") throw new Error(`${message}.`);
  console.warn(`${message}.`);
}

export function engineOf(build: BuildName): Engine {
  return engines.get(build) as Engine;
}

/** True for the builds whose results must agree bit for bit. */
export function isExact(build: BuildName): boolean {
  return build !== "relaxed";
}
