// A model's file keeps what `compile` was given, and on request the optimizer's state: training goes on with the same bits.

import { afterEach, describe, expect, test, vi } from "vitest";
import { ArgumentError, DataError, StateError } from "../../../src/errors.js";
import {
  accumulateGradients,
  adam,
  dense,
  functional,
  Graph,
  init,
  initializers,
  layers,
  layerwiseRates,
  losses,
  type Model,
  metrics,
  type Optimizer,
  rmsprop,
  schedules,
  sequential,
  sgd,
  tensor,
  weightsHash,
} from "../../../src/index.js";
import { decodeSafetensors, encodeSafetensors } from "../../../src/io/safetensors.js";
import { modelFromBytes, modelToBytes, type SaveModelOptions } from "../../../src/models/index.js";
import type { Recipe } from "../../../src/training/model/recipe.js";

await init();
afterEach(() => vi.restoreAllMocks());

const x = Float32Array.from({ length: 64 * 5 }, (_, i) => Math.sin(i * i));
const y = Int32Array.from({ length: 64 }, (_, i) => (i * 7) % 3);
const examples = tensor(x, { shape: [64, 5] });

function made(optimizer: Optimizer): Model {
  const row = [
    dense({ units: 8, activation: "tanh", name: "hidden" }),
    layers.batchNormalization(),
    layers.dropout({ rate: 0.3 }),
    dense({ units: 3 }),
  ];
  const model = sequential(row, { inputShape: [5], seed: 3 });
  return model.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy", metrics.auc()] });
}

const saved = (model: Model, options: SaveModelOptions = { optimizerState: true }) =>
  modelFromBytes(modelToBytes(model, options));

const rate = () => schedules.warmUp(schedules.cosineDecay({ initialLearningRate: 0.05, decaySteps: 20 }), { steps: 5 });
const optimizers: Readonly<Record<string, () => Optimizer>> = {
  "SGD with momentum": () => sgd({ learningRate: 0.05, momentum: 0.9 }),
  "plain SGD": () => sgd({ learningRate: 0.05 }),
  "Adam with a schedule": () => adam({ learningRate: rate(), clipNorm: 1 }),
  "AMSGrad by PyTorch's formulas": () => adam({ amsgrad: true, formulation: "pytorch", name: "mine" }),
  "RMSprop by layers": () => layerwiseRates(rmsprop(), [[/^hidden/, 0.1]]),
  "gradients added up over steps": () => accumulateGradients(adam({ learningRate: 0.01 }), 3),
};

describe("training goes on with the same bits", () => {
  test.each(Object.entries(optimizers))("%s", async (_, optimizer) => {
    const whole = made(optimizer());
    const first = made(optimizer());
    await whole.fit(examples, y, { epochs: 2, batchSize: 20 });
    await first.fit(examples, y, { epochs: 2, batchSize: 20 });
    const before = weightsHash(first);
    const second = saved(first);
    expect(weightsHash(second)).toBe(before);
    const [expected, received] = [
      await whole.fit(examples, y, { epochs: 2, batchSize: 20 }),
      await second.fit(examples, y, { epochs: 2, batchSize: 20 }),
    ];
    expect(received).toEqual(expected);
    expect(weightsHash(second)).toBe(weightsHash(whole));
    // Saving has not touched the model.
    await first.fit(examples, y, { epochs: 2, batchSize: 20 });
    expect(weightsHash(first)).toBe(weightsHash(whole));
    // Without the state the optimizer begins anew, and the weights differ.
    const anew = saved(made(optimizer()), {});
    await anew.fit(examples, y, { epochs: 2, batchSize: 20 });
    expect(weightsHash(anew)).toBe(before);
    const forgetful = saved(anew, {});
    await forgetful.fit(examples, y, { epochs: 2, batchSize: 20 });
    expect(weightsHash(forgetful)).not.toBe(weightsHash(whole));
  });

  test("with some variables frozen by name", async () => {
    const [whole, first] = [made(adam()), made(adam())].map((model) => model.freeze(/bias$/)) as [Model, Model];
    await whole.fit(examples, y);
    await first.fit(examples, y);
    const second = saved(first);
    expect(second.variables.filter((variable) => second.graph.isFrozen(variable)).map(({ name }) => name)).toEqual([
      "hidden/bias",
      "dense/bias",
    ]);
    await whole.fit(examples, y);
    await second.fit(examples, y);
    expect(weightsHash(second)).toBe(weightsHash(whole));
  });

  test("of one model among several of a graph", async () => {
    const grown = () => {
      const graph = new Graph({ seed: 5 });
      const input = graph.placeholder("x", [null, 5]);
      const shared = dense({ units: 4, activation: "relu" }).apply(input);
      const other = functional({ inputs: input, outputs: dense({ units: 1 }).apply(shared) });
      other.compile({ optimizer: "adam", loss: "mse" });
      const model = functional({ inputs: input, outputs: dense({ units: 3 }).apply(shared) });
      return model.compile({ optimizer: adam({ learningRate: 0.02 }), loss: "sparseCategoricalCrossentropy" });
    };
    const [whole, first] = [grown(), grown()];
    await whole.fit(examples, y);
    await first.fit(examples, y);
    const second = saved(first);
    await whole.fit(examples, y);
    await second.fit(examples, y);
    expect([...second.getWeights().values()]).toEqual([...whole.getWeights().values()]);
  });
});

