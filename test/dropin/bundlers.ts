// The bundlers, called on their command lines as their users do, with nothing configured.

import type { Fixture } from "./fixture.js";
import { run, type Said, toolFile } from "./installed.js";

export interface Bundler {
  readonly name: string;
  /** Whether it sees `new Worker(new URL(...))`, in packages too, and bundles what is meant. */
  readonly findsWorkers: boolean;
  /**
   * Bundles `<entry>.js` of a folder, with source maps, into `out`, a folder below it that has an index.html then. The
   * `workers` are further scripts, which one that does not find them is told of.
   */
  bundle(
    fixture: Pick<Fixture, "folder" | "write">,
    entry: string,
    workers: readonly string[],
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
  findsWorkers: boolean,
  complaint: RegExp,
  command: (scripts: readonly string[], out: string) => readonly [program: string, ...string[]],
): Bundler {
  return {
    name,
    findsWorkers,
    complaints: ({ stdout, stderr }) => `${stdout}\n${stderr}`.match(complaint) ?? [],
    async bundle({ folder, write }, entry, workers, out) {
      const scripts = [entry, ...(findsWorkers ? [] : workers)].map((script) => `./${script}.js`);
      const said = await run(folder, ...command(scripts, out));
      await write(`${out}/index.html`, pageOf(findsWorkers ? "main.js" : `${entry}.js`));
      return said;
    },
  };
}

const vite = (name: string): Bundler => ({
  name,
  findsWorkers: true,
  // Warnings are all that it prints at this level; that the machine has other things to do is none, nor that a page which
  // imports every front door has a chunk above 500 KB: as with webpack, the advice is for the user's program.
  complaints: ({ stdout, stderr }) =>
    `${stdout}\n${stderr}`
      .replaceAll(/^.*TIMINGS[\s\S]*?for more details\.$/gm, "")
      .replaceAll(
        /^(\[plugin builtin:vite-reporter\] \n)?\(!\) Some chunks are larger[\s\S]*?chunkSizeWarningLimit\.$/gm,
        "",
      )
      .match(/.+/g) ?? [],
  async bundle({ folder, write }, entry, _, out) {
    await write("index.html", pageOf(`/${entry}.js`));
    const options = ["--outDir", out, "--sourcemap", "--logLevel", "warn"];
    return await run(folder, process.execPath, toolFile(name, "bin/vite.js"), "build", ...options);
  },
});

export const bundlers: readonly Bundler[] = [
  bundlerOfScripts("esbuild", false, /.+/g, (scripts, out) => [
    toolFile(".bin/esbuild"),
    ...[...scripts, "--bundle", "--splitting", "--format=esm", "--minify"],
    ...["--sourcemap", "--log-level=warning", `--outdir=${out}`],
  ]),
  bundlerOfScripts("rollup", false, /(?:\(!\)|warn|unresolved).*/gi, (scripts, out) => [
    process.execPath,
    ...[toolFile("@rollup/wasm-node/dist/bin/rollup"), ...scripts, "--dir", out, "--format", "es", "--sourcemap"],
    // Rollup finds no package without it.
    ...["--plugin", toolFile("@rollup/plugin-node-resolve/dist/cjs/index.js")],
  ]),
  bundlerOfScripts(
    "webpack",
    true,
    // It warns of anything above 244 KB, and of having no chunk for its own code: the advice is for the user's program.
    /(?:WARNING|ERROR) in (?!asset size|entrypoint size|webpack performance).*/g,
    (scripts, out) => [
      process.execPath,
      ...[toolFile("webpack/bin/webpack.js"), "--mode", "production", "--devtool", "source-map"],
      ...["--entry", ...scripts, "--output-path", out],
    ],
  ),
  vite("vite"),
  vite("vite7"),
];
