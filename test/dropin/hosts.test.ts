// Hosts beside Node and browsers: what they train is what all train, on V8 and on JavaScriptCore, Safari's engine.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goldenTrainings } from "../support/golden-trainings.js";
import { type Fixture, makeFixture } from "./fixture.js";
import { leftOut, run, toolFile } from "./installed.js";

const golden = goldenTrainings[0]?.trained;
// The packages of this platform: those that choose one want a script to run when they are installed.
const bun = toolFile("@oven/bun-linux-x64/bin/bun");
const deno = toolFile("@deno/linux-x64-glibc/deno");
const workerd = toolFile("@cloudflare/workerd-linux-64/bin/workerd");
const jsc = "/usr/bin/jsc";
/** With CI=true what is missing fails. */
const missing = (program: string) => !existsSync(program) && process.env.CI !== "true";

describe.skipIf(leftOut)("on", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await makeFixture("host.js", "shell.js", "ahead.js", "trainBuilds.js");
  });
  afterAll(() => fixture?.remove());

  /** Bundles a program for a host that has no packages. */
  async function bundle(entry: string, format: string): Promise<string> {
    const out = `${entry}.bundled.js`;
    const options = ["--bundle", "--external:*.wasm", `--format=${format}`, `--outfile=${out}`, "--log-level=warning"];
    expect(await run(fixture.folder, toolFile(".bin/esbuild"), `${entry}.js`, ...options)).toEqual({
      stdout: "",
      stderr: "",
    });
    return out;
  }

  describe.each([
    ["Node", /^Node /, process.execPath, []],
    ["Bun", /^Bun \d+\.\d+\.\d+ \(JavaScriptCore\), /, bun, []],
    ["Deno", /^Deno \d+\.\d+\.\d+ \(V8 /, deno, ["run", "-A", "--node-modules-dir=manual"]],
  ])("%s,", (_, name, program, options) => {
    test.skipIf(missing(program))("a service trains, keeps a model in a file and searches in threads", async () => {
      const { stdout, stderr } = await run(fixture.folder, program, ...options, "host.js");
      expect(stderr).toBe("");
      const { host, trained, files, searches } = JSON.parse(stdout);
      expect(host).toMatch(name);
      expect(trained).toMatchObject({ scalar: golden, simd: golden });
      expect(files[1]).toBe(files[0]);
      expect(searches[0]).toEqual({ learningRate: 0.1, score: expect.any(Number) });
      expect(searches[1]).toEqual(searches[0]);
    });
  });

  test.skipIf(missing(jsc))("the bare shell of JavaScriptCore, without anything of a page or of Node", async () => {
    const { stdout } = await run(fixture.folder, jsc, await bundle("shell", "iife"));
    expect(JSON.parse(stdout)).toMatchObject({ scalar: golden, simd: golden });
  });

  test.skipIf(missing(workerd))("workerd, which compiles modules ahead and no bytes later", async () => {
    await fixture.write("workerd.capnp", configuration(await bundle("ahead", "esm")));
    const options = ["serve", "workerd.capnp", "--socket-addr=http=127.0.0.1:0", "--control-fd=1"];
    const host = spawn(workerd, options, {
      cwd: fixture.folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [line] = await firstOf(createInterface(host.stdout));
      const response = await fetch(`http://127.0.0.1:${JSON.parse(line as string).port}/`);
      const { refusal, ...answer } = (await response.json()) as { refusal: { message: string } };
      expect(answer).toEqual({
        trained: { scalar: golden, simd: golden },
        host: "Cloudflare-Workers",
        build: "scalar",
      });
      expect(refusal).toEqual({
        name: "StateError",
        message: expect.stringMatching(/generation disallowed .*give init a module/),
      });
    } finally {
      host.kill();
    }
  });
});

async function firstOf(lines: AsyncIterable<string>): Promise<string[]> {
  for await (const line of lines) return [line];
  throw new Error("workerd ended before it listened.");
}

const configuration = (script: string) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "*:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [
    (name = "main.js", esModule = embed "${path.posix.basename(script)}"),
    (name = "lanewise/wasm/simd.wasm", wasm = embed "node_modules/lanewise/dist/wasm/simd.wasm"),
    (name = "lanewise/wasm/scalar.wasm", wasm = embed "node_modules/lanewise/dist/wasm/scalar.wasm"),
  ],
  compatibilityDate = "2026-01-01",
);
`;
