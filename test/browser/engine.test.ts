// The engine in pages gives what it gives in Node.

import { afterAll, beforeAll, expect, test } from "vitest";
import { goldenTrainings } from "../support/golden-trainings.js";
import { inBrowsers } from "./driver/browsers.js";
import { builtPage } from "./driver/builtPage.js";
import { type Site, serve } from "./driver/server.js";

inBrowsers("the engine", (browser) => {
  let site: Site;
  beforeAll(async () => {
    site = await serve(builtPage);
  });
  afterAll(() => site.close());

  test.each(goldenTrainings.map((training, number) => ({ ...training, number })))(
    "gives the golden weights: $name",
    async ({ number, initial, trained, steps }) => {
      const page = await browser.open(site.url("/"));
      const result = await page.run<typeof import("./programs/golden.js")>("/test/browser/programs/golden.js", number);
      // Both have had SIMD and relaxed SIMD for years.
      expect(Object.keys(result.trained)).toEqual(["scalar", "simd", "relaxed"]);
      const { scalar, simd, relaxed } = result.trained;
      expect(scalar).toMatchObject({ initial, trained, steps });
      expect(simd).toEqual(scalar);
      // Fused multiply-add rounds once, so its weights may differ, and the losses by little.
      expect(relaxed).toMatchObject({ initial, steps });
      relaxed?.loss.forEach((loss, epoch) => {
        expect(Math.abs(loss - (scalar?.loss[epoch] as number))).toBeLessThan(1e-3);
      });
    },
  );
});
