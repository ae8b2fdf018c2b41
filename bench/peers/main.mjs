// npm run bench, in this folder: Lanewise and other libraries on the same work. The suites one after the other, each in a
// process of its own, all libraries in turn within it; then cold starts and bundles. Writes results.json, which
// `npm run bench -- --markdown FILE` in the project's root shows below its own tables.
//   --suite NAME   one suite; may be given several times; also cold      --quick   a look, not a measurement

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { hostLine, thisHost } from "../host.ts";
import { formatNumber, formatSummary, formatTable } from "../table.ts";
import { bundleSizes, coldStarts } from "./cold.mjs";
import { suites } from "./work.mjs";

const OURS = "Lanewise";
const part = fileURLToPath(new URL("part.mjs", import.meta.url));
const resultsFile = new URL("results.json", import.meta.url);

async function main() {
  const { values } = parseArgs({
    options: {
      suite: { type: "string", multiple: true },
      quick: { type: "boolean", default: false },
    },
  });
  const known = [...suites.map(({ name }) => name), "cold"];
  const unknown = values.suite?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--suite must be one of ${known.join(", ")}; received ${unknown}.`);
  const chosen = values.suite ?? known;

  const host = thisHost();
  console.log(hostLine(host));
  const versions = {};
  const sections = [];
  for (const suite of suites.filter(({ name }) => chosen.includes(name))) {
    const ordinary = await runApart(suite.name, "all", values.quick);
    const wide = "wide" in ordinary.absent ? null : await runApart(suite.name, "wide", values.quick);
    Object.assign(versions, ordinary.versions);
    sections.push(sectionOf(suite, ordinary, wide));
    print(sections.at(-1));
  }
  if (chosen.includes("cold")) {
    sections.push(await coldSection(values.quick ? 3 : 15), await sizeSection());
    for (const section of sections.slice(-2)) print(section);
  }
  if (values.suite) console.log("\nA part of all: results.json stays as it is.");
  else {
    const libraries = Object.entries(versions).filter(([name]) => !name.startsWith(OURS) && !name.includes(","));
    const report = { host, quick: values.quick, versions: Object.fromEntries(libraries), sections };
    await writeFile(resultsFile, `${JSON.stringify(report)}\n`);
  }
}

async function runApart(name, gears, quick) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "lanewise-peers-"));
  const file = path.join(folder, "rows.json");
  try {
    // execArgv holds what makes Node read TypeScript.
    const program = [...process.execArgv, part, name, gears, quick ? "quick" : "full", file];
    const child = spawn(process.execPath, program, { stdio: "inherit" });
    const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
    if (code !== 0) throw new Error(`peers: the suite ${name} has failed.`);
    return JSON.parse(await readFile(file, "utf8"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Peers first, then ours, then how many times as fast as the best peer our simd build is. */
function sectionOf({ title, notes, better }, ordinary, wide) {
  const rows = ordinary.rows.map(([name, cells]) => {
    const ofWide = wide?.rows.find(([other]) => other === name)?.[1][`${OURS} wide`];
    return [name, ofWide ? { ...cells, [`${OURS} wide`]: ofWide } : cells];
  });
  const libraries = [...new Set([...rows.flatMap(([, cells]) => Object.keys(cells)), `${OURS} wide`])].filter(
    (name) => name !== `${OURS} scalar`,
  );
  const reason = { ...ordinary.absent, ...wide?.absent }.wide;
  return {
    title,
    notes: reason ? `${notes} Lanewise wide: ${reason}.` : notes,
    table: {
      header: ["case", ...libraries, `${OURS} simd : best other`],
      rows: rows.map(([name, cells]) => [
        name,
        ...libraries.map((library) => (cells[library] ? formatSummary(cells[library]) : "-")),
        `${formatNumber(advantage(cells, better))}x`,
      ]),
    },
  };
}

function advantage(cells, better) {
  const others = Object.entries(cells).flatMap(([name, { median }]) => (name.startsWith(OURS) ? [] : [median]));
  const ours = cells[`${OURS} simd`].median;
  return better === "higher" ? ours / Math.max(...others) : Math.min(...others) / ours;
}

async function coldSection(runs) {
  const times = await coldStarts(runs);
  return {
    title: `Cold start, ms, ${runs} fresh processes each`,
    notes:
      "From the import of a program in Node to the logits of its first prediction with 784-300-100-10 and random weights " +
      "(onnxruntime-web: a model in memory).",
    table: {
      header: ["case", ...Object.keys(times)],
      rows: [["import to first prediction", ...Object.values(times).map((time) => formatSummary(time))]],
    },
  };
}

async function sizeSection() {
  const sizes = await bundleSizes();
  const kilobytes = (bytes) => (bytes === 0 ? "-" : formatNumber(bytes / 1000));
  return {
    title: "Size, KB (1,000 bytes) after gzip -9",
    notes:
      "A program that trains and predicts 784-300-100-10 (onnxruntime-web: predicts), bundled and minified by esbuild for a " +
      "page: what loads at once, and the WebAssembly module that has to be served beside it where it is not inside.",
    table: {
      header: ["case", ...Object.keys(sizes)],
      rows: [
        ["bundle", ...Object.values(sizes).map(({ bundle }) => kilobytes(bundle))],
        ["module beside it", ...Object.values(sizes).map(({ modules }) => kilobytes(modules))],
      ],
    },
  };
}

function print({ title, notes, table }) {
  console.log(`\n${title}\n${notes}\n\n${formatTable(table.header, table.rows)}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
