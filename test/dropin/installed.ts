// What these tests run Lanewise with, from this folder's own package.json, and whether it is there.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const modules = fileURLToPath(new URL("node_modules/", import.meta.url));

/** How to install what is missing. */
export const remedy = "npm ci --prefix test/dropin --ignore-scripts";
export const isInstalled = existsSync(path.join(modules, ".package-lock.json"));
/** With CI=true what is missing fails. */
export const leftOut = !isInstalled && process.env.CI !== "true";

/** A file of an installed package. */
export function toolFile(...names: string[]): string {
  return path.join(modules, ...names);
}

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program, without colours; fails with what it said where its exit code is not 0. */
export async function run(cwd: string, program: string, ...args: string[]): Promise<Said> {
  const { FORCE_COLOR: _, ...env } = process.env;
  const options = { cwd, env: { ...env, NO_COLOR: "1" }, timeout: 120_000, maxBuffer: 1 << 25 };
  return await promisify(execFile)(program, args, options);
}
