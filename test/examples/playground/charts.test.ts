// What stands on the axes of the playground's charts, and that curves of many layers can be told apart.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { axisSteps, decades, powers, shares, writtenSteps } from "../../../examples/playground/src/ui/axes.js";

describe("the axis of steps", () => {
  test.each([1, 7, 10, 137, 999, 4321, 300_000, 7_654_321])(
    "up to %i has a few round numbers, 0 among them",
    (last) => {
      for (const wideFirst of [false, true]) {
        const splits = axisSteps(wideFirst).splits(last, 400);
        expect(splits[0]).toBe(0);
        expect(splits.length).toBeLessThan(10);
        expect(Math.max(...splits)).toBeLessThanOrEqual(last);
        expect(splits.every(Number.isInteger)).toBe(true);
        expect(new Set(splits.map(writtenSteps)).size).toBe(splits.length);
      }
    },
  );

  test("with wide first steps gives the first thousand of 300,000 more than a third of the room", () => {
    const { place } = axisSteps(true);
    expect(place(1000) / place(300_000)).toBeGreaterThan(0.4);
    expect(place(0)).toBe(0);
  });
});

describe("the axis of shares", () => {
  test.each([
    [null, [0, 0.25, 0.5, 0.75, 1]],
    [0, [0, 0.25, 0.5, 0.75, 1]],
    [0.35, [0.2, 0.4, 0.6, 0.8, 1]],
    [0.49, [0.4, 0.6, 0.8, 1]],
    [0.985, [0.98, 0.99, 1]],
    [1, [0.99, 1]],
  ])("from %s is %o", (low, expected) => {
    expect(shares(low)).toEqual(expected);
  });
});

test("the axis of losses is of whole powers of ten", () => {
  expect(decades(0.02, 0.7)).toEqual([0.01, 1]);
  expect(decades(null, null)).toEqual([0.01, 1]);
  expect(powers(0.01, 1)).toEqual([0.01, 0.1, 1]);
});

/** CIE L*a*b*, D65. */
function lab(hex: string): readonly [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  const [r, g, b] = [16, 8, 0].map((shift) => {
    const share = ((value >> shift) & 255) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe.each(["light", "dark"])("the curves of six layers and the output, %s", (scheme) => {
  const css = readFileSync(new URL("../../../examples/playground/src/styles/tokens.css", import.meta.url), "utf8");
  const [light = "", dark = ""] = css.split("(prefers-color-scheme: dark)");
  const color = (name: string) =>
    (scheme === "dark" ? dark : light).match(new RegExp(`--${name}: (#[0-9a-f]{6})`))?.[1] ?? "";
  const names = [...[1, 2, 3, 4, 5, 6].map((layer) => `layer-${layer}`), "ink"];

  test("differ from each other and from the ground, to the eye", () => {
    names.forEach((name, i) => {
      for (const other of [...names.slice(i + 1), "card"]) {
        const [a, b] = [lab(color(name)), lab(color(other))];
        const difference = Math.hypot(...a.map((value, at) => value - (b[at] as number)));
        expect(difference, `${name} and ${other}`).toBeGreaterThan(25);
      }
    });
  });
});
