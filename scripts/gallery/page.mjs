// The gallery as one page that needs no other file and no script: an index with pictures, then each topic with what it
// printed, its pictures, and its program folded away.

import { topics } from "./topics.mjs";

const escapeHtml = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const numberOf = (file) => Number(file.slice(0, 2));

/** The sentences at the top of a program, without the line that says how to run it. */
function ledeOf(source) {
  const head = source.slice(0, source.indexOf("\n\n")).split("\n");
  const lines = head.filter((line) => !line.startsWith("//   ")).map((line) => line.replace(/^\/\/ ?/, ""));
  return lines.join(" ");
}

const dataAddress = (type, bytes) => `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;

/** A picture as an image, so that the ids and styles of one do not meet those of another. */
function figure({ svg, words }, number) {
  const [head = ""] = svg.match(/<svg[^>]*>/) ?? [];
  const [width, height] = ["width", "height"].map((name) => head.match(new RegExp(` ${name}="([\\d.]+)"`))?.[1]);
  const size = width && height ? ` width="${Math.round(width)}" height="${Math.round(height)}"` : "";
  return `<img alt="${escapeHtml(words)}"${classOf(number)}${size} loading="lazy" src="${dataAddress("image/svg+xml", svg)}">`;
}

/** Pictures that are all colour are not turned over in the dark. */
const classOf = (number) => (topics[number].coloured ? ' class="coloured"' : "");

function card({ file, output, pictures }) {
  const number = numberOf(file);
  const [picture] = pictures;
  // Decoration: the title says what it is.
  const thumb = picture
    ? `<img alt=""${classOf(number)} src="${dataAddress("image/png", picture.thumbnail)}">`
    : `<code aria-hidden="true">${escapeHtml(output.trimEnd().split("\n").slice(0, 7).join("\n"))}</code>`;
  return `<li><a class="card" href="#topic-${number}"><span class="thumb">${thumb}</span>
<span class="name"><b>${number}</b> ${escapeHtml(topics[number].title)}</span></a></li>`;
}

function section({ file, source, output, seconds, pictures, note }) {
  const number = numberOf(file);
  const shown =
    pictures.length > 0
      ? `<div class="pictures">${pictures.map((picture) => figure(picture, number)).join("\n")}</div>`
      : "";
  return `<article id="topic-${number}" aria-labelledby="title-${number}">
<h2 id="title-${number}"><span>${number}</span> ${escapeHtml(topics[number].title)}</h2>
<p class="lede">${escapeHtml(ledeOf(source))}</p>
${shown}
<pre class="output" tabindex="0" role="group" aria-label="What topic ${number} printed">${escapeHtml(output.trimEnd())}</pre>
<details><summary>Program <code>examples/course/${file}</code>, ${seconds.toFixed(1)} s${escapeHtml(note)}</summary>
<pre class="program" tabindex="0" role="group" aria-label="Program of topic ${number}">${escapeHtml(source.trimEnd())}</pre></details>
<p class="back"><a href="#topics">All topics<span class="hidden"> (back from topic ${number})</span></a></p>
</article>`;
}

const style = `
:root {
  color-scheme: light dark;
  --paper: #f6f5f1; --card: #fffefa; --ink: #16181d; --soft: #5b5f68; --line: #dcd9d0; --accent: #1f6fb2; --output: #1d2430;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #121418; --card: #1a1d23; --ink: #eceae4; --soft: #a0a4ae; --line: #30343d; --accent: #5aa7e0; --output: #0b0d11; }
  /* Drawn in ink on white: turned over, with the hues kept. */
  .pictures img, .thumb img { filter: invert(0.91) hue-rotate(180deg); }
  .pictures img.coloured, .thumb img.coloured { filter: brightness(0.85); }
}
*, ::before, ::after { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 92rem; padding: 0 clamp(1rem, 3vw, 2.5rem) 3rem;
  font: 16px/1.5 "Avenir Next", "Segoe UI", Inter, "Noto Sans", "Helvetica Neue", sans-serif; }
header { padding: 1.6rem 0 1.2rem; max-width: 46rem; }
h1 { margin: 0; font-size: 1.9rem; letter-spacing: -0.025em; line-height: 1.2; }
header p { margin: 0.4rem 0 0; color: var(--soft); }
a { color: inherit; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
nav ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11.5rem), 1fr)); }
nav li { display: grid; }
.card { display: grid; grid-template-rows: auto 1fr; border: 1px solid var(--line); border-radius: 8px; background: var(--card); overflow: clip;
  text-decoration: none; }
a.card:hover { border-color: var(--accent); }
a.card:hover .name { text-decoration: underline; }
.thumb { display: grid; grid-template: 100% / 100%; place-items: center; height: 7.5rem; overflow: hidden; border-bottom: 1px solid var(--line); }
.thumb img { display: block; width: 100%; height: 100%; object-fit: contain; background: white; }
.thumb code { justify-self: stretch; align-self: stretch; padding: 0.6rem 0.7rem; font: 10px/1.5 ui-monospace, Consolas, monospace;
  white-space: pre; overflow: hidden; color: #e6e9ee; background: var(--output); }
.name { padding: 0.45rem 0.7rem 0.6rem; font-size: 0.9rem; line-height: 1.3; }
.name b, h2 span { color: var(--accent); font-variant-numeric: tabular-nums; margin-right: 0.25rem; }
article { max-width: 60rem; margin: 3rem auto 0; padding-top: 1.4rem; border-top: 1px solid var(--line); scroll-margin-top: 0.5rem; }
h2 { margin: 0; font-size: 1.3rem; letter-spacing: -0.015em; }
.lede { margin: 0.3rem 0 1rem; color: var(--soft); }
pre { overflow-x: auto; margin: 0 0 0.8rem; padding: 0.8rem 1rem; border-radius: 6px; font: 13px/1.45 ui-monospace, SFMono-Regular, Consolas, monospace; }
.output { background: var(--output); color: #e6e9ee; }
.program { background: var(--card); border: 1px solid var(--line); }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; margin-bottom: 1rem; }
.pictures img { max-width: 100%; height: auto; border-radius: 6px; background: white; }
.pictures img:not(:only-child) { width: calc(50% - 0.5rem); }
@media (max-width: 40rem) { .pictures img:not(:only-child) { width: 100%; } }
summary { padding: 0.35rem 0; cursor: pointer; color: var(--soft); }
summary code { font-size: 0.85em; overflow-wrap: anywhere; }
.back { margin: 0.6rem 0 0; font-size: 0.875rem; }
footer { max-width: 60rem; margin: 3rem auto 0; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.875rem; }
footer code { color: var(--ink); }`;

/** The page of these topics, each with its file, source, output, seconds, pictures and a note on its data. */
export function page(shown, { quick }) {
  const index = shown.map((topic) => card(topic));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Lanewise: the gallery</title>
<style>${style}
</style>
</head>
<body>
<header>
<h1>The gallery</h1>
<p>Neural networks topic by topic: each a short program, what it printed, and its pictures, computed by Lanewise in
Node ${process.version} on this machine${quick ? ", with shortened trainings" : ""}. Choose a picture to begin; programs
unfold under what they printed.</p>
</header>
<nav id="topics" aria-label="Topics">
<ol>
${index.join("\n")}
</ol>
</nav>
<main>
${shown.map(section).join("\n")}
</main>
<footer>
<p>Made by <code>npm run gallery</code> from the programs in <code>examples/course</code>. <code>npm run playground</code>
opens a page in which nets learn while you watch; the guide is <code>docs/guide.md</code>.</p>
</footer>
</body>
</html>
`;
}
