// Initial values: moments and limits as promised, one stream per variable, equal bits in every build.

import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { Graph, type Initializer } from "../../../src/graph/graph.js";
import * as initializers from "../../../src/nn/initializers/index.js";
import { Session } from "../../../src/runtime/session.js";
import type { Shape } from "../../../src/tensor/shape.js";
import { builds, engineOf } from "../../support/builds.js";
import { expectSameBits } from "../../support/compare-floats.js";
import { expectRefusal } from "../../support/expect-refusal.js";
import { goldenCases, type InitializerPromise } from "../../support/golden.js";

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
  glorot_normal: initializers.varianceScaling({ mode: "fanAvg", distribution: "untruncatedNormal" }),
  he_normal: initializers.varianceScaling({ scale: 2, distribution: "untruncatedNormal" }),
  lecun_normal: initializers.varianceScaling({ distribution: "untruncatedNormal" }),
  torch_linear_default: initializers.varianceScaling({ scale: 1 / 3, distribution: "uniform" }),
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
    if (limit === null) {
      // A normal distribution that is cut nowhere goes beyond three standard deviations in every 370th case.
      expect(largest).toBeGreaterThan(3 * Math.sqrt(variance));
      return;
    }
    expect(largest, "limit").toBeLessThanOrEqual(Math.fround(limit));
    // And the values reach for it.
    expect(largest).toBeGreaterThan(0.98 * limit);
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

describe.each(goldenCases("initializers", /^orthogonal_\d+x\d+$/))("$name", ({ params, expect: promise }) => {
  const { fan_in: inputs, fan_out: units } = params as { fan_in: number; fan_out: number };

  test.each([1, 1.5])("the vectors of the shorter side are orthonormal, times the gain %d", (gain) => {
    const w = values(initializers.orthogonal({ gain }), [inputs, units]);
    const count = Math.min(inputs, units);
    const at = (vector: number, i: number) => w[inputs < units ? vector * units + i : i * units + vector] as number;
    let worst = 0;
    for (let a = 0; a < count; a += 7) {
      for (let b = a; b < count; b++) {
        let product = 0;
        for (let i = 0; i < Math.max(inputs, units); i++) product += at(a, i) * at(b, i);
        worst = Math.max(worst, Math.abs(product - (a === b ? gain * gain : 0)));
      }
    }
    expect(worst).toBeLessThanOrEqual(promise?.max_abs_deviation_f32 as number);
    const variance = Array.from(w).reduce((sum, value) => sum + value * value, 0) / w.length;
    expect(variance).toBeCloseTo(gain * gain * promise!.variance, 5);
  });
});

test("orthogonal matrices are turned every way alike: their entries have the moments of a random direction", () => {
  const n = 24;
  const all = Array.from({ length: 40 }, (_, seed) => [...values(initializers.orthogonal(), [n, n], { seed })]).flat();
  const moment = (power: number) => all.reduce((sum, value) => sum + value ** power, 0) / all.length;
  // Of a coordinate of a random direction in n dimensions: mean 0, E x^2 = 1 / n, E x^4 = 3 / (n (n + 2)).
  expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / n / all.length));
  expect(moment(2)).toBeCloseTo(1 / n, 6);
  expect(Math.abs(moment(4) * n * (n + 2) - 3)).toBeLessThan(0.1);
});

test("plain normal and uniform", () => {
  const normal = values(initializers.randomNormal({ mean: 3, stddev: 0.5 }), [100, 100]);
  const mean = Array.from(normal).reduce((sum, value) => sum + value, 0) / 1e4;
  expect(Math.abs(mean - 3)).toBeLessThan(5 * 0.005);
  const uniform = values(initializers.randomUniform({ low: 1, high: 2 }), [100, 100]);
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...uniform)).toBeLessThanOrEqual(2);
  expect(Math.max(...uniform) - Math.min(...uniform)).toBeGreaterThan(0.99);
});

