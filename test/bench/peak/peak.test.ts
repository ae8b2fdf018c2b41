import { describe, expect, test } from "vitest";
import { peakLoops } from "../../../bench/peak/peak.js";
import { peakFlops, peakShapes, peakSource, widePeakShapes } from "../../../bench/peak/source.js";
import { supportedBuilds } from "../../../src/wasm/host.js";

test("no loop touches memory", () => {
  expect(peakSource()).not.toMatch(/load|store|new |StaticArray/);
});

test("shapes have names of their own", () => {
  expect(new Set(peakShapes.map(({ name }) => name)).size).toBe(peakShapes.length);
});

test("the operations that are counted are those of the text", () => {
  for (const shape of peakShapes) {
    const body = peakSource().split(`function ${shape.name}On<V>`)[1]?.split("} while")[0] ?? "";
    const written = 2 * (body.match(/fma<V>/g)?.length ?? 0) + (body.match(/(mul|add)<V>/g)?.length ?? 0);
    expect(written).toBe(peakFlops(shape, 1));
  }
});

describe.each([...supportedBuilds(), "wide"] as const)("on %s", (build) => {
  // Compiles them where no run has done so before.
  test("every loop runs and returns what it must", { timeout: 120_000 }, async () => {
    const loops = await peakLoops(build);
    const shapes = build === "wide" ? widePeakShapes : peakShapes;
    expect(loops.map(({ shape }) => shape)).toEqual(shapes.map(({ name }) => name));
    for (const { run } of loops) run();
  });
});
