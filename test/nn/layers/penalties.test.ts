// Regularizers and constraints: what they are worth, what they do to training, and what is reported.

import { describe, expect, test } from "vitest";
import { gradients } from "../../../src/graph/gradients.js";
import { Graph } from "../../../src/graph/graph.js";
import {
  ArgumentError,
  constraints,
  dense,
  layers,
  type Node,
  regularizers,
  sequential,
  sgd,
  tensor,
} from "../../../src/index.js";
import { Session } from "../../../src/runtime/session.js";
import { expectClose } from "../../support/compare-floats.js";
import { engine } from "../../support/exact-engine.js";
import { smallClassification } from "../../support/small-classification.js";

const { l1, l2, l1l2 } = regularizers;
const { maxNorm, nonNeg, unitNorm } = constraints;
const values = [
  [1, -2, 0],
  [-3, 0.5, 4],
];
const { x, y } = smallClassification(40, 6, 3);

describe("regularizers", () => {
  const absolute = 10.5;
  const squares = 30.25;
  test.each([
    ["l1", l1(0.1), 0.1 * absolute, (w: number) => 0.1 * Math.sign(w)],
    ["l2", l2(0.1), 0.1 * squares, (w: number) => 0.2 * w],
    ["l1l2", l1l2({ l1: 0.1, l2: 0.2 }), 0.1 * absolute + 0.2 * squares, (w: number) => 0.1 * Math.sign(w) + 0.4 * w],
    ["l1 by default", l1(), 0.01 * absolute, (w: number) => 0.01 * Math.sign(w)],
  ])("%s of a variable, and its slope", (_, regularizer, expected, slope) => {
    const graph = new Graph();
    const w = graph.variable("w", values);
    const penalty = regularizer(w);
    const [value, gradient] = new Session(graph, { engine }).run([penalty, ...gradients(penalty, [w])]);
    expect(value?.item()).toBeCloseTo(expected, 5);
    expectClose("slope", gradient?.data ?? [], values.flat().map(slope), 1e-6);
  });

  test("of a value with a batch it is the mean over the examples", () => {
    const graph = new Graph();
    const h = graph.placeholder("h", [null, 3]);
    const nodes = [l1(0.1)(h), l2(0.1)(h)];
    const [first, second] = new Session(graph, { engine }).run(nodes, { h: values });
    expect(first?.item()).toBeCloseTo((0.1 * absolute) / 2, 5);
    expect(second?.item()).toBeCloseTo((0.1 * squares) / 2, 5);
  });

  test("refuse what is no factor", () => {
    for (const make of [l1, l2])
      expect(() => make(-1)).toThrow("factor must be a finite number at least 0; received -1.");
    expect(() => l1l2({ l3: 1 } as never)).toThrow(
      'l1l2: options must be an object with l1, l2; received "l3"; did you mean "l1"?',
    );
  });

  test("are functions, not names", () => {
    const options = [
      [{ kernelRegularizer: "l2" }, "kernelRegularizer must be a function"],
      [{ activityRegularizer: "l2" }, "activityRegularizer must be a function"],
      [{ biasConstraint: "l2" }, "biasConstraint must be a function"],
    ] as const;
    for (const [given, rule] of options) {
      expect(() => dense({ units: 1, ...given } as never)).toThrow(new ArgumentError(`Dense: ${rule}; received "l2".`));
    }
  });

  const regularized = () => {
    const hidden = dense({
      units: 4,
      activation: "tanh",
      kernelRegularizer: l2(0.1),
      biasRegularizer: l1(0.2),
      activityRegularizer: l1(0.3),
      name: "hidden",
    });
    return sequential([hidden, dense({ units: 3, name: "outputs" })], { inputShape: [6], seed: 1, engine }).compile({
      optimizer: sgd({ learningRate: 0.1 }),
      loss: "sparseCategoricalCrossentropy",
    });
  };

  test("the loss is that of the data and the penalties, and reports both, in training and evaluation", async () => {
    const model = regularized();
    model.setWeights(
      new Map(
        [...model.getWeights()].map(([name, value]) => [
          name,
          name.endsWith("bias") ? tensor(value.data.map((_, i) => i - 1) as Float32Array) : value,
        ]),
      ),
    );
    const weights = model.getWeights();
    const sum = (name: string, f: (w: number) => number) =>
      Array.from(weights.get(name)?.data ?? [], f).reduce((total, value) => total + value, 0);
    const activity = model.session.run(model.layer("hidden").output, [[model.input, x]]).data;
    const expected =
      0.1 * sum("hidden/kernel", (w) => w * w) +
      0.2 * sum("hidden/bias", Math.abs) +
      (0.3 * Array.from(activity, Math.abs).reduce((total, value) => total + value, 0)) / 40;
    const { loss, dataLoss, penalty } = await model.evaluate(x, y, { batchSize: 13 });
    expect(penalty).toBeCloseTo(expected, 4);
    expect(loss).toBeCloseTo((dataLoss as number) + (penalty as number), 5);
    const history = await model.fit(x, y, { epochs: 5, validationData: [x, y] });
    expect(Object.keys(history)).toEqual(["loss", "dataLoss", "penalty", "valLoss", "valDataLoss", "valPenalty"]);
    expect(history.penalty?.[4]).toBeLessThan(history.penalty?.[0] as number);
  });

  test("frozen weights pay no penalty", async () => {
    const model = regularized().freeze(/^hidden/);
    model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    const activity = model.session.run(model.layer("hidden").output, [[model.input, x]]).data;
    const expected = (0.3 * Array.from(activity, Math.abs).reduce((total, value) => total + value, 0)) / 40;
    expect((await model.evaluate(x, y)).penalty).toBeCloseTo(expected, 4);
  });

  test("a step goes down the slope of both", async () => {
    const plain = sequential([dense({ units: 3 })], { inputShape: [6], seed: 1, engine });
    const decayed = sequential([dense({ units: 3, kernelRegularizer: l2(0.5) })], { inputShape: [6], seed: 1, engine });
    const start = plain.getWeights().get("dense/kernel")?.data as Float32Array;
    const options = { optimizer: sgd({ learningRate: 0.1 }), loss: "sparseCategoricalCrossentropy" } as const;
    for (const model of [plain, decayed]) await model.compile(options).fit(x, y, { batchSize: 40, shuffle: false });
    const [a, b] = [plain, decayed].map((model) => model.getWeights().get("dense/kernel")?.data as Float32Array);
    // w - r (g + 2 * 0.5 w) beside w - r g
    expectClose(
      "difference",
      Array.from(a!, (w, i) => w - b![i]!),
      Array.from(start, (w) => 0.1 * w),
      1e-6,
    );
  });
});

