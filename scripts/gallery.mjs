// npm run gallery: runs the programs of examples/course and writes build/gallery/index.html, one page that needs no other
// file: each topic with its program, what it printed, and its pictures; the pictures also lie beside it as SVG and PNG.
//   --quick            shorter trainings
//   --data-dir FOLDER  the IDX files of MNIST, for the programs that can use them; else they take the embedded digits
//   --only NUMBERS     some topics, such as 2 or 2,9

import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { toPNG } from "lanewise/plot";
import { page } from "./gallery/page.mjs";
import { describe } from "./gallery/topics.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const programs = path.join(root, "examples/course");
const gallery = path.join(root, "build/gallery");

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, "data-dir": { type: "string" }, only: { type: "string" } },
});

/** Of a picture in the index, for one of the picture itself. */
const THUMBNAIL_SCALE = 0.5;

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
      const thumbnail = await toPNG(svg, { scale: THUMBNAIL_SCALE });
      return { name, svg, thumbnail, words: describe(Number(file.slice(0, 2)), name) };
    }),
  );
  const source = await readFile(path.join(programs, file), "utf8");
  const usesData = source.includes("MNIST_DIR");
  const note = usesData && !dataDir ? " on the embedded digits; --data-dir gives it MNIST" : "";
  return { file, source, output: stdout, seconds, pictures, note };
}

await mkdir(gallery, { recursive: true });
const files = (await readdir(programs)).filter((name) => name.endsWith(".mjs")).sort();
const only = options.only?.split(",").map(Number);
const chosen = files.filter((file) => !only || only.includes(Number(file.slice(0, 2))));
if (chosen.length === 0 || (only && chosen.length < only.length)) {
  console.error(`gallery: --only must be numbers of topics with commas between; received ${options.only}.`);
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
await writeFile(path.join(gallery, "index.html"), page(topics, { quick: options.quick === true }));
console.log(path.relative(process.cwd(), path.join(gallery, "index.html")));
