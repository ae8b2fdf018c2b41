// npm run bench:browser: what pages get, measured in the browsers of this machine and printed as Markdown. Node and the
// pages make their training steps in turns, in one run, so that the ratios hold whatever else the machine does.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { openBrowser, type TestBrowser } from "../../test/browser/driver/browsers.js";
import { builtPage } from "../../test/browser/driver/builtPage.js";
import { findBrowser } from "../../test/browser/driver/finding.js";
import { type Site, serve } from "../../test/browser/driver/server.js";
import { hostLine, thisHost } from "../host.js";
import { makeStepper } from "./stepper.js";

const dist = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
const TURNS = 12;
const TURN = 500;
const LOADS = 15;

type Row = readonly [what: string, ...figures: string[]];

async function main(): Promise<void> {
  const names = (["chromium", "firefox"] as const).filter((name) => findBrowser(name) !== undefined);
  const site = await serve({ ...builtPage, files: { ...builtPage.files, ...(await firstStepPage()) } });
  const browsers = await Promise.all(names.map((name) => openBrowser(name)));
  try {
    const versions = await Promise.all(browsers.map((browser) => browser.version));
    console.log(
      `${hostLine(thisHost())}; ${versions.map((version) => version.split("@")[0]?.replace(/\/$/, "")).join("; ")}\n`,
    );
    const header: Row = ["", ...names];
    print([
      header,
      ...(await steps(site, browsers)),
      ...(await loads(site, browsers)),
      ...(await waits(site, browsers)),
    ]);
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await site.close();
  }
}

/** A training step, in turns with Node. */
async function steps(site: Site, browsers: readonly TestBrowser[]): Promise<Row[]> {
  const node = await makeStepper(await import(dist));
  const pages = await Promise.all(browsers.map((browser) => browser.open(site.url("/"))));
  const ofNode: number[] = [];
  const ofPages: number[][] = pages.map(() => []);
  for (let turn = 0; turn < TURNS; turn++) {
    ofNode.push(await node.run(TURN));
    for (const [i, page] of pages.entries()) {
      const run = page.run<typeof import("./pageStepper.js")>("/bench/browser/pageStepper.js", TURN);
      ofPages[i]?.push(await run);
    }
  }
  const best = Math.min(...ofNode.slice(1));
  const bests = ofPages.map((times) => Math.min(...times.slice(1)));
  return [
    ["training step of 784-300-100-10, batch 50, simd", ...bests.map((time) => `${(1000 * time).toFixed(0)} µs`)],
    [
      `its speed, of that in Node ${process.versions.node}`,
      ...bests.map((time) => `${((100 * best) / time).toFixed(0)} %`),
    ],
  ];
}

/** From the beginning of the navigation to the first training step. */
async function loads(site: Site, browsers: readonly TestBrowser[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, address] of [
    ["the modules of dist/", "/first-step.html"],
    ["one file, by esbuild", "/first-step-bundled.html"],
  ] as const) {
    const medians: string[] = [];
    for (const browser of browsers) {
      const times: number[] = [];
      for (let i = 0; i < LOADS; i++) {
        const page = await browser.open(site.url(address));
        await page.tab.waitForFunction("Number(document.title) > 0");
        times.push(Number(await page.tab.title()));
        await page.close();
      }
      medians.push(`${median(times).toFixed(0)} ms`);
    }
    rows.push([`from navigation to the first step done, ${what}`, ...medians]);
  }
  return rows;
}

/** The longest that the page's thread is kept from others while a net is made and trained on it. */
async function waits(site: Site, browsers: readonly TestBrowser[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const examples of [2000, 60_000]) {
    const figures: string[] = [];
    for (const browser of browsers) {
      const longest: number[] = [];
      for (let i = 0; i < 5; i++) {
        const page = await browser.open(site.url("/"));
        const options = { examples, epochs: examples === 2000 ? 10 : 1 };
        const program = "/test/browser/programs/turns.js";
        longest.push(
          (await page.run<typeof import("../../test/browser/programs/turns.js")>(program, options)).longestWait,
        );
        await page.close();
      }
      figures.push(`${median(longest).toFixed(0)} ms, least ${Math.min(...longest).toFixed(0)} ms`);
    }
    rows.push([`longest task of making and training it, ${examples.toLocaleString("en")} examples`, ...figures]);
  }
  return rows;
}

/** Pages that train at once: on the modules as they are, and bundled. */
async function firstStepPage(): Promise<Record<string, string>> {
  const blank = builtPage.files?.["/"] as string;
  const { outputFiles } = await build({
    entryPoints: [new URL("firstStep.ts", import.meta.url).pathname],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    outdir: "out",
    splitting: true,
    external: ["node:*"],
    plugins: [
      {
        name: "built",
        setup: ({ onResolve }) => onResolve({ filter: /\/src\/index\.js$/ }, () => ({ path: dist })),
      },
    ],
  });
  const bundled = outputFiles.map((file) => [`/${file.path.split("/").pop()}`, file.text] as const);
  const page = (script: string) => blank.replace("</html>", `<script type="module" src="${script}"></script></html>`);
  return {
    ...Object.fromEntries(bundled),
    "/first-step.html": page("/bench/browser/firstStep.js"),
    "/first-step-bundled.html": page("/firstStep.js"),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function print(rows: readonly Row[]): void {
  const line = (row: Row) => `| ${row.join(" | ")} |`;
  const [header, ...others] = rows as readonly [Row, ...Row[]];
  console.log(
    [line(header), `|${header.map((_, i) => (i === 0 ? " --- " : " ---: ")).join("|")}|`, ...others.map(line)].join(
      "\n",
    ),
  );
}

await main();
