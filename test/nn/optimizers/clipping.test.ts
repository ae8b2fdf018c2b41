// Clipping of gradients: against PyTorch's and TensorFlow's numbers, by function and by option, in every build.

import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { Graph } from "../../../src/graph/graph.js";
import {
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  type GradientPair,
  globalNorm,
} from "../../../src/nn/optimizers/clipping.js";
import type { OptimizerOptions } from "../../../src/nn/optimizers/options.js";
import { sgd } from "../../../src/nn/optimizers/sgd.js";
import { Session } from "../../../src/runtime/session.js";
import { builds, engineOf } from "../../support/builds.js";
import { expectClose } from "../../support/compare-floats.js";
import { engine } from "../../support/exact-engine.js";
import { type GoldenCase, goldenCases, goldenNumbers, goldenTensor } from "../../support/golden.js";

const names = ["g0", "g1", "g2"] as const;

/** The gradients of a case beside variables of 0, so that a step of rate 1 leaves the gradient, negated. */
function pairsOf(golden: GoldenCase): { graph: Graph; pairs: GradientPair[] } {
  const graph = new Graph();
  const pairs = names.map((name) => {
    const value = goldenTensor(golden.inputs[name]);
    const variable = graph.variable(`w${name}`, 0, { shape: value.shape });
    return { gradient: graph.constant(name, value), variable };
  });
  return { graph, pairs };
}

const kinds: Readonly<
  Record<string, { clip: (pairs: GradientPair[], limit: number) => GradientPair[]; option: keyof OptimizerOptions }>
> = {
  clip_by_value: { clip: clipByValue, option: "clipValue" },
  clip_by_norm: { clip: clipByNorm, option: "clipNorm" },
  clip_by_global_norm: { clip: clipByGlobalNorm, option: "globalClipNorm" },
  // PyTorch divides by the norm plus 1e-6.
  clip_by_global_norm_torch: { clip: clipByGlobalNorm, option: "globalClipNorm" },
};

describe.each(goldenCases("clipping", /./))("$name", (golden) => {
  const { clip, option } = kinds[golden.op]!;
  const limit = (golden.params.value ?? golden.params.norm) as number;
  const expected = names.map((name) => goldenNumbers(golden.outputs[name]));
  const slack = golden.op.endsWith("_torch") ? 1e-6 : 0;
  const tolerance = (numbers: ArrayLike<number>) => (i: number) =>
    (2e-7 + slack / limit + slack) * Math.abs(numbers[i] as number) + 1e-9;

  test.each(builds)("by the function, in the %s build", (build) => {
    const { graph, pairs } = pairsOf(golden);
    const session = new Session(graph, { engine: engineOf(build) });
    const clipped = session.run(clip(pairs, limit).map(({ gradient }) => gradient));
    clipped.forEach(({ data }, i) => {
      expectClose(`${golden.name} ${names[i]}`, data, expected[i]!, tolerance(expected[i]!));
    });
    if (golden.outputs.total_norm === undefined) return;
    const total = goldenNumbers(golden.outputs.total_norm)[0] as number;
    const norm = session.eval(globalNorm(pairs.map(({ gradient }) => gradient)));
    expect(Math.abs(norm / total - 1)).toBeLessThan(2e-7);
  });

  test("by the option of an optimizer", () => {
    const { graph, pairs } = pairsOf(golden);
    const session = new Session(graph, { engine });
    session.run(sgd({ learningRate: 1, [option]: limit }).applyGradients(pairs));
    pairs.forEach(({ variable }, i) => {
      const moved = session.get(variable).data.map((x) => -x);
      expectClose(`${golden.name} ${names[i]}`, moved, expected[i]!, tolerance(expected[i]!));
    });
  });
});

test("refusals", () => {
  const { pairs } = pairsOf(goldenCases("clipping", /^clip_value_1$/)[0] as GoldenCase);
  expect(() => clipByValue(pairs, 0)).toThrow(
    new ArgumentError("clipByValue: limit must be a finite number greater than 0; received 0."),
  );
  expect(() => sgd({ clipNorm: -1 })).toThrow(
    new ArgumentError("sgd: clipNorm must be a finite number greater than 0; received -1."),
  );
  expect(() => sgd({ clipNorm: 1, clipValue: 1 })).toThrow(
    new ArgumentError(
      "sgd: only one of clipValue, clipNorm, globalClipNorm may be given; received clipValue and clipNorm.",
    ),
  );
  expect(() => globalNorm([])).toThrow(
    new ArgumentError("globalNorm: nodes must be a list of at least one node; received []."),
  );
});
