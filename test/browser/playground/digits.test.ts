// The playground's digits, used as a visitor would: drawing, data from files, data from an address.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { digits } from "../../../src/data/datasets/index.js";
import { encodeNpz } from "../../../src/io/npz.js";
import { encodeIdx } from "../../data/datasets/fake-mnist.js";
import { inBrowsers } from "../driver/browsers.js";
import type { Site } from "../driver/server.js";
import { PATIENCE, servePlayground, Visitor } from "./visitor.js";

const scratch = mkdtempSync(path.join(tmpdir(), "lanewise-playground-digits-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function file(name: string, content: Uint8Array): string {
  const full = path.join(scratch, name);
  writeFileSync(full, content);
  return full;
}

/** The embedded digits in the size and the files of MNIST: each pixel three by three times, within a frame of two. */
function mnistFiles(): Record<string, Buffer> {
  const { train, test: held } = digits();
  const images = ({ x, y }: typeof train) => {
    const pixels = new Uint8Array(y.size * 784);
    for (let i = 0; i < y.size; i++) {
      for (let at = 0; at < 24 * 24; at++) {
        const [row, column] = [Math.floor(at / 24), at % 24];
        const ink = x.data[64 * i + 8 * Math.floor(row / 3) + Math.floor(column / 3)] as number;
        pixels[784 * i + 28 * (row + 2) + column + 2] = Math.round(255 * ink);
      }
    }
    return encodeIdx([y.size, 28, 28], pixels);
  };
  const labels = ({ y }: typeof train) => encodeIdx([y.size], y.data);
  return {
    "train-images-idx3-ubyte.gz": gzipSync(images(train)),
    "train-labels-idx1-ubyte.gz": gzipSync(labels(train)),
    "t10k-images-idx3-ubyte.gz": gzipSync(images(held)),
    "t10k-labels-idx1-ubyte.gz": gzipSync(labels(held)),
  };
}

// Machines of tests are busy, and a silent worker is given time.
vi.setConfig({ testTimeout: 180_000 });

inBrowsers("the playground's digits", (browser) => {
  let site: Site;
  const files = Object.entries(mnistFiles()).map(([name, bytes]) => file(name, bytes));
  beforeAll(async () => {
    site = await servePlayground({ data: scratch });
  });
  afterAll(() => site?.close());

  const verdict = (visitor: Visitor) => visitor.text(".verdict strong");

  /** Draws a line through the places, in shares of the field. */
  async function draw({ page }: Visitor, places: readonly (readonly [number, number])[]): Promise<void> {
    const field = await page.tab.$(".pad");
    await field?.scrollIntoView();
    const box = await field?.boundingBox();
    if (!box) throw new Error("there is no field to draw in");
    const at = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
    const [first, ...others] = places as [readonly [number, number], ...(readonly [number, number])[]];
    await page.tab.mouse.move(...at(first));
    await page.tab.mouse.down();
    for (const place of others) await page.tab.mouse.move(...at(place), { steps: 3 });
    await page.tab.mouse.up();
  }

  test("are learnt, and what is drawn is read", async () => {
    const visitor = await Visitor.open(browser, site, "#digits");
    await visitor.reaches(95);
    expect(await verdict(visitor)).toBe("?");

    const circle = Array.from({ length: 25 }, (_, i) => {
      const angle = (2 * Math.PI * i) / 24 - Math.PI / 2;
      return [0.5 + 0.2 * Math.cos(angle), 0.45 + 0.3 * Math.sin(angle)] as const;
    });
    await draw(visitor, circle);
    await expect.poll(() => verdict(visitor), PATIENCE).toBe("0");
    await visitor.page.screenshot("playground-digits", { fullPage: true });
    await visitor.press("Clear");
    await expect.poll(() => verdict(visitor), PATIENCE).toBe("?");
    // Small and in a corner: where it stands does not matter.
    await draw(visitor, [
      [0.1, 0.1],
      [0.25, 0.1],
      [0.17, 0.32],
    ]);
    await expect.poll(() => verdict(visitor), PATIENCE).toBe("7");

    await visitor.press("Test digit");
    await expect.poll(() => visitor.text(".verdict"), PATIENCE).toMatch(/sure, (and right|but it is a \d)/);
    expect(await visitor.colors("canvas.units")).toBeGreaterThan(20);
    const diagonal = await visitor.page.tab.evaluate(() =>
      [...document.querySelectorAll(".confusion td.right")].reduce((sum, cell) => sum + Number(cell.textContent), 0),
    );
    expect(diagonal).toBeGreaterThan(0.9 * 359);
  });

  test("can be drawn with the keyboard", async () => {
    const visitor = await Visitor.open(browser, site, "#digits");
    await visitor.reaches(90);
    const { keyboard } = visitor.page.tab;
    await visitor.page.tab.focus(".pad");
    await keyboard.press(" ");
    for (let i = 0; i < 14; i++) await keyboard.press("ArrowDown");
    await expect.poll(() => verdict(visitor), PATIENCE).toMatch(/^\d$/);
    expect(await visitor.colors(".pad canvas")).toBeGreaterThan(2);
    await keyboard.press("Delete");
    await expect.poll(() => verdict(visitor), PATIENCE).toBe("?");
  });

  test("come from files: IDX in gzip, and npz", async () => {
    const visitor = await Visitor.open(browser, site, "#digits?layers=32");
    await visitor.goesOn();
    await visitor.give("Choose files", files);
    await expect.poll(() => visitor.news(), PATIENCE).toContain("1,438 to train on, 359 to test");
    expect(await visitor.text(".layers")).toContain("784 inputs: 28 × 28 pixels");
    await visitor.reaches(85);
    await draw(visitor, [
      [0.5, 0.2],
      [0.5, 0.8],
    ]);
    await expect.poll(() => verdict(visitor), PATIENCE).toMatch(/^\d$/);
    await visitor.page.screenshot("playground-mnist");

    const { train } = digits();
    const npz = encodeNpz(
      {
        x_train: { dtype: "float32", shape: [train.y.size, 8, 8], data: train.x.data as Float32Array<ArrayBuffer> },
        y_train: { dtype: "int32", shape: [train.y.size], data: train.y.data as Int32Array<ArrayBuffer> },
      },
      { compress: true },
    );
    await visitor.give("Choose files", [file("digits.npz", npz)]);
    await expect.poll(() => visitor.news(), PATIENCE).toContain("1,198 to train on, 240 to test");
    await visitor.press("Back to the embedded digits");
    await expect.poll(() => visitor.text(".facts"), PATIENCE).toContain("1,438 to train on, 359 to test");
    await visitor.goesOn();
  });

  test("come from an address", async () => {
    const visitor = await Visitor.open(browser, site, "#digits?layers=32");
    await visitor.goesOn();
    const field = await visitor.named("Address of a folder");
    await field.type("data/");
    await visitor.press("Fetch");
    await expect.poll(() => visitor.news(), PATIENCE).toContain("1,438 to train on, 359 to test");
    await visitor.goesOn();

    await field.type("nothing-here");
    await visitor.press("Fetch");
    await expect.poll(() => visitor.problem(), PATIENCE).toMatch(/mnist: .*nothing-here/);
    // The server's answer is on the console, too.
    visitor.page.takeComplaints();
    await visitor.goesOn();
  });

  test("are refused where files are wrong, and the training goes on", async () => {
    const visitor = await Visitor.open(browser, site, "#digits?layers=32");
    await visitor.goesOn();
    const pictures = Buffer.concat([encodeIdx([3, 28, 28], new Uint8Array(3 * 784)), Buffer.alloc(0)]);
    const [images] = files as [string];
    const wrong: [files: string[], told: RegExp][] = [
      [
        [file("notes.txt", Buffer.from("milk, eggs"))],
        /notes\.txt is a text: the file must be IDX, IDX in gzip, or npz/,
      ],
      [[images], /there must be a file with its 1438 labels too/],
      [[file("cut.gz", gzipSync(pictures).subarray(0, 40))], /cut\.gz: the gzip file is broken/],
      [[file("short.idx", pictures.subarray(0, 100))], /short\.idx/],
      [[file("net.safetensors", Buffer.from("{}"))], /looks like a model, not like pictures to train on: Load model/],
      [[file("labels.idx", encodeIdx([3], [1, 2, 3]))], /There must be images/],
      [
        [file("few.idx", pictures), file("letters.idx", encodeIdx([3], [1, 2, 25]))],
        /labels must be integers from 0 to 9; received 25/,
      ],
      [[file("broken.npz", Buffer.from("PK\u0003\u0004 and then nothing"))], /decodeNpz/],
    ];
    for (const [given, told] of wrong) {
      await visitor.give("Choose files", given);
      await expect.poll(() => visitor.problem(), PATIENCE).toMatch(told);
      await visitor.press("Close this message");
      await expect.poll(() => visitor.problem(), PATIENCE).toBe("");
    }
    await visitor.goesOn();
    expect(await visitor.text(".facts")).toContain("1,438 to train on");
  });

  test("refuse nets that would fill the memory", async () => {
    const visitor = await Visitor.open(browser, site, "#digits?layers=1024,1024,1024,1024,1024,1024");
    await visitor.goesOn(2);
    await visitor.give("Choose files", files);
    await expect.poll(() => visitor.news(), PATIENCE).toContain("28 × 28");
    // By hand, no number of units leaves its range.
    await visitor.page.tab.evaluate(() => {
      location.hash = "#digits?layers=16";
    });
    await expect.poll(() => visitor.text(".layers h2"), PATIENCE).toContain("12,730 parameters");
    const units = await visitor.named("Units in layer 1");
    await units.click({ count: 3 });
    await units.type("999999999");
    await visitor.page.tab.keyboard.press("Tab");
    await expect.poll(() => visitor.text(".layers h2"), PATIENCE).toContain("814,090 parameters");
    await visitor.goesOn(2);
  });
});
