// No page has a fault that axe finds, in either scheme of colours: the playground in its parts and states, the page without
// a build step, and the gallery.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { AxeResults } from "axe-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type BrowserOptions, inBrowsers } from "./driver/browsers.js";
import type { TestPage } from "./driver/page.js";
import { type Site, serve } from "./driver/server.js";
import { PATIENCE, servePlayground, Visitor } from "./playground/visitor.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

vi.setConfig({ testTimeout: 180_000 });

/** What axe finds, as lines of rule, place and reason. */
async function violations({ tab }: TestPage): Promise<string[]> {
  await tab.evaluate(axe);
  const found = (await tab.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as AxeResults;
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(" ")}: ${failureSummary}`),
  );
}

const schemes: Readonly<Record<string, BrowserOptions>> = {
  light: {
    switches: ["--blink-settings=preferredColorScheme=1"],
    preferences: { "layout.css.prefers-color-scheme.content-override": 1 },
  },
  dark: {
    switches: ["--blink-settings=preferredColorScheme=0"],
    preferences: { "layout.css.prefers-color-scheme.content-override": 0 },
  },
};

let playground: Site;
let others: Site;
beforeAll(async () => {
  playground = await servePlayground();
  // A topic with a picture, one without; the whole of it takes minutes.
  const gallery = [`${root}scripts/gallery.mjs`, "--quick", "--only", "1,2,9"];
  await promisify(execFile)(process.execPath, gallery, { cwd: root });
  others = await serve({ folders: { "/gallery/": "build/gallery", "/": "." } });
});
afterAll(async () => {
  await playground?.close();
  await others?.close();
});

for (const [scheme, options] of Object.entries(schemes)) {
  inBrowsers(
    `pages in ${scheme} colours`,
    (browser) => {
      test("are in that scheme", async () => {
        const page = await browser.open(others.url("/gallery/index.html"));
        expect(await page.tab.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches)).toBe(
          scheme === "dark",
        );
        const ground = await page.tab.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
        const lightness = Math.max(...(ground.match(/\d+/g) ?? []).map(Number));
        expect(scheme === "dark" ? 255 - lightness : lightness).toBeGreaterThan(200);
      });

      test("the gallery", async () => {
        for (const width of [360, 1366]) {
          const page = await browser.open(others.url("/gallery/index.html"));
          await page.tab.setViewport({ width, height: 700 });
          expect(await violations(page), `at ${width}`).toEqual([]);
          await page.tab.$$eval("details", (all) => {
            for (const details of all) details.open = true;
          });
          expect(await violations(page), `unfolded at ${width}`).toEqual([]);
        }
      });

      test("the page without a build step", async () => {
        const page = await browser.open(others.url("/examples/browser/index.html"));
        await page.tab.waitForSelector("figure", { timeout: 60_000 });
        expect(await violations(page)).toEqual([]);
      });

      test("the playground's regions: in training, at rest, before the first step, with something wrong", async () => {
        const visitor = await Visitor.open(browser, playground, "#regions?data=iris&layers=6,6,6,6,6,6");
        await visitor.goesOn();
        expect(await violations(visitor.page)).toEqual([]);
        await visitor.press("Pause");
        await visitor.page.tab.setViewport({ width: 360, height: 700 });
        expect(await violations(visitor.page), "at 360").toEqual([]);
        await visitor.press("Reset");
        await expect.poll(() => visitor.figure("Step"), PATIENCE).toBe(0);
        expect(await violations(visitor.page), "before the first step").toEqual([]);
        const wrong = await Visitor.open(browser, playground, "#regions?noise=lots");
        await expect.poll(() => wrong.problem(), PATIENCE).not.toBe("");
        expect(await violations(wrong.page), "with something wrong").toEqual([]);
      });

      test("the playground's digits", async () => {
        const visitor = await Visitor.open(browser, playground, "#digits");
        await visitor.reaches(90);
        await visitor.press("Test digit");
        await expect.poll(() => visitor.text(".verdict"), PATIENCE).toContain("sure");
        await visitor.press("Pause");
        expect(await violations(visitor.page)).toEqual([]);
      });

      test("the playground's race", async () => {
        const visitor = await Visitor.open(browser, playground, "#race");
        expect(await violations(visitor.page)).toEqual([]);
        await visitor.press("Start the race");
        await expect.poll(() => visitor.text(".lanes .factor"), PATIENCE).toMatch(/^$|×/);
        await expect.poll(() => visitor.text(".speed strong"), { timeout: 100_000 }).toContain("×");
        expect(await violations(visitor.page), "under way").toEqual([]);
      });
    },
    options,
  );
}