test("several outputs keep a loss, a weight and metrics each", async () => {
  const graph = new Graph();
  const a = graph.placeholder("a", [null, 5]);
  const b = graph.placeholder("b", [null, 2]);
  const joined = layers.concatenate().apply([a, b]);
  const outputs = { digit: dense({ units: 3 }).apply(joined), size: dense({ units: 1 }).apply(joined) };
  const model = functional({ inputs: [a, b], outputs });
  model.compile({
    optimizer: "lion",
    loss: { digit: losses.sparseCategoricalCrossentropy({ labelSmoothing: 0.1 }), size: losses.huber({ delta: 2 }) },
    lossWeights: { digit: 1, size: 0.25 },
    metrics: { digit: ["accuracy"], size: [metrics.r2()] },
  });
  const { goals, optimizer } = modelFromBytes(modelToBytes(model)).recipe as Recipe;
  expect(goals.map(({ loss, weight }) => [loss.config, weight])).toEqual([
    [{ kind: "sparseCategoricalCrossentropy", options: { labelSmoothing: 0.1 } }, 1],
    [{ kind: "huber", options: { delta: 2 } }, 0.25],
  ]);
  expect(goals.map(({ metrics }) => metrics.map(({ name }) => name))).toEqual([["accuracy"], ["r2"]]);
  expect(optimizer.config).toEqual({ kind: "lion", options: {} });
});

test("a loss of one's own is left out with a warning, and is an error where the state needs it", () => {
  const said = vi.spyOn(console, "warn").mockImplementation(() => {});
  const model = sequential([dense({ units: 3 })], { inputShape: [5] });
  const mine = losses.defineLoss({ name: "mine", losses: (output) => output });
  model.compile({ optimizer: sgd({ learningRate: () => 0.1 }), loss: mine });
  const bytes = modelToBytes(model);
  expect(said).toHaveBeenCalledOnce();
  expect(said.mock.calls[0]?.[0]).toMatch(/the learning rate and the loss "mine" is one of your own. Call compile/);
  expect(modelFromBytes(bytes).recipe).toBeNull();
  expect(() => modelToBytes(model, { optimizerState: true })).toThrow(ArgumentError);
});

test("the state is refused before compile, and an option that there is not", () => {
  const model = sequential([dense({ units: 3 })], { inputShape: [5] });
  expect(() => modelToBytes(model, { optimizerState: true })).toThrow(StateError);
  expect(() => modelToBytes(model, { optimizerstate: true } as never)).toThrow(/did you mean "optimizerState"/);
  expect(() => modelToBytes(model, { metadata: 3 } as never)).toThrow(/metadata must be an object of strings/);
});

