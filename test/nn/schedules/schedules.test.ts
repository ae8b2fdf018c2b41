import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { dense } from "../../../src/nn/layers/index.js";
import { cosineOfPi, power } from "../../../src/nn/schedules/arithmetic.js";
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
import { sequential } from "../../../src/training/model/sequential.js";
import { init } from "../../../src/wasm/engine.js";
import { randomFloats, randomIntegers } from "../../support/random-values.js";

beforeAll(async () => {
  await init();
});

describe("arithmetic", () => {
  test("cosineOfPi is within 5e-16 of Math.cos, and exact where the cosine is", () => {
    expect([0, 0.5, 1].map(cosineOfPi)).toEqual([1, 0, -1]);
    for (let i = 0; i <= 10_000; i++) {
      const x = i / 10_000;
      expect(Math.abs(cosineOfPi(x) - Math.cos(Math.PI * x))).toBeLessThan(5e-16);
    }
  });

  test("power is within 1e-14 of **", () => {
    expect([power(0, 0), power(0, 0.5), power(7, 0), power(2, 10), power(1, 0.3)]).toEqual([1, 0, 1, 1024, 1]);
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 40, noNaN: true }),
        (base, exponent) => {
          const exact = base ** exponent;
          expect(Math.abs(power(base, exponent) - exact) / exact).toBeLessThan(1e-14);
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });
});

const every: Readonly<Record<string, Schedule>> = {
  constant: constant(0.1),
  piecewiseConstant: piecewiseConstant({ boundaries: [3], values: [0.1, 0.01] }),
  exponentialDecay: exponentialDecay({ initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.5 }),
  inverseTimeDecay: inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.5 }),
  polynomialDecay: polynomialDecay({ initialLearningRate: 0.1, decaySteps: 7, power: 0.5, cycle: true }),
  cosineDecay: cosineDecay({ initialLearningRate: 0.1, decaySteps: 7 }),
  cosineDecayRestarts: cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 3, tMul: 1.5, mMul: 0.9 }),
  oneCycle: oneCycle({ maxLearningRate: 0.1, totalSteps: 30 }),
  warmUp: warmUp(cosineDecay({ initialLearningRate: 0.1, decaySteps: 7 }), { steps: 4 }),
};

describe.each(Object.entries(every))("%s", (name, schedule) => {
  test("is a function of the step, never negative nor above the largest rate", () => {
    fc.assert(
      fc.property(fc.nat(10_000), (step) => {
        const rate = schedule(step);
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(0.1);
        expect(schedule(step)).toBe(rate);
      }),
      { seed: 2 },
    );
  });

  test.each([-1, 0.5, Number.NaN, undefined])("refuses step %o", (step) => {
    expect(() => schedule(step as number)).toThrow(
      new ArgumentError(`${name}: step must be a non-negative integer; received ${step}.`),
    );
  });
});

test("what lies beyond the end", () => {
  const ends = [
    piecewiseConstant({ boundaries: [], values: [0.5] })(99),
    polynomialDecay({ initialLearningRate: 1, decaySteps: 4 })(99),
    cosineDecay({ initialLearningRate: 1, decaySteps: 4, alpha: 0.25 })(99),
    oneCycle({ maxLearningRate: 25, totalSteps: 4, finalDivFactor: 2 })(99),
  ];
  expect(ends).toEqual([0.5, 1e-4, 0.25, 0.5]);
});

test("restarts grow longer and lower", () => {
  const rate = cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 2, tMul: 2, mMul: 0.5 });
  expect([0, 1, 2, 4, 6, 10, 14].map(rate)).toEqual([1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125]);
});

test("polynomial decay in cycles starts anew from half, a third, ...", () => {
  const rate = polynomialDecay({ initialLearningRate: 1, decaySteps: 4, endLearningRate: 0, cycle: true });
  expect([0, 2, 4, 5, 6, 8].map(rate)).toEqual([1, 0.5, 0, 0.375, 0.25, 0]);
});

test("warm-up hands over to the beginning of its schedule", () => {
  const rate = warmUp((step) => 8 - step, { steps: 4, startFactor: 0.5 });
  expect([0, 1, 2, 3, 4, 5, 6].map(rate)).toEqual([4, 5, 6, 7, 8, 7, 6]);
});

