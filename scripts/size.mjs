// npm run size: what a page pays, bundled for a browser by esbuild, minified, gzip -9: for a program that trains the
// course's net, written on the graph and written with layers, and for each entry of the package with all it exports.
// The core holds the simd module; scalar and relaxed are chunks of their own, loaded only where they are asked for.
// Fails when a program is above its limit.

import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const doors = {
  "lanewise/benchmark": "./dist/benchmark.js",
  "lanewise/datasets": "./dist/datasets.js",
  "lanewise/io/csv": "./dist/io/csv.js",
  "lanewise/io/npz": "./dist/io/npz.js",
  "lanewise/io/png": "./dist/io/png.js",
  "lanewise/io/tensorboard": "./dist/io/tensorboard.js",
  "lanewise/models": "./dist/models.js",
  "lanewise/estimators": "./dist/estimators.js",
  "lanewise/io": "./dist/io.js",
  "lanewise/worker": "./dist/worker/index.js",
  lanewise: "./dist/index.js",
};

const graphProgram = `
  import { biasAdd, Graph, init, matmul, mean, relu, Session, sgd, sparseSoftmaxCrossEntropy } from "lanewise";
  await init();
  const graph = new Graph({ seed: 1 });
  const x = graph.placeholder("x", [null, 784]);
  const labels = graph.placeholder("labels", [null], "int32");
  const layer = (input, units) =>
    biasAdd(matmul(input, graph.variable("kernel", 0.1, { shape: [input.shape[1], units] })),
      graph.variable("bias", 0, { shape: [units] }));
  const logits = layer(relu(layer(x, 300)), 10);
  const loss = mean(sparseSoftmaxCrossEntropy(logits, labels));
  const step = sgd({ learningRate: 0.01 }).minimize(loss);
  export const train = (feeds) => new Session(graph).run([step, loss], feeds);`;
const layersProgram = `
  import { dense, init, sequential, sgd } from "lanewise";
  await init();
  const model = sequential([dense({ units: 300, activation: "relu" }), dense({ units: 10 })]);
  model.compile({ optimizer: sgd({ learningRate: 0.01 }), loss: "sparseCategoricalCrossentropy" });
  export const train = (x, y) => model.fit(x, y);`;

/** Limits in bytes, gzipped; a kilobyte is 1,000. */
const entries = [
  { name: "training on the graph", source: graphProgram, limit: 48_200 },
  { name: "training with layers", source: layersProgram, limit: 75_800 },
  { name: "graph, one file of lanewise/simd", source: graphProgram, oneFile: true, limit: 48_100 },
  { name: "layers, one file of lanewise/simd", source: layersProgram, oneFile: true, limit: 75_700 },
  ...Object.keys(doors).map((door) => ({ name: `all of ${door}`, source: `export * from "${door}";` })),
];

/** What sets a bundle of one file apart: all is in it, and nothing can be awaited at the top. */
const inOneFile = (source) => ({
  stdin: { contents: source.replace("await init", "init"), resolveDir: root, sourcefile: "entry.js" },
  alias: { ...doors, lanewise: "./dist/simd.js" },
  splitting: false,
  format: "iife",
});

/** The chunks of one entry: what loads at once (entry and static imports), and each chunk that loads later. */
async function bundle({ source, oneFile = false }) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: source, resolveDir: root, sourcefile: "entry.js" },
    alias: doors,
    outdir: "out",
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    external: ["node:*"],
    ...(oneFile && inOneFile(source)),
    logLevel: "warning",
    logOverride: { "ignored-bare-import": "silent" },
  });
  const contents = new Map(outputFiles.map((output) => [path.relative(root, output.path), output.contents]));
  const [entry] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === "entry.js") ?? [];
  if (entry === undefined) throw new Error(`size: esbuild named no output.`);

  const atOnce = new Set();
  const pending = [entry];
  for (let chunk = pending.pop(); chunk !== undefined; chunk = pending.pop()) {
    if (atOnce.has(chunk)) continue;
    atOnce.add(chunk);
    for (const { path: imported, kind, external } of metafile.outputs[chunk].imports) {
      if (kind === "import-statement" && !external) pending.push(imported);
    }
  }
  const later = [...contents.keys()].filter((chunk) => !atOnce.has(chunk));
  return {
    atOnce: measure([...atOnce].map((chunk) => contents.get(chunk))),
    later: later.map((chunk) => ({
      name: path.basename(chunk).replace(/(-[A-Z0-9]{8})+\.js$/, ""),
      ...measure([contents.get(chunk)]),
    })),
  };
}

function measure(files) {
  return {
    minified: files.reduce((sum, { length }) => sum + length, 0),
    gzip: files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0),
  };
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

const missing = Object.values(doors).find((file) => !existsSync(path.join(root, file)));
if (missing) {
  console.error(`size: ${missing} is missing; run npm run build first.`);
  process.exit(1);
}

const rows = [["what", "minified", "gzip -9", "limit"]];
const tooLarge = [];
for (const entry of entries) {
  const { atOnce, later } = await bundle(entry);
  const { limit } = entry;
  if (limit !== undefined && atOnce.gzip > limit) tooLarge.push(entry.name);
  rows.push([
    entry.name,
    kilobytes(atOnce.minified),
    kilobytes(atOnce.gzip),
    limit === undefined ? "-" : kilobytes(limit),
  ]);
  for (const { name, minified, gzip } of later) {
    rows.push([`  later: ${name}`, kilobytes(minified), kilobytes(gzip), "-"]);
  }
}
const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
for (const row of rows) {
  console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "));
}
if (tooLarge.length > 0) {
  console.error(`size: above its limit: ${tooLarge.join(", ")}.`);
  process.exit(1);
}
