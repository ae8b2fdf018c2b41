// What pages complain of reaches the tests, and sites are served as told.

import { expect, test } from "vitest";
import { inBrowsers } from "./driver/browsers.js";
import { serve } from "./driver/server.js";

const page = (script: string) => `<!doctype html><title>A page</title><script type="module">${script}</script>`;

inBrowsers("the driver", (browser) => {
  test.each([
    ["an error on the console", "console.error('broken', 1)", /^console\.error: broken 1/],
    ["an error that nobody catches", "throw new RangeError('too far')", /too far/],
    ["a promise that nobody catches", "Promise.reject(new TypeError('never mind'))", /never mind/],
    ["a file that is missing", "await fetch('missing.json')", /^404 for .*missing\.json/],
    [
      "an error in a worker",
      "new Worker('worker.js'); await new Promise((resolve) => setTimeout(resolve, 500))",
      /in the worker/,
    ],
  ])("hears of %s", async (_, script, complaint) => {
    const site = await serve({
      files: { "/": page(script), "/worker.js": "throw new Error('in the worker')" },
    });
    try {
      const opened = await browser.open(site.url("/"));
      const complaints: string[] = [];
      const heard = () => complaints.push(...opened.takeComplaints()) && complaints;
      await expect.poll(heard, { timeout: 30_000 }).toContainEqual(expect.stringMatching(complaint));
    } finally {
      await site.close();
    }
  });

  test("serves headers, folders and files", async () => {
    const site = await serve({
      folders: { "/below/": "test/browser" },
      files: {
        "/": `<!doctype html><title>before</title><script>document.title = "inline"</script><script type="module" src="own.js"></script>`,
        "/own.js": 'document.body.textContent = "own"',
      },
      headers: { "content-security-policy": "script-src 'self'" },
    });
    try {
      const opened = await browser.open(site.url("/"));
      expect(await opened.tab.evaluate("document.title + ' ' + document.body.textContent")).toBe("before own");
      // The page has complained of the script that the policy forbids.
      expect(opened.takeComplaints().join()).toMatch(/policy script-src\S* forbids inline/);
      const texts = await opened.tab.evaluate(
        "Promise.all(['below/driver/server.js', 'below/driver/server.ts'].map(async (path) => (await fetch(path)).text()))",
      );
      const [stripped, source] = texts as string[];
      expect(source).toContain("interface SiteOptions");
      expect(stripped).toContain("async function serve(");
      expect(stripped).not.toContain("interface");
    } finally {
      await site.close();
    }
  });
});
