// A page of tests over the built package: programs import the sources' front doors, as all tests do, and get dist/.

import { existsSync, readFileSync } from "node:fs";
import type { SiteOptions } from "./server.js";

const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
const doors = (Object.values(manifest.exports) as { types: string; default: string }[]).filter(({ types }) => types);

if (!existsSync(new URL("../../../dist/index.js", import.meta.url))) {
  throw new Error("dist/ is missing; build it with `npm run build`.");
}

const imports = Object.fromEntries(
  doors.map(({ types, default: built }) => [
    types.replace("./dist/types/", "/src/").replace(/\.d\.ts$/, ".js"),
    built.replace("./", "/"),
  ]),
);

/** An empty page at "/" and the project around it: programs are in /test/browser/programs/. */
export const builtPage: SiteOptions = {
  files: {
    "/": `<!doctype html><html lang="en"><meta charset="utf-8"><title>Lanewise</title>
<script type="importmap">${JSON.stringify({ imports })}</script></html>`,
  },
  folders: { "/": "." },
};
