// A page of a test: Puppeteer's, with what it complains of, programs that run in it, and pictures of it.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "puppeteer-core";

const screenshots = fileURLToPath(new URL("../../../build/screenshots/", import.meta.url));

/** A module that runs in a page: its default export takes and gives what JSON can say. */
// biome-ignore lint/suspicious/noExplicitAny: programs take whatever they like
type Program = { readonly default: (argument: any) => unknown };

export class TestPage {
  /** Puppeteer's page: https://pptr.dev/api/puppeteer.page */
  readonly tab: Page;
  readonly #browser: string;
  #complaints: string[] = [];

  constructor(tab: Page, browser: string) {
    this.tab = tab;
    this.#browser = browser;
    tab.setDefaultTimeout(60_000);
    tab.on("console", (message) => {
      if (message.type() === "error") this.#complaints.push(`console.error: ${message.text()}`);
    });
    tab.on("pageerror", (error) => this.#complaints.push(`not caught: ${(error as Error).stack ?? error}`));
    tab.on("error", (error) => this.#complaints.push(`the page crashed: ${error.message}`));
    tab.on("response", (response) => {
      if (response.status() >= 400) this.#complaints.push(`${response.status()} for ${response.url()}`);
    });
  }

  /**
   * Imports `address`, a module that the page's server has, and calls its default export with `argument`. The type says
   * which it is: `page.run<typeof import("./programs/golden.js")>("/test/browser/programs/golden.js", "simd")`.
   */
  async run<P extends Program>(
    address: string,
    ...[argument]: Parameters<P["default"]>
  ): Promise<Awaited<ReturnType<P["default"]>>> {
    // As text, since the module system of the test runner would put its own import() in the place of the page's.
    const call = `import(${JSON.stringify(address)}).then((program) => program.default(${JSON.stringify(argument)}))`;
    return (await this.tab.evaluate(call)) as Awaited<ReturnType<P["default"]>>;
  }

  /** Keeps a picture as build/screenshots/<name>-<browser>.png. */
  async screenshot(name: string, options: { readonly fullPage?: boolean } = {}): Promise<void> {
    await mkdir(screenshots, { recursive: true });
    await this.tab.screenshot({ path: path.join(screenshots, `${name}-${this.#browser}.png`), ...options });
  }

  /** What the page has complained of since the last call; the test then no longer fails for it. */
  takeComplaints(): string[] {
    const complaints = this.#complaints;
    this.#complaints = [];
    return complaints;
  }

  async close(): Promise<void> {
    if (!this.tab.isClosed()) await this.tab.close();
  }
}
