// Adam: the first steps by hand, then PyTorch's trajectory.

import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { adam } from "../../../src/nn/optimizers/adam.js";
import { builds } from "../../support/builds.js";
import { expectClose } from "../../support/compare-floats.js";
import { expectRefusal } from "../../support/expect-refusal.js";
import { goldenCases, goldenNumbers, goldenTolerance } from "../../support/golden.js";
import { quadraticProblem, trajectory } from "../../support/quadratic-problem.js";

describe.each(builds)("%s", (build) => {
  test("the first step is the learning rate against the sign of the gradient", () => {
    const { w, gradient, session } = quadraticProblem(build);
    const update = adam({ learningRate: 0.125 }).applyGradients([{ gradient, variable: w }]);
    const [before, slope] = session.run([w, gradient]);
    session.run(update);
    // m / (1 - beta1) = g and sqrt(v / (1 - beta2)) = |g|, which is far above epsilon here.
    const expected = before!.data.map((x, i) => x - 0.125 * Math.sign(slope!.data[i] as number));
    expectClose(`adam ${build}`, session.get(w).data, expected, 1e-6);
  });

  test("m, v and the step counter are variables of the graph", () => {
    const { w, gradient, session } = quadraticProblem(build);
    const update = adam().applyGradients([{ gradient, variable: w }]);
    const slope = session.run(gradient).data;
    session.run(update);
    const { data: m } = session.get("adam/w/m");
    const { data: v } = session.get("adam/w/v");
    expectClose(
      `adam ${build}, m`,
      m,
      slope.map((g) => 0.1 * g),
      1e-6,
    );
    expectClose(
      `adam ${build}, v`,
      v,
      slope.map((g) => 0.001 * g * g),
      1e-6,
    );
    expect(session.get("adam/step").item()).toBe(1);
    session.run(update);
    expect(session.get("adam/step").item()).toBe(2);
  });

  test.each(goldenCases("optimizers", /^torch_adam$/))("$name", (golden) => {
    const { lr, betas, eps } = golden.params as { lr: number; betas: [number, number]; eps: number };
    const optimizer = adam({ learningRate: lr, beta1: betas[0], beta2: betas[1], epsilon: eps });
    const received = trajectory(optimizer, build, 20);
    const expected = goldenNumbers(golden.outputs.quadratic_w);
    expectClose(`${golden.name} ${build}`, received, expected, goldenTolerance(golden, "quadratic_w"));
  });
});

test("the learning rate defaults to 0.001", () => {
  expect(adam().learningRate).toBe(0.001);
});

test("refuses hyperparameters out of range", () => {
  const refusals = [
    [{ learningRate: -1 }, "adam: learningRate must be a finite number at least 0; received -1."],
    [{ beta1: 1 }, `adam: beta1 must be a number in [0, 1); received 1.`],
    [{ beta1: -0.1 }, `adam: beta1 must be a number in [0, 1); received -0.1.`],
    [{ beta2: Number.NaN }, `adam: beta2 must be a number in [0, 1); received NaN.`],
    [{ epsilon: 0 }, "adam: epsilon must be a finite number greater than 0; received 0."],
    [{ epsilon: Infinity }, "adam: epsilon must be a finite number greater than 0; received Infinity."],
  ] as const;
  for (const [options, message] of refusals) expectRefusal(() => adam(options), ArgumentError, message);
});
