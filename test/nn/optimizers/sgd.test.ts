// Stochastic gradient descent: one step by hand, then PyTorch's trajectory.

import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { sgd } from "../../../src/nn/optimizers/sgd.js";
import { builds } from "../../support/builds.js";
import { expectClose, expectSameBits } from "../../support/compare-floats.js";
import { expectRefusal } from "../../support/expect-refusal.js";
import { goldenCases, goldenNumbers, goldenTolerance } from "../../support/golden.js";
import { quadraticProblem, trajectory } from "../../support/quadratic-problem.js";

describe.each(builds)("%s", (build) => {
  test("the first step moves against the gradient by the learning rate", () => {
    const { w, gradient, session } = quadraticProblem(build);
    const update = sgd({ learningRate: 0.25 }).applyGradients([{ gradient, variable: w }]);
    const [before, slope] = session.run([w, gradient]);
    session.run(update);
    // A quarter of a float is exact: one rounding, in every build.
    const expected = before!.data.map((x, i) => x - 0.25 * (slope!.data[i] as number));
    expectSameBits(`sgd ${build}`, session.get(w).data, expected);
  });

  test.each(goldenCases("optimizers", /^torch_sgd$/))("$name", (golden) => {
    const learningRate = golden.params.lr as number;
    const received = trajectory(sgd({ learningRate }), build, 20);
    const expected = goldenNumbers(golden.outputs.quadratic_w);
    expectClose(`${golden.name} ${build}`, received, expected, goldenTolerance(golden, "quadratic_w"));
  });
});

test("the learning rate defaults to 0.01 and may be 0", () => {
  expect(sgd().learningRate).toBe(0.01);
  expect(sgd({ learningRate: 0 }).learningRate).toBe(0);
});

test("refuses what is no learning rate", () => {
  for (const [learningRate, received] of [
    [-0.1, "-0.1"],
    [Number.NaN, "NaN"],
    [Infinity, "Infinity"],
    ["0.1", '"0.1"'],
  ] as const) {
    const message = `sgd: learningRate must be a finite number at least 0; received ${received}.`;
    expectRefusal(() => sgd({ learningRate: learningRate as number }), ArgumentError, message);
  }
});
