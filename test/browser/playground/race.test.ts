// The playground's race, and the ways between its parts.

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { inBrowsers } from "../driver/browsers.js";
import type { Site } from "../driver/server.js";
import { PATIENCE, servePlayground, Visitor } from "./visitor.js";

// Machines of tests are busy, and a silent worker is given time.
vi.setConfig({ testTimeout: 180_000 });

inBrowsers("the playground's race", (browser) => {
  let site: Site;
  beforeAll(async () => {
    site = await servePlayground();
  });
  afterAll(() => site?.close());

  const primary = (visitor: Visitor) => visitor.text(".transport .primary");

  test("is run, with results that agree, and can be copied", async () => {
    const visitor = await Visitor.open(browser, site, "#race");
    const { tab } = visitor.page;
    await visitor.press("Start the race");
    await expect.poll(() => primary(visitor), PATIENCE).toBe("Stop");
    await expect.poll(() => primary(visitor), { timeout: 100_000 }).toBe("Race again");
    await visitor.page.screenshot("playground-race", { fullPage: true });

    const lanes = await tab.evaluate(() =>
      [...document.querySelectorAll(".discipline")].map((discipline) => ({
        rates: [...discipline.querySelectorAll(".rate")].map(({ textContent }) =>
          Number.parseFloat((textContent ?? "").replaceAll(",", "")),
        ),
        check: discipline.querySelector(".check")?.textContent,
      })),
    );
    expect(lanes).toHaveLength(4);
    for (const { rates, check } of lanes) {
      expect(rates.length).toBeGreaterThanOrEqual(3);
      for (const rate of rates) expect(rate).toBeGreaterThan(0);
      expect(check).toMatch(/^Results within \d+e-\d+ of plain JavaScript; scalar and simd agree bit for bit\.$/);
    }
    // Whatever else the machine does, SIMD is not slower than JavaScript at products: by ten times and more.
    const [plain = Infinity, , simd] = lanes[0]?.rates ?? [];
    expect(simd).toBeGreaterThan(plain);
    expect(await visitor.text(".headline .speed strong")).toMatch(/^[\d.,]+ ×$/);
    expect(await visitor.text(".headline .speed span")).toMatch(
      /at a training step on this device: (relaxed |scalar|SIMD).*\. Half of the rounds gave [\d.,]+( to [\d.,]+)? ×\.$/,
    );
    // Whatever the clock of this browser is, a turn lasts fifty of its steps, and no figure has more digits than two.
    const [, turn = 0, step = 1] =
      (await visitor.text(".about")).match(/turns of ([\d.]+) ms, .* steps of ([\d.]+) ms/) ?? [];
    console.log(`${browser.name}: turns of ${turn} ms on a clock of ${step} ms`);
    expect(Number(turn)).toBeGreaterThanOrEqual(0.97 * Math.max(6, 50 * Number(step)));
    for (const rate of lanes.flatMap(({ rates }) => rates).filter((each) => each < 1000)) {
      expect(Number(rate.toPrecision(2))).toBe(rate);
    }

    await tab.evaluate(() => {
      const global = globalThis as typeof globalThis & { copied?: string };
      navigator.clipboard.writeText = async (text) => {
        global.copied = text;
      };
    });
    await visitor.press("Copy as Markdown");
    const copied = () => tab.evaluate(() => (globalThis as typeof globalThis & { copied?: string }).copied ?? "");
    await expect.poll(copied, PATIENCE).toContain("| Matrix product (256 × 256 times 256 × 256) |");
    expect(await copied()).toMatch(/\| Training step .*steps\/s \| .*steps\/s \([\d.]+( to [\d.]+)? ×\)/);
    await expect.poll(() => visitor.text(".copy [role=status]"), PATIENCE).toBe("Copied");
  });

  test("can be stopped, and goes when its worker does", async () => {
    const visitor = await Visitor.open(browser, site, "#race");
    await visitor.press("Start the race");
    await expect.poll(() => visitor.text(".lanes .rate"), PATIENCE).toMatch(/^[\d.,]+ GFLOP/);
    await visitor.press("Stop");
    await expect.poll(() => primary(visitor), PATIENCE).toBe("Race again");

    await visitor.press("Race again");
    await expect.poll(() => primary(visitor), PATIENCE).toBe("Stop");
    await visitor.killWorkers();
    await expect.poll(() => visitor.problem(), { timeout: 90_000 }).toContain("The worker has stopped answering");
    expect(await primary(visitor)).toBe("Race again");
  });

  test("and all else works when the server is gone", async () => {
    const own = await servePlayground();
    const visitor = await Visitor.open(browser, own, "#regions?data=moons");
    const { tab } = visitor.page;
    // The files are kept when the page has time for it.
    const count = () =>
      tab.evaluate(async () => {
        const names = await caches.keys();
        return names.length === 1 ? (await (await caches.open(names[0] as string)).keys()).length : 0;
      });
    await expect.poll(count, PATIENCE).toBeGreaterThan(8);
    await expect.poll(() => tab.evaluate(() => navigator.serviceWorker.controller !== null), PATIENCE).toBe(true);
    await own.close();
    await tab.reload();
    await visitor.goesOn();
    await visitor.press("Save model");
    expect((await visitor.saved()).bytes.length).toBeGreaterThan(1000);
    await visitor.press("Race");
    await expect.poll(() => primary(visitor), PATIENCE).toBe("Start the race");
    await visitor.press("Start the race");
    await expect.poll(() => visitor.text(".lanes .rate"), PATIENCE).toMatch(/^[\d.,]+ GFLOP/);
  });

  test("has the core to itself: other parts wait until they are seen again", async () => {
    const visitor = await Visitor.open(browser, site, "#regions?data=moons&layers=8");
    await visitor.goesOn();
    await visitor.press("Race");
    await expect.poll(() => visitor.text(".headline .about"), PATIENCE).toContain("The same work four ways");
    await visitor.press("Digits");
    await visitor.goesOn();
    const { tab } = visitor.page;
    await tab.goBack();
    await tab.goBack();
    await visitor.goesOn();
    expect(await tab.evaluate(() => location.hash)).toBe("#regions?data=moons&layers=8");
    expect(await visitor.text(".layers h2")).toContain("42 parameters");
  });
});
