// Compiles an AssemblyScript file of the tests with the options and targets of asconfig.json, so that kernels which
// assembly/index.ts does not export alone can be tried in every build.

import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import type { BuildName } from "../../src/wasm/host.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The module that `source`, a path from the project's root, gives in a build. */
export async function compileKernels(source: string, build: BuildName): Promise<WebAssembly.Module> {
  let wasm: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main([source, "--baseDir", root, "--target", build, "--outFile", "out.wasm"], {
    writeFile: (name, contents) => {
      if (name.endsWith(".wasm")) wasm = Uint8Array.from(contents as Uint8Array);
    },
  });
  if (error !== null || wasm === undefined) throw new Error(`${source} does not compile for ${build}: ${stderr}`);
  return WebAssembly.compile(wasm);
}
