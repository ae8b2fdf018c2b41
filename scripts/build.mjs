// Builds everything that is generated: kernels and their bindings, data modules, and the package in dist/.
//   node scripts/build.mjs            all of it
//   node scripts/build.mjs kernels    what the sources need to be type-checked and tested
//   node scripts/build.mjs kernels --only simd    one build of the kernels; the others stay as they are
// A stage whose inputs have not changed since the last run is left alone.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { generateBindings } from "./generate-bindings.mjs";
import { generateMicrokernel } from "./generate-microkernel.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);
const builds = ["scalar", "simd", "relaxed", "wide"];

/** Runs the JavaScript command line of an installed package with this Node. */
async function tool(file, ...args) {
  try {
    const { stdout, stderr } = await run(process.execPath, [path.join(root, "node_modules", file), ...args], {
      cwd: root,
    });
    // asc's remark that the last pass of its optimizer made a module some bytes larger; there is nothing to do about it.
    const said = `${stdout}${stderr}`.replaceAll(/^Last converge was suboptimal\.$/gm, "").trim();
    if (said) console.log(said);
  } catch (error) {
    console.error(`${error.stdout ?? ""}${error.stderr ?? ""}`.trim() || error.message);
    process.exit(1);
  }
}

async function filesBelow(entry) {
  const full = path.join(root, entry);
  const entries = await readdir(full, { withFileTypes: true }).catch(() => null);
  if (entries === null) return [full];
  const nested = entries.filter((e) => e.name !== "generated").map((e) => filesBelow(path.join(entry, e.name)));
  return (await Promise.all(nested)).flat();
}

