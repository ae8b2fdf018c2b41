// Reference data that lie beside the project, in ../shared, and are no part of it. Used by tests of any floor.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The path of a file or folder below `../shared`. Where it is missing: undefined with a message, so that the test can
 * skip; an error under CI=true, where a silent skip would pass for success.
 */
export function sharedData(path: string): string | undefined {
  const found = fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url));
  if (existsSync(found)) return found;
  const message = `../shared/${path} is missing beside the project, and tests need it`;
  if (process.env.CI === "true") throw new Error(`${message}.`);
  console.warn(`${message}: they are skipped.`);
  return undefined;
}
