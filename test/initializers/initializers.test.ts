// Initial values: moments and limits as promised, one stream per variable, equal bits in every build.

import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { Graph, type Initializer } from "../../src/graph/graph.js";
import { Session } from "../../src/graph/session.js";
import * as initializers from "../../src/initializers/index.js";
import type { Shape } from "../../src/tensor/shape.js";
import { builds, engineOf } from "../support/builds.js";
import { expectSameBits } from "../support/compare-floats.js";
import { expectRefusal } from "../support/expect-refusal.js";
import { goldenCases, type InitializerPromise } from "../support/golden.js";

function values(initializer: Initializer, shape: Shape, { seed = 1, name = "kernel", build = builds[0]! } = {}) {
  const graph = new Graph({ seed });
  const variable = graph.variable(name, initializer, { shape });
  return new Session(graph, { engine: engineOf(build) }).get(variable).data;
}

/** Ours for the names of the golden cases; normal means truncated here. */
const byGoldenName: Readonly<Record<string, Initializer>> = {
  glorot_uniform: initializers.glorotUniform(),
  glorot_normal_truncated: initializers.glorotNormal(),
  he_uniform: initializers.heUniform(),
  he_normal_truncated: initializers.heNormal(),
  lecun_uniform: initializers.lecunUniform(),
  lecun_normal_truncated: initializers.lecunNormal(),
  "truncated_normal_std0.05": initializers.truncatedNormal({ stddev: 0.05 }),
};

const promised = goldenCases("initializers", /_\d+x\d+$/).filter(({ op }) => op in byGoldenName);

test("every initializer of the golden cases is tried", () => {
  expect(new Set(promised.map(({ op }) => op))).toEqual(new Set(Object.keys(byGoldenName)));
});

describe.each(promised)("$name", ({ op, params, expect: promise }) => {
  const { mean, variance, limit, mean_5se, variance_5se } = promise as InitializerPromise;
  const { fan_in, fan_out } = params as { fan_in: number; fan_out: number };

  test("mean, variance and limit", () => {
    const x = Float64Array.from(values(byGoldenName[op] as Initializer, [fan_in, fan_out]));
    const average = x.reduce((sum, value) => sum + value, 0) / x.length;
    const spread = x.reduce((sum, value) => sum + (value - average) ** 2, 0) / x.length;
    expect(Math.abs(average - mean), "mean").toBeLessThan(mean_5se);
    expect(Math.abs(spread - variance), "variance").toBeLessThan(variance_5se);
    const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest, "limit").toBeLessThanOrEqual(Math.fround(limit as number));
    // And the values reach for it.
    expect(largest).toBeGreaterThan(0.98 * (limit as number));
  });
});

test("all builds draw the same weights, relaxed too", () => {
  for (const [name, initializer] of Object.entries(byGoldenName)) {
    const reference = values(initializer, [17, 23]);
    for (const build of builds) {
      expectSameBits(`${name} ${build}`, values(initializer, [17, 23], { build }), reference);
    }
  }
});

test("seed and name of the variable choose the numbers", () => {
  const draw = (seed: number, name: string) => [...values(initializers.heUniform(), [4, 4], { seed, name })];
  expect(draw(1, "a")).toEqual(draw(1, "a"));
  expect(draw(1, "a")).not.toEqual(draw(2, "a"));
  expect(draw(1, "a")).not.toEqual(draw(1, "b"));
});

test("gain multiplies the standard deviation", () => {
  for (const make of [initializers.glorotUniform, initializers.heNormal]) {
    const single = values(make(), [20, 30]);
    expectSameBits(
      "gain 2",
      values(make({ gain: 2 }), [20, 30]),
      single.map((x) => 2 * x),
    );
  }
});

test("constants fill", () => {
  expect([...values(initializers.zeros(), [3])]).toEqual([0, 0, 0]);
  expect([...values(initializers.ones(), [2, 2])]).toEqual([1, 1, 1, 1]);
  expect([...values(initializers.constant(-0.5), [2])]).toEqual([-0.5, -0.5]);
});

test("shapes without elements are fine", () => {
  expect(values(initializers.heNormal(), [0, 3])).toHaveLength(0);
  expect(values(initializers.glorotUniform(), [3, 0])).toHaveLength(0);
});

test("refuses what is no kernel, gain or name", () => {
  const graph = new Graph();
  const fans = (shape: Shape) => () => graph.variable("w", initializers.heNormal(), { shape });
  expectRefusal(fans([3]), ArgumentError, "heNormal: the shape must be [inputs, units]; received [3].");
  expectRefusal(fans([3, 4, 5]), ArgumentError, "heNormal: the shape must be [inputs, units]; received [3, 4, 5].");
  expectRefusal(
    () => initializers.glorotUniform({ gain: 0 }),
    ArgumentError,
    "glorotUniform: gain must be a finite number greater than 0; received 0.",
  );
  expectRefusal(
    () => initializers.constant(Number.NaN),
    ArgumentError,
    "constant: value must be a finite number; received NaN.",
  );
  for (const name of ["glorot", "toString"]) {
    const call = () => initializers.getInitializer("Dense: kernelInitializer", name as "zeros");
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(/^Dense: kernelInitializer must be a function or one of "glorotUniform".*; received "/);
  }
});

test("initializers are found by name", () => {
  const found = initializers.getInitializer("kernel", "heUniform");
  expectSameBits("heUniform", values(found, [5, 5]), values(initializers.heUniform(), [5, 5]));
  const own = initializers.ones();
  expect(initializers.getInitializer("kernel", own)).toBe(own);
});
