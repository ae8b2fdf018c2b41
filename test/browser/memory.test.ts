// Memory of pages: flat over a hundred thousand steps, and given back when a worker closes. The witness is the system,
// which counts the pages of all processes of the browser.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inBrowsers } from "./driver/browsers.js";
import { builtPage } from "./driver/builtPage.js";
import { canMeasure, memoryOf } from "./driver/processMemory.js";
import { type Site, serve } from "./driver/server.js";

const megabyte = 2 ** 20;
const patiently = { timeout: 90_000, interval: 500 };
const programs = "/test/browser/programs";

inBrowsers("memory", (browser) => {
  let site: Site;
  beforeAll(async () => {
    site = await serve(builtPage);
  });
  afterAll(() => site.close());
  const measure = () => memoryOf(browser.process) / megabyte;

  describe.runIf(canMeasure)("of the browser", { timeout: 300_000 }, () => {
    test("goes back when workers close", async () => {
      const page = await browser.open(site.url("/"));
      const run = (act: "open" | "close" | "cycle", times = 1) =>
        page.run<typeof import("./programs/memory.js")>(`${programs}/memory.js`, { act, times });
      const before = measure();
      await run("open");
      // The witness sees what a worker holds.
      expect(measure() - before).toBeGreaterThan(150);
      await run("close");
      await expect.poll(() => measure() - before, patiently).toBeLessThan(100);
      await run("cycle", 10);
      // Ten workers of 200 MB, had they stayed, would be 2,000.
      await expect.poll(() => measure() - before, patiently).toBeLessThan(150);
    });

    test.each(["page", "worker"] as const)("stays flat over 100,000 steps in the %s", async (where) => {
      const page = await browser.open(site.url("/"));
      const run = (steps: number) =>
        page.run<typeof import("./programs/manySteps.js")>(`${programs}/manySteps.js`, { where, steps });
      const { linear } = await run(20_000);
      const before = measure();
      const after = await run(80_000);
      expect(after.linear).toBe(linear);
      if (where === "page") expect(after.reports).toBe(80_000);
      // A kilobyte kept of each step would be 80 MB more. A browser collects when it likes.
      await expect.poll(() => measure() - before, patiently).toBeLessThan(60);
    });
  });
});
