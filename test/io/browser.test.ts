// The entries of `lanewise/io` in a page: they must bundle without Node, and everything over bytes must work.

import { build } from "esbuild";
import { expect, test } from "vitest";
import { readEvents } from "./tensorboard/event-reader.js";

/** What a page gets of an entry. */
async function bundled(entry: string) {
  const { outputFiles, warnings } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    logLevel: "silent",
  });
  expect(warnings).toEqual([]);
  const code = outputFiles[0]?.text as string;
  return await import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}

test("lanewise/io", async () => {
  const io = await bundled("src/io/index.ts");
  const file = io.encodeSafetensors({}, { a: "b" });
  expect({ ...io.decodeSafetensors(file).metadata }).toEqual({ a: "b" });
});

test("lanewise/io/npz, csv and png", async () => {
  const image = { dtype: "uint8", shape: [1, 1, 1], data: Uint8Array.of(7) };
  const { decodeNpz, encodeNpz } = await bundled("src/io/npz.ts");
  expect(decodeNpz(encodeNpz({ image }, { compress: true })).get("image")).toEqual(image);
  const { decodePng, encodePng } = await bundled("src/io/png.ts");
  expect(decodePng(encodePng(image))).toEqual(image);
  const { decodeCsv } = await bundled("src/io/csv.ts");
  expect(decodeCsv("a\n1").rows).toEqual([["1"]]);
});

test("lanewise/io/tensorboard", async () => {
  const { SummaryWriter } = await bundled("src/io/tensorboard.ts");
  const bytes = new SummaryWriter().scalar("loss", 1, 1).toBytes();
  expect(readEvents(bytes).map(({ step }) => step)).toEqual([undefined, 1]);
});
