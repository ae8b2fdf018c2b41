// npm run size: what a page pays for each entry of the package, bundled for a browser by esbuild, minified, gzip -9.
// The core holds the simd module; scalar and relaxed are chunks of their own, loaded only where they are asked for.
// Fails when the core is above its limit.

import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Bytes, gzipped; a kilobyte is 1,000. */
const CORE_LIMIT = 40_000;

const entries = [
  { name: "lanewise", file: "dist/index.js", limit: CORE_LIMIT },
  { name: "lanewise/datasets", file: "dist/datasets.js" },
  { name: "lanewise/io", file: "dist/io.js" },
];

/** The chunks of one entry: what loads at once (entry and static imports), and each chunk that loads later. */
async function bundle({ name, file }) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir: root, sourcefile: "entry.js" },
    alias: { [name]: `./${file}` },
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
    logLevel: "warning",
    logOverride: { "ignored-bare-import": "silent" },
  });
  const contents = new Map(outputFiles.map((output) => [path.relative(root, output.path), output.contents]));
  const [entry] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === "entry.js") ?? [];
  if (entry === undefined) throw new Error(`size: esbuild named no output for ${name}.`);

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

const missing = entries.find(({ file }) => !existsSync(path.join(root, file)));
if (missing) {
  console.error(`size: ${missing.file} is missing; run npm run build first.`);
  process.exit(1);
}

const rows = [["entry", "minified", "gzip -9", "limit"]];
let failed = false;
for (const entry of entries) {
  const { atOnce, later } = await bundle(entry);
  const { limit } = entry;
  if (limit !== undefined && atOnce.gzip > limit) failed = true;
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
if (failed) {
  console.error(`size: the core entry must stay within ${kilobytes(CORE_LIMIT)} gzipped.`);
  process.exit(1);
}
