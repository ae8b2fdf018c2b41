// lanewise/worker in pages: golden weights, and a page that lives on whatever becomes of the worker.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goldenTrainings } from "../support/golden-trainings.js";
import { inBrowsers } from "./driver/browsers.js";
import { builtPage } from "./driver/builtPage.js";
import { type Site, serve } from "./driver/server.js";

const programs = "/test/browser/programs";

inBrowsers("a model in a worker", (browser) => {
  let site: Site;
  beforeAll(async () => {
    site = await serve({
      ...builtPage,
      // Nothing looser than this is needed.
      headers: {
        "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'",
      },
      files: {
        ...builtPage.files,
        "/failing-worker.js": 'throw new Error("this worker fails");',
        "/own-worker.js":
          'import "/dist/worker/host.js"; onmessage = ({ data }) => data === "end yourself" && close(); postMessage(null);',
      },
    });
  });
  afterAll(() => site.close());

  test.each(goldenTrainings.map((training, number) => ({ ...training, number })))(
    "gives the golden weights: $name",
    async ({ number, initial, trained, epochs, steps }) => {
      const page = await browser.open(site.url("/"));
      const result = await page.run<typeof import("./programs/worker.js")>(`${programs}/worker.js`, number);
      expect(result).toMatchObject({ initial, trained, brought: trained });
      expect(result.loss).toHaveLength(epochs);
      expect(result.reports).toBeGreaterThan(0);
      expect(result.reports).toBeLessThanOrEqual(steps);
      expect(result.frames).toBeGreaterThan(0);
    },
  );

  describe("tells its caller of an end", () => {
    const gone = (why: RegExp) => ({ isStateError: true, message: expect.stringMatching(why) });
    const terminated = gone(/the model is gone: its worker ended: it was terminated, or it crashed/);
    test.each([
      ["close", gone(/the model is gone: it has been closed/), gone(/it has been closed/)],
      ["terminate", terminated, terminated],
      ["silent", terminated, terminated],
      ["abort", { name: "AbortError" }, null],
      ["missing", gone(/^modelInWorker: .*its worker ended: the module of the worker could not be loaded/), null],
      ["failing", gone(/its worker ended: .*this worker fails/), null],
    ] as const)("by %s", async (ending, first, later) => {
      const page = await browser.open(site.url("/"));
      const result = await page.run<typeof import("./programs/ends.js")>(`${programs}/ends.js`, ending);
      expect(result.first).toMatchObject(first);
      if (later === null) expect(result.later).toBeNull();
      else expect(result.later).toMatchObject(later);
      // A page that has no such file, or runs a broken one, may say so on its console.
      if (ending === "missing" || ending === "failing") page.takeComplaints();
    });
  });
});
