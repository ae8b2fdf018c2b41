// The builds this host can run, started once per test file.

import { type Engine, init } from "../../src/wasm/engine.js";
import { type BuildName, buildNames, supportedBuilds } from "../../src/wasm/host.js";

export const builds: readonly BuildName[] = supportedBuilds();

if (builds.length < buildNames.length) {
  const message = `this host runs ${builds.join(", ")} only; the other builds are not tested`;
  if (process.env.CI === "true") throw new Error(`${message}.`);
  console.warn(`${message}.`);
}

const engines = new Map<BuildName, Engine>();
for (const build of builds) engines.set(build, await init({ build }));

export function engineOf(build: BuildName): Engine {
  return engines.get(build) as Engine;
}

/** True for the builds whose results must agree bit for bit. */
export function isExact(build: BuildName): boolean {
  return build !== "relaxed";
}
