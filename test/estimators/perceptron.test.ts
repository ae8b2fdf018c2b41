// Perceptron: the numbers of scikit-learn where they can be had, the course's iris, Rosenblatt's theorem, refusals.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError, StateError } from "../../src/errors.js";
import { clone } from "../../src/estimators/parameters/parameterized.js";
import { Perceptron } from "../../src/estimators/perceptron.js";
import type { PerceptronParameters } from "../../src/estimators/perceptronParameters.js";
import { RandomStream } from "../../src/tensor/random.js";
import { expectRefusal } from "../support/expect-refusal.js";
import { irisFeatures, irisLabels } from "../support/iris-rows.js";
import { sklearn } from "../support/sklearn.js";

const columnsOf = (columns: readonly number[]) => irisFeatures.map((row) => columns.map((j) => row[j] as number));
const petals = columnsOf([2, 3]);
const setosa = irisLabels.map((label) => label === 0);

describe("scikit-learn", () => {
  const exact = sklearn.perceptron.filter(({ shuffle }) => shuffle === false);

  test.each(exact)("$name to the last bit", (golden) => {
    const x = columnsOf(golden.columns);
    const y = irisLabels.map((label) => Number(label === golden.positive_class));
    const perceptron = new Perceptron({ shuffle: false, tol: null, maxIter: golden.epochs as number }).fit(x, y);
    expect(perceptron.coef).toEqual([golden.coef]);
    expect(perceptron.intercept).toEqual([golden.intercept]);
    expect(perceptron.predict(x).join("")).toBe(golden.predictions_on_train);
    expect(perceptron.score(x, y)).toBe(golden.train_accuracy);
  });

  test("there are such cases", () => expect(exact.length).toBe(2));
});

describe("iris", () => {
  test.each([0, 1, 2, 42])("setosa is separated perfectly, and [2, 0.5] is one (seed %d)", (randomState) => {
    const perceptron = new Perceptron({ randomState }).fit(petals, setosa);
    expect(perceptron.score(petals, setosa)).toBe(1);
    expect(perceptron.predict([[2, 0.5]])).toEqual([true]);
    expect(perceptron.nIter).toBeGreaterThan(5);
    expect(perceptron.classes).toEqual([false, true]);
  });

  test("three classes, each against the rest", () => {
    const names = irisLabels.map((label) => ["setosa", "versicolor", "virginica"][label] as string);
    const perceptron = new Perceptron({ randomState: 1 }).fit(irisFeatures, names);
    expect(perceptron.coef.map((row) => row.length)).toEqual([4, 4, 4]);
    expect(perceptron.score(irisFeatures, names)).toBeGreaterThan(0.7);
    const [scores] = perceptron.decisionFunction([irisFeatures[0] as number[]]);
    expect(scores?.indexOf(Math.max(...scores))).toBe(0);
    expect(perceptron.predict([irisFeatures[0] as number[]])).toEqual(["setosa"]);
  });
});

test("converges on every linearly separable set", () => {
  // Novikoff: a margin of 0.05 bounds the number of errors by (1 + b²) (R / 0.05)² <= 2,125, R² <= 4.25 with the intercept.
  const alongLine = fc.double({ min: -1, max: 1, noNaN: true });
  const distance = fc.double({ min: 0.05, max: 1, noNaN: true });
  const point = fc.tuple(fc.boolean(), distance, alongLine);
  const separable = fc
    .tuple(distance, distance, fc.array(point, { maxLength: 38 }))
    .map(([above, below, others]) => [[true, above, 0] as const, [false, below, 0] as const, ...others]);
  const angle = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });
  const offset = fc.double({ min: -0.5, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(separable, angle, offset, fc.nat(99), (points, phi, b, randomState) => {
      const [p, q] = [Math.cos(phi), Math.sin(phi)];
      const x = points.map(([side, far, along]) => {
        const d = b + (side ? far : -far);
        return [p * d - q * along, q * d + p * along];
      });
      const y = points.map(([side]) => side);
      const perceptron = new Perceptron({ tol: null, maxIter: 2126, randomState }).fit(x, y);
      expect(perceptron.score(x, y)).toBe(1);
      expect(perceptron.nIter).toBeLessThanOrEqual(2126);
    }),
    { seed: 1, numRuns: 200 },
  );
});

