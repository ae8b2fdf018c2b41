// Every schedule against PyTorch's values and the formulas of Keras, in float64.

import { describe, expect, test } from "vitest";
import {
  constant,
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  oneCycle,
  piecewiseConstant,
  polynomialDecay,
  reduceOnPlateau,
  type Schedule,
  warmUp,
} from "../../../src/nn/schedules/index.js";
import { expectClose } from "../../support/compare-floats.js";
import { goldenCases, goldenNumbers } from "../../support/golden.js";

// biome-ignore lint/suspicious/noExplicitAny: each case has parameters of its own
type Params = any;

/** Options as PyTorch and Keras name them in the cases. */
const schedules: Readonly<Record<string, (p: Params) => Schedule>> = {
  step: (p) =>
    exponentialDecay({ initialLearningRate: p.lr0, decaySteps: p.step_size, decayRate: p.gamma, staircase: true }),
  // A milestone of PyTorch is the first step of its piece, a boundary the last of the one before.
  multistep: (p) =>
    piecewiseConstant({
      boundaries: p.milestones.map((milestone: number) => milestone - 1),
      values: [0, ...p.milestones].map((_, i) => p.lr0 * p.gamma ** i),
    }),
  exponential: (p) => exponentialDecay({ initialLearningRate: p.lr0, decaySteps: 1, decayRate: p.gamma }),
  cosine: (p) => cosineDecay({ initialLearningRate: p.lr0, decaySteps: p.T_max, alpha: p.eta_min / p.lr0 }),
  cosine_restarts: (p) =>
    cosineDecayRestarts({
      initialLearningRate: p.lr0,
      firstDecaySteps: p.T_0,
      tMul: p.T_mult,
      alpha: p.eta_min / p.lr0,
    }),
  one_cycle: (p) =>
    oneCycle({
      maxLearningRate: p.max_lr,
      totalSteps: p.total_steps,
      risingFraction: p.pct_start,
      divFactor: p.div_factor,
      finalDivFactor: p.final_div_factor,
      annealing: p.anneal_strategy === "cos" ? "cosine" : "linear",
      threePhase: p.three_phase,
    }),
  linear_warmup: (p) => warmUp(constant(p.lr0), { steps: p.total_iters, startFactor: p.start_factor }),
  exponential_decay: decay(exponentialDecay),
  exponential_decay_staircase: decay(exponentialDecay),
  inverse_time_decay: decay(inverseTimeDecay),
  polynomial_decay: (p) =>
    polynomialDecay({
      initialLearningRate: p.lr0,
      decaySteps: p.decay_steps,
      endLearningRate: p.end_lr,
      power: p.power,
    }),
  cosine_decay: (p) => cosineDecay({ initialLearningRate: p.lr0, decaySteps: p.decay_steps, alpha: p.alpha }),
  piecewise_constant: ({ boundaries, values }) => piecewiseConstant({ boundaries, values }),
};

function decay(make: typeof exponentialDecay): (p: Params) => Schedule {
  return (p) =>
    make({
      initialLearningRate: p.lr0,
      decaySteps: p.decay_steps,
      decayRate: p.decay_rate,
      staircase: p.staircase ?? false,
    });
}

describe("functions of the step", () => {
  test.each(goldenCases("schedules", /^(?!plateau)/))("$name", ({ name, op, params, outputs }) => {
    const schedule = schedules[op]!(params);
    const expected = goldenNumbers(outputs.lr);
    expect(expected.length).toBe(params.steps);
    const rates = Array.from(expected, (_, step) => schedule(step));
    expectClose(name, rates, expected, (i) => 1e-13 * (expected[i] as number) + 1e-17);
  });
});

test.each(goldenCases("schedules", /^plateau/))("$name", ({ name, params, inputs, outputs }) => {
  const p: Params = params;
  const plateau = reduceOnPlateau({
    learningRate: p.lr0,
    factor: p.factor,
    // PyTorch's counts the bad epochs that are let pass.
    patience: p.patience + 1,
    cooldown: p.cooldown,
    minDelta: p.threshold,
    relative: true,
    minLearningRate: p.min_lr,
    mode: p.mode,
  });
  const rates = Array.from(goldenNumbers(inputs.metric), (metric) => {
    const { learningRate } = plateau;
    plateau.report(metric);
    return learningRate;
  });
  expectClose(name, rates, goldenNumbers(outputs.lr), 1e-15);
});
