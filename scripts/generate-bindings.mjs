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
  for (const build of builds) {
    const bytes = await readFile(path.join(from, `${build}.wasm`));
    // Hexadecimal, not base64: bytes keep their boundaries, so that gzip makes a fifth less of it.
    const text = `${notice}\n/** The ${build} module, ${bytes.length} bytes in hexadecimal. */\nexport const hex =\n  "${bytes.toString("hex")}";\n`;
    await writeFile(path.join(to, `${build}.ts`), text);
  }
}

/** The exported functions as an interface; `usize` parameters are byte addresses in linear memory. */
function kernelInterface(declarations) {
  const kernels = [...declarations.matchAll(/export function (\w+)\(([^)]*)\): (\w+);/g)];
  const lines = kernels.map(([, name, parameters, result]) => `  ${name}(${parameters}): ${result};`);
  return `/** Every kernel. Parameters without a fraction are byte addresses or counts. */\nexport interface Kernels {\n${lines.join("\n")}\n}\n`;
}
