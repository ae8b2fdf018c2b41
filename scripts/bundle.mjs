// The JavaScript of the package: each front door a module, what several share in chunks, the command line apart.
// Rolldown writes it since it marks what a page's bundler may leave out: calls of functions that are declared
// `@__NO_SIDE_EFFECTS__` and the objects behind `export * as` carry `@__PURE__`, which every bundler understands.

import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { rolldown } from "rolldown";

/**
 * Writes the modules of `doors`, name to source file, the `programs` of worker threads, which share code with them, and
 * the command line `cli` to `dist` below `root`.
 */
export async function bundle(root, { doors, programs, cli }) {
  await Promise.all([
    write(root, { input: { ...doors, ...programs }, plugins: [withoutDocs] }),
    write(root, { input: { cli }, plugins: [throughFrontDoors(root, doors)], platform: "node" }),
  ]);
}

async function write(cwd, input) {
  const bundled = await rolldown({
    platform: "neutral",
    ...input,
    cwd,
    // Modules of Node, and the packages that pictures are made with, which a program installs if it draws.
    external: /^(node:|@observablehq\/|@dagrejs\/|@resvg\/|@fontsource\/|linkedom$)/,
    resolve: { mainFields: ["module", "main"] },
    transform: { target: "es2022" },
  });
  const { output } = await bundled.write({
    dir: "dist",
    format: "esm",
    chunkFileNames: ({ name }) => (name.startsWith("package-") ? `packages/${name.slice(8)}.js` : `chunks/${name}.js`),
    // Code of others stays in files of its own: what it does by being loaded is left out with it when it is not used. A
    // group takes in what its modules import, so what several share comes first.
    codeSplitting: {
      groups: ["node_modules[\\\\/]fflate", "node_modules"].map((test, i) => ({
        debugName: test,
        test: new RegExp(test),
        priority: 2 - i,
        name: (id) => `package-${packageOf(id).replaceAll(/[\\/]/g, "-")}`,
      })),
    },
    sourcemap: true,
  });
  await bundled.close();
  await copyLicenses(cwd, output);
  const maps = output.filter(({ fileName }) => fileName.endsWith(".map"));
  await Promise.all(maps.map(({ fileName }) => withoutData(path.join(cwd, "dist", fileName))));
}

/** The package that a module belongs to; undefined for our own. */
function packageOf(id) {
  return /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1];
}

/** The licences of the packages of which something is in the bundles. */
async function copyLicenses(root, output) {
  const modules = output.flatMap(({ moduleIds = [] }) => moduleIds);
  const packages = new Set(modules.flatMap((id) => packageOf(id) ?? []));
  for (const name of packages) {
    const folder = path.join(root, "node_modules", name);
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined) throw new Error(`${name} is bundled and has no file with its licence`);
    const target = path.join(root, "dist/licenses", `${name.replaceAll(/[\\/]/g, "-")}.txt`);
    await mkdir(path.dirname(target), { recursive: true });
    await copyFile(path.join(folder, file), target);
  }
}

/** The sources are in the maps, since they are nowhere else in the package; of generated data a line is enough. */
async function withoutData(file) {
  const map = JSON.parse(await readFile(file, "utf8"));
  map.sourcesContent = map.sources.map((source, i) =>
    source.includes("/generated/") ? "// Data, written by scripts/build.mjs.\n" : map.sourcesContent[i],
  );
  await writeFile(file, JSON.stringify(map));
}

/**
 * What records say for docs and tests alone, `doc` and `samples` in each object that has a `doc`, stays out of the
 * package. Blanks take its place, so that source maps stay right.
 */
const withoutDocs = {
  name: "without-docs",
  transform: {
    filter: { code: /\bdoc\b/ },
    handler(code) {
      let left = code;
      for (const { start, end } of documentation(this.parse(code, { lang: "ts" }))) {
        const stop = end + left.slice(end).match(/^\s*,|/)[0].length;
        left = left.slice(0, start) + left.slice(start, stop).replace(/\S/g, " ") + left.slice(stop);
      }
      return { code: left, map: null };
    },
  },
};

/** The properties `doc` and `samples` below a node of the syntax tree. */
function documentation(node) {
  if (typeof node !== "object" || node === null) return [];
  const properties = node.type === "ObjectExpression" ? node.properties : [];
  const named = (...names) => properties.filter(({ key }) => names.includes(key?.name));
  return named("doc").length > 0
    ? [...named("doc", "samples"), ...properties.flatMap(documentation)]
    : Object.values(node).flatMap(documentation);
}

/** The command line imports the package as a user does, and so leaves its modules whole. */
function throughFrontDoors(root, doors) {
  return {
    name: "through-front-doors",
    resolveId(specifier, importer) {
      if (importer === undefined || !specifier.startsWith(".")) return null;
      const source = path.relative(root, path.resolve(path.dirname(importer), specifier)).replace(/\.js$/, ".ts");
      const door = Object.keys(doors).find((name) => doors[name] === source.replaceAll(path.sep, "/"));
      return door === undefined ? null : { id: `./${door}.js`, external: true };
    },
  };
}
