// Turns what asc made of assembly/index.ts and assembly/spatial/index.ts into TypeScript: the interface of the kernels, and
// each module as text.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const notice = "// Generated from assembly by scripts/generate-bindings.mjs.\n";

/**
 * Reads `<build>.wasm`, `spatial-<build>.wasm` and their `.d.ts` in `from`; writes `kernels.ts`, `addresses.ts` and the texts
 * of the modules to `to`: `<build>.ts` holds both modules of a build, but of simd, the default, each has a file of its own.
 */
export async function generateBindings(from, to, builds) {
  await mkdir(to, { recursive: true });
  const declared = (prefix) =>
    Promise.all(builds.map((build) => readFile(path.join(from, `${prefix}${build}.d.ts`), "utf8")));
  const [core, spatial] = [await declared(""), await declared("spatial-")];
  const interfaces = core.map((text, i) => kernelInterface(text + spatial[i]));
  if (interfaces.some((text) => text !== interfaces[0])) throw new Error("the builds export different kernels");
  await writeFile(path.join(to, "kernels.ts"), `${notice}\n${interfaces[0]}`);
  const moduleOf = (name) => readFile(path.join(from, `${name}.wasm`));
  const ofCore = addressParameters(core[0], await moduleOf(builds[0]));
  const ofSpatial = addressParameters(spatial[0], await moduleOf(`spatial-${builds[0]}`));
  await writeFile(
    path.join(to, "addresses.ts"),
    `${notice}
// Which parameters of each exported kernel are byte addresses, in the order of the exports: bit i of a hexadecimal number.
export const addressMasks =\n  "${ofCore.masks}";
export const spatialAddressMasks =\n  "${ofSpatial.masks}";
/** The kernel that the spatial module exports first. */
export const firstSpatialKernel = "${ofSpatial.names[0]}";\n`,
  );
  for (const build of builds) {
    const constant = async (name, file) => {
      const bytes = await moduleOf(file);
      return `/** The ${file} module, ${bytes.length} bytes, as src/wasm/text.ts reads it. */\nexport const ${name}: string =\n  "${encode(bytes)}";\n`;
    };
    const [text, more] = [await constant("text", build), await constant("spatial", `spatial-${build}`)];
    const together = build === "simd" ? text : `${text}\n${more}`;
    await writeFile(path.join(to, `${build}.ts`), `${notice}\n${together}`);
    if (build === "simd") await writeFile(path.join(to, "spatial.ts"), `${notice}\n${more}`);
  }
}

/** Bytes as text, in the form that src/wasm/text.ts tells. */
export function encode(bytes) {
  const characters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
    (character) => !"\"$'<\\`".includes(character),
  );
  const [first, second, ...singles] = characters;
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const byFrequency = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
  const frequent = new Set(byFrequency.slice(0, singles.length));
  const pairs = [first, second].flatMap((mark) => characters.map((character) => mark + character));
  const codes = counts.map((_, value) => (frequent.has(value) ? singles : pairs).shift());
  const digits = Array.from({ length: 64 }, (_, i) =>
    [0, 1, 2, 3].reduce((digit, bit) => digit + (frequent.has(4 * i + bit) << bit), 0).toString(16),
  );
  return digits.join("") + Array.from(bytes, (byte) => codes[byte]).join("");
}

/** The exported functions as an interface; `usize` parameters are byte addresses in linear memory. */
function kernelInterface(declarations) {
  const kernels = [...declarations.matchAll(/export function (\w+)\(([^)]*)\): (\w+);/g)];
  const lines = kernels.map(([, name, parameters, result]) => `  ${name}(${parameters}): ${result};`);
  return `/** Every kernel. Parameters without a fraction are byte addresses or counts. */\nexport interface Kernels {\n${lines.join("\n")}\n}\n`;
}

/**
 * Which parameters of the kernels are addresses, a hexadecimal number for each export of the module in its order: bit i
 * stands for parameter i. Names would take a page more room than they are worth.
 */
function addressParameters(declarations, bytes) {
  const kernels = declarations.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export function (\w+)\(/g);
  const masks = new Map(
    Array.from(kernels, ([, comment, name]) => {
      const types = [...comment.matchAll(/@param \w+ `(\w+)`/g)].map(([, type]) => type);
      return [name, types.reduce((mask, type, i) => (type === "usize" ? mask + 2 ** i : mask), 0)];
    }),
  );
  const names = WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);
  return { names, masks: names.map((name) => (masks.get(name) ?? 0).toString(16)).join(" ") };
}