/** The epoch loop written out again, naively: two classes, no shuffling, no early end. */
function reference(x: readonly (readonly number[])[], y: readonly boolean[], p: PerceptronParameters) {
  const w = (x[0] as number[]).map(() => 0);
  const q = w.map(() => 0);
  let b = 0;
  let u = 0;
  const l1 = p.penalty === "l1" ? 1 : p.penalty === "elasticnet" ? p.l1Ratio : 0;
  const l2 = p.penalty === "l2" ? 1 : p.penalty === "elasticnet" ? 1 - p.l1Ratio : 0;
  for (let epoch = 0; epoch < p.maxIter; epoch++) {
    x.forEach((row, i) => {
      const sign = y[i] ? 1 : -1;
      const margin = sign * (row.reduce((sum, value, j) => sum + value * (w[j] as number), 0) + b);
      for (const j of w.keys()) {
        w[j] = (w[j] as number) * (1 - l2 * p.eta0 * p.alpha) + (margin <= 0 ? p.eta0 * sign * (row[j] as number) : 0);
      }
      if (margin <= 0) b += p.eta0 * sign;
      u += l1 * p.eta0 * p.alpha;
      for (const j of w.keys()) {
        const z = w[j] as number;
        const cut = z > 0 ? Math.max(0, z - u - (q[j] as number)) : Math.min(0, z + u - (q[j] as number));
        q[j] = (q[j] as number) + cut - z;
        w[j] = cut;
      }
    });
  }
  return { w, b };
}

describe("parameters", () => {
  test.each(["l1", "l2", "elasticnet", null] as const)("penalty %s as in a naive loop", (penalty) => {
    const parameters = { penalty, alpha: 0.01, eta0: 0.5, maxIter: 7, tol: null, shuffle: false } as const;
    const y = irisLabels.map((label) => label === 2);
    const perceptron = new Perceptron(parameters).fit(irisFeatures, y);
    const { w, b } = reference(irisFeatures, y, perceptron.getParams());
    for (const [j, weight] of (perceptron.coef[0] as number[]).entries()) expect(weight).toBeCloseTo(w[j] as number, 9);
    expect(perceptron.intercept[0]).toBeCloseTo(b, 9);
  });

  test("L1 makes weights vanish", () => {
    const noisy = irisFeatures.map((row, i) => [...row.slice(2), Math.sin(i)]);
    const perceptron = new Perceptron({ penalty: "l1", alpha: 0.05 }).fit(noisy, setosa);
    expect(perceptron.coef[0]?.[2]).toBe(0);
    expect(perceptron.coef[0]?.[0]).not.toBe(0);
  });

  test("class weights: a heavy class wins where classes overlap", () => {
    const random = new RandomStream(5, "test");
    const x = Array.from({ length: 200 }, (_, i) => [random.uniform() + (i % 2) * 0.2]);
    const y = x.map((_, i) => i % 2);
    const share = (classWeight: PerceptronParameters["classWeight"]) => {
      const predicted = new Perceptron({ classWeight, maxIter: 50, tol: null }).fit(x, y).predict(x) as number[];
      return predicted.filter((label) => label === 1).length;
    };
    expect(share({ 1: 50 })).toBeGreaterThan(share({ 0: 50 }));
    expect(share(new Map([[1, 50]]))).toBe(share({ 1: 50 }));
  });

  test("balanced weights are those of the formula n / (classes * count)", () => {
    const y = setosa;
    const balanced = new Perceptron({ classWeight: "balanced", shuffle: false }).fit(petals, y);
    const byHand = new Perceptron({ classWeight: { true: 1.5, false: 0.75 }, shuffle: false }).fit(petals, y);
    expect(balanced.getState()).toEqual(byHand.getState());
  });

  test("early stopping, no intercept, order and seed", () => {
    expect(new Perceptron({ earlyStopping: true }).fit(petals, setosa).score(petals, setosa)).toBe(1);
    expect(new Perceptron({ fitIntercept: false }).fit(petals, setosa).intercept).toEqual([0]);
    const coef = (randomState: number) => new Perceptron({ randomState }).fit(irisFeatures, irisLabels).coef;
    expect(coef(1)).toEqual(coef(1));
    expect(coef(1)).not.toEqual(coef(2));
  });

  test("partialFit of each epoch is fit of all, where the order is that of the file", () => {
    const whole = new Perceptron({ shuffle: false, tol: null, maxIter: 3 }).fit(irisFeatures, irisLabels);
    const parts = new Perceptron({ shuffle: false });
    for (let i = 0; i < 3; i++) parts.partialFit(irisFeatures, irisLabels, { classes: [2, 1, 0] });
    expect(parts.coef).toEqual(whole.coef);
    expect(parts.intercept).toEqual(whole.intercept);
  });

  test("warm start goes on, a plain fit begins anew", () => {
    const once = { shuffle: false, tol: null, maxIter: 1 } as const;
    const warm = new Perceptron({ ...once, warmStart: true });
    const cold = new Perceptron(once);
    for (let i = 0; i < 3; i++) {
      warm.fit(irisFeatures, irisLabels);
      cold.fit(irisFeatures, irisLabels);
    }
    expect(warm.coef).toEqual(new Perceptron({ ...once, maxIter: 3 }).fit(irisFeatures, irisLabels).coef);
    expect(cold.coef).toEqual(new Perceptron(once).fit(irisFeatures, irisLabels).coef);
  });

  test("clone has the parameters and nothing learnt; state goes there and back as JSON", () => {
    const trained = new Perceptron({ alpha: 0.5 }).fit(irisFeatures, irisLabels);
    const copy = clone(trained);
    expect(copy.getParams()).toEqual(trained.getParams());
    expect(() => copy.coef).toThrow(StateError);
    copy.setState(JSON.parse(JSON.stringify(trained.getState())));
    expect(copy.predict(irisFeatures)).toEqual(trained.predict(irisFeatures));
  });
});

