// Frozen variables: no update, no gradient, no moving statistics; and what is thawed trains on.

import { describe, expect, test } from "vitest";
import { StateError } from "../../src/errors.js";
import {
  ArgumentError,
  dense,
  functional,
  Graph,
  initializers,
  layers,
  type Model,
  mean,
  Session,
  sequential,
  sgd,
  weightsHash,
} from "../../src/index.js";
import { builds, engineOf } from "../support/builds.js";
import { expectSameBits } from "../support/compare-floats.js";
import { engine } from "../support/exact-engine.js";
import { smallClassification } from "../support/small-classification.js";

const { x, y } = smallClassification(60, 6, 3);
const options = { optimizer: "adam", loss: "sparseCategoricalCrossentropy" } as const;

function deep(normal = false): Model {
  const hidden = [1, 2, 3].flatMap((i) => [
    dense({ units: 5, name: `hidden${i}`, kernelInitializer: initializers.heNormal() }),
    ...(normal ? [layers.batchNormalization({ name: `normal${i}`, momentum: 0.5 })] : []),
    layers.activation("relu"),
  ]);
  return sequential([...hidden, dense({ units: 3, name: "outputs" })], { inputShape: [6], seed: 4, engine });
}

const changed = (before: ReadonlyMap<string, { data: unknown }>, model: Model) =>
  [...model.getWeights()]
    .filter(([name, { data }]) => {
      const old = before.get(name)?.data as Float32Array;
      return data.some((value, i) => value !== old[i]);
    })
    .map(([name]) => name);

test("only what the pattern leaves is trained, as the course does with hidden[34]|outputs", async () => {
  const model = deep()
    .freeze()
    .unfreeze(/hidden3|outputs/)
    .compile(options);
  const before = model.getWeights();
  await model.fit(x, y, { epochs: 2 });
  expect(changed(before, model)).toEqual(["hidden3/kernel", "hidden3/bias", "outputs/kernel", "outputs/bias"]);
  expect(model.graph.trainable().map(({ name }) => name)).toEqual(changed(before, model));
  expect(model.summary()).toContain("113 parameters, 48 of them trainable");
  expect(model.layers.map(({ trainable }) => trainable)).toEqual([false, true, false, true, true, true, true]);
});

test("frozen after compile, thawed step by step: each fit trains what is thawed then", async () => {
  const model = deep().compile(options);
  await model.fit(x, y);
  for (const [pattern, names] of [
    [/outputs/, ["outputs/kernel", "outputs/bias"]],
    [/hidden3/, ["hidden3/kernel", "hidden3/bias", "outputs/kernel", "outputs/bias"]],
  ] as const) {
    if (names.length === 2) model.freeze();
    model.unfreeze(pattern);
    const before = model.getWeights();
    await model.fit(x, y);
    expect(changed(before, model)).toEqual(names);
  }
});

test("a fit that nothing was frozen for goes on with the optimizer's state", async () => {
  const [once, twice] = [deep(), deep()];
  await once.compile(options).fit(x, y, { epochs: 2 });
  twice.compile(options);
  await twice.fit(x, y);
  twice.freeze(/hidden1/).unfreeze(/hidden1/);
  await twice.fit(x, y);
  expect(weightsHash(twice)).toBe(weightsHash(once));
});

test("nothing is computed for frozen layers: as few kernel calls as with their output fed, but for their way forward", () => {
  const model = deep();
  const calls = (freeze: RegExp | null) => {
    const made = deep();
    if (freeze) made.freeze(freeze);
    made.compile(options);
    const { session, graph } = made;
    const update = graph.node("adam/adamUpdate");
    return session.prepare({ fetches: [update], feeds: [made.input, graph.node("labels")], batch: 7 }).callCount;
  };
  const all = calls(null);
  const upper = calls(/hidden[12]/);
  // For each of two hidden layers: dX and dW, the bias and the gradient of relu; for the first no dX.
  expect(all - upper).toBe(2 * 4 - 1 + 1);
  expect(model.layers).toHaveLength(7);
});

