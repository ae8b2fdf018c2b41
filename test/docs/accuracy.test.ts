// docs/accuracy.md is what the sweeps have found, and the formulas are still those that were swept.

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { page, type Results } from "../../scripts/accuracy/page.js";
import { measuredFunctions } from "../../scripts/accuracy/references.js";
import { fingerprint, inspectSeams, sweepRange } from "../../scripts/accuracy/sweep.js";
import { compileKernels } from "../support/compile-kernels.js";
import { erf } from "../support/error-function.js";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const results: Results = JSON.parse(read("scripts/accuracy/results.json"));
const names = Object.keys(measuredFunctions);
const sources = { math: "test/assembly/fixtures/math.ts", kernel: "assembly/index.ts" };
const modules = new Map<string, WebAssembly.Module>();
const moduleOf = (name: string) => modules.get(measuredFunctions[name]?.source ?? "") as WebAssembly.Module;

beforeAll(async () => {
  for (const [source, file] of Object.entries(sources)) modules.set(source, await compileKernels(file, "simd"));
});

test("the page is that of the results, and no function is missing", () => {
  expect(read("docs/accuracy.md")).toBe(page(results));
  expect(Object.keys(results).sort()).toEqual([...names].sort());
});

describe.each(names)("%s", (name) => {
  const result = results[name] as Results[string];

  test("computes what was swept; if not: npm run accuracy", () => {
    expect(fingerprint(moduleOf(name), name)).toBe(result.fingerprint);
  });

  test("a sample errs no more than all", () => {
    const sample = sweepRange({ module: moduleOf(name), name, first: 5, end: 2 ** 32, stride: 100_003 });
    expect(sample.count).toBeGreaterThan(10_000);
    expect(sample.wrongSpecial).toBe(0);
    // Where only a sample was swept, another one may find a little more.
    const more = result.stride === 1 ? 1 : 1.1;
    expect(sample.worst).toBeLessThanOrEqual(result.worst * more);
    expect(sample.worstSubnormal).toBeLessThanOrEqual(result.worstSubnormal * more);
    expect(inspectSeams(moduleOf(name), name)).toEqual(result.seams);
  });
});

test("the references agree with series of their own", () => {
  const normal = (x: number) => (x < 0 ? 1 - normalAbove(-x) : normalAbove(x));
  const normalAbove = (x: number) => (1 + erf(x / Math.SQRT2)) / 2;
  for (let x = -5; x <= 5; x += 0.03125) {
    expect(measuredFunctions.erf?.exact(x)).toBeCloseTo(erf(x), 14);
    expect(measuredFunctions.gelu?.exact(x)).toBeCloseTo(x * normal(x), 13);
    expect(measuredFunctions.silu?.exact(x)).toBeCloseTo(x / (1 + Math.exp(-x)), 14);
    expect(measuredFunctions.softplus?.exact(x)).toBeCloseTo(Math.log(1 + Math.exp(x)), 13);
  }
});
