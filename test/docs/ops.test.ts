// docs/ops.md is what scripts/generate-docs.mjs makes of the op records.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ops } from "../../src/ops/index.js";

const script = fileURLToPath(new URL("../../scripts/generate-docs.mjs", import.meta.url));

test("docs/ops.md is fresh; if not: node scripts/generate-docs.mjs", async () => {
  const { stderr } = await promisify(execFile)(process.execPath, [script, "--check"]).catch((error) => error);
  expect(stderr).toBe("");
});

test("it has one row per op", () => {
  const page = readFileSync(new URL("../../docs/ops.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)\(/gm)].map(([, name = ""]) => name);
  expect(rows.sort()).toEqual(ops.map(({ name }) => name).sort());
});
