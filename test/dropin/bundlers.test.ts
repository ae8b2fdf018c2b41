// Each bundler makes a page of the package, silently and with nothing configured; the page works, and is small.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inBrowsers } from "../browser/driver/browsers.js";
import { type Site, serve } from "../browser/driver/server.js";
import { goldenTrainings } from "../support/golden-trainings.js";
import { bundlers } from "./bundlers.js";
import { type Fixture, makeFixture } from "./fixture.js";
import { leftOut } from "./installed.js";

describe.skipIf(leftOut)("bundled by", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await makeFixture("page.js", "trials.js", "model.js", "graph.js", "trainBuilds.js");
  });
  afterAll(() => fixture?.remove());

  describe.each(bundlers)("$name,", ({ name, findsWorkers, bundle, complaints }) => {
    test("a program on the graph gets what it uses", async () => {
      const out = `out/${name}-graph`;
      expect(complaints(await bundle(fixture, "graph", [], out))).toEqual([]);
      // Bundlers bring a kilobyte or two of their own to load chunks with; the whole of the core is 40 KB more.
      const size = await loadedAtOnce(path.join(fixture.folder, out), name !== "rollup");
      expect(size).toBeLessThan(limit + 2_000);
    });

    inBrowsers(
      "a page",
      (browser) => {
        let site: Site;
        beforeAll(async () => {
          expect(complaints(await bundle(fixture, "page", ["trials", "model"], `out/${name}`))).toEqual([]);
          site = await serve({ folders: { "/": path.join(fixture.folder, `out/${name}`) } });
        });
        afterAll(() => site?.close());
        const call = async (expression: string): Promise<unknown> => {
          const page = await browser.open(site.url("/"));
          const result = await page.tab.evaluate(`dropin.${expression}`);
          // Of a worker that is not there, which the page has told of itself.
          if (!findsWorkers)
            expect(page.takeComplaints().filter((said) => !/^404 .*(trialWorker|host)\.js$/.test(said))).toEqual([]);
          return result;
        };

        test("trains the golden net on each build", async () => {
          const trained = goldenTrainings[0]?.trained;
          expect(await call("trainBuilds()")).toMatchObject({
            scalar: trained,
            simd: trained,
            relaxed: expect.any(String),
          });
        });

        test("keeps a model and writes formats", async () => {
          const [saved, loaded] = (await call("keepModel()")) as string[];
          expect(loaded).toBe(saved);
          expect(await call("writeFormats()")).toEqual({ npy: 7, npz: 7, png: 7, csv: "7", events: true });
        });

        test("searches in threads and trains in a worker, of its own or of the package", async () => {
          const inPage = await call("searchRates(0)");
          expect(inPage).toEqual({ rate: 0.1, score: expect.any(Number) });
          expect(await call("searchRatesInOwn(2)")).toEqual(inPage);
          const [inOwn, here] = (await call("trainInOwnWorker()")) as string[];
          expect(inOwn).toBe(here);
          const fromPackage = [await call("searchRates(2)"), await call("trainInWorker()")];
          if (findsWorkers) expect(fromPackage).toEqual([inPage, [here, here]]);
          else expect(fromPackage).toEqual([notLoaded("startWorker"), notLoaded("worker")]);
        });
      },
      { only: name === "vite" ? ["chromium", "firefox"] : ["chromium"] },
    );
  });
});

/** What `npm run size` allows the program. */
const sizes = readFileSync(new URL("../../scripts/size.mjs", import.meta.url), "utf8");
const [, allowed = ""] = sizes.match(/source: graphProgram, limit: ([\d_]+)/) ?? [];
const limit = Number(allowed.replaceAll("_", ""));

/** The error where a worker of the package is not in the bundle: it names the option that helps. */
const notLoaded = (option: string) => ({
  name: "StateError",
  message: expect.stringMatching(`could not be loaded; .* needs the option ${option}\\.`),
});

/** The gzipped bytes of the scripts that a page waits for: those it names, and what they import statically. */
async function loadedAtOnce(folder: string, minified: boolean): Promise<number> {
  const page = await readFile(path.join(folder, "index.html"), "utf8");
  const pending = [...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, file]) => file as string);
  const sizes = new Map<string, number>();
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (sizes.has(file)) continue;
    const script = await readFile(path.join(folder, file), "utf8");
    // Rollup leaves that to others.
    const code = minified ? script : (await transform(script, { minify: true, format: "esm" })).code;
    sizes.set(file, gzipSync(code, { level: 9 }).length);
    const imported = [...code.matchAll(/(?:\bfrom|\bimport)"(\.[^"]+)"/g)];
    pending.push(...imported.map(([, other]) => path.posix.join(path.posix.dirname(file as string), other as string)));
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