describe("reduceOnPlateau", () => {
  test("counts reports without improvement, NaN among them", () => {
    const plateau = reduceOnPlateau({ learningRate: 1, factor: 0.5, patience: 2, minDelta: 0.1 });
    expect([5, 4.95, 4, Number.NaN, 3.95, 4].map((loss) => plateau.report(loss))).toEqual([1, 1, 1, 1, 0.5, 0.5]);
  });

  test("upwards, to the smallest rate and no further", () => {
    const plateau = reduceOnPlateau({ learningRate: 1, patience: 1, mode: "max", minLearningRate: 0.05 });
    expect([0.5, 0.6, 0.6, 0.6, 0.6].map((score) => plateau.report(score))).toEqual([1, 1, 0.1, 0.05, 0.05]);
  });

  test("a rate below the smallest is left alone", () => {
    const plateau = reduceOnPlateau({ learningRate: 0.01, patience: 1, minLearningRate: 0.05 });
    expect([1, 1, 1].map((loss) => plateau.report(loss))).toEqual([0.01, 0.01, 0.01]);
  });

  test("goes on from its state", () => {
    const options = { learningRate: 1, patience: 3, cooldown: 2, factor: 0.5 };
    const losses = [3, 2, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2];
    const through = reduceOnPlateau(options);
    const rates = losses.map((loss) => through.report(loss));
    for (let stop = 0; stop < losses.length; stop++) {
      const before = reduceOnPlateau(options);
      losses.slice(0, stop).forEach((loss) => {
        before.report(loss);
      });
      const after = reduceOnPlateau(options);
      after.state = JSON.parse(JSON.stringify(before.state));
      expect(losses.slice(stop).map((loss) => after.report(loss))).toEqual(rates.slice(stop));
    }
  });
});

test.each<[() => unknown, string]>([
  [() => constant(-1), "constant: learningRate must be a finite number at least 0; received -1."],
  [
    () => piecewiseConstant({ boundaries: [3, 3], values: [1, 2, 3] }),
    "piecewiseConstant: boundaries must be rising steps from 0 on; received [3, 3].",
  ],
  [
    () => piecewiseConstant({ boundaries: [3], values: [1] }),
    "piecewiseConstant: values must hold one rate more than there are boundaries, 2; received [1].",
  ],
  [
    () => exponentialDecay({ initialLearningRate: 1, decaySteps: 0, decayRate: 1 }),
    "exponentialDecay: decaySteps must be a finite number greater than 0; received 0.",
  ],
  [
    () => cosineDecay({ initialLearningRate: 1, decaySteps: 5, alpha: 2 }),
    "cosineDecay: alpha must be a finite number at least 0 and at most 1; received 2.",
  ],
  [
    () => oneCycle({ maxLearningRate: 1, totalSteps: 9, annealing: "cos" as never }),
    'oneCycle: annealing must be one of "cosine", "linear"; received "cos".',
  ],
  [
    () => warmUp(0.1 as never, { steps: 3 }),
    "warmUp: schedule must be a schedule, a function of the step; received 0.1.",
  ],
  [() => reduceOnPlateau({ learningRate: 1, factor: 1 }), "reduceOnPlateau: factor must be below 1; received 1."],
  [
    () => reduceOnPlateau({ learningRate: 1, mode: "auto" as never }),
    'reduceOnPlateau: mode must be one of "min", "max"; received "auto".',
  ],
  [
    () => oneCycle({ maxLearningRate: 1, totalSteps: 9, threePhase: 1 as never }),
    "oneCycle: threePhase must be true or false; received 1.",
  ],
  [
    () => exponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 1, stairs: true } as never),
    "exponentialDecay: options must be an object with initialLearningRate, decaySteps, decayRate, staircase; " +
      'received "stairs".',
  ],
  [
    () => piecewiseConstant(null as never),
    "piecewiseConstant: options must be an object with boundaries, values; received null.",
  ],
  [
    () => warmUp(constant(1), { step: 3 } as never),
    'warmUp: options must be an object with steps, startFactor; received "step"; did you mean "steps"?',
  ],
])("refusal %#", (make, message) => {
  expect(make).toThrow(new ArgumentError(message));
});

test("sets the rate of a model between epochs", async () => {
  const model = sequential([dense({ units: 2 })], { inputShape: [3] });
  model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
  const rate = exponentialDecay({ initialLearningRate: 0.5, decaySteps: 1, decayRate: 0 });
  const [x, y] = [randomFloats(24, 1), randomIntegers(8, 2, 2)];
  const weights: string[] = [];
  model.session.set({ "sgd/learningRate": rate(0) });
  await model.fit(x, y, {
    epochs: 3,
    onEpochEnd: (epoch) => {
      weights.push(model.session.hash(model.variables));
      model.session.set({ "sgd/learningRate": rate(epoch) });
    },
  });
  expect(model.session.get("sgd/learningRate").item()).toBe(0);
  expect(weights[1]).toBe(weights[0]);
  expect(weights[2]).toBe(weights[0]);
});
