// Runs the built command line, dist/cli.js, as users do. `npm test` builds it first.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const cliFile = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Default: an empty folder that is removed after the test. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with the process and all of stdout so far, whenever some arrives. */
  readonly onOutput?: (child: ChildProcess, stdout: string) => void;
}

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lanewise-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Resolves when the process has ended and its output is read. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  const { cwd = emptyFolder(), env = {}, onOutput } = options;
  const child = spawn(process.execPath, [cliFile, ...args], { cwd, env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput?.(child, stdout);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
