// Real browsers for tests: Chromium and Firefox as the machine has them, both driven over WebDriver BiDi.
//
// A test of a page looks like this:
//
//   inBrowsers("the counter", (browser) => {
//     let site: Site;
//     beforeAll(async () => { site = await serve({ folders: { "/": "examples/counter" } }); });
//     afterAll(() => site.close());
//
//     test("counts", async () => {
//       const page = await browser.open(site.url("index.html"));
//       await page.tab.click("#more");                            // `tab` is Puppeteer's Page
//       expect(await page.tab.$eval("output", (output) => output.textContent)).toBe("1");
//       await page.screenshot("counter");                         // build/screenshots/counter-firefox.png
//     });
//   });
//
// A page closes when its test ends. What it complained of by then, an error on its console or one that nobody caught,
// fails the test; a test that provokes complaints takes them with `page.takeComplaints()`. Code that is to run inside the
// page stands in a module of its own, see `page.run` and the programs beside this folder.
//
// Where a browser is not installed its tests are left out, and a line says so; with CI=true they fail. The variables
// CHROMIUM and FIREFOX name others than those on the path.

import puppeteer, { type Browser } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { type BrowserName, browserNames, findBrowser, packages } from "./finding.js";
import { TestPage } from "./page.js";

/** What to switch on and off for all pages of a browser. */
export interface BrowserOptions {
  /** Switches of Chromium's command line. */
  readonly switches?: readonly string[];
  /** Preferences of Firefox. */
  readonly preferences?: Readonly<Record<string, unknown>>;
}

// No page of a test needs the network, so the browser's own errands stay undone. Pages that nobody looks at would have
// their timers slowed down.
const switches = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
];

/** A browser without a window, with a profile of its own that goes when it closes. */
export class TestBrowser {
  readonly name: BrowserName;
  readonly #browser: Browser;
  readonly #pages = new Set<TestPage>();

  constructor(name: BrowserName, browser: Browser) {
    this.name = name;
    this.#browser = browser;
  }

  get version(): Promise<string> {
    return this.#browser.version();
  }

  /** The process of the browser. */
  get process(): number {
    return this.#browser.process()?.pid as number;
  }

  /** A page at this address, when it and its scripts have loaded. */
  async open(url: string): Promise<TestPage> {
    const page = new TestPage(await this.#browser.newPage(), this.name);
    this.#pages.add(page);
    // Chromium tells its console, but not us, what a Content-Security-Policy has forbidden.
    await page.tab.evaluateOnNewDocument(() => {
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) =>
        console.error(`the policy ${effectiveDirective} forbids ${blockedURI} in ${sourceFile}`),
      );
    });
    await page.tab.goto(url, { waitUntil: "load" });
    return page;
  }

  /** Closes all pages; fails with what they complained of. */
  async closePages(): Promise<void> {
    const pages = [...this.#pages];
    this.#pages.clear();
    await Promise.all(pages.map((page) => page.close()));
    const complaints = pages.flatMap((page) => page.takeComplaints());
    if (complaints.length > 0) throw new Error(`the page complained in ${this.name}:\n${complaints.join("\n")}`);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Starts a browser; fails where the machine has none. */
export async function openBrowser(name: BrowserName, options: BrowserOptions = {}): Promise<TestBrowser> {
  const program = findBrowser(name);
  if (program === undefined) {
    throw new Error(
      `${name} is not installed: install ${packages[name]}, or name its program in the variable ${name.toUpperCase()}`,
    );
  }
  const asRoot = process.getuid?.() === 0;
  const browser = await puppeteer.launch({
    browser: name === "chromium" ? "chrome" : "firefox",
    executablePath: program,
    protocol: "webDriverBiDi",
    headless: true,
    args: name === "chromium" ? [...switches, ...(asRoot ? ["--no-sandbox"] : []), ...(options.switches ?? [])] : [],
    extraPrefsFirefox: { "datareporting.policy.dataSubmissionEnabled": false, ...options.preferences },
    defaultViewport: { width: 1280, height: 800 },
    timeout: 90_000,
  });
  return new TestBrowser(name, browser);
}

/** A browser within the tests of `inBrowsers`, which starts and closes it. */
export type BrowserOfTests = Pick<TestBrowser, "name" | "open" | "version" | "process">;

/** The same tests in each browser, or in those of `only`. */
export function inBrowsers(
  title: string,
  tests: (browser: BrowserOfTests) => void,
  { only = browserNames, ...options }: BrowserOptions & { readonly only?: readonly BrowserName[] } = {},
): void {
  for (const name of only) {
    const leftOut = findBrowser(name) === undefined && process.env.CI !== "true";
    describe.skipIf(leftOut)(`${title}, in ${name}`, () => {
      let browser: TestBrowser;
      beforeAll(async () => {
        browser = await openBrowser(name, options);
      });
      afterEach(() => browser?.closePages());
      afterAll(() => browser?.close());
      tests({
        name,
        open: (url) => browser.open(url),
        get version() {
          return browser.version;
        },
        get process() {
          return browser.process;
        },
      });
    });
  }
}
