// Turns what asc made of assembly/index.ts into TypeScript: the interface of the kernels, and each module as text.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const notice = "// Generated from assembly/index.ts by scripts/generate-bindings.mjs.\n";

/** Reads `<build>.wasm` and `<build>.d.ts` in `from`, writes `kernels.ts` and `<build>.ts` to `to`. */
export async function generateBindings(from, to, builds) {
  await mkdir(to, { recursive: true });
  const declarations = await Promise.all(builds.map((build) => readFile(path.join(from, `${build}.d.ts`), "utf8")));
  const interfaces = declarations.map(kernelInterface);
  if (interfaces.some((text) => text !== interfaces[0])) throw new Error("the builds export different kernels");
  await writeFile(path.join(to, "kernels.ts"), `${notice}\n${interfaces[0]}`);
  await writeFile(path.join(to, "addresses.ts"), `${notice}\n${addressParameters(declarations[0])}`);
  for (const build of builds) {
    const bytes = await readFile(path.join(from, `${build}.wasm`));
    const text = `/** The ${build} module, ${bytes.length} bytes, as src/wasm/text.ts reads it. */\nexport const text =\n  "${encode(bytes)}";\n`;
    await writeFile(path.join(to, `${build}.ts`), `${notice}\n${text}`);
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

/** For each kernel that returns nothing, which of its parameters are addresses: bit i stands for parameter i. */
function addressParameters(declarations) {
  const kernels = [...declarations.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*export function (\w+)\([^)]*\): void;/g)];
  const lines = kernels.map(([, comment, name]) => {
    const types = [...comment.matchAll(/@param \w+ `(\w+)`/g)].map(([, type]) => type);
    return `  ${name}: ${types.reduce((mask, type, i) => (type === "usize" ? mask + 2 ** i : mask), 0)},`;
  });
  return `/** Which parameters of a kernel are byte addresses: bit i stands for parameter i. */\nexport const addressParameters = {\n${lines.join("\n")}\n} as const;\n`;
}
