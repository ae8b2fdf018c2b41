// Models over nodes: several inputs and outputs, shared layers, views of one graph.

import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  add,
  dense,
  functional,
  Graph,
  type Node,
  Session,
  ShapeError,
  StateError,
  sequential,
  sgd,
  square,
  subtract,
  sum,
  Tensor,
  tensor,
  weightsHash,
} from "../../../src/index.js";
import { expectSameBits } from "../../support/compare-floats.js";
import { engine } from "../../support/exact-engine.js";
import { randomFloats, randomIntegers } from "../../support/random-values.js";
import { smallClassification } from "../../support/small-classification.js";

const left = new Tensor(randomFloats(20 * 3, 1), [20, 3]);
const right = new Tensor(randomFloats(20 * 3, 2), [20, 3]);
const classes = Int32Array.from(randomIntegers(20, 4, 3));
const numbers = new Tensor(randomFloats(20 * 2, 4), [20, 2]);

/** Two inputs, two outputs over a sum of two hidden layers. */
function twoByTwo() {
  const graph = new Graph({ seed: 3 });
  const a = graph.placeholder("a", [null, 3]);
  const b = graph.placeholder("b", [null, 3]);
  const hidden = add(
    dense({ units: 5, activation: "tanh", name: "hiddenA" }).apply(a),
    dense({ units: 5, activation: "tanh", name: "hiddenB" }).apply(b),
  );
  const digit = dense({ units: 4, name: "digit" }).apply(hidden);
  const place = dense({ units: 2, name: "place" }).apply(hidden);
  return { graph, a, b, hidden, digit, place, session: new Session(graph, { engine }) };
}

test("a sequential model written with nodes is the same to the last bit", async () => {
  const { x, y } = smallClassification(50, 6, 3);
  const options = { optimizer: sgd({ learningRate: 0.1 }), loss: "sparseCategoricalCrossentropy" } as const;
  const inRow = sequential([dense({ units: 8, activation: "relu" }), dense({ units: 3 })], {
    inputShape: [6],
    seed: 1,
    engine,
  }).compile(options);

  const graph = new Graph({ seed: 1 });
  const inputs = graph.placeholder("input", [null, 6]);
  const outputs = dense({ units: 3 }).apply(dense({ units: 8, activation: "relu" }).apply(inputs));
  const ofNodes = functional({ inputs, outputs }, { session: new Session(graph, { engine }) }).compile(options);

  const histories = [await inRow.fit(x, y, { epochs: 3 }), await ofNodes.fit(x, y, { epochs: 3 })];
  expect(weightsHash(ofNodes)).toBe(weightsHash(inRow));
  expect(histories[1]).toEqual(histories[0]);
  expect(ofNodes.summary()).toBe(inRow.summary());
  expectSameBits("predictions", ofNodes.predict(x).data, inRow.predict(x).data);
});