test("initializers are kept: the weights come from the file, those of another graph from the initializers", () => {
  const model = sequential(
    [dense({ units: 2, biasInitializer: initializers.constant(3), kernelInitializer: "ones" })],
    {
      inputShape: [2],
    },
  );
  model.setWeights([[[1, 2], [3, 4]], [5, 6]]); // biome-ignore format: a matrix
  const loaded = saved(model, {});
  expect(loaded.getWeights()).toEqual(model.getWeights());
  for (const each of [loaded, saved(loaded, {})]) {
    const { options } = each.layers[0] as { options: { biasInitializer?: { config?: unknown } } };
    expect(options.biasInitializer?.config).toEqual({ kind: "constant", options: { value: 3 } });
  }
});

describe("what a file may say", () => {
  const bytes = modelToBytes(made(adam()), { optimizerState: true });
  const { tensors, metadata } = decodeSafetensors(bytes);
  const told = JSON.parse(metadata.training as string);
  const file = (training: unknown, change = (all: typeof tensors) => all) =>
    encodeSafetensors(change(tensors), { ...metadata, training: JSON.stringify(training) });

  test.each<[string, unknown]>([
    ["nothing", null],
    ["no list of frozen variables", { ...told, frozen: 3 }],
    ["no compile", { ...told, compile: null }],
    ["an optimizer that there is not", { ...told, compile: { ...told.compile, optimizer: { kind: "adamax" } } }],
    ["a name of every object", { ...told, compile: { ...told.compile, optimizer: { kind: "constructor" } } }],
    [
      "a rate that is none",
      { ...told, compile: { ...told.compile, optimizer: { kind: "adam", options: { learningRate: "fast" } } } },
    ],
    ["no outputs", { ...told, compile: { ...told.compile, outputs: [] } }],
    ["an output that is none", { ...told, compile: { ...told.compile, outputs: [null] } }],
    ["a loss for a metric", { ...told, compile: { ...told.compile, outputs: [{ metrics: [{ kind: "huber" }] }] } }],
    [
      "a weight that is none",
      { ...told, compile: { ...told.compile, outputs: [{ ...told.compile.outputs[0], weight: -1 }] } },
    ],
    ["a position that is none", { ...told, position: { epoch: -1 } }],
    ["less to train", { ...told, frozen: ["hidden/kernel"] }],
  ])("%s: DataError", (_, training) => {
    expect(() => modelFromBytes(file(training))).toThrow(DataError);
  });

  test("a schedule of schedules without end, and a pattern: DataError at once", () => {
    let schedule: object = { kind: "constant", options: { learningRate: 1 } };
    for (let i = 0; i < 500; i++) schedule = { kind: "warmUp", options: { schedule, steps: 1 } };
    const optimizer = { kind: "sgd", options: { learningRate: schedule } };
    expect(() => modelFromBytes(file({ ...told, compile: { ...told.compile, optimizer } }))).toThrow(/nested 16 deep/);
    const text = JSON.stringify({ ...told, compile: { ...told.compile, optimizer: { kind: "sgd", options: {} } } });
    const nested = text.replace(
      '"options":{}',
      `"options":{"learningRate":{"kind":"piecewiseConstant","options":{"boundaries":[1],"values":[${"[".repeat(100_000)}${"]".repeat(100_000)},1]}}}`,
    );
    expect(() => modelFromBytes(encodeSafetensors(tensors, { ...metadata, training: nested }))).toThrow(DataError);
    const factors = [[{ names: ["(a+)+$"] }, 0.5]];
    const evil = { kind: "layerwiseRates", options: { optimizer: { kind: "sgd", options: {} }, factors } };
    expect(() => modelFromBytes(file({ ...told, compile: { ...told.compile, optimizer: evil } }))).toThrow(DataError);
  });

  test("a tensor of the state missing, or of another shape: DataError", () => {
    const without = (all: typeof tensors) => new Map([...all].filter(([name]) => name !== "optimizer/1"));
    expect(() => modelFromBytes(file(told, without))).toThrow(/must hold \d+ tensors; received \d+/);
    const other = (all: typeof tensors) => new Map([...all, ["optimizer/1", tensor([1, 2, 3])]]);
    expect(() => modelFromBytes(file(told, other))).toThrow(DataError);
  });
});
