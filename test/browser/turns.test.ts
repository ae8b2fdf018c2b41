// Training on the thread of a page leaves it alive. Waits are counted, not timed: a busy machine stretches them all.
// bench/browser measures them.

import { afterAll, beforeAll, expect, test } from "vitest";
import { inBrowsers } from "./driver/browsers.js";
import { builtPage } from "./driver/builtPage.js";
import { type Site, serve } from "./driver/server.js";

const program = "/test/browser/programs/turns.js";

inBrowsers("a page", (browser) => {
  let site: Site;
  beforeAll(async () => {
    site = await serve(builtPage);
  });
  afterAll(() => site.close());

  test("has its turns while a net trains, and paints", async () => {
    const page = await browser.open(site.url("/"));
    const run = await page.run<typeof import("./programs/turns.js")>(program, { examples: 2000, epochs: 30 });
    // They are promised every 12 ms.
    expect(run.during).toBeGreaterThan(run.took / 120);
    expect(run.inEvaluate).toBeGreaterThan(0);
    expect(run.frames).toBeGreaterThan(2);
  });

  test("has its turns while as many numbers as MNIST has are looked through, before the first step", async () => {
    const page = await browser.open(site.url("/"));
    const run = await page.run<typeof import("./programs/turns.js")>(program, { examples: 60_000, epochs: 1 });
    expect(run.beforeFirstStep).toBeGreaterThan(1);
    expect(run.during).toBeGreaterThan(run.took / 120);
  });
});
