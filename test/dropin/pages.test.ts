// Pages without a bundler, under a policy as extensions have it, with a service worker, and from a development server.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BrowserOfTests, inBrowsers } from "../browser/driver/browsers.js";
import { type Site, serve } from "../browser/driver/server.js";
import { goldenTrainings } from "../support/golden-trainings.js";
import { bundlers, pageOf } from "./bundlers.js";
import { type Fixture, makeFixture } from "./fixture.js";
import { leftOut, run, toolFile } from "./installed.js";

const golden = goldenTrainings[0]?.trained;
const trained = { scalar: golden, simd: golden, relaxed: expect.any(String) };
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const esbuild = bundlers.find(({ name }) => name === "esbuild");

/** Everything that `page.js` offers works, with the workers of the package and with its own. */
async function expectAll(browser: BrowserOfTests, address: string): Promise<void> {
  const page = await browser.open(address);
  const call = (expression: string) => page.tab.evaluate(`dropin.${expression}`);
  expect(await call("trainBuilds()")).toMatchObject(trained);
  const [saved, loaded] = (await call("keepModel()")) as string[];
  expect(loaded).toBe(saved);
  expect(await call("writeFormats()")).toEqual({ npy: 7, npz: 7, png: 7, csv: "7", events: true });
  const inPage = await call("searchRates(0)");
  expect(inPage).toEqual({ rate: 0.1, score: expect.any(Number) });
  expect(await call("searchRates(2)")).toEqual(inPage);
  const [inWorker, here] = (await call("trainInWorker()")) as string[];
  expect(inWorker).toBe(here);
}

const extensionManifest = {
  manifest_version: 3,
  name: "Lanewise",
  version: "1",
  content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'" },
};
const services = ["serviceWorker.js", "serviceWorkerPage.js"];

