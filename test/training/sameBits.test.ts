// One seed, one set of weights: the hashes of golden-trainings.ts hold on every host, in the scalar and in the simd build,
// from version to version. Where one changes, saved seeds no longer mean what they did: say so in CHANGELOG.md.

import { describe, expect, test } from "vitest";
import type { BuildName } from "../../src/wasm/engine.js";
import { builds, engineOf, isExact } from "../support/builds.js";
import { goldenTrainings, trainGolden } from "../support/golden-trainings.js";

describe.each(goldenTrainings)("$name", (training) => {
  const runs = new Map<BuildName, ReturnType<typeof trainGolden>>();
  const run = (build: BuildName) => {
    const known = runs.get(build) ?? trainGolden(training, engineOf(build));
    runs.set(build, known);
    return known;
  };

  test.each(builds.filter(isExact))("has the golden weights in the %s build", async (build) => {
    const { initial, trained, steps, loss } = await run(build);
    expect({ initial, trained, steps }).toEqual({
      initial: training.initial,
      trained: training.trained,
      steps: training.steps,
    });
    expect(loss[loss.length - 1]).toBeLessThan(loss[0] as number);
  });

  test.each(builds.filter((build) => !isExact(build)))("ends near the same loss in the %s build", async (build) => {
    const { steps, loss } = await run(build);
    const exact = await run("scalar");
    expect(steps).toBe(training.steps);
    loss.forEach((value, epoch) => {
      expect(Math.abs(value - (exact.loss[epoch] as number))).toBeLessThan(1e-3);
    });
  });
});