describe("several inputs and outputs", () => {
  const losses = { digit: "sparseCategoricalCrossentropy", place: "meanSquaredError" } as const;

  test("as records: data, losses, weights, metrics and predictions have their keys", async () => {
    const { session, a, b, digit, place } = twoByTwo();
    const model = functional({ inputs: { a, b }, outputs: { digit, place } }, { session }).compile({
      optimizer: sgd({ learningRate: 0.05 }),
      loss: losses,
      lossWeights: { digit: 1, place: 0.25 },
      metrics: { digit: ["accuracy"], place: [] },
    });
    const [x, y] = [
      { a: left, b: right },
      { digit: classes, place: numbers },
    ];
    const before = await model.evaluate(x, y);
    expect(Object.keys(before)).toEqual(["loss", "digitLoss", "placeLoss", "digitAccuracy"]);
    expect(before.loss).toBeCloseTo((before.digitLoss as number) + 0.25 * (before.placeLoss as number), 5);
    const history = await model.fit(x, y, { epochs: 20, batchSize: 7, validationData: [x, y] });
    expect(Object.keys(history)).toContain("valPlaceLoss");
    const after = await model.evaluate(x, y);
    expect(after.digitLoss).toBeLessThan(before.digitLoss as number);
    expect(after.placeLoss).toBeLessThan(before.placeLoss as number);

    const predicted = model.predict(x, { batchSize: 6 });
    expect(Object.keys(predicted)).toEqual(["digit", "place"]);
    const [digits, places] = session.run(
      [digit, place],
      [
        [a, left],
        [b, right],
      ],
    ) as [Tensor, Tensor];
    expectSameBits("digit", predicted.digit.data, digits.data);
    expectSameBits("place", predicted.place.data, places.data);
  });

  test("as lists: outputs are reported under the names of their layers", async () => {
    const { session, a, b, digit, place } = twoByTwo();
    const model = functional({ inputs: [a, b], outputs: [digit, place] }, { session }).compile({
      optimizer: "sgd",
      loss: ["sparseCategoricalCrossentropy", "meanSquaredError"],
      metrics: [["accuracy"], []],
    });
    const { digitAccuracy, placeLoss } = await model.evaluate([left, right], [classes, numbers]);
    expect(digitAccuracy).toBeGreaterThanOrEqual(0);
    const [digits, places] = model.predict([left, right]);
    expect([digits.shape, places.shape]).toEqual([
      [20, 4],
      [20, 2],
    ]);
    const squares = Array.from(places.data, (value, i) => (value - (numbers.data[i] as number)) ** 2);
    expect(placeLoss).toBeCloseTo(squares.reduce((total, value) => total + value, 0) / squares.length, 5);
    await model.fit([left, right], [classes, numbers]);
  });

  test("one loss may serve all outputs, and one list of metrics", async () => {
    const { session, a, b, digit, hidden } = twoByTwo();
    const other = dense({ units: 4, name: "other" }).apply(hidden);
    const model = functional({ inputs: [a, b], outputs: { digit, other } }, { session }).compile({
      optimizer: "sgd",
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    const metrics = await model.evaluate([left, right], { digit: classes, other: classes });
    expect(Object.keys(metrics)).toEqual(["loss", "digitLoss", "otherLoss", "digitAccuracy", "otherAccuracy"]);
    expect(metrics.loss).toBeCloseTo((metrics.digitLoss as number) + (metrics.otherLoss as number), 5);
  });

  test("input and output are told apart from inputs and outputs", () => {
    const { session, a, b, digit, place } = twoByTwo();
    const model = functional({ inputs: [a, b], outputs: { digit, place } }, { session });
    expect(model.inputs).toEqual([a, b]);
    expect(model.outputs).toEqual({ digit, place });
    expect(() => model.input).toThrow(new StateError("Model.input: the model has 2 inputs; see Model.inputs."));
    expect(() => model.output).toThrow(StateError);
  });

  const { session, a, b, digit, place } = twoByTwo();
  const model = functional({ inputs: { a, b }, outputs: { digit, place } }, { session }).compile({
    optimizer: "sgd",
    loss: losses,
  });
  const good = { digit: classes, place: numbers };
  test.each<[string, unknown, unknown, string]>([
    ["an array for a record", left, good, "features must be an object with a, b; received Tensor."],
    ["a list for a record", [left, right], good, "features must be an object with a, b; received a list of 2."],
    ["a missing key", { a: left }, good, "features must be an object with a, b; received an object with a."],
    [
      "a key too many",
      { a: left, b: right, c: right },
      good,
      "features must be an object with a, b; received an object with a, b, c.",
    ],
    ["another width", { a: left, b: numbers }, good, "features b must have shape [null, 3]; received [20, 2]."],
    [
      "unequal numbers of examples",
      { a: left, b: right.rows(0, 19) },
      good,
      "all features must have as many examples; a has 20, b has 19.",
    ],
    [
      "labels of another shape",
      { a: left, b: right },
      { digit: classes, place: left },
      "labels place must have shape [20, 2], one per example; received [20, 3].",
    ],
    [
      "labels that are missing",
      { a: left, b: right },
      classes,
      "labels must be an object with digit, place; received Int32Array(20).",
    ],
  ])("fit refuses %s", async (_, x, y, message) => {
    const before = weightsHash(model);
    await expect(model.fit(x as never, y as never)).rejects.toThrow(`Model.fit: ${message}`);
    expect(weightsHash(model)).toBe(before);
  });

  test.each<[string, object, string]>([
    ["a loss too few", { loss: { digit: "hinge" } }, "compile: loss must be an object with digit, place"],
    ["weights that are none", { lossWeights: { digit: -1, place: 1 } }, "compile: lossWeights must be a finite number"],
    ["metrics of no output", { metrics: { digits: [] } }, "compile: metrics must be an object with digit, place"],
  ])("compile refuses %s", (_, options, message) => {
    expect(() => model.compile({ optimizer: "sgd", loss: losses, ...options } as never)).toThrow(message);
  });
});

describe("a layer applied twice", () => {
  /** The squared distance of what one layer makes of two inputs. */
  function pair() {
    const graph = new Graph({ seed: 5 });
    const a = graph.placeholder("a", [null, 3]);
    const b = graph.placeholder("b", [null, 3]);
    const embed = dense({ units: 2, activation: "tanh", name: "embed" });
    const [u, v] = [embed.apply(a), embed.apply(b)];
    const distance = sum(square(subtract(u, v)), { axis: 1, keepDims: true });
    return { graph, embed, u, v, model: functional({ inputs: [a, b], outputs: distance }) };
  }

  test("shares its variables, and its gradient is the sum over its uses", async () => {
    const { graph, model, embed } = pair();
    expect(model.variables.map(({ name }) => name)).toEqual(["embed/kernel", "embed/bias"]);
    expect(model.layers.map(({ name, outputs }) => [name, outputs.length])).toEqual([["embed", 2]]);
    expect(() => model.layer("embed").output).toThrow("Layer embed: it is used 2 times; choose one of its outputs.");
    expect(model.predict([left, left]).data.every((value) => value === 0)).toBe(true);
    expect(graph.variables(/^embed/)).toHaveLength(2);

    // Equal inputs have equal gradients of opposite sign: nothing moves. Others do move, and both towers with them.
    model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: "meanSquaredError" });
    const before = weightsHash(model);
    await model.fit([left, left], new Tensor(new Float32Array(20), [20, 1]));
    expect(weightsHash(model)).toBe(before);
    await model.fit([left, right], new Tensor(new Float32Array(20), [20, 1]), { epochs: 5 });
    expect(weightsHash(model)).not.toBe(before);
    expect(model.predict([left, left]).data.every((value) => value === 0)).toBe(true);

    const elsewhere = embed.apply(new Graph().placeholder("x", [null, 9]));
    expect((elsewhere.graph as Graph).node("embed/kernel").shape).toEqual([9, 2]);
  });

  test("has one row in the summary", () => {
    expect(pair().model.summary()).toBe(
      [
        "Layer          Output shape  Parameters",
        "---------------------------------------",
        "a              [null, 3]              0",
        "b              [null, 3]              0",
        "embed (Dense)  [null, 2]              8",
        "---------------------------------------",
        "8 parameters, 8 of them trainable",
      ].join("\n"),
    );
  });
});