describe.skipIf(leftOut)("without a bundler", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    const workers = ["trials.js", "model.js"];
    fixture = await makeFixture("page.js", "extension.js", ...workers, ...services, "trainBuilds.js");
  });
  afterAll(() => fixture?.remove());

  inBrowsers("a page with an import map", (browser) => {
    let site: Site;
    beforeAll(async () => {
      const own = Object.entries(manifest.exports as Record<string, { default?: string }>).flatMap(([door, entry]) =>
        entry.default ? [[door.replace(".", "lanewise"), entry.default.replace("./", "/node_modules/lanewise/")]] : [],
      );
      // What the formats stand on; the core and the workers stand on nothing.
      const others = {
        fflate: "/node_modules/fflate/esm/browser.js",
        "fast-png": "/node_modules/fast-png/lib/index.js",
        iobuffer: "/node_modules/iobuffer/lib/iobuffer.js",
        pbf: "/node_modules/pbf/index.js",
      };
      const imports = JSON.stringify({ imports: { ...Object.fromEntries(own), ...others } });
      const page = pageOf("page.js").replace("<script", `<script type="importmap">${imports}</script><script`);
      site = await serve({ files: { "/": page }, folders: { "/": fixture.folder } });
    });
    afterAll(() => site?.close());

    test("does everything", () => expectAll(browser, site.url("/")));
  });

  inBrowsers("a page under the policy of an extension", (browser) => {
    let strict: Site;
    let stricter: Site;
    beforeAll(async () => {
      await esbuild?.bundle(fixture, "page", ["trials", "model"], "out/policy");
      const folders = { "/": path.join(fixture.folder, "out/policy") };
      const policy = (scripts: string) => ({ "content-security-policy": `script-src ${scripts}; object-src 'self'` });
      strict = await serve({ folders, headers: policy("'self' 'wasm-unsafe-eval'") });
      stricter = await serve({ folders, headers: policy("'self'") });
    });
    afterAll(() => Promise.all([strict?.close(), stricter?.close()]));

    test("trains, also in workers", async () => {
      const page = await browser.open(strict.url("/"));
      expect(await page.tab.evaluate("dropin.trainBuilds()")).toMatchObject(trained);
      const [inWorker, here] = (await page.tab.evaluate("dropin.trainInOwnWorker()")) as string[];
      expect(inWorker).toBe(here);
      expect(await page.tab.evaluate("dropin.searchRatesInOwn(2)")).toMatchObject({ rate: 0.1 });
    });

    test("hears which directive is missing", async () => {
      const page = await browser.open(stricter.url("/"));
      const refusal = "dropin.keepModel().catch(({ name, message }) => ({ name, message }))";
      expect(await page.tab.evaluate(refusal)).toEqual({
        name: "StateError",
        message: expect.stringContaining("A page needs 'wasm-unsafe-eval' in script-src"),
      });
      // Chromium tells of it when it comes to it.
      await page.tab.evaluate("new Promise((resolve) => setTimeout(resolve, 500))");
      for (const said of page.takeComplaints()) expect(said).toMatch(/forbids wasm-eval|blocked WebAssembly/);
    });
  });

  inBrowsers("a service worker", (browser) => {
    let site: Site;
    beforeAll(async () => {
      // One file: service workers may not import() anything later.
      const options = ["--bundle", "--format=iife", "--log-level=warning", "--outdir=out/service"];
      const said = await run(fixture.folder, toolFile(".bin/esbuild"), ...services, ...options);
      expect(said).toEqual({ stdout: "", stderr: "" });
      site = await serve({
        files: { "/": pageOf("serviceWorkerPage.js") },
        folders: { "/": path.join(fixture.folder, "out/service") },
      });
    });
    afterAll(() => site?.close());

    test("trains", async () => {
      const page = await browser.open(site.url("/"));
      expect(await page.tab.evaluate("train()")).toMatchObject(trained);
    });
  });

  // Chromium names an extension after the folder that it is loaded from.
  const extension = mkdtempSync(path.join(tmpdir(), "lanewise-extension-"));
  writeFileSync(path.join(extension, "manifest.json"), JSON.stringify(extensionManifest));
  const digits = createHash("sha256").update(extension).digest("hex").slice(0, 32);
  const id = digits.replaceAll(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
  afterAll(() => rm(extension, { recursive: true, force: true }));

  inBrowsers(
    "an extension",
    (browser) => {
      beforeAll(async () => {
        const options = ["--bundle", "--splitting", "--format=esm", "--log-level=warning", `--outdir=${extension}`];
        await run(fixture.folder, toolFile(".bin/esbuild"), "extension.js", ...options);
        await writeFile(path.join(extension, "page.html"), pageOf("extension.js"));
      });

      test("of the third manifest trains", async () => {
        const page = await browser.open(`chrome-extension://${id}/page.html`);
        expect(await page.tab.evaluate("train()")).toMatchObject(trained);
      });
    },
    { only: ["chromium"], switches: [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`] },
  );

  describe.each(["vite", "vite7"])("from the development server of %s", (name) => {
    inBrowsers(
      "a page",
      (browser) => {
        let server: Awaited<ReturnType<typeof startServer>>;
        beforeAll(async () => {
          await fixture.write("index.html", pageOf("/page.js"));
          server = await startServer(fixture.folder, toolFile(name, "bin/vite.js"));
        });
        afterAll(() => server?.close());

        test("trains", async () => {
          const page = await browser.open(server.address);
          expect(await page.tab.evaluate("dropin.trainBuilds()")).toMatchObject(trained);
          expect(server.warnings()).toEqual([]);
        });

        // The server reloads the page once when it comes upon what a worker imports.
        test("trains and searches in workers", { retry: 3 }, async () => {
          const page = await browser.open(server.address);
          const call = (expression: string) => unlessReloaded(page.tab.evaluate(`dropin.${expression}`));
          const [inWorker, here] = (await call("trainInOwnWorker()")) as string[];
          expect(inWorker).toBe(here);
          const inPage = await call("searchRates(0)");
          expect(await call("searchRatesInOwn(2)")).toEqual(inPage);
          const ofPackage = await call("searchRates(2)");
          // Its older server moves the package to where the worker's file is not.
          if (name === "vite") expect(ofPackage).toEqual(inPage);
          else {
            expect(ofPackage).toMatchObject({ message: expect.stringContaining("needs the option startWorker") });
            for (const said of page.takeComplaints()) expect(said).toMatch(/^404 .*trialWorker/);
          }
        });
      },
      { only: ["chromium"] },
    );
  });
});

/** What a page that has been reloaded was asked for never comes. */
async function unlessReloaded<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the page does not answer")), 30_000);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** A development server in a folder, with nothing configured. */
async function startServer(folder: string, program: string) {
  const server = spawn(process.execPath, [program, "--host", "127.0.0.1", "--port", "0", "--clearScreen", "false"], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let warnings = "";
  server.stderr.on("data", (text) => {
    warnings += text;
  });
  const address = await new Promise<string>((resolve, reject) => {
    createInterface(server.stdout).on("line", (line) => {
      const [found] = line.match(/http:\/\/\S+/) ?? [];
      if (found) resolve(found);
    });
    server.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${warnings}`)));
  });
  return { address, warnings: () => warnings.match(/.+/g) ?? [], close: () => server.kill() };
}
