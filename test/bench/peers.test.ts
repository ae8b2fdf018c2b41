// bench/peers is a package of its own: exact versions, a lock file without addresses, and tables that the page can show.

import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type PeersReport, peersSection } from "../../bench/markdown.js";

const read = (name: string) => readFileSync(new URL(`../../bench/peers/${name}`, import.meta.url), "utf8");

test("versions are exact, and the lock file names no address", () => {
  const { private: isPrivate, dependencies } = JSON.parse(read("package.json"));
  expect(isPrivate).toBe(true);
  expect(Object.keys(dependencies).length).toBeGreaterThan(4);
  for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  expect(read("package-lock.json")).not.toContain("resolved");
});

test("results.json, where it has been measured, makes the section of the page", () => {
  if (!existsSync(new URL("../../bench/peers/results.json", import.meta.url))) return;
  const report: PeersReport = JSON.parse(read("results.json"));
  expect(report.sections.length).toBeGreaterThan(5);
  for (const { table } of report.sections) {
    for (const row of table.rows) expect(row).toHaveLength(table.header.length);
  }
  expect(peersSection(report)).toContain("## Other libraries");
});
