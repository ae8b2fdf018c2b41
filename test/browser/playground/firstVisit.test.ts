// The playground as someone meets it who has never seen it: what stands where, what explains itself, what can be read.

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { inBrowsers } from "../driver/browsers.js";
import type { Site } from "../driver/server.js";
import { PATIENCE, servePlayground, Visitor } from "./visitor.js";

// Machines of tests are busy, and a silent worker is given time.
vi.setConfig({ testTimeout: 180_000 });

inBrowsers("a first visit to the playground", (browser) => {
  let site: Site;
  beforeAll(async () => {
    site = await servePlayground();
  });
  afterAll(() => site?.close());

  const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  /** Stands before the first step. */
  async function before(visitor: Visitor): Promise<void> {
    await visitor.goesOn();
    await visitor.press("Pause");
    await visitor.press("Reset");
    await expect.poll(() => visitor.figure("Step"), PATIENCE).toBe(0);
  }

  test("finds the buttons and the whole picture in a small laptop's window", async () => {
    for (const [fragment, picture] of [
      ["#regions", ".square"],
      ["#digits", ".pad"],
    ] as const) {
      const visitor = await Visitor.open(browser, site, fragment);
      await visitor.page.tab.setViewport({ width: 1366, height: 657 });
      await visitor.goesOn();
      expect((await visitor.place(".transport .primary")).bottom, fragment).toBeLessThan(300);
      expect((await visitor.place(".transport .segments")).bottom, fragment).toBeLessThan(300);
      expect((await visitor.place(picture)).bottom, fragment).toBeLessThanOrEqual(657);
      await visitor.page.tab.setViewport({ width: 360, height: 640 });
      await sleep(200);
      expect((await visitor.place(".transport .primary")).bottom, fragment).toBeLessThan(640);
    }
  });

  test("can follow the learning: it starts slowly enough, and its first steps come again", async () => {
    const visitor = await Visitor.open(browser, site);
    await visitor.goesOn(30);
    // The first second of the old page held some ten thousand steps.
    const [from, since] = [await visitor.figure("Step"), performance.now()];
    await sleep(1500);
    const pace = (1000 * ((await visitor.figure("Step")) - from)) / (performance.now() - since);
    expect(pace).toBeLessThan(500);
    expect(await visitor.text(".transport [aria-checked], .transport .segments")).toMatch(
      /30\/s.*300\/s.*3,000\/s.*full/,
    );
    await visitor.reaches(85);
    const reached = await visitor.figure("Step");
    await visitor.press("Replay slowly");
    await expect.poll(() => visitor.figure("Step"), PATIENCE).toBeLessThan(reached / 2);
    await expect.poll(async () => (await visitor.text(".speed strong")).trim(), PATIENCE).toMatch(/^(2\d|3\d)$/);
    // What was learnt before is forgotten, for it is learnt again.
    expect(await visitor.figure("Accuracy")).toBeLessThan(85);
  });

  test("leaves no core at work: it rests when nothing gets better, and goes on when told to", async () => {
    const visitor = await Visitor.open(browser, site, "#regions?data=own&layers=4");
    await visitor.goesOn();
    await visitor.press("full speed");
    await expect
      .poll(() => visitor.news(), PATIENCE)
      .toMatch(/^Paused after step [\d,]+: the losses have stopped falling/);
    expect(await visitor.text(".transport .primary")).toBe("Train");
    const rested = await visitor.figure("Step");
    await sleep(700);
    expect(await visitor.figure("Step")).toBe(rested);
    await visitor.press("Train");
    await visitor.goesOn();
  });

  test("rests while the tab is hidden, and goes on with it", async () => {
    const visitor = await Visitor.open(browser, site, "#regions?data=moons");
    await visitor.goesOn();
    await visitor.setVisible(false);
    await sleep(800);
    const hidden = await visitor.figure("Step");
    await sleep(800);
    expect(await visitor.figure("Step")).toBe(hidden);
    await visitor.setVisible(true);
    await visitor.goesOn();
    // What the visitor had paused stays so.
    await visitor.press("Pause");
    await visitor.setVisible(false);
    await visitor.setVisible(true);
    await sleep(500);
    expect(await visitor.text(".transport .primary")).toBe("Train");
  });

  test("stays with the curves of the learning however long it trains", async () => {
    const visitor = await Visitor.open(browser, site, "#regions?data=iris&layers=8&l2=0");
    await visitor.press("full speed");
    // It rests when it has learnt; a visitor who wants more presses Train.
    const goOn = async () => {
      if ((await visitor.text(".transport .primary")) === "Train") await visitor.press("Train");
      return await visitor.figure("Step");
    };
    await expect.poll(goOn, { timeout: 100_000, interval: 200 }).toBeGreaterThan(15_000);
    // It may come to rest by itself at the same moment: then there is nothing named Pause any more.
    const atRest = async () => {
      const button = await visitor.text(".transport .primary");
      if (button === "Pause") await visitor.press("Pause").catch(() => {});
      return button;
    };
    await expect.poll(atRest, PATIENCE).toBe("Train");
    const { tab } = visitor.page;
    const chart = await tab.$("[role=slider][aria-label^=Loss]");
    const last = Number(await chart?.evaluate((element) => element.ariaValueMax));
    expect(last).toBeGreaterThan(60);
    await chart?.focus();
    await tab.keyboard.press("Home");
    await expect.poll(() => visitor.curve("Loss"), PATIENCE).toMatch(/^step 0:/);
    for (let i = 0; i < Math.floor(last / 4); i++) await tab.keyboard.press("ArrowRight");
    const quarter = Number((await visitor.curve("Loss")).match(/^step ([\d,]+):/)?.[1]?.replaceAll(",", ""));
    // A quarter of all records lies in the first fifth of the steps, however many a machine has made by now; the old page
    // kept a single one of 31,547 steps.
    const steps = await visitor.figure("Step");
    expect(steps).toBeGreaterThan(15_000);
    expect(quarter).toBeGreaterThan(0);
    expect(quarter).toBeLessThan(steps / 5);
    // The charts are read together.
    expect(await visitor.curve("Accuracy")).toMatch(new RegExp(`^step ${quarter.toLocaleString("en")}:`));
  });

  test("meets words where there are no figures yet", async () => {
    const visitor = await Visitor.open(browser, site, "#regions?data=moons");
    await before(visitor);
    expect(await visitor.text(".speed strong")).toBe("Ready");
    expect(await visitor.text(".tip")).toContain("Press Train");
    expect(await visitor.text(".plot .waiting")).toContain("Curves begin with the first steps");
    const plots = await visitor.page.tab.$$eval(".plot .uplot", (all) =>
      all.map((plot) => getComputedStyle(plot).visibility),
    );
    expect(plots).toEqual(["hidden", "hidden", "hidden"]);
    await visitor.press("Race");
    await expect.poll(() => visitor.text(".speed strong"), PATIENCE).toBe("How fast?");
    expect(await visitor.text("main")).not.toMatch(/(^|\s)–(\s|$)/);
  });

  test("is told what every setting does, in sight", async () => {
    const visitor = await Visitor.open(browser, site);
    await visitor.goesOn();
    const hints = await visitor.page.tab.$$eval(".field", (fields) =>
      fields.map((field) => {
        const control = field.querySelector("input, select") as HTMLElement;
        const hint = document.getElementById(control.getAttribute("aria-describedby") ?? "");
        return [field.querySelector("label")?.textContent, hint?.getBoundingClientRect().height ?? 0] as const;
      }),
    );
    expect(hints.filter(([, height]) => height === 0).map(([label]) => label)).toEqual(["Points"]);
    expect(await visitor.text(".layers .note")).toMatch(/below zero.*above.*Each tile is/);
    expect(await visitor.text(".files .note")).toMatch(/model goes to TensorFlow\.js.*curves go to TensorBoard/);
    const links = await visitor.page.tab.$$eval("footer a", (all) =>
      all.map((link) => (link as HTMLAnchorElement).href),
    );
    expect(links.length).toBeGreaterThanOrEqual(4);
    const texts = await visitor.page.tab.evaluate(
      (addresses) => Promise.all(addresses.map(async (address) => (await fetch(address)).text())),
      links.filter((link) => link.startsWith(site.origin)),
    );
    expect(texts.join()).toContain("# Guide");
    expect(texts.join()).toContain("examples/playground/src/app.tsx");
  });

  test("reads by pointing: places, tiles and curves", async () => {
    const visitor = await Visitor.open(browser, site, "#regions?data=moons");
    await visitor.reaches(80);
    await visitor.press("Pause");
    const { tab } = visitor.page;
    const hover = async (selector: string, [x, y]: readonly [number, number]) => {
      await (await tab.$(selector))?.scrollIntoView();
      const { left, right, top, bottom } = await visitor.place(selector);
      await tab.mouse.move(left + x * (right - left), top + y * (bottom - top));
    };
    await hover(".square", [0.5, 0.25]);
    await expect
      .poll(() => visitor.text(".reading"), PATIENCE)
      .toMatch(/^Here \(−?0\.\d\d, 0\.5\d\) the net says [AB], \d+ % sure\.$/);
    await hover(".tiles-row", [0.03, 0.2]);
    await expect.poll(() => visitor.text(".reading"), PATIENCE).toBe("Shown large: unit 1 of layer 1.");
    await hover(".plot", [0.5, 0.5]);
    await expect.poll(() => visitor.text(".chart .title"), PATIENCE).toMatch(/^Loss at step [\d,]+$/);
    await hover("footer", [0.2, 0.5]);
    await expect.poll(() => visitor.text(".chart .title"), PATIENCE).toBe("Loss ");
  });

  test("sets points of their own, by mouse and by keys, and the training goes on", async () => {
    const visitor = await Visitor.open(browser, site, "#regions?data=moons");
    await visitor.goesOn(60);
    const { tab } = visitor.page;
    const facts = () => visitor.text(".picture figcaption");
    expect(await facts()).toContain("300 to train on");
    const { left, right, top, bottom } = await visitor.place(".square");
    await tab.mouse.click(left + 0.25 * (right - left), top + 0.75 * (bottom - top));
    await expect.poll(facts, PATIENCE).toContain("301 to train on");
    expect(await visitor.figure("Step")).toBeGreaterThan(50);
    await tab.focus(".square");
    await tab.keyboard.press("ArrowLeft");
    await tab.keyboard.press("Enter");
    await expect.poll(facts, PATIENCE).toContain("302 to train on");
    await expect.poll(() => visitor.text(".reading"), PATIENCE).toContain("Here (");
    expect(await visitor.hash()).toMatch(/points=(a[0-9a-z]{4}){2}$/);
    await visitor.goesOn();
    await tab.reload();
    await expect.poll(facts, PATIENCE).toContain("302 to train on");
    await visitor.press("Undo");
    await expect.poll(facts, PATIENCE).toContain("301 to train on");
    await visitor.press("Clear yours");
    await expect.poll(facts, PATIENCE).toContain("300 to train on");
    await visitor.press("Yours");
    await expect.poll(facts, PATIENCE).toContain("2 to train on, and to test until there are more");
    await visitor.goesOn();
  });

  test("types a seed, or draws one by lot", async () => {
    const visitor = await Visitor.open(browser, site, "#regions?data=moons");
    await visitor.goesOn();
    const seed = (await visitor.page.tab.$(".entry input")) as NonNullable<
      Awaited<ReturnType<typeof visitor.page.tab.$>>
    >;
    await seed.click({ count: 3 });
    await seed.type("4711");
    await visitor.page.tab.keyboard.press("Tab");
    await expect.poll(() => visitor.hash(), PATIENCE).toContain("seed=4711");
    await visitor.press("Seed after");
    await expect.poll(() => visitor.hash(), PATIENCE).toContain("seed=4712");
    await seed.click({ count: 3 });
    await seed.type("9999999999");
    await visitor.page.tab.keyboard.press("Tab");
    await expect.poll(() => visitor.hash(), PATIENCE).toContain("seed=999999");
    await visitor.press("Any");
    await expect.poll(() => visitor.hash(), PATIENCE).not.toContain("seed=999999");
  });

  test("sees every button while something is said, and nothing jumps", async () => {
    const visitor = await Visitor.open(browser, site, "#regions?noise=lots&layers=9999&data=sun");
    await visitor.page.tab.setViewport({ width: 1366, height: 657 });
    await visitor.goesOn();
    expect(await visitor.problem()).toContain("The address was not read in full");
    for (const width of [360, 1366]) {
      await visitor.page.tab.setViewport({ width, height: 657 });
      await sleep(300);
      const covered = await visitor.page.tab.evaluate(
        () =>
          [...document.querySelectorAll<HTMLElement>("main button, main select, main input:not([type=file])")].filter(
            (control) => {
              control.scrollIntoView({ block: "center" });
              const { left, right, top, bottom, width: wide } = control.getBoundingClientRect();
              if (wide < 2) return false;
              const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
              return !(hit && (control.contains(hit) || hit.closest("label")?.contains(control)));
            },
          ).length,
      );
      expect(covered, `at ${width}`).toBe(0);
    }
    const heights = () => visitor.page.tab.$$eval(".bars li", (rows) => rows.map((row) => row.scrollHeight));
    await visitor.press("Digits");
    await visitor.goesOn();
    const plain = await heights();
    await visitor.page.tab.$$eval(".bars li", (rows) => {
      for (const row of rows) {
        row.className = "best";
        (row.querySelector(".share") as HTMLElement).textContent = "100 %";
      }
    });
    expect(await heights()).toEqual(plain);
  });

  test("uses a wide window: the net beside the curves, the square larger", async () => {
    const visitor = await Visitor.open(browser, site);
    await visitor.goesOn();
    const side = async () => {
      const { left, right } = await visitor.place(".square");
      return right - left;
    };
    await visitor.page.tab.setViewport({ width: 1366, height: 1100 });
    await sleep(200);
    const narrow = await side();
    await visitor.page.tab.setViewport({ width: 2000, height: 1100 });
    await sleep(200);
    const [layers, curves] = [await visitor.place(".layers"), await visitor.place(".curves")];
    expect(curves.left).toBeGreaterThan(layers.right);
    expect(curves.right).toBeGreaterThan(1800);
    expect(await side()).toBeGreaterThan(1.1 * narrow);
  });
});
