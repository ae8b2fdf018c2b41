// Builds the playground to static files that run from any path under a strict Content-Security-Policy: nothing is inlined,
// every address is relative. Of Lanewise it takes what a package user gets, the files that `exports` names.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { CONTENT_SECURITY_POLICY } from "./policy.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { exports } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  exports: Record<string, string | { default: string }>;
};

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

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [policy()],
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
