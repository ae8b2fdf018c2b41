// A visitor of the playground: sees what stands on the page, presses buttons, draws, drops files. The page is the one that
// is put on servers, built, under its policy, below a path.

import { fileURLToPath } from "node:url";
import type { ElementHandle } from "puppeteer-core";
import { expect } from "vitest";
import { CONTENT_SECURITY_POLICY } from "../../../examples/playground/policy.js";
import type { BrowserOfTests } from "../driver/browsers.js";
import type { TestPage } from "../driver/page.js";
import { type Site, serve } from "../driver/server.js";

export const builtFolder = fileURLToPath(new URL("../../../build/playground/", import.meta.url));
const PATH = "/some/where/";
/** Machines of tests are busy. */
export const PATIENCE = { timeout: 40_000, interval: 100 };

/** What the spies have seen. */
interface Seen {
  readonly workers: Worker[];
  readonly saved: { readonly name: string; readonly blob: Blob }[];
  readonly longTasks: number[];
  shift: number;
}
type SpiedWindow = typeof globalThis & { seen: Seen };

/** Serves the playground, which driver/prepare.ts has built, with more files beside. */
export async function servePlayground(folders: Readonly<Record<string, string>> = {}): Promise<Site> {
  const below = Object.entries(folders).map(([name, folder]) => [`${PATH}${name}/`, folder]);
  return await serve({
    folders: { ...Object.fromEntries(below), [PATH]: builtFolder },
    headers: { "content-security-policy": CONTENT_SECURITY_POLICY },
  });
}

/** Runs in the page before its own scripts. */
function spy(): void {
  const seen: Seen = { workers: [], saved: [], longTasks: [], shift: 0 };
  (globalThis as SpiedWindow).seen = seen;
  globalThis.Worker = class extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      seen.workers.push(this);
    }
  };
  const blobs = new Map<string, Blob>();
  const createObjectURL = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (blob: Blob) => {
    const url = createObjectURL(blob);
    blobs.set(url, blob);
    return url;
  };
  // A download would end in a folder of the machine.
  HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
    const blob = blobs.get(this.href);
    if (blob) seen.saved.push({ name: this.download, blob });
  };
  const observe = (type: string, take: (entry: PerformanceEntry) => void) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  };
  observe("longtask", ({ duration }) => seen.longTasks.push(duration));
  observe("layout-shift", (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) seen.shift += value;
  });
}

export class Visitor {
  readonly page: TestPage;

  private constructor(page: TestPage) {
    this.page = page;
  }

  /** Opens the playground at the fragment; its size is that of a laptop. */
  static async open(browser: BrowserOfTests, site: Site, fragment = ""): Promise<Visitor> {
    const page = await browser.open(site.url(`${PATH}favicon.svg`));
    await page.tab.evaluateOnNewDocument(spy);
    await page.tab.goto(site.url(`${PATH}index.html${fragment}`), { waitUntil: "load" });
    return new Visitor(page);
  }

  /** The element that can be pressed and has this name. */
  async named(name: string): Promise<ElementHandle<HTMLElement>> {
    const handle = await this.page.tab.evaluateHandle((wanted) => {
      const all = document.querySelectorAll<HTMLElement>("button, a, label, input");
      const nameOf = (element: HTMLElement) => element.ariaLabel ?? element.innerText;
      return [...all].find((element) => nameOf(element).trim().startsWith(wanted)) ?? null;
    }, name);
    const element = handle.asElement();
    if (element === null) throw new Error(`there is nothing named ${name} to press`);
    return element as ElementHandle<HTMLElement>;
  }

  async press(name: string): Promise<void> {
    const element = await this.named(name);
    // Frames and notices come and go; the press is the visitor's all the same.
    await element.scrollIntoView();
    await element.click();
  }

  /** Gives files to the button of that name. */
  async give(name: string, files: readonly string[]): Promise<void> {
    const input = await this.page.tab.$(`input[type=file][aria-label="${name}"]`);
    await (input as ElementHandle<HTMLInputElement>).uploadFile(...files);
  }

