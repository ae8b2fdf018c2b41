// A folder of a user: the package installed, and programs beside it.

import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { transform } from "esbuild";
import { installPackage } from "../support/installed-package.js";

export interface Fixture {
  readonly folder: string;
  /** Writes a file, and the folders above it. */
  write(name: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

/** With those of `programs`, and with the golden trainings as `golden-trainings.js`. */
export async function makeFixture(...programs: string[]): Promise<Fixture> {
  const { folder } = await installPackage();
  for (const name of programs) {
    await copyFile(new URL(`programs/${name}`, import.meta.url), path.join(folder, name));
  }
  await writeFile(path.join(folder, "golden-trainings.js"), await goldenTrainingsOfUsers());
  return {
    folder,
    async write(name, text) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** The golden trainings without types, on the package in the place of the sources. */
async function goldenTrainingsOfUsers(): Promise<string> {
  const source = await readFile(new URL("../support/golden-trainings.ts", import.meta.url), "utf8");
  const { code } = await transform(source, { loader: "ts" });
  const front = `"../../src/index.js"`;
  if (!code.includes(front)) throw new Error("golden-trainings.ts imports something else than the front door.");
  return code.replace(front, `"lanewise"`);
}
