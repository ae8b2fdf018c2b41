// Writes the documentation site, static files, to build/site:  npm run site
// The words are those of docs/, README.md and the comments in src/; this program only cuts, links and joins them.
//   docs/guide.md          cut into pages by reader (guide-pages.mjs)
//   docs/*.md              as they are: ops, accuracy, benchmarks, architecture, decisions, words of other libraries
//   src/, by TypeDoc       the reference: every export of every entry point
//   build/gallery, build/playground   copied where `npm run gallery` and `npm run playground:build` have made them
// VitePress fails on a link to a page that is not there; checkAnchors fails on a link to a heading that is not there.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Application, Comment, Converter } from "typedoc";
import { build } from "vitepress";
import { anchorOf } from "./anchor.mjs";
import { guidePages } from "./guide-pages.mjs";

const site = fileURLToPath(new URL(".", import.meta.url));
const root = path.join(site, "..");
const pages = path.join(root, "site/pages");
const output = path.join(root, "build/site");

const read = (file) => readFileSync(path.join(root, file), "utf8");
function write(page, text) {
  const file = path.join(pages, page);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The guide's sections by heading; the lines before the first are left out. */
function sectionsOf(guide) {
  return new Map(
    guide
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf("\n")), `## ${section.trimEnd()}\n`]),
  );
}

function writeGuide() {
  const sections = sectionsOf(read("docs/guide.md"));
  const named = guidePages.flatMap((page) => page.sections);
  const missing = [...sections.keys()].filter((heading) => !named.includes(heading));
  const unknown = named.filter((heading) => !sections.has(heading));
  if (missing.length + unknown.length > 0) {
    throw new Error(
      `site/guide-pages.mjs: each section of docs/guide.md stands on one page; not on any: ${missing.join("; ") || "-"}; ` +
        `not in the guide: ${unknown.join("; ") || "-"}.`,
    );
  }
  /** Where an anchor of the guide is on the site. */
  const places = new Map();
  for (const { page, sections: headings } of guidePages) {
    for (const heading of headings) {
      for (const [, inner] of sections.get(heading).matchAll(/^#{2,4} (.*)$/gm)) {
        places.set(anchorOf(inner), `/guide/${page}#${anchorOf(inner)}`);
      }
    }
  }
  for (const { page, title, sections: headings } of guidePages) {
    const body = headings.map((heading) => sections.get(heading)).join("\n");
    write(`guide/${page}.md`, linked(`# ${title}\n\n${body}`, "docs", places));
  }
  return places;
}

/** Files of the repository that are pages here. */
const placeOf = {
  "README.md": "/",
  "CONTRIBUTING.md": "/contributing",
  "CHANGELOG.md": "/changelog",
  "SECURITY.md": "/security",
  "docs/guide.md": "/guide/start",
  "docs/ops.md": "/ops",
  "docs/accuracy.md": "/accuracy",
  "docs/BENCHMARKS.md": "/benchmarks",
  "docs/browser.md": "/browser",
  "docs/ARCHITECTURE.md": "/architecture",
  "docs/release.md": "/release",
  "docs/decisions/README.md": "/decisions/",
  "docs/coming-from/README.md": "/coming-from/",
  examples: "/programs",
  "examples/course": "/programs",
};

/** Relative links of a text from `folder` lead to pages of the site; what has no page here is left as words. */
function linked(text, folder, places) {
  const link = (label, target, hash = "") => {
    const file = target === "" ? "" : path.posix.join(folder, target).replace(/\/$/, "");
    if (file === "" || file === "docs/guide.md") {
      const place = places.get(hash.slice(1));
      if (place !== undefined) return `[${label}](${place})`;
      return file === "" ? `[${label}](${hash})` : `[${label}](/guide/start)`;
    }
    const program = /^examples\/(?:course\/)?([\w-]+)\.mjs$/.exec(file);
    if (program) return `[${label}](/programs#${anchorOf(program[1])})`;
    const inner = /^docs\/(?:decisions|coming-from)\/[\w-]+\.md$/.test(file) ? `/${file.slice(5, -3)}` : undefined;
    const page = placeOf[file] ?? inner;
    return page === undefined ? label : `[${label}](${page}${hash})`;
  };
  return outsideCode(text, (words) =>
    words
      .replaceAll(
        /!\[([^\]]*)\]\((?!https?:)([^)\s]*)\)/g,
        (_all, label, file) => `![${label}](/${path.posix.basename(file)})`,
      )
      .replaceAll(
        /(?<!!)\[((?:[^\][]|\[[^\]]*\])*)\]\((?!https?:|\/)([^)#\s]*)(#[^)\s]*)?\)/g,
        (_all, label, target, hash) => link(label, target, hash),
      ),
  );
}

/** Applies `change` to what is not fenced code. */
function outsideCode(text, change) {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, i) => (i % 2 === 1 ? part : change(part)))
    .join("");
}