test("constants fill", () => {
  expect([...values(initializers.zeros(), [3])]).toEqual([0, 0, 0]);
  expect([...values(initializers.ones(), [2, 2])]).toEqual([1, 1, 1, 1]);
  expect([...values(initializers.constant(-0.5), [2])]).toEqual([-0.5, -0.5]);
});

test("a kernel of a convolution has inputs and outputs at every place of its window", () => {
  const shape = [3, 5, 8, 16];
  const varianceOf = (initializer: Initializer) => {
    const drawn = Float32Array.from(values(initializer, shape));
    return drawn.reduce((sum, x) => sum + x * x, 0) / drawn.length;
  };
  const fans = { fanIn: 3 * 5 * 8, fanOut: 3 * 5 * 16, fanAvg: (3 * 5 * 24) / 2 };
  for (const [mode, fan] of Object.entries(fans)) {
    const drawn = varianceOf(initializers.varianceScaling({ mode: mode as "fanIn", distribution: "uniform" }));
    // 1,920 draws: the variance of a sample deviates by 2 % at one standard error.
    expect(drawn * fan, mode).toBeGreaterThan(0.9);
    expect(drawn * fan, mode).toBeLessThan(1.1);
  }
  const bound = Math.sqrt(6 / (fans.fanIn + fans.fanOut));
  expect(Math.max(...Array.from(values(initializers.glorotUniform(), shape), Math.abs))).toBeLessThanOrEqual(bound);
  expect(Math.max(...Array.from(values(initializers.glorotUniform(), shape), Math.abs))).toBeGreaterThan(0.99 * bound);
});

test("an orthogonal kernel of a convolution is a matrix with a row for each place and input", () => {
  const kernel = values(initializers.orthogonal(), [2, 3, 2, 5]);
  for (let a = 0; a < 5; a++) {
    for (let b = 0; b < 5; b++) {
      let product = 0;
      for (let row = 0; row < 12; row++) product += (kernel[row * 5 + a] as number) * (kernel[row * 5 + b] as number);
      expect(product).toBeCloseTo(a === b ? 1 : 0, 6);
    }
  }
});

test("shapes without elements are fine", () => {
  expect(values(initializers.heNormal(), [0, 3])).toHaveLength(0);
  expect(values(initializers.glorotUniform(), [3, 0])).toHaveLength(0);
});

test("refuses what is no kernel, gain or name", () => {
  const graph = new Graph();
  const fans = (shape: Shape) => () => graph.variable("w", initializers.heNormal(), { shape });
  expectRefusal(
    fans([3]),
    ArgumentError,
    "heNormal: the shape must be [inputs, units] or [..., inputs, outputs]; received [3].",
  );
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

test("options that do not exist, or hold nonsense", () => {
  const wrong: readonly (readonly [() => unknown, string])[] = [
    [() => initializers.heNormal({ gian: 2 } as never), "heNormal: options must be an object with gain"],
    [() => initializers.orthogonal({ gain: -1 }), "orthogonal: gain must be a finite number greater than 0"],
    [() => initializers.varianceScaling({ mode: "fan_in" as never }), 'varianceScaling: mode must be one of "fanIn"'],
    [
      () => initializers.varianceScaling({ distribution: "normal" as never }),
      "varianceScaling: distribution must be one of",
    ],
    [() => initializers.randomUniform({ low: 2, high: 1 }), "randomUniform: high must be a finite number at least 2"],
    [() => initializers.randomNormal({ stddev: -1 }), "randomNormal: stddev must be a finite number at least 0"],
    [
      () => values(initializers.orthogonal(), [3]),
      "orthogonal: the shape must be [inputs, units] or [..., inputs, outputs]; received [3].",
    ],
  ];
  for (const [make, message] of wrong) expect(make).toThrow(message);
});

test("initializers are found by name", () => {
  const found = initializers.getInitializer("kernel", "heUniform");
  expectSameBits("heUniform", values(found, [5, 5]), values(initializers.heUniform(), [5, 5]));
  const own = initializers.ones();
  expect(initializers.getInitializer("kernel", own)).toBe(own);
});