  /** Drops files on what a selector finds; true where the page takes them, so that the browser does not. */
  async drop(
    selector: string,
    files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  ): Promise<boolean> {
    const sent = files.map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes).toString("base64") }));
    return await this.page.tab.evaluate(
      (wanted, list) => {
        const dataTransfer = new DataTransfer();
        for (const { name, bytes } of list) {
          const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
          dataTransfer.items.add(new File([content], name));
        }
        const target = document.querySelector(wanted) as HTMLElement;
        const events = ["dragenter", "dragover", "drop"].map(
          (type) => new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
        );
        for (const event of events) target.dispatchEvent(event);
        return events.slice(1).every(({ defaultPrevented }) => defaultPrevented);
      },
      selector,
      sent,
    );
  }

  /** What another tab in front of this one, or a way back to it, is for the page. */
  async setVisible(visible: boolean): Promise<void> {
    await this.page.tab.evaluate(
      (state) => {
        Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      },
      visible ? "visible" : "hidden",
    );
  }

  async hash(): Promise<string> {
    return await this.page.tab.evaluate(() => location.hash);
  }

  /** What a screen reader says of the chart of that name: the values at the step that is read. */
  async curve(title: string): Promise<string> {
    return await this.page.tab.evaluate(
      (wanted) =>
        document.querySelector(`[role=slider][aria-label^="${wanted}"]`)?.getAttribute("aria-valuetext") ?? "",
      title,
    );
  }

  /** The rectangle of what a selector finds, in the window. */
  async place(
    selector: string,
  ): Promise<{ readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }> {
    return await this.page.tab.evaluate((wanted) => {
      const { left, right, top, bottom } = (document.querySelector(wanted) as HTMLElement).getBoundingClientRect();
      return { left, right, top, bottom };
    }, selector);
  }

  /** A figure by its name: step, epoch, loss, accuracy. */
  async figure(name: string): Promise<number> {
    const text = await this.page.tab.evaluate((wanted) => {
      const terms = [...document.querySelectorAll("dt")];
      return terms.find((term) => term.textContent === wanted)?.nextElementSibling?.textContent ?? "";
    }, name);
    return Number.parseFloat(text.replaceAll(",", ""));
  }

  /** The text of what a selector finds first. */
  async text(selector: string): Promise<string> {
    return await this.page.tab.evaluate((wanted) => document.querySelector(wanted)?.textContent ?? "", selector);
  }

  /** What the page says at its foot when all is well, and when not. */
  async news(): Promise<string> {
    return await this.text(".notices [role=status]");
  }

  async problem(): Promise<string> {
    return await this.text(".notices [role=alert]");
  }

  /** Waits until so many steps have been made since now. A training that rests, since it has learnt, is told to go on. */
  async goesOn(steps = 20): Promise<void> {
    const from = await this.figure("Step");
    const step = async () => {
      if (from > 5000 && (await this.text(".transport .primary")) === "Train") await this.press("Train");
      return await this.figure("Step");
    };
    await expect.poll(step, PATIENCE).toBeGreaterThan((from || 0) + steps);
  }

  async reaches(accuracy: number): Promise<void> {
    await expect.poll(() => this.figure("Accuracy"), PATIENCE).toBeGreaterThanOrEqual(accuracy);
  }

  /** The number of colours in a canvas: 1 while nothing has been drawn. */
  async colors(selector: string): Promise<number> {
    return await this.page.tab.evaluate((wanted) => {
      const canvas = document.querySelector<HTMLCanvasElement>(wanted) as HTMLCanvasElement;
      const context = canvas.getContext("2d") as CanvasRenderingContext2D;
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    }, selector);
  }

  /** The file that was saved last. */
  async saved(): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    const count = () => this.page.tab.evaluate(() => (globalThis as SpiedWindow).seen.saved.length);
    await expect.poll(count, PATIENCE).toBeGreaterThan(0);
    const { name, bytes } = await this.page.tab.evaluate(async () => {
      const { saved } = (globalThis as SpiedWindow).seen;
      const { name, blob } = saved.pop() as Seen["saved"][number];
      const text = Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join("");
      return { name, bytes: btoa(text) };
    });
    return { name, bytes: Buffer.from(bytes, "base64") };
  }

  /** Ends the workers as a browser that is short of memory does: without a word. */
  async killWorkers(): Promise<void> {
    await this.page.tab.evaluate(() => {
      for (const worker of (globalThis as SpiedWindow).seen.workers) worker.terminate();
    });
  }

  /** Milliseconds of tasks above 50, and how much the layout has moved; where the browser tells. */
  async smoothness(): Promise<{ readonly longTasks: readonly number[]; readonly shift: number }> {
    return await this.page.tab.evaluate(() => {
      const { longTasks, shift } = (globalThis as SpiedWindow).seen;
      return { longTasks, shift };
    });
  }
}
