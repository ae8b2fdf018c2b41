// npm run gallery: runs the programs of examples/course and writes build/gallery/index.html, one page that needs no other
// file: each topic with its program, what it printed, and its pictures; the pictures also lie beside it as SVG and PNG.
//   --quick            shorter trainings
//   --data-dir FOLDER  the IDX files of MNIST, for the programs that can use them; else they take the embedded digits
//   --only NUMBER      one topic

import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { toPNG } from "lanewise/plot";

const root = fileURLToPath(new URL("..", import.meta.url));
const programs = path.join(root, "examples/course");
const gallery = path.join(root, "build/gallery");

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, "data-dir": { type: "string" }, only: { type: "string" } },
});

/** One program, run in a folder of its own, where it leaves its pictures. */
async function run(file) {
  const folder = path.join(gallery, path.basename(file, ".mjs"));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const dataDir = options["data-dir"] ?? process.env.MNIST_DIR;
  const env = { ...process.env, ...(dataDir ? { MNIST_DIR: path.resolve(dataDir) } : {}) };
  const args = [path.join(programs, file), ...(options.quick ? ["--quick"] : [])];
  const start = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env, maxBuffer: 2 ** 24 });
  const seconds = (performance.now() - start) / 1000;
  const names = (await readdir(folder)).filter((name) => name.endsWith(".svg")).sort();
  const pictures = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(path.join(folder, name), "utf8");
      await writeFile(path.join(folder, name.replace(/\.svg$/, ".png")), await toPNG(svg));
      return { name, svg };
    }),
  );
  const source = await readFile(path.join(programs, file), "utf8");
  return { file, source, output: stdout, seconds, pictures, usesData: source.includes("MNIST_DIR"), dataDir };
}

const escapeHtml = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The sentence at the top of a program, without the line that says how to run it. */
function titleOf(source) {
  const head = source.slice(0, source.indexOf("\n\n")).split("\n");
  const lines = head.filter((line) => !line.startsWith("//   ")).map((line) => line.replace(/^\/\/ ?/, ""));
  return lines.join(" ");
}

/** A picture as an image, so that the ids and styles of one do not meet those of another. */
function figure({ name, svg }) {
  const data = Buffer.from(svg).toString("base64");
  return `<img alt="${escapeHtml(name.replace(/\.svg$/, ""))}" src="data:image/svg+xml;base64,${data}">`;
}

function section({ file, source, output, seconds, pictures, usesData, dataDir }) {
  const number = Number(file.slice(0, 2));
  const note = usesData && !dataDir ? " on the embedded digits; --data-dir gives it MNIST" : "";
  return `<section id="topic-${number}">
<h2><span>${number}</span> ${escapeHtml(titleOf(source))}</h2>
<div class="pictures">${pictures.map(figure).join("\n")}</div>
<pre class="output">${escapeHtml(output.trimEnd())}</pre>
<details open><summary>examples/course/${file}, ${seconds.toFixed(1)} s${note}</summary>
<pre class="program">${escapeHtml(source.trimEnd())}</pre></details>
</section>`;
}

const style = `
body { font: 16px/1.5 Inter, system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { margin-bottom: 0; }
h2 { font-size: 1.1rem; font-weight: 600; margin: 3rem 0 0.8rem; border-top: 1px solid #ddd; padding-top: 1.2rem; }
h2 span { color: #0072b2; margin-right: 0.4rem; }
nav a { display: inline-block; min-width: 2rem; color: #0072b2; text-decoration: none; }
pre { overflow-x: auto; padding: 0.8rem 1rem; border-radius: 6px; font: 13px/1.45 ui-monospace, monospace; }
.output { background: #1d2430; color: #e6e9ee; }
.program { background: #f5f6f8; }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; }
.pictures img { max-width: 100%; height: auto; }
.pictures img:not(:only-child) { max-width: calc(50% - 0.5rem); }
summary { cursor: pointer; color: #555; }`;

function page(topics) {
  const links = topics.map(({ file }) => Number(file.slice(0, 2))).map((n) => `<a href="#topic-${n}">${n}</a>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Lanewise: the gallery</title>
<style>${style}
</style>
<h1>The gallery</h1>
<p>Neural networks topic by topic: each a short program, what it printed, and its picture, computed by Lanewise in
Node ${process.version} on this machine${options.quick ? ", with shortened trainings" : ""}.</p>
<nav>${links.join(" ")}</nav>
${topics.map(section).join("\n")}
</html>
`;
}

await mkdir(gallery, { recursive: true });
const files = (await readdir(programs)).filter((name) => name.endsWith(".mjs")).sort();
const chosen = files.filter((file) => !options.only || Number(file.slice(0, 2)) === Number(options.only));
if (chosen.length === 0) {
  console.error(`gallery: --only must be the number of a topic; received ${options.only}.`);
  process.exit(1);
}
const topics = [];
for (const file of chosen) {
  const topic = await run(file);
  console.log(
    `${file.padEnd(30)} ${topic.seconds.toFixed(1).padStart(6)} s  ${topic.pictures.map(({ name }) => name).join(" ")}`,
  );
  topics.push(topic);
}
await writeFile(path.join(gallery, "index.html"), page(topics));
console.log(path.relative(process.cwd(), path.join(gallery, "index.html")));