describe("views of one graph", () => {
  test("a model up to a layer shares the values, and another head may stand on it", async () => {
    const { x, y } = smallClassification(40, 6, 3);
    const layers = [
      dense({ units: 8, activation: "relu", name: "hidden1" }),
      dense({ units: 4, activation: "relu", name: "hidden2" }),
      dense({ units: 3, name: "outputs" }),
    ];
    const options = { optimizer: "adam", loss: "sparseCategoricalCrossentropy" } as const;
    const whole = sequential(layers, { inputShape: [6], seed: 2, engine }).compile(options);
    const lower = functional({ inputs: whole.input, outputs: whole.layer("hidden2").output });
    expect(lower.session).toBe(whole.session);
    expect(lower.layers.map(({ name }) => name)).toEqual(["hidden1", "hidden2"]);
    await whole.fit(x, y, { epochs: 2 });
    const features = lower.predict(x);
    const upper = functional({ inputs: whole.layer("hidden2").output, outputs: whole.output });
    expect(upper.variables.map(({ name }) => name)).toEqual(["outputs/kernel", "outputs/bias"]);
    expectSameBits("upper of lower", upper.predict(features).data, whole.predict(x).data);

    const head = dense({ units: 2, name: "head" }).apply(whole.layer("hidden2").output);
    const other = functional({ inputs: whole.input, outputs: head }).compile(options);
    const outputs = whole.session.hash(whole.graph.variables(/^outputs/));
    const hidden = whole.session.hash(whole.graph.variables(/^hidden/));
    await other.fit(x, y.data.map((label) => label % 2) as Int32Array);
    expect(whole.session.hash(whole.graph.variables(/^outputs/))).toBe(outputs);
    expect(whole.session.hash(whole.graph.variables(/^hidden/))).not.toBe(hidden);

    // What lies under its inputs is no part of a model: its training leaves it alone.
    upper.compile(options);
    const kept = whole.session.hash(whole.graph.variables(/^hidden/));
    await upper.fit(features, y);
    expect(whole.session.hash(whole.graph.variables(/^hidden/))).toBe(kept);
    expect(whole.session.hash(whole.graph.variables(/^outputs/))).not.toBe(outputs);
  });

  test("the layers are found by name", () => {
    const model = sequential([dense({ units: 3 })], { inputShape: [4], engine });
    expect(model.layer("dense").output).toBe(model.output);
    expect(() => model.layer("dens")).toThrow(
      new ArgumentError('Model.layer: there is no layer "dens"; the layers are dense.'),
    );
  });
});

