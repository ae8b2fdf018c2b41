// The bundlers, called on their command lines as their users do, with nothing configured.

import { run, type Said, toolFile } from "./installed.js";

export interface Bundler {
  readonly name: string;
  /** Bundles `<entry>.js` of a folder, with source maps, into `out`, a folder below it that has an index.html then. */
  bundle(
    fixture: { folder: string; write(name: string, text: string): Promise<void> },
    entry: string,
    out: string,
  ): Promise<Said>;
  /** What of its output says that something is not as it should be. */
  complaints(said: Said): string[];
}

/** A page that is one module. */
export const pageOf = (script: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Lanewise</title><script type="module" src="${script}"></script></html>\n`;

/** Those that bundle scripts and leave the page to their user. */
function bundlerOfScripts(
  name: string,
  complaint: RegExp,
  command: (entry: string, out: string) => readonly [program: string, ...string[]],
  script = (entry: string) => `${entry}.js`,
): Bundler {
  return {
    name,
    complaints: ({ stdout, stderr }) => `${stdout}\n${stderr}`.match(complaint) ?? [],
    async bundle({ folder, write }, entry, out) {
      const said = await run(folder, ...command(entry, out));
      await write(`${out}/index.html`, pageOf(script(entry)));
      return said;
    },
  };
}

const vite = (name: string): Bundler => ({
  name,
  // Warnings are all that it prints at this level; that the machine has other things to do is none.
  complaints: ({ stdout, stderr }) =>
    `${stdout}\n${stderr}`.replaceAll(/^.*TIMINGS[^]*?for more details\.$/gm, "").match(/.+/g) ?? [],
  async bundle({ folder, write }, entry, out) {
    await write("index.html", pageOf(`/${entry}.js`));
    const options = ["--outDir", out, "--sourcemap", "--logLevel", "warn"];
    return await run(folder, process.execPath, toolFile(name, "bin/vite.js"), "build", ...options);
  },
});

export const bundlers: readonly Bundler[] = [
  bundlerOfScripts("esbuild", /.+/g, (entry, out) => [
    toolFile(".bin/esbuild"),
    ...[`${entry}.js`, "--bundle", "--splitting", "--format=esm", "--minify"],
    ...["--sourcemap", "--log-level=warning", `--outdir=${out}`],
  ]),
  bundlerOfScripts("rollup", /(?:\(!\)|warn|unresolved).*/gi, (entry, out) => [
    process.execPath,
    ...[toolFile("rollup/dist/bin/rollup"), `${entry}.js`, "--dir", out, "--format", "es", "--sourcemap"],
    // Rollup finds no package without it.
    ...["--plugin", toolFile("@rollup/plugin-node-resolve/dist/cjs/index.js")],
  ]),
  bundlerOfScripts(
    "webpack",
    // It warns of anything above 244 KB, and of having no chunk for its own code: the advice is for the user's program.
    /(?:WARNING|ERROR) in (?!asset size|entrypoint size|webpack performance).*/g,
    (entry, out) => [
      process.execPath,
      ...[toolFile("webpack/bin/webpack.js"), "--mode", "production", "--devtool", "source-map"],
      ...["--entry", `./${entry}.js`, "--output-path", out],
    ],
    () => "main.js",
  ),
  vite("vite"),
  vite("vite7"),
];
