// npm run release: everything before publishing, and a dry run of that; docs/release.md has the list.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file) => readFileSync(path.join(root, file), "utf8");
const run = (program, ...args) => execFileSync(program, args, { cwd: root, encoding: "utf8" });

const manifest = JSON.parse(read("package.json"));
const wrong = [];

if (run("git", "status", "--porcelain") !== "") wrong.push("the working tree has changes that are not committed");

const [, newest] = /^## (.*)$/m.exec(read("CHANGELOG.md")) ?? [];
if (!newest?.includes(manifest.version)) {
  wrong.push(`CHANGELOG.md begins with ${newest}, and the version is ${manifest.version}`);
}

for (const field of ["repository", "homepage", "bugs"]) {
  if (!manifest[field]) wrong.push(`package.json has no ${field}`);
}

/** On npm's page a relative link is one into the repository, which must be known; in the package it is a file. */
const packed = ["package.json", ...manifest.files];
for (const [, target] of read("README.md").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
  if (!existsSync(path.join(root, target))) wrong.push(`README.md links to ${target}, which is not there`);
  else if (!manifest.repository && !packed.some((entry) => target === entry || target.startsWith(`${entry}/`))) {
    wrong.push(`README.md links to ${target}, which is not in the package`);
  }
}

run("npm", "ci", "--prefix", "site", "--ignore-scripts", "--no-audit", "--no-fund");
run("node", "scripts/build.mjs");
try {
  run("node", "site/api-report.mjs", "--check");
} catch (error) {
  wrong.push(`the public API is not that of site/api; npm run api writes it:\n${error.stdout ?? error}`);
}

if (wrong.length > 0) {
  console.error(
    `release: ${manifest.name} ${manifest.version} is not ready:\n${wrong.map((line) => `- ${line}`).join("\n")}`,
  );
  process.exit(1);
}

const [pack] = JSON.parse(run("npm", "pack", "--dry-run", "--json"));
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(0).padStart(7)} KB`;
for (const { path: file, size } of pack.files.sort((a, b) => b.size - a.size).slice(0, 20)) {
  console.log(`${kilobytes(size)}  ${file}`);
}
console.log(
  `${kilobytes(pack.size)}  packed, ${pack.files.length} files, ${kilobytes(pack.unpackedSize).trim()} unpacked`,
);
console.log(run("npm", "publish", "--dry-run"));