test.each([
  [
    () => new Perceptron().predict(petals),
    StateError,
    "Perceptron.predict: nothing has been learnt yet; call fit() first.",
  ],
  [
    () => new Perceptron().fit(petals, setosa).predict([[1, 2, 3]]),
    ShapeError,
    "Perceptron.predict: x must have 2 features, as in fit(); received 3.",
  ],
  [
    () =>
      new Perceptron().fit(
        petals,
        petals.map(() => 1),
      ),
    ArgumentError,
    "Perceptron.fit: y must have at least two classes; received [1].",
  ],
  [
    () => new Perceptron().fit([[Number.NaN], [1]], [0, 1]),
    ArgumentError,
    "Perceptron.fit: x must hold finite numbers; received NaN in row 0, column 0.",
  ],
  [
    () => new Perceptron().fit([[1], [2]], [0]),
    ShapeError,
    "Perceptron.fit: there must be one label per sample; received 1 for 2.",
  ],
  [
    () => new Perceptron({ eta: 1 } as object),
    ArgumentError,
    'Perceptron: Perceptron has no parameter "eta"; did you mean "eta0"?',
  ],
  [
    () => new Perceptron({ penalty: "L3" as "l1" }),
    ArgumentError,
    'Perceptron: penalty must be null or one of "l1", "l2", "elasticnet"; received "L3".',
  ],
  [
    () => new Perceptron().partialFit(petals, setosa),
    ArgumentError,
    "Perceptron.partialFit: the first call needs { classes }, all labels that will occur.",
  ],
  [
    () => new Perceptron().partialFit([[1]], [3], { classes: [0, 1] }),
    ArgumentError,
    "Perceptron.partialFit: labels must be among [0, 1]; received 3 at index 0.",
  ],
  [
    () => new Perceptron({ classWeight: { 7: 2 } }).fit(petals, setosa),
    ArgumentError,
    'Perceptron.fit: classWeight must name classes among [false, true]; received "7".',
  ],
  [
    () => new Perceptron({ eta0: 10 }).fit([[1e308], [-1e308], [1e308]], [0, 1, 1]),
    ArgumentError,
    "Perceptron.fit: the weights must stay finite, and overflowed; scale the features, with a StandardScaler for example.",
  ],
])("refusal %#", (call, kind, message) => expectRefusal(call, kind, message));

test("a refused partialFit changes nothing", () => {
  const perceptron = new Perceptron().fit(petals, setosa);
  const before = perceptron.getState();
  expect(() => perceptron.partialFit(petals, setosa, { classes: [true, false, true] as never })).not.toThrow();
  const after = perceptron.getState();
  expect(after).not.toBe(before);
  expect(() => perceptron.partialFit([[1, 2]], ["a"])).toThrow(ArgumentError);
  expect(perceptron.getState()).toEqual(after);
});
