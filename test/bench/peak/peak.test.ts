import { describe, expect, test } from "vitest";
import { peakLoops } from "../../../bench/peak/peak.js";
import { peakFlops, peakShapes, peakSource, widePeakSource } from "../../../bench/peak/source.js";
import { supportedBuilds } from "../../../src/wasm/host.js";

test("no loop touches memory", () => {
  expect(peakSource()).not.toMatch(/load|store|new |StaticArray/);
  const wideLoops = widePeakSource().match(/do \{.*?\} while/gs) ?? [];
  expect(wideLoops).toHaveLength(peakShapes.length);
  expect(wideLoops.join("")).not.toMatch(/load|store/);
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

test("the wide loops run where nothing is joined too, and make as many operations as are counted", async () => {
  for (const { run } of await peakLoops("wide")) run();
  for (const shape of peakShapes) {
    const body = widePeakSource().split(`function ${shape.name}(`)[1]?.split("} while")[0] ?? "";
    expect(4 * (body.match(/f32x4\.(mul|add)/g)?.length ?? 0)).toBe(peakFlops(shape, 8));
  }
}, 120_000);

describe.each(supportedBuilds())("on %s", (build) => {
  // Compiles them where no run has done so before.
  test("every loop runs and returns what it must", { timeout: 120_000 }, async () => {
    const loops = await peakLoops(build);
    expect(loops.map(({ shape }) => shape)).toEqual(peakShapes.map(({ name }) => name));
    for (const { run } of loops) run();
  });
});
