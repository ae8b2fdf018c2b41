// The commands that a run names as next steps work as they stand, and `predict` uses what was saved.

import { writeFileSync } from "node:fs";
import path, { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cliFile, emptyFolder, runCli } from "./run-cli.js";

const quick = ["--dataset", "iris", "--epochs", "2"];

describe("what comes next", () => {
  /** Runs the command that stands behind Next, as it stands. */
  const follow = async (stdout: string, cwd: string) => {
    const [, command = ""] = stdout.match(/^Next +node \S+ (.*?)(?: {2}.*)?$/m) ?? [];
    expect(command).not.toBe("");
    return await runCli(command.split(" "), { cwd });
  };

  test("is told after a run, and works: what was saved predicts", async () => {
    const cwd = emptyFolder();
    const { stdout } = await runCli(
      ["--dataset", "digits", "--epochs", "3", "--no-compare", "--out", "kept/net.safetensors"],
      {
        cwd,
      },
    );
    const accuracy = stdout.match(/^Test accuracy +([\d.]+ %) of 359/m)?.[1];
    const next = await follow(stdout, cwd);
    expect(next).toMatchObject({ code: 0, stderr: "" });
    expect(next.stdout).toContain("kept/net.safetensors: a net trained on digits");
    expect(next.stdout).toMatch(/^predicted +\d( {2}\d){7}$/m);
    expect(next.stdout).toContain(`test examples (${accuracy})`);
    expect(next.stdout.match(/^[ .:=+*#%@-]{10,}$/gm)).toHaveLength(8);
    for (const line of next.stdout.split("\n")) expect(line.length).toBeLessThan(80);
    // Scripts of the project are not there to be run from here.
    expect(stdout).not.toContain("npm run");
  });

  test("is to keep a model that was not saved", async () => {
    const cwd = emptyFolder();
    const { stdout } = await runCli([...quick, "--no-compare"], { cwd });
    expect((await follow(stdout, cwd)).stdout).toMatch(/^Saved to +iris\.safetensors$/m);
    expect((await runCli(["predict", "iris.safetensors"], { cwd })).stdout).toMatch(
      /^predicted +(setosa|versicolor|virginica)/m,
    );
  });

  test("in the project names its pages", async () => {
    const { stdout } = await runCli([...quick, "--no-compare"], { cwd: path.resolve(cliFile, "../..") });
    expect(stdout).toMatch(/^ +npm run playground +watch nets learn in a page$/m);
    expect(stdout).toMatch(/^ +npm run gallery +/m);
  });

  test.each([
    [["predict"], 2, "missing required argument 'file'"],
    [["predict", "none.safetensors"], 1, "none.safetensors"],
    [["predict", "notes.txt"], 1, "notes.txt"],
  ])("%j is refused in one line", async (args, code, message) => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "notes.txt"), "milk");
    const ended = await runCli(args, { cwd });
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toMatch(/^lanewise: [^\n]+\n$/);
    expect(ended.stderr).toContain(message);
  });
});
