// Before the tests of bundlers and hosts: says what they will not see.

import { isInstalled, leftOut, remedy } from "./installed.js";

export default function announce(): void {
  if (isInstalled) return;
  const outcome = leftOut ? "their tests are left out" : "their tests will fail";
  console.warn(`the bundlers and hosts of test/dropin are not installed: ${outcome}. To install them: ${remedy}`);
}
