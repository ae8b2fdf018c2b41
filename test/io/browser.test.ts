// `lanewise/io` in a page: it must bundle without Node, and everything over bytes must work.

import { build } from "esbuild";
import { expect, test } from "vitest";

test("bundles for browsers without warnings, and works over bytes", async () => {
  const { outputFiles, warnings } = await build({
    entryPoints: ["src/io/index.ts"],
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    logLevel: "silent",
  });
  expect(warnings).toEqual([]);
  const code = outputFiles[0]?.text as string;
  const io = await import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
  const file = io.encodeSafetensors({}, { a: "b" });
  expect({ ...io.decodeSafetensors(file).metadata }).toEqual({ a: "b" });
});