describe("refusals", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 3]);
  const z = graph.placeholder("z", [null, 3]);
  const y = dense({ units: 2 }).apply(x);
  const stranger = new Graph().placeholder("s", [null, 3]);
  const fixed = graph.constant("fixed", [[1, 2]]);
  test.each<[string, object, new (message: string) => Error, string]>([
    [
      "another placeholder",
      { inputs: z, outputs: y },
      ArgumentError,
      "Model: the outputs must depend on no placeholder but the inputs, z; they depend on x.",
    ],
    [
      "an idle input",
      { inputs: [x, z], outputs: y },
      ArgumentError,
      "Model: every input must lead to an output, and be given once; received z.",
    ],
    [
      "an input twice",
      { inputs: [x, x], outputs: y },
      ArgumentError,
      "Model: every input must lead to an output, and be given once; received x.",
    ],
    [
      "two graphs",
      { inputs: x, outputs: stranger },
      ArgumentError,
      "functional: all nodes must belong to the graph of the session; s does not.",
    ],
    [
      "what is no node",
      { inputs: x, outputs: tensor([1]) },
      ArgumentError,
      "functional: outputs must be a node, a list of nodes or a record of nodes; received Tensor.",
    ],
    [
      "nothing",
      { inputs: [], outputs: y },
      ArgumentError,
      "functional: inputs must be a node, a list of nodes or a record of nodes; received [].",
    ],
    [
      "no batch",
      { inputs: x, outputs: fixed },
      ShapeError,
      "functional: the first extent of outputs, and no other, must be the batch; fixed is [1, 2].",
    ],
    [
      "other options",
      { inputs: x, output: y },
      ArgumentError,
      'functional: options must be an object with inputs, outputs; received "output"; did you mean "outputs"?',
    ],
  ])("%s", (_, ends, Refusal, message) => {
    let error: unknown;
    try {
      functional(ends as { inputs: Node; outputs: Node });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toEqual(new Refusal(message));
  });

  test("a name that another layer, scope or node has", () => {
    const taken = new ArgumentError('Dense: the name "dense" is taken in this graph; give the layer one of its own.');
    expect(() => dense({ units: 3, name: "dense" }).apply(x)).toThrow(taken);
    expect(() => dense({ units: 3, name: "x" }).apply(x)).toThrow(ArgumentError);
    // A refusal for another reason leaves the name free.
    expect(() => dense({ units: 3, name: "late" }).apply(graph.constant("c", [1]))).toThrow(ShapeError);
    expect(dense({ units: 3, name: "late" }).apply(x).name).toBe("late/biasAdd");
  });

  test("what no layer can be applied to", () => {
    expect(() => dense({ units: 3 }).apply(5 as never)).toThrow(
      "Dense: a layer is applied to nodes of a graph; received 5.",
    );
    expect(() => dense({ units: 3 }).apply([] as never)).toThrow("received [].");
  });
});