function writeDocs(places) {
  const page = (file, to) => write(to, linked(read(file), path.posix.dirname(file), places));
  page("CONTRIBUTING.md", "contributing.md");
  page("CHANGELOG.md", "changelog.md");
  page("SECURITY.md", "security.md");
  // The table takes the whole width.
  write("ops.md", `---\naside: false\n---\n\n${linked(read("docs/ops.md"), "docs", places)}`);
  page("docs/release.md", "release.md");
  page("docs/accuracy.md", "accuracy.md");
  page("docs/BENCHMARKS.md", "benchmarks.md");
  page("docs/browser.md", "browser.md");
  page("docs/ARCHITECTURE.md", "architecture.md");
  for (const folder of ["decisions", "coming-from"]) {
    for (const file of readdirSync(path.join(root, "docs", folder))) {
      page(`docs/${folder}/${file}`, `${folder}/${file === "README.md" ? "index.md" : file}`);
    }
  }
  write("index.md", linked(read("README.md"), ".", places));
  const picture = "docs/playground.webp";
  mkdirSync(path.join(pages, "public"), { recursive: true });
  cpSync(path.join(root, picture), path.join(pages, "public/playground.webp"));
}

/** Every program of examples/, as it stands. */
function writePrograms() {
  const list = (folder) =>
    readdirSync(path.join(root, folder))
      .filter((file) => file.endsWith(".mjs"))
      .sort()
      .map((file) => `## ${file.slice(0, -4)}\n\n\`\`\`js\n${read(`${folder}/${file}`).trimEnd()}\n\`\`\`\n`);
  write(
    "programs.md",
    `# Programs\n\nLonger programs; each runs with \`node\` beside an installed \`lanewise\`.\n\n${[
      ...list("examples"),
      ...list("examples/course"),
    ].join("\n")}`,
  );
}

/** What docs/ops.md says of each op: the records' own words, which TypeDoc cannot see. */
function wordsOfOps() {
  const rows = read("docs/ops.md").matchAll(
    /^\| `(\w+)\([^`]*`(?:\\\|`)? \| (.*) \| (.*) \| (.*) \| (.*) \| (.*) \|$/gm,
  );
  return new Map(
    [...rows].map(([, op, what, options, , gradient, example]) => [
      op,
      `${what}\n\n${options === "-" ? "" : `Options: ${options}.\n\n`}Gradient: ${gradient}. Shapes: ${example}.`,
    ]),
  );
}

/** The reference, from the comments in the source. */
async function writeReference() {
  const { exports } = JSON.parse(read("package.json"));
  /** Source of each door, by the name that it is imported by; its types lie where its source does. */
  const doors = new Map(
    Object.entries(exports).flatMap(([door, { types }]) =>
      types === undefined
        ? []
        : [[types.replace("./dist/types/", "src/").replace(/\.d\.ts$/, ".ts"), `lanewise${door.slice(1)}`]],
    ),
  );
  const app = await Application.bootstrapWithPlugins({
    entryPoints: [...doors.keys()].map((door) => path.join(root, door)),
    tsconfig: path.join(root, "tsconfig.build.json"),
    plugin: ["typedoc-plugin-markdown", "typedoc-vitepress-theme"],
    out: path.join(pages, "api"),
    docsRoot: pages,
    name: "Reference",
    readme: "none",
    disableSources: true,
    excludeInternal: true,
    excludePrivate: true,
    skipErrorChecking: true,
    hideBreadcrumbs: true,
    logLevel: "Error",
    validation: false,
  });
  const ops = wordsOfOps();
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const source = `src/${module.name.replace(/^src\//, "")}`;
      module.name = doors.get(`${source}.ts`) ?? doors.get(`${source}/index.ts`) ?? module.name;
      for (const reflection of module.children ?? []) {
        const words = ops.get(reflection.name);
        if (words !== undefined && !reflection.comment)
          reflection.comment = new Comment([{ kind: "text", text: words }]);
      }
    }
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("site: TypeDoc could not read the source.");
  await app.generateOutputs(project);
}

/** Every link within the site leads to a heading that is there. */
function checkAnchors() {
  const files = readdirSync(output, { recursive: true }).filter((file) => file.endsWith(".html"));
  const texts = new Map(files.map((file) => [file, readFileSync(path.join(output, file), "utf8")]));
  const ids = new Map(
    [...texts].map(([file, text]) => [file, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
  );
  const wrong = [];
  for (const [file, text] of texts) {
    if (/^(?:gallery|playground)/.test(file)) continue;
    for (const [, href] of text.matchAll(/<a [^>]*href="([^"]+)"/g)) {
      if (/^(?:[a-z]+:|\/?(?:gallery|playground))/.test(href) || href === "#") continue;
      const [target, hash = ""] = href.split("#");
      const page =
        target === ""
          ? file
          : path.posix.join(target.startsWith("/") ? "" : path.posix.dirname(file), target).replace(/^\//, "");
      const html = [page, `${page}.html`, path.posix.join(page, "index.html")].find((name) => texts.has(name));
      if (html === undefined) {
        if (!existsSync(path.join(output, page))) wrong.push(`${file}: ${href}, no such page`);
      } else if (hash !== "" && !ids.get(html).has(decodeURIComponent(hash)))
        wrong.push(`${file}: ${href}, no such heading`);
    }
  }
  if (wrong.length > 0) throw new Error(`site: ${wrong.length} links lead nowhere:\n${wrong.slice(0, 40).join("\n")}`);
  console.log(`site: ${files.length} pages, every link leads to a page and a heading`);
}

rmSync(pages, { recursive: true, force: true });
rmSync(output, { recursive: true, force: true });
mkdirSync(pages, { recursive: true });
const places = writeGuide();
writeDocs(places);
writePrograms();
await writeReference();
for (const extra of ["gallery", "playground"]) {
  if (existsSync(path.join(root, "build", extra, "index.html"))) {
    cpSync(path.join(root, "build", extra), path.join(pages, "public", extra), { recursive: true });
  }
}
await build(site);
checkAnchors();
