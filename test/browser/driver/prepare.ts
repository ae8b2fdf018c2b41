// Before the tests of pages, once for all of them: says which browsers they will not see, and builds the playground.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { browserNames, findBrowser, packages } from "./finding.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** Two projects have tests of pages; both are set up in one process. */
const PREPARED = "LANEWISE_PAGES_PREPARED";

export default async function prepare(): Promise<void> {
  if (process.env[PREPARED] === "1") return;
  process.env[PREPARED] = "1";
  for (const name of browserNames) {
    if (findBrowser(name) === undefined) {
      const outcome = process.env.CI === "true" ? "its tests will fail" : "its tests are left out";
      console.warn(`${name} is not installed: ${outcome}. On Debian: apt-get install ${packages[name]}`);
    }
  }
  // As `npm run playground:build` does after Lanewise itself: the environment of tests would make another build of it.
  const { NODE_ENV: _, ...env } = process.env;
  const vite = ["node_modules/vite/bin/vite.js", "build", "--config", "examples/playground/vite.config.ts"];
  await promisify(execFile)(process.execPath, vite, { cwd: root, env });
}
