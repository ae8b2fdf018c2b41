// The site's menu and looks; ../build.mjs writes the pages.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { anchorOf } from "../anchor.mjs";
import { guidePages } from "../guide-pages.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = `${root}site/pages`;
const titleOf = (file) => /^# (.*)$/m.exec(readFileSync(`${pages}/${file}`, "utf8"))?.[1] ?? file;
const pagesOf = (folder) =>
  readdirSync(`${pages}/${folder}`)
    .filter((file) => file !== "index.md")
    .map((file) => ({ text: titleOf(`${folder}/${file}`), link: `/${folder}/${file.slice(0, -3)}` }));
const reference = JSON.parse(readFileSync(`${pages}/api/typedoc-sidebar.json`, "utf8"));
const made = ["gallery", "playground"].filter((extra) => existsSync(`${pages}/public/${extra}/index.html`));

export default defineConfig({
  title: "Lanewise",
  description: "Neural networks for people who have JavaScript and a CPU",
  srcDir: "pages",
  outDir: "../build/site",
  cacheDir: "../build/site-cache",
  cleanUrls: false,
  // Signatures, options and tables are the words of the source: braces and tags in them are text.
  markdown: { html: false, anchor: { slugify: anchorOf } },
  themeConfig: {
    nav: [
      { text: "Guide", link: "/guide/start" },
      { text: "Ops", link: "/ops" },
      { text: "Reference", link: "/api/" },
      ...made.map((extra) => ({
        text: extra === "gallery" ? "Gallery" : "Playground",
        link: `/${extra}/index.html`,
        target: "_self",
      })),
      { text: "Benchmarks", link: "/benchmarks" },
    ],
    sidebar: {
      "/api/": [{ text: "Reference", items: reference }],
      "/": [
        { text: "Guide", items: guidePages.map(({ page, title }) => ({ text: title, link: `/guide/${page}` })) },
        { text: "Coming from", items: pagesOf("coming-from") },
        {
          text: "Facts",
          items: [
            { text: "Ops", link: "/ops" },
            { text: "Accuracy", link: "/accuracy" },
            { text: "Benchmarks", link: "/benchmarks" },
            { text: "Pages, measured", link: "/browser" },
            { text: "Programs", link: "/programs" },
          ],
        },
        {
          text: "Inside",
          items: [
            { text: "Architecture", link: "/architecture" },
            { text: "Contributing", link: "/contributing" },
            { text: "Security", link: "/security" },
            { text: "Release", link: "/release" },
            { text: "Changes", link: "/changelog" },
          ],
        },
        { text: "Decisions", collapsed: true, items: pagesOf("decisions") },
      ],
    },
    outline: [2, 3],
    search: { provider: "local" },
  },
});
