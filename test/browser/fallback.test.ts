// Browsers that lack something. It is switched off for real where the browser has a switch; else the page is given a
// WebAssembly that denies it before anything loads.

import { afterAll, beforeAll, expect, test } from "vitest";
import { goldenTrainings } from "../support/golden-trainings.js";
import { type BrowserOptions, inBrowsers } from "./driver/browsers.js";
import { builtPage } from "./driver/builtPage.js";
import type { BrowserName } from "./driver/finding.js";
import type { TestPage } from "./driver/page.js";
import { type Site, serve } from "./driver/server.js";

type Lacking = typeof import("./programs/lacking.js");
const program = "/test/browser/programs/lacking.js";
const golden = goldenTrainings[1]?.trained;

interface Lack extends BrowserOptions {
  readonly only: readonly BrowserName[];
  /** A script that runs before all others. */
  readonly first?: string;
}

function lacking(what: string, lack: Lack, check: (page: TestPage) => Promise<void>): void {
  const title = `a browser without ${what}`;
  const tests: Parameters<typeof inBrowsers>[1] = (browser) => {
    let site: Site;
    beforeAll(async () => {
      const blank = builtPage.files?.["/"] as string;
      site = await serve({
        ...builtPage,
        files: { "/": blank.replace("<title>", `<script>${lack.first ?? ""}</script><title>`) },
      });
    });
    afterAll(() => site.close());
    test("runs what it can, and says what it cannot", async () => check(await browser.open(site.url("/"))));
  };
  inBrowsers(title, tests, lack);
}

async function withoutSimd(page: TestPage): Promise<void> {
  const chosen = await page.run<Lacking>(program, null);
  expect(chosen).toMatchObject({ supported: ["scalar"], build: "scalar", trained: golden, trainedInWorker: golden });
  expect(chosen.unsupported.simd).toMatch(/^this host has no SIMD/);
  const wanted = await page.run<Lacking>(program, "simd");
  expect(wanted.failure).toMatch(
    /^ArgumentError: init: this host does not support the simd build; .* supports scalar\.$/,
  );
}

async function withoutWebAssembly(page: TestPage): Promise<void> {
  const result = await page.run<Lacking>(program, null);
  expect(result.supported).toEqual([]);
  expect(result.failure).toMatch(
    /^StateError: init: Lanewise needs WebAssembly, which Mozilla\/5\.0 .* does not offer\.$/,
  );
}

async function withoutRelaxed(page: TestPage): Promise<void> {
  const chosen = await page.run<Lacking>(program, null);
  expect(chosen).toMatchObject({ supported: ["scalar", "simd"], build: "simd", trained: golden });
  const wanted = await page.run<Lacking>(program, "relaxed");
  expect(wanted.failure).toMatch(/^ArgumentError: init: this host does not support the relaxed build/);
}

// V8 has SIMD on x64 from SSE 4.1 on.
if (process.arch === "x64") {
  lacking("SIMD", { only: ["chromium"], switches: ["--js-flags=--no-enable-sse4-1"] }, withoutSimd);
}
const denial = `
  const validate = WebAssembly.validate;
  WebAssembly.validate = (bytes) => !bytes.includes(253) && validate(bytes);`;
lacking("SIMD, as it says", { only: ["firefox"], first: denial }, withoutSimd);

lacking("WebAssembly", { only: ["firefox"], preferences: { "javascript.options.wasm": false } }, withoutWebAssembly);
lacking("WebAssembly, removed", { only: ["chromium"], first: "delete globalThis.WebAssembly" }, withoutWebAssembly);

const relaxedOff = { "javascript.options.wasm_relaxed_simd": false };
lacking("relaxed SIMD", { only: ["firefox"], preferences: relaxedOff }, withoutRelaxed);