describe("constraints", () => {
  test.each<[string, (w: Node) => Node, number[]]>([
    ["nonNeg", nonNeg(), [1, 0, 0, 0, 0.5, 4]],
    [
      "maxNorm by columns",
      maxNorm(2),
      [2 / Math.sqrt(10), (-2 / Math.hypot(2, 0.5)) * 2, 0, -6 / Math.sqrt(10), 1 / Math.hypot(2, 0.5), 2],
    ],
    [
      "maxNorm by rows",
      maxNorm(3, { axis: 1 }),
      [1, -2, 0, -9 / Math.hypot(3, 0.5, 4), 1.5 / Math.hypot(3, 0.5, 4), 12 / Math.hypot(3, 0.5, 4)],
    ],
    [
      "unitNorm",
      unitNorm(),
      [1 / Math.sqrt(10), -2 / Math.hypot(2, 0.5), 0, -3 / Math.sqrt(10), 0.5 / Math.hypot(2, 0.5), 1],
    ],
  ])("%s", (_, constraint, expected) => {
    const graph = new Graph();
    const w = graph.variable("w", values);
    expectClose("value", new Session(graph, { engine }).run(constraint(w)).data, expected, 1e-6);
  });

  test("what lies within a limit stays to the last bit, zeros included", () => {
    const graph = new Graph();
    const w = graph.variable("w", [
      [0, 0.1, 3],
      [0, -0.7, 4],
    ]);
    const session = new Session(graph, { engine });
    expect(session.run(maxNorm(5)(w)).data).toEqual(session.get(w).data);
    expect([...session.run(unitNorm()(w)).data].slice(0, 1)).toEqual([0]);
  });

  test("hold after every step of training, for what is trained", async () => {
    const norms = ({ data }: { data: ArrayLike<number> }) =>
      [0, 1, 2].map((unit) => Math.hypot(...Array.from({ length: 6 }, (_, i) => data[i * 3 + unit] as number)));
    const model = sequential([dense({ units: 3, kernelConstraint: maxNorm(0.5), biasConstraint: nonNeg() })], {
      inputShape: [6],
      seed: 1,
      engine,
    }).compile({ optimizer: sgd({ learningRate: 1 }), loss: "sparseCategoricalCrossentropy" });
    const kernel = () => model.session.get("dense/kernel");
    expect(Math.max(...norms(kernel()))).toBeGreaterThan(0.5);
    const most: number[] = [];
    const least: number[] = [];
    await model.fit(x, y, {
      epochs: 3,
      batchSize: 10,
      onStep: () => {
        most.push(Math.max(...norms(kernel())));
        least.push(Math.min(...model.session.get("dense/bias").data));
      },
    });
    expect(most).toHaveLength(12);
    expect(Math.max(...most)).toBeLessThanOrEqual(0.5 * (1 + 1e-6));
    expect(Math.max(...most)).toBeGreaterThan(0.49);
    expect(Math.min(...least)).toBe(0);
  });

  test("a constraint of one's own is a function of nodes, of the same shape", () => {
    const own = (kernelConstraint: (w: Node) => Node) => () =>
      sequential([dense({ units: 3, kernelConstraint })], { inputShape: [6], engine }).compile({
        optimizer: "sgd",
        loss: "sparseCategoricalCrossentropy",
      });
    expect(own((w) => w)).not.toThrow();
    expect(own((w) => l2()(w))).toThrow("compile: the constraint of dense/kernel must keep its shape; received [].");
    expect(own(() => 3 as never)).toThrow("compile: the constraint of dense/kernel must keep its shape; received 3.");
    const regularized = () =>
      sequential([dense({ units: 3, kernelRegularizer: (w) => w })], { inputShape: [6], engine }).compile({
        optimizer: "sgd",
        loss: "sparseCategoricalCrossentropy",
      });
    expect(regularized).toThrow("compile: the regularizer of dense/kernel must return a scalar; received [6, 3].");
  });

  test("refuse what is no limit or axis", () => {
    expect(() => maxNorm(0)).toThrow("maxNorm: limit must be a finite number greater than 0; received 0.");
    expect(() => unitNorm({ axis: 0.5 })).toThrow("unitNorm: axis must be an integer");
  });
});

test("layers are given penalties and constraints by options they know", () => {
  expect(() => layers.prelu({ kernelRegularizer: l2() } as never)).toThrow('received "kernelRegularizer"');
});
