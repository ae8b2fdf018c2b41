// What a page gets of the package by the bundlers that pages are made with: what it uses, and no more.

import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { exports: entries } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const doors = Object.values(entries as Record<string, { default?: string }>).flatMap((entry) => entry.default ?? []);

beforeAll(() => {
  if (!existsSync(path.join(root, "dist/index.js"))) {
    throw new Error("dist/ is missing; build it with `npm run build`.");
  }
});

/** True for code of others that is bundled with ours, in files of its own. */
const isForeign = (id: string) => id.includes("packages/");

/**
 * Bundlers of the program `source`, given as text; with `wholly` a module is not left out for being unused, and packages
 * stay outside, those that are bundled with ours too: what they do is theirs.
 */
const bundlers: Readonly<Record<string, (source: string, wholly?: boolean) => Promise<string>>> = {
  esbuild: async (source, wholly = false) => {
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: root },
      bundle: true,
      splitting: true,
      minifySyntax: true,
      legalComments: "none",
      write: false,
      outdir: "out",
      format: "esm",
      target: "es2022",
      external: ["node:*"],
      packages: wholly ? "external" : "bundle",
      plugins: [
        {
          name: "wholly",
          setup: ({ onResolve }) =>
            onResolve({ filter: /^\./ }, (file) => ({
              path: path.resolve(file.resolveDir, file.path),
              sideEffects: wholly,
              external: wholly && isForeign(file.path),
            })),
        },
      ],
    });
    return outputFiles.find((file) => file.path.endsWith("stdin.js"))?.text ?? "";
  },
  rolldown: async (source, wholly = false) => {
    const entry = path.join(root, "entry.js");
    const bundle = await rolldown({
      input: entry,
      external: (id) => id.startsWith("node:") || (wholly && isForeign(id)),
      treeshake: { moduleSideEffects: wholly },
      plugins: [
        {
          name: "entry",
          resolveId: (id) => (id === entry ? { id, moduleSideEffects: true } : null),
          load: (id) => (id === entry ? source : null),
        },
      ],
    });
    const { output } = await bundle.generate();
    await bundle.close();
    return output[0].code;
  },
};

describe.each(Object.entries(bundlers))("%s", (_, bundle) => {
  // The programs of workers are there to be run.
  const programs = ["./dist/trialWorker.js", "./dist/worker/host.js"];
  const libraries = doors.filter((door) => !programs.includes(door));
  // What is left is not known to be pure: declare the function that makes it @__NO_SIDE_EFFECTS__, or make it later.
  test.each(libraries)("%s does nothing by being loaded", async (door) => {
    const left = await bundle(`import "${door}";`, true);
    // Names for what every host has, in birpc, which is bundled with lanewise/worker.
    const rest = left.replace(/^var (random = Math\.random\.bind\(Math\)|\{ clearTimeout.* \} = globalThis);\n/gm, "");
    // esbuild does not take a power of two for a number.
    expect(rest.replaceAll(/^(\/\/.*|import .*"[\w@/.-]+";|var [\w$]+ = [\w$ *]+;|)\n/gm, "")).toBe("");
  });

  test("a program on the graph gets what it uses, without docs", async () => {
    const code = await bundle(`
      import { biasAdd, Graph, init, matmul, mean, relu, Session, sgd } from "./dist/index.js";
      console.log(biasAdd, Graph, init, matmul, mean, relu, Session, sgd);`);
    const has = (text: string) => code.includes(text);
    expect(["matmul", "biasAdd", "relu", "mean", "sgdUpdate"].filter((name) => !has(`"${name}"`))).toEqual([]);
    const unused = ["sigmoid", "logSoftmax", "transpose", "huber", "oneCycle", "glorotUniform", "Dense", "adamUpdate"];
    expect(unused.filter((name) => has(`"${name}"`))).toEqual([]);
    expect(["Rectified linear unit", "samples: [", "class Model", "Model = class"].filter(has)).toEqual([]);
  });
});

test("programs stay within the limits of `npm run size`", async () => {
  const script = path.join(root, "scripts/size.mjs");
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script]).catch((error) => error);
  expect(stderr).toBe("");
  expect(stdout).toContain("training on the graph");
});