/** Runs `work` unless the contents of `inputs` are those of the last successful run and `outputs` exist. */
async function stage(name, inputs, outputs, work) {
  const hash = createHash("sha256");
  for (const file of (await Promise.all(inputs.map(filesBelow))).flat().sort()) {
    hash.update(path.relative(root, file)).update(await readFile(file));
  }
  const digest = hash.digest("hex");
  const stamp = path.join(root, "build", `${name}.stamp`);
  const last = await readFile(stamp, "utf8").catch(() => "");
  const present = await Promise.all(
    outputs.map((file) =>
      readFile(path.join(root, file)).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (last === digest && present.every(Boolean)) return;
  const start = performance.now();
  await work();
  await mkdir(path.dirname(stamp), { recursive: true });
  await writeFile(stamp, digest);
  console.log(`built ${name} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/**
 * One build of the kernels. asc leaves `address + constant` as an addition; folding it into the load or store saves an
 * instruction at each. That is sound since no kernel is given an address in the module's own first 1,024 bytes.
 */
async function compileKernels(build, { entry, prefix, options }) {
  const file = `build/wasm/${prefix}${build}.wasm`;
  await tool("assemblyscript/bin/asc.js", entry, "--target", build, "--outFile", file, ...options);
  const features = ["mutable-globals", "sign-ext", "nontrapping-float-to-int", "bulk-memory"];
  if (build !== "scalar") features.push("simd");
  if (build === "relaxed") features.push("relaxed-simd");
  const enabled = features.map((feature) => `--enable-${feature}`);
  const passes = ["--low-memory-unused", "--optimize-added-constants-propagate"];
  // Fewer locals, the most used first, functions likewise: the same instructions in 2 % fewer bytes of a gzipped page. V8
  // joins instructions of the wide build as they stand.
  if (build !== "wide") passes.push("--merge-locals", "--coalesce-locals", "--reorder-locals", "--reorder-functions");
  await tool("binaryen/bin/wasm-opt", file, ...enabled, ...passes, "-o", file);
}

/**
 * The modules of a build. Their constants lie side by side in the first 1,024 bytes of a memory; spatial begins where the core
 * has ended.
 */
const kernelModules = [
  { entry: "assembly/index.ts", prefix: "", options: [] },
  { entry: "assembly/spatial/index.ts", prefix: "spatial-", options: ["--memoryBase", "640"] },
];

/** What can be imported from the package, and where it begins. */
const doors = {
  index: "src/index.ts",
  node: "src/node.ts",
  simd: "src/simd.ts",
  benchmark: "src/inspect/benchmark/index.ts",
  datasets: "src/data/datasets/index.ts",
  estimators: "src/estimators/index.ts",
  io: "src/io/index.ts",
  "io/csv": "src/io/csv.ts",
  "io/npz": "src/io/npz.ts",
  "io/png": "src/io/png.ts",
  "io/tensorboard": "src/io/tensorboard.ts",
  models: "src/models/index.ts",
  plot: "src/plot/index.ts",
  "worker/index": "src/worker/index.ts",
  "worker/host": "src/worker/host.ts",
};

const only = process.argv[2] === "kernels" && process.argv[3] === "--only" ? process.argv[4] : undefined;
if (only !== undefined && !builds.includes(only)) {
  console.error(`build: --only must name one of ${builds.join(", ")}; received ${only}.`);
  process.exit(1);
}
// The others would be of another source: the next full build makes them anew.
if (only !== undefined) await rm(path.join(root, "build/kernels.stamp"), { force: true });
const wanted = only === undefined ? builds : [only];
await stage(
  only === undefined ? "kernels" : `kernels-${only}`,
  [
    "assembly",
    "asconfig.json",
    "scripts/build.mjs",
    "scripts/generate-bindings.mjs",
    "scripts/generate-microkernel.mjs",
    "node_modules/assemblyscript/package.json",
    "node_modules/binaryen/package.json",
  ],
  [
    "assembly/gemm/generated/microkernel.ts",
    "assembly/spatial/generated/pixelTiles.ts",
    "src/wasm/generated/spatial.ts",
    "src/wasm/generated/kernels.ts",
    "src/wasm/generated/addresses.ts",
    ...wanted.map((build) => `src/wasm/generated/${build}.ts`),
  ],
  async () => {
    // A full build leaves no trace of the partial ones, which would take its modules for theirs.
    await Promise.all(builds.map((build) => rm(path.join(root, `build/kernels-${build}.stamp`), { force: true })));
    await generateMicrokernel(root);
    await Promise.all(wanted.flatMap((build) => kernelModules.map((module) => compileKernels(build, module))));
    await generateBindings(path.join(root, "build/wasm"), path.join(root, "src/wasm/generated"), wanted);
  },
);

await stage(
  "datasets",
  ["src/data/datasets/data", "scripts/generate-datasets.mjs"],
  ["src/data/datasets/generated/iris.ts", "src/data/datasets/generated/digits.ts"],
  () => tool("../scripts/generate-datasets.mjs"),
);

if (process.argv[2] !== "kernels") {
  await stage(
    "dist",
    [
      "src",
      "assembly",
      "tsconfig.json",
      "tsconfig.build.json",
      "scripts/build.mjs",
      "scripts/bundle.mjs",
      "package.json",
      "package-lock.json",
    ],
    ["dist/index.js", "dist/types/index.d.ts"],
    async () => {
      await rm(path.join(root, "dist"), { recursive: true, force: true });
      const { bundle } = await import("./bundle.mjs");
      await Promise.all([
        bundle(root, { doors, programs: { trialWorker: "src/estimators/trialWorker.ts" }, cli: "src/cli/main.ts" }),
        tool("typescript/bin/tsc", "-p", "tsconfig.build.json"),
      ]);
      await mkdir(path.join(root, "dist/wasm"), { recursive: true });
      for (const build of builds.filter((name) => name !== "wide")) {
        for (const { prefix } of kernelModules) {
          const file = `wasm/${prefix}${build}.wasm`;
          await copyFile(path.join(root, "build", file), path.join(root, "dist", file));
        }
      }
    },
  );
}
