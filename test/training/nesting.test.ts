// Models made of models: clones have weights of their own, a model applied as a layer shares them.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError, StateError } from "../../src/errors.js";
import {
  add,
  dense,
  functional,
  Graph,
  init,
  layers,
  type Model,
  relu,
  Session,
  sequential,
  sgd,
  tensor,
  weightsHash,
} from "../../src/index.js";
import { modelFromBytes, modelToBytes } from "../../src/models/index.js";

await init();
const x = tensor(
  Float32Array.from({ length: 12 * 4 }, (_, i) => Math.cos(i * i)),
  { shape: [12, 4] },
);
const y = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
const training = { optimizer: sgd({ learningRate: 0.1 }), loss: "mse" } as const;

const base = (name = "hidden") =>
  sequential([dense({ units: 3, activation: "tanh", name }), layers.batchNormalization(), dense({ units: 2 })], {
    inputShape: [4],
    seed: 7,
  });
const values = (model: Model) => [...model.getWeights().values()].map((value) => value.toArray());

describe("clone", () => {
  test("has the weights that the model began with, the model's own, or those of another seed", async () => {
    const model = base();
    const begun = weightsHash(model);
    model.compile(training);
    const wide = tensor(
      Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
      { shape: [12, 2] },
    );
    await model.fit(x, wide, { epochs: 2 });
    expect(weightsHash(model)).not.toBe(begun);
    expect(weightsHash(model.clone())).toBe(begun);
    const same = model.clone({ weights: true });
    expect(weightsHash(same)).toBe(weightsHash(model));
    expect(same.predict(x)).toEqual(model.predict(x));
    expect(weightsHash(model.clone({ seed: 8 }))).not.toBe(begun);
    // Another graph: it is not compiled, and training it leaves the model alone.
    expect(same.recipe).toBeNull();
    const before = weightsHash(model);
    await same.compile(training).fit(x, wide);
    expect(weightsHash(model)).toBe(before);
    expect(weightsHash(same)).not.toBe(before);
  });

  test("keeps names in scopes, layers that are used twice, what is frozen, and ops between layers", () => {
    const graph = new Graph({ seed: 3 });
    const a = graph.placeholder("a", [null, 4]);
    const b = graph.placeholder("b", [null, 4]);
    const shared = dense({ units: 4 });
    const own = graph.variable("own", 0.5, { shape: [4] });
    const outputs = graph.scope("net", () => {
      const twice = [a, b].map((input) => relu(shared.apply(input)));
      return {
        sum: add(add(twice[0] as never, twice[1] as never), own),
        last: dense({ units: 1 }).apply(twice[1] as never),
      };
    });
    const model = functional({ inputs: [a, b], outputs }).freeze(/^net\/dense\//);
    const clone = model.clone();
    expect(clone.variables.map(({ name }) => name)).toEqual(model.variables.map(({ name }) => name));
    expect(weightsHash(clone)).toBe(weightsHash(model));
    expect(clone.layers.map(({ name, outputs }) => [name, outputs.length])).toEqual([
      ["net/dense", 2],
      ["net/dense_1", 1],
    ]);
    expect(clone.variables.filter((each) => clone.graph.isFrozen(each))).toHaveLength(2);
    expect(clone.predict([x, x])).toEqual(model.predict([x, x]));
    expect(clone.graph).not.toBe(graph);
  });

  test("of a loaded model: the weights begin as its initializers say", () => {
    const model = sequential([dense({ units: 2, kernelInitializer: "ones", biasInitializer: "ones" })], {
      inputShape: [2],
    });
    const loaded = modelFromBytes(modelToBytes(base()));
    expect(weightsHash(loaded.clone())).toBe(weightsHash(base()));
    expect(values(modelFromBytes(modelToBytes(model)).clone())).toEqual([[[1, 1], [1, 1]], [1, 1]]); // biome-ignore format: matrices
  });

  test("before the shape is known: a model that waits too, without weights to copy", async () => {
    const model = sequential([dense({ units: 1 })], { seed: 4 });
    const clone = model.clone();
    for (const each of [model, clone]) await each.compile(training).fit(x, y);
    expect(weightsHash(clone)).toBe(weightsHash(model));
    expect(() => sequential([dense({ units: 1 })]).clone({ weights: true })).toThrow(StateError);
  });
});

describe("a model as a layer", () => {
  test("in a row: trained with the whole, frozen with the whole", async () => {
    const inner = base();
    const whole = sequential([inner, dense({ units: 1, name: "head" })]);
    expect(whole.variables).toHaveLength(inner.variables.length + 2);
    const before = weightsHash(inner);
    await whole.compile(training).fit(x, y);
    const after = weightsHash(inner);
    expect(after).not.toBe(before);
    expect(inner.predict(x).shape).toEqual([12, 2]);
    inner.trainable = false;
    await whole.compile(training).fit(x, y);
    // The head alone has changed; the moving statistics of what is frozen stand still.
    expect(weightsHash(inner)).toBe(after);
    expect(whole.summary()).toContain("head (Dense)");
  });

  test("an encoder and a decoder of graphs of their own become one: names do not clash, weights are kept and shared", async () => {
    const encoder = base();
    const decoder = sequential([dense({ units: 3, name: "hidden" }), dense({ units: 4 })], {
      inputShape: [2],
      seed: 1,
    });
    const [code, weights] = [encoder.predict(x), values(decoder)];
    const expected = decoder.predict(code);
    const whole = sequential([encoder, decoder]);
    expect(decoder.graph).toBe(encoder.graph);
    expect(values(decoder)).toEqual(weights);
    expect(whole.predict(x)).toEqual(expected);
    expect(new Set(whole.variables.map(({ name }) => name)).size).toBe(whole.variables.length);
    expect(decoder.layers.map(({ name }) => name)).toEqual(["model/hidden", "model/dense"]);
    await whole.compile(training).fit(x, x, { epochs: 3 });
    expect(values(decoder)).not.toEqual(weights);
    expect(decoder.predict(encoder.predict(x))).toEqual(whole.predict(x));
  });

  test("gives the bits of the layers themselves", async () => {
    const nested = sequential([base(), dense({ units: 1, name: "head" })]);
    const row = [
      dense({ units: 3, activation: "tanh", name: "hidden" }),
      layers.batchNormalization(),
      dense({ units: 2 }),
    ];
    const flat = sequential([...row, dense({ units: 1, name: "head" })], { inputShape: [4], seed: 7 });
    for (const each of [nested, flat]) await each.compile(training).fit(x, y, { epochs: 2 });
    expect(weightsHash(nested)).toBe(weightsHash(flat));
    expect(weightsHash(modelFromBytes(modelToBytes(nested)))).toBe(weightsHash(flat));
  });

  test("called on nodes, twice: one set of weights", () => {
    const inner = sequential([dense({ units: 3, name: "hidden" })], { inputShape: [4], seed: 7 });
    const weights = values(inner);
    const graph = new Graph({ seed: 2 });
    const [a, b] = ["a", "b"].map((name) => graph.placeholder(name, [null, 4])) as [never, never];
    const model = functional({ inputs: [a, b], outputs: layers.add().apply([inner.apply(a), inner.apply(b)]) });
    expect(model.variables).toEqual(inner.variables);
    expect(values(inner)).toEqual(weights);
    expect(model.layers.map(({ outputs }) => outputs.length)).toEqual([2, 1]);
    const alone = inner.predict(x).data;
    expect(model.predict([x, x]).data).toEqual(alone.map((value) => value + value));
    const read = modelFromBytes<readonly never[]>(modelToBytes(model));
    expect(read.predict([x, x] as never)).toEqual(model.predict([x, x]));
    expect(read.variables).toHaveLength(2);
  });

  test("before shapes are known", async () => {
    const inner = sequential([dense({ units: 3 })]);
    const whole = sequential([inner, dense({ units: 1 })], { seed: 0 });
    await whole.compile(training).fit(x, y);
    expect(inner.variables).toEqual(whole.variables.slice(0, 2));
    expect(inner.predict(x).shape).toEqual([12, 3]);
  });

  test("two heads on one model", () => {
    const inner = base();
    const [first, second] = [1, 5].map((units) => sequential([inner, dense({ units })])) as [Model, Model];
    expect(first.variables.slice(0, 8)).toEqual(second.variables.slice(0, 8));
    expect(second.predict(x).shape).toEqual([12, 5]);
  });

  test("what cannot be is refused, and says why", () => {
    const inner = base();
    sequential([inner, dense({ units: 1 })]);
    // Its graph has a head that would stay behind.
    const other = new Graph().placeholder("x", [null, 4]);
    expect(() => inner.apply(other)).toThrow(/cannot move, since dense_1\/bias of its own graph is not a part of it/);
    expect(() => inner.apply(x as never)).toThrow(
      /applied to nodes of one graph; received Tensor; predict\(\) takes numbers/,
    );
    expect(() => sequential([base(), dense({ units: 1 })], { seed: 1 })).toThrow(ArgumentError);
    expect(() => inner.apply(inner.graph.placeholder("wide", [null, 5]))).toThrow(ShapeError);
    expect(inner.session).toBeInstanceOf(Session);
  });
});
