// Builds the playground to static files that run from any path under a strict Content-Security-Policy: nothing is inlined,
// every address is relative. Of Lanewise it takes what a package user gets, the files that `exports` names.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { CONTENT_SECURITY_POLICY } from "./policy.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { exports, version, repository } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  exports: Record<string, string | { default: string }>;
  version: string;
  repository?: string | { url: string };
};
const address = (typeof repository === "string" ? repository : (repository?.url ?? "")).replace(/^git\+|\.git$/g, "");

/** "lanewise/io" -> dist/io.js */
const entries = Object.entries(exports).flatMap(([entry, target]) =>
  typeof target === "string"
    ? []
    : [{ find: `lanewise${entry.slice(1)}`, replacement: root + target.default.slice(2) }],
);

/** The built page carries its policy, so that it holds on servers that send none. */
function policy(): Plugin {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: CONTENT_SECURITY_POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}

/** A service worker that keeps the files of this build. */
function offline(): Plugin {
  const source = new URL("offline/serviceWorker.js", import.meta.url);
  return {
    name: "offline",
    apply: "build",
    generateBundle(_, bundle) {
      // The kernels for Node's wide gear are of no use in a page.
      const built = Object.keys(bundle).filter((file) => !/(^|\/)wide/.test(file));
      const files = ["index.html", "favicon.svg", ...built.filter((file) => file !== "index.html")].sort();
      const name = createHash("sha256").update(files.join()).digest("hex").slice(0, 12);
      const code = `const BUILD = ${JSON.stringify({ name, files })};\n${readFileSync(source, "utf8")}`;
      this.emitFile({ type: "asset", fileName: "serviceWorker.js", source: code });
    },
  };
}

/** Documents of this version, as texts that every browser shows, and the source of the page as one. */
function documents(): Plugin {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const read = (file: string) => readFileSync(`${root}${file}`, "utf8");
  const source = () =>
    readdirSync(`${here}src`, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(tsx?|css)$/.test(file))
      .sort()
      .map((file) => `// ==== examples/playground/src/${file}\n\n${readFileSync(`${here}src/${file}`, "utf8")}`)
      .join("\n");
  const texts: Readonly<Record<string, () => string>> = {
    "guide.txt": () => read("docs/guide.md"),
    "ops.txt": () => read("docs/ops.md"),
    "architecture.txt": () => read("docs/ARCHITECTURE.md"),
    "source.txt": source,
  };
  return {
    name: "documents",
    generateBundle() {
      for (const [name, text] of Object.entries(texts)) {
        // The mark of UTF-8, for servers that do not name the encoding.
        this.emitFile({ type: "asset", fileName: `about/${name}`, source: `\uFEFF${text()}` });
      }
    },
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const text = texts[/^\/about\/([a-z]+\.txt)$/.exec(request.url ?? "")?.[1] ?? ""];
        if (text === undefined) return next();
        response.setHeader("content-type", "text/plain; charset=utf-8").end(text());
      });
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [policy(), offline(), documents()],
  define: { __VERSION__: JSON.stringify(version), __REPOSITORY__: JSON.stringify(address) },
  resolve: { alias: entries.map(({ find, replacement }) => ({ find: new RegExp(`^${find}$`), replacement })) },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  server: { fs: { allow: [root] } },
  build: {
    outDir: `${root}build/playground`,
    emptyOutDir: true,
    target: "es2022",
    // data: addresses would need a looser policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
