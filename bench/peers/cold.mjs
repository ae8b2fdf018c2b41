// Cold starts of all libraries in turn, each in a fresh process, and the sizes of their bundles.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { summarize } from "../statistics.ts";

const child = fileURLToPath(new URL("cold-child.mjs", import.meta.url));
const folder = fileURLToPath(new URL(".", import.meta.url));

/** The core of tfjs leaves gradients out, and this module, which brings them in, loads in bundles only. */
const gradients = "@tensorflow/tfjs-core/dist/register_all_gradients.js";

/** Each program, what its bundle needs beside it to train, and the modules that its page has to serve. */
const programs = {
  lanewise: {},
  "jax-js": {},
  "brain.js": {},
  "tfjs-cpu": { inject: [gradients] },
  "tfjs-wasm": {
    inject: [gradients],
    modules: ["@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"],
  },
  "onnxruntime-web": { modules: ["onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"] },
};

/** Milliseconds by program. */
export async function coldStarts(runs) {
  const times = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const name of Object.keys(programs)) {
      const { stdout } = await promisify(execFile)(process.execPath, [child, name]);
      times[name].push(Number(stdout.trim().split("\n").at(-1)));
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, summarize(all)]));
}

/** Bytes by program: of the bundle and of the modules beside it, gzip -9. */
export async function bundleSizes() {
  const sizes = {};
  for (const [name, { inject = [], modules = [] }] of Object.entries(programs)) {
    const { outputFiles, metafile } = await build({
      absWorkingDir: folder,
      entryPoints: [`programs/${name}.mjs`],
      inject: inject.map((file) => `${folder}node_modules/${file}`),
      bundle: true,
      minify: true,
      splitting: true,
      metafile: true,
      write: false,
      outdir: "out",
      format: "esm",
      target: "es2022",
      platform: "browser",
      external: ["node:*", "fs", "path", "os", "util", "crypto", "worker_threads", "gl", "perf_hooks"],
      logLevel: "error",
    });
    sizes[name] = {
      bundle: compressed(loadedAtOnce(outputFiles, metafile)),
      modules: compressed(modules.map((file) => readFileSync(`${folder}node_modules/${file}`))),
    };
  }
  return sizes;
}

/** The entry and what it imports statically: later chunks are loaded only where they are asked for. */
function loadedAtOnce(outputFiles, { outputs }) {
  const contents = new Map(
    outputFiles.map(({ path, contents }) => [path.slice(path.lastIndexOf("/out/") + 1), contents]),
  );
  const pending = [Object.keys(outputs).find((name) => outputs[name].entryPoint)];
  const seen = new Set();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { path, kind, external } of outputs[name].imports) {
      if (kind === "import-statement" && !external) pending.push(path);
    }
  }
  return [...seen].map((name) => contents.get(name));
}

function compressed(files) {
  return files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0);
}
