// The package as its users have it: packed as npm would publish it, and installed in a folder away from the project.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const windows = process.platform === "win32";

/** npm as the machine has it; scripts of packages stay out of it. */
async function npm(cwd: string, ...args: string[]): Promise<string> {
  const options = { cwd, shell: windows, env: { ...process.env, npm_config_loglevel: "error" } };
  return (await promisify(execFile)(windows ? "npm.cmd" : "npm", args, options)).stdout;
}

/** A new temporary folder with the package installed, and the files that were packed. */
export async function installPackage(): Promise<{ readonly folder: string; readonly packed: readonly string[] }> {
  if (!existsSync(path.join(root, "dist/index.js"))) {
    throw new Error("dist/ is missing; build it with `npm run build`.");
  }
  const folder = await mkdtemp(path.join(tmpdir(), "lanewise-installed-"));
  const tarballs = path.join(folder, "tarballs");
  await mkdir(tarballs);
  const [report] = JSON.parse(await npm(root, "pack", "--ignore-scripts", "--json", "--pack-destination", tarballs));
  const packed: string[] = report.files.map((file: { path: string }) => file.path);
  const [tarball] = await readdir(tarballs);
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await npm(
    folder,
    "install",
    path.join(tarballs, tarball as string),
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "--ignore-scripts",
  );
  return { folder, packed };
}