describe("batch normalisation", () => {
  test.each(builds)("frozen runs by its moving statistics and leaves them, %s", async (build) => {
    const make = () =>
      sequential(
        [
          dense({ units: 4, name: "hidden" }),
          layers.batchNormalization({ momentum: 0.5, name: "normal" }),
          dense({ units: 3 }),
        ],
        { inputShape: [6], seed: 2, engine: engineOf(build) },
      );
    const model = make().compile(options);
    await model.fit(x, y, { epochs: 2 });
    const before = model.getWeights();
    model.layer("normal").trainable = false;
    expect(model.layer("normal").trainable).toBe(false);
    const { graph, session, output } = model;
    const inference = model.predict(x).data;
    const feeds = [
      [model.input, x],
      [graph.training, 1],
    ] as const;
    expectSameBits("as after training", session.run(output, feeds).data, inference);
    await model.fit(x, y, { epochs: 2 });
    expect(changed(before, model)).toEqual(["hidden/kernel", "hidden/bias", "dense/kernel", "dense/bias"]);

    model.layer("normal").trainable = true;
    expect(session.run(output, feeds).data).not.toEqual(inference);
    await model.fit(x, y);
    expect(changed(before, model)).toHaveLength(8);
  });

  test("only gamma frozen: the statistics move on", async () => {
    const model = deep(true).freeze(/gamma/).compile(options);
    const before = model.getWeights();
    await model.fit(x, y);
    const moved = changed(before, model);
    expect(moved).toContain("normal1/movingMean");
    expect(moved.some((name) => name.endsWith("gamma"))).toBe(false);
  });
});

describe("in a graph", () => {
  test("minimize takes what is trainable, and an update that exists stays as it is", () => {
    const graph = new Graph({ seed: 1 });
    const input = graph.placeholder("x", [null, 6]);
    const loss = mean(dense({ units: 1, name: "outputs" }).apply(dense({ units: 4, name: "hidden" }).apply(input)));
    const both = sgd({ learningRate: 0.1 }).minimize(loss);
    graph.setFrozen(graph.variables(/^hidden/), true);
    const upper = sgd({ learningRate: 0.1 }).minimize(loss);
    const session = new Session(graph, { engine });
    const hidden = () => session.hash(graph.variables(/^hidden/));
    const first = hidden();
    session.run(upper, { x });
    expect(hidden()).toBe(first);
    session.run(both, { x });
    expect(hidden()).not.toBe(first);
    expect(graph.trainable().map(({ name }) => name)).toEqual(["outputs/kernel", "outputs/bias"]);
    expect(() => graph.trainable(/^hidden/)).toThrow("no trainable variable matches");
    expect(() => graph.setFrozen([loss], true)).toThrow(
      new ArgumentError("Graph.setFrozen: mean is no variable of this graph."),
    );
    expect(() => graph.setFrozen(new Graph().variables(), true)).not.toThrow();
  });
});

describe("refusals", () => {
  test("a pattern that matches nothing, or is none", () => {
    const model = deep();
    expect(() => model.freeze(/hidden[67]/)).toThrow(
      "Model.freeze: no variable matches /hidden[67]/; there are hidden1/kernel, hidden1/bias",
    );
    expect(() => model.unfreeze("hidden" as never)).toThrow(
      'Model.unfreeze: the pattern must be a regular expression; received "hidden".',
    );
    expect(model.graph.trainable()).toHaveLength(8);
  });

  test("nothing left to train; evaluate and predict do not mind", async () => {
    const model = deep().freeze().compile(options);
    await expect(model.fit(x, y)).rejects.toThrow(
      new StateError("Model.fit: no variable is trainable; unfreeze() some first."),
    );
    expect((await model.evaluate(x, y)).loss).toBeGreaterThan(0);
    expect(model.predict(x).shape).toEqual([60, 3]);
    await model.unfreeze(/outputs/).fit(x, y);
  });

  test("while fit runs", async () => {
    const model = deep().compile(options);
    const training = model.fit(x, y, { epochs: 2, onStep: () => expect(() => model.freeze()).toThrow(StateError) });
    await training;
  });

  test("a part of a model that is frozen in another is frozen in it", () => {
    const model = deep();
    const lower = functional({ inputs: model.input, outputs: model.layer("hidden2").output });
    lower.freeze();
    expect(model.layer("hidden1").trainable).toBe(false);
    expect(model.layer("hidden3").trainable).toBe(true);
  });
});
