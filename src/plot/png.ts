// PNG from SVG: in Node by resvg, with a font of its own, so that the picture is the same on every machine; in pages by
// the browser.

import { ArgumentError, checkArity, checkNumber, checkOptions, describe, StateError } from "../errors.js";

export interface PngOptions {
  /** Pixels of the image for one of the picture. Default 2. */
  readonly scale?: number;
}

/** The bytes of a PNG file. */
export async function toPNG(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  checkArity("toPNG", arguments.length, 2);
  checkOptions("toPNG", options, ["scale"]);
  const { scale = 2 } = options;
  if (typeof svg !== "string" || !svg.includes("<svg")) {
    throw new ArgumentError(`toPNG: needs the text of an SVG; received ${describe(svg)}.`);
  }
  checkNumber("toPNG: scale", scale, 0, 16, true);
  return typeof document === "undefined" ? await inNode(svg, scale) : await inPage(svg, scale);
}

let ready: Promise<Uint8Array> | undefined;

async function inNode(svg: string, scale: number): Promise<Uint8Array> {
  const { initWasm, Resvg } = await resvg();
  ready ??= start(initWasm);
  const font = { fontBuffers: [await ready], defaultFontFamily: "Inter", sansSerifFamily: "Inter" };
  return new Resvg(svg, { fitTo: { mode: "zoom", value: scale }, font }).render().asPng();
}

/** Bundlers for pages let an import of what is not installed pass where it is awaited directly inside `try`; webpack warns. */
async function resvg() {
  try {
    return await import(/* webpackIgnore: true */ "@resvg/resvg-wasm");
  } catch (cause) {
    const remedy = "npm install @resvg/resvg-wasm @fontsource/inter";
    throw new StateError(`toPNG: needs two packages beside Lanewise; ${remedy}.`, { cause });
  }
}

/** Compiles resvg, once; resolves to the font. Bundlers for pages see no module of Node here. */
async function start(initWasm: (module: Promise<Uint8Array<ArrayBuffer>>) => Promise<void>): Promise<Uint8Array> {
  const { readFile } = process.getBuiltinModule("node:fs/promises");
  const { createRequire } = process.getBuiltinModule("node:module");
  const find = createRequire(import.meta.url).resolve;
  await initWasm(readFile(find("@resvg/resvg-wasm/index_bg.wasm")));
  return await readFile(find("@fontsource/inter/files/inter-latin-400-normal.woff2"));
}

async function inPage(svg: string, scale: number): Promise<Uint8Array> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width * scale, image.height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: "image/png" });
  return new Uint8Array(await blob.arrayBuffer());
}
