// Weights of one model for the next: by pattern, under other names, all or nothing.

import { describe, expect, test } from "vitest";
import { digits } from "../../../src/data/datasets/index.js";
import {
  ArgumentError,
  adam,
  dense,
  functional,
  layerwiseRates,
  type Model,
  type Optimizer,
  ShapeError,
  sequential,
  sgd,
  type Tensor,
  type TransferOptions,
  transferWeights,
  weightsHash,
} from "../../../src/index.js";
import { expectClose, expectSameBits } from "../../support/compare-floats.js";
import { engine } from "../../support/exact-engine.js";
import { smallClassification } from "../../support/small-classification.js";

const net = (units: readonly number[], seed: number, last = 3) =>
  sequential(
    [
      ...units.map((n, i) => dense({ units: n, activation: "relu", name: `hidden${i + 1}` })),
      dense({ units: last, name: "outputs" }),
    ],
    { inputShape: [6], seed, engine },
  );
const values = (model: Model, name: string) => model.session.get(name).data;

describe("transferWeights", () => {
  test("takes what the pattern matches and leaves the rest", () => {
    const [old, fresh] = [net([5, 4, 4], 1), net([5, 4], 2, 7)];
    const outputs = values(fresh, "outputs/kernel");
    const set = transferWeights(fresh, old.getWeights(), { pattern: /hidden[12]/ });
    expect(set).toEqual(["hidden1/kernel", "hidden1/bias", "hidden2/kernel", "hidden2/bias"]);
    for (const name of set) expectSameBits(name, values(fresh, name), values(old, name));
    expectSameBits("outputs", values(fresh, "outputs/kernel"), outputs);
  });

  test("renames", () => {
    const [old, fresh] = [net([5, 4], 1), net([5, 5, 4], 2)];
    const weights = new Map([...old.getWeights()].map(([name, value]) => [`dnn/${name}`, value]));
    const rename = (name: string) => name.replace(/^dnn\//, "");
    expect(transferWeights(fresh, weights, { pattern: /hidden1/, rename })).toEqual(["hidden1/kernel", "hidden1/bias"]);
    expectSameBits("kernel", values(fresh, "hidden1/kernel"), values(old, "hidden1/kernel"));
  });

  test("without strict it leaves out what has no place", () => {
    const [old, fresh] = [net([5, 4], 1), net([5], 2)];
    const set = transferWeights(fresh, old.getWeights(), { pattern: /hidden/, strict: false });
    expect(set).toEqual(["hidden1/kernel", "hidden1/bias"]);
  });

  const cases: [string, TransferOptions, new (message: string) => Error, string][] = [
    [
      "a pattern that matches nothing",
      { pattern: /hiden/ },
      ArgumentError,
      "no weight matches /hiden/; there are hidden1/kernel, hidden1/bias, hidden2/kernel, hidden2/bias, outputs/kernel, outputs/bias.",
    ],
    [
      "weights without a variable",
      { pattern: /hidden/ },
      ArgumentError,
      "not in the model: hidden2/kernel, hidden2/bias; its variables are hidden1/kernel, hidden1/bias, outputs/kernel, outputs/bias.",
    ],
    [
      "renamed to nothing, even if not strict",
      { pattern: /hidden1/, rename: (name) => `x${name}`, strict: false },
      ArgumentError,
      'not in the model: hidden1/kernel as "xhidden1/kernel", hidden1/bias as "xhidden1/bias"; its variables are hidden1/kernel, hidden1/bias, outputs/kernel, outputs/bias.',
    ],
    [
      "two weights for one variable",
      { pattern: /kernel/, rename: () => "hidden1/kernel" },
      ArgumentError,
      "every variable takes one weight; hidden1/kernel would be given two.",
    ],
    [
      "other shapes, all of them named",
      { pattern: /outputs/ },
      ShapeError,
      "shapes must be those of the model; outputs/kernel is [5, 7], received [4, 3]; outputs/bias is [7], received [3].",
    ],
    [
      "a pattern that is none",
      { pattern: "hidden" as never },
      ArgumentError,
      'pattern must be a regular expression; received "hidden".',
    ],
    [
      "a rename that is none",
      { rename: {} as never },
      ArgumentError,
      "rename must be a function of a name; received an object.",
    ],
  ];
  test.each(cases)("refuses %s", (_, options, Refusal, message) => {
    const [old, fresh] = [net([5, 4], 1), net([5], 2, 7)];
    const before = weightsHash(fresh);
    expect(() => transferWeights(fresh, old.getWeights(), options)).toThrow(new Refusal(`transferWeights: ${message}`));
    expect(weightsHash(fresh)).toBe(before);
  });
});

test("a slice of a model, with another head, is trained from a few examples", async () => {
  const { train, test: held } = digits({ seed: 1 });
  const segments = [6, 2, 5, 5, 4, 5, 6, 3, 7, 6];
  const question = (labels: Tensor) => Array.from(labels.data, (digit) => (segments[digit] as number) - 2);
  const compiled = (learningRate: number) =>
    ({ optimizer: adam({ learningRate }), loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] }) as const;
  const build = (seed: number, outputs: number) =>
    sequential(
      [
        dense({ units: 64, activation: "relu", name: "hidden1" }),
        dense({ units: 32, activation: "relu", name: "hidden2" }),
        dense({ units: outputs, name: "outputs" }),
      ],
      { inputShape: [64], seed, engine },
    );
  const source = build(1, 10).compile(compiled(0.005));
  await source.fit(train.x.rows(40, 1438), train.y.rows(40, 1438), { epochs: 15 });

  const head = dense({ units: 6, name: "segments" }).apply(source.layer("hidden2").output);
  const reused = functional({ inputs: source.input, outputs: head })
    .freeze(/hidden/)
    .compile(compiled(0.02));
  const scratch = build(2, 6).compile(compiled(0.005));
  const lower = weightsHash(source);
  for (const model of [reused, scratch]) {
    await model.fit(train.x.rows(0, 40), question(train.y.rows(0, 40)), { epochs: 60, batchSize: 10 });
  }
  expect(weightsHash(source)).toBe(lower);
  const [ours, theirs] = await Promise.all([reused, scratch].map((model) => model.evaluate(held.x, question(held.y))));
  expect(ours?.accuracy).toBeGreaterThan((theirs?.accuracy as number) + 0.02);
});

test("lower layers may have a lower rate", async () => {
  const { x, y } = smallClassification(20, 6, 3);
  const moved = async (optimizer: Optimizer) => {
    const model = net([5], 1).compile({ optimizer, loss: "sparseCategoricalCrossentropy" });
    const before = model.getWeights();
    await model.fit(x, y, { batchSize: 20, shuffle: false });
    const after = model.getWeights();
    return (name: string) =>
      Array.from(after.get(name)?.data ?? [], (w, i) => w - (before.get(name)?.data[i] as number));
  };
  const plain = await moved(sgd({ learningRate: 0.5 }));
  const slower = await moved(layerwiseRates(sgd({ learningRate: 0.5 }), [[/^hidden/, 0.1]]));
  expectClose(
    "hidden",
    slower("hidden1/kernel"),
    plain("hidden1/kernel").map((step) => 0.1 * step),
    1e-6,
  );
  expectClose("outputs", slower("outputs/kernel"), plain("outputs/kernel"), 1e-6);
  expect(Math.max(...plain("hidden1/kernel").map(Math.abs))).toBeGreaterThan(1e-3);
});
