import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The code a bundler for browsers makes of a module. */
async function bundle(contents: string): Promise<string> {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  expect(result.warnings).toEqual([]);
  return result.outputFiles[0]?.text ?? "";
}

test("the entry point bundles for browsers, with no import left over", async () => {
  const code = await bundle(`export * from "./src/data/datasets/index.ts";`);
  expect(code).not.toMatch(/\bimport\s*[({"]|\bfrom\s*["']|\brequire\(/);
});

test("what is not imported is left out", async () => {
  const code = await bundle(`export { iris } from "./src/data/datasets/index.ts";`);
  expect(code.length).toBeLessThan(15_000);
});
