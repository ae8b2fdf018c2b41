// Before the tests of pages: says which browsers they will not see.

import { browserNames, findBrowser, packages } from "./finding.js";

export default function announce(): void {
  for (const name of browserNames) {
    if (findBrowser(name) === undefined) {
      const outcome = process.env.CI === "true" ? "its tests will fail" : "its tests are left out";
      console.warn(`${name} is not installed: ${outcome}. On Debian: apt-get install ${packages[name]}`);
    }
  }
}
