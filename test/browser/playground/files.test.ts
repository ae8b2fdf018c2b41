// Models in and out of the playground: what is saved comes back as it was, on both parts, by button and by dropping, and
// what belongs elsewhere goes there.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { dense, init, layers, sequential } from "../../../src/index.js";
import { encodePng } from "../../../src/io/png.js";
import { encodeLayersModel } from "../../../src/models/index.js";
import { encodeIdx } from "../../data/datasets/fake-mnist.js";
import { inBrowsers } from "../driver/browsers.js";
import type { Site } from "../driver/server.js";
import { PATIENCE, servePlayground, Visitor } from "./visitor.js";

const scratch = mkdtempSync(path.join(tmpdir(), "lanewise-playground-files-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function file(name: string, content: Uint8Array | string): string {
  const full = path.join(scratch, name);
  writeFileSync(full, content);
  return full;
}

// Machines of tests are busy, and a silent worker is given time.
vi.setConfig({ testTimeout: 180_000 });

/** All that a visitor sees of a training at rest. */
async function seen(visitor: Visitor) {
  return {
    hash: await visitor.hash(),
    step: await visitor.figure("Step"),
    accuracy: await visitor.figure("Accuracy"),
    loss: await visitor.curve("Loss"),
    gradients: await visitor.curve("Gradient norms"),
    records: await visitor.page.tab.$eval("[role=slider][aria-label^=Loss]", (chart) => chart.ariaValueMax),
    parameters: await visitor.text(".layers h2"),
    data: await visitor.text(".picture figcaption, .facts"),
    panel: await visitor.page.tab.$$eval(".side input, .side select", (fields) =>
      fields.map((field) => {
        const { value, checked } = field as HTMLInputElement;
        return `${value} ${checked}`;
      }),
    ),
  };
}

async function pause(visitor: Visitor): Promise<void> {
  await visitor.press("Pause");
  await expect.poll(() => visitor.text(".transport .primary"), PATIENCE).toBe("Train");
  // The curves reach to the last step when it has been evaluated.
  const behind = async () => {
    const [step, curve] = [await visitor.text(".standing dd"), await visitor.curve("Loss")];
    return curve.startsWith(`step ${step}:`) ? "" : `${curve} at step ${step}`;
  };
  await expect.poll(behind, PATIENCE).toBe("");
  // A last turn of the worker may be on its way.
  let last = -1;
  const moved = async () => {
    const before = last;
    last = await visitor.figure("Step");
    return last - before;
  };
  await expect.poll(moved, { timeout: 40_000, interval: 500 }).toBe(0);
  await expect.poll(behind, PATIENCE).toBe("");
}

const UNUSUAL =
  "#regions?data=moons&count=20&noise=0.2&testShare=0.4&batch=512&points=a00zzb8080&layers=6,5&activation=relu" +
  "&batchNorm=on&dropout=0.1&optimizer=nadam&rate=0.02&seed=77";

inBrowsers("models of the playground", (browser) => {
  let site: Site;
  beforeAll(async () => {
    await init();
    site = await servePlayground();
  });
  afterAll(() => site?.close());

  test.each([
    ["Save model", "#regions"],
    ["TensorFlow.js", "#regions?data=iris"],
  ])("come back as they were by %s, into %s", async (save, into) => {
    const visitor = await Visitor.open(browser, site, UNUSUAL);
    await visitor.goesOn(60);
    await pause(visitor);
    const before = await seen(visitor);
    expect(before.data).toContain("14 to train on, 8 hollow ones to test");
    await visitor.press(save);
    const { name, bytes } = await visitor.saved();

    const other = await Visitor.open(browser, site, into);
    await other.goesOn();
    await other.give("Load model", [file(name, bytes)]);
    await expect.poll(() => other.news(), PATIENCE).toContain(`Loaded ${name}`);
    expect(await other.news()).toContain(`It stands at step ${before.step.toLocaleString("en")}`);
    await expect.poll(() => seen(other), PATIENCE).toEqual(before);

    // The worker has the settings too: it goes on from there, and starts anew with the same points.
    await other.press("Train");
    await other.goesOn();
    expect(await other.figure("Step")).toBeGreaterThan(before.step);
    await pause(other);
    await other.press("Reset");
    await expect.poll(() => other.figure("Step"), PATIENCE).toBe(0);
    const anew = await seen(other);
    expect([anew.data, anew.panel, anew.hash]).toEqual([before.data, before.panel, before.hash]);
  });

  test("of digits come back too, with the rate that was set last", async () => {
    const visitor = await Visitor.open(browser, site, "#digits?testShare=0.5&batch=20&layers=16&seed=5");
    await visitor.goesOn();
    const rate = await visitor.named("Learning rate");
    await rate.focus();
    await visitor.page.tab.keyboard.press("ArrowRight");
    await expect.poll(() => visitor.hash(), PATIENCE).toContain("rate=0.003");
    await pause(visitor);
    const before = await seen(visitor);
    await visitor.press("Save model");
    const { name, bytes } = await visitor.saved();
    const other = await Visitor.open(browser, site, "#digits");
    await other.goesOn();
    await other.give("Load model", [file(name, bytes)]);
    await expect.poll(() => seen(other), PATIENCE).toEqual(before);
    expect(before.hash).toContain("rate=0.003");
  });

  test("of others are taken, with data that suit them, or refused in words", async () => {
    const visitor = await Visitor.open(browser, site, "#regions?data=moons");
    await visitor.goesOn();
    const shards = (model: Parameters<typeof encodeLayersModel>[0], name: string) => {
      const { json, shards } = encodeLayersModel(model);
      const [weights] = shards.values();
      return [file(`${name}.json`, json), file("weights.bin", weights as Uint8Array)];
    };
    const three = sequential([dense({ units: 7, activation: "tanh" }), dense({ units: 3, activation: "softmax" })], {
      inputShape: [2],
    });
    await visitor.give("Load model", shards(three, "three"));
    await expect.poll(() => visitor.news(), PATIENCE).toContain("Its file says nothing of its training");
    await expect.poll(() => visitor.hash(), PATIENCE).toContain("data=iris");
    expect(await visitor.hash()).toContain("layers=7");
    const wrong: [Parameters<typeof encodeLayersModel>[0], RegExp][] = [
      [sequential([dense({ units: 5 })], { inputShape: [2] }), /tells 5 classes apart; here it must take two numbers/],
      [sequential([dense({ units: 500 }), dense({ units: 2 })], { inputShape: [2] }), /numbers of units from 1 to 64/],
      [
        sequential([dense({ units: 4 }), layers.layerNormalization(), dense({ units: 2 })], { inputShape: [2] }),
        /LayerNorm/,
      ],
    ];
    for (const [model, told] of wrong) {
      await visitor.give("Load model", shards(model, "wrong"));
      await expect.poll(() => visitor.problem(), PATIENCE).toMatch(told);
      await visitor.press("Close this message");
    }
    expect(await visitor.hash()).toContain("data=iris");
  });

  test("can be dropped anywhere, also on the race, and go where they belong", async () => {
    const visitor = await Visitor.open(browser, site, "#digits?layers=8");
    await visitor.goesOn();
    await visitor.press("Save model");
    const digits = await visitor.saved();
    const other = await Visitor.open(browser, site, "#regions?data=circles&layers=3");
    await other.goesOn();
    await other.press("TensorFlow.js");
    const regions = await other.saved();
    expect(Object.keys(unzipSync(regions.bytes))).toContain("model.json");

    for (const selector of [".layers", "header", "footer"]) {
      expect(await other.drop(selector, [digits])).toBe(true);
      await expect.poll(() => other.hash(), PATIENCE).toContain("#digits?layers=8");
      await expect.poll(() => other.news(), PATIENCE).toContain(`Loaded ${digits.name}`);
      await other.press("Race");
      await expect.poll(() => other.hash(), PATIENCE).toBe("#race");
      expect(await other.drop(".discipline", [regions])).toBe(true);
      await expect.poll(() => other.hash(), PATIENCE).toContain("#regions?data=circles");
      await expect.poll(() => other.news(), PATIENCE).toContain(`Loaded ${regions.name}`);
    }
    // Beside the dashed box, and what is of no use at all.
    const notes = { name: "notes.txt", bytes: Buffer.from("milk") };
    expect(await other.drop("body", [notes])).toBe(true);
    await expect.poll(() => other.problem(), PATIENCE).toContain("notes.txt is a text, not a model");
  });

  test("and pictures as well: sets to train on, and one to read", async () => {
    const visitor = await Visitor.open(browser, site, "#regions?data=moons");
    await visitor.goesOn();
    const pixels = Uint8Array.from({ length: 20 * 64 }, (_, i) => (i * 37) % 256);
    const set = [
      { name: "some-images-idx3-ubyte", bytes: encodeIdx([20, 8, 8], pixels) },
      {
        name: "some-labels-idx1-ubyte",
        bytes: encodeIdx(
          [20],
          Array.from({ length: 20 }, (_, i) => i % 10),
        ),
      },
    ];
    expect(await visitor.drop(".picture", set)).toBe(true);
    await expect.poll(() => visitor.hash(), PATIENCE).toContain("#digits");
    await expect.poll(() => visitor.news(), PATIENCE).toContain("17 to train on, 3 to test");
    await visitor.press("Back to the embedded digits");
    await visitor.reaches(90);

    // A one: a bar in ink on paper, within a margin.
    const one = new Uint8Array(120 * 100).fill(245);
    for (let row = 20; row < 100; row++) one.fill(20, row * 100 + 44, row * 100 + 56);
    const png = encodePng({ dtype: "uint8", shape: [120, 100], data: one });
    expect(await visitor.drop("main", [{ name: "one.png", bytes: png }])).toBe(true);
    await expect.poll(() => visitor.text(".verdict strong"), PATIENCE).toBe("1");
    expect(await visitor.drop("main", [{ name: "broken.png", bytes: Buffer.from("none") }])).toBe(true);
    await expect.poll(() => visitor.problem(), PATIENCE).toContain("broken.png cannot be read as a picture");
  });
});
