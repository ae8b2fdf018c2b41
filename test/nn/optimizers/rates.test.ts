// Rates by layer, rates by schedule, gradients accumulated over runs: against the same done by hand.

import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { Graph } from "../../../src/graph/graph.js";
import { glorotUniform } from "../../../src/nn/initializers/index.js";
import { accumulateGradients } from "../../../src/nn/optimizers/accumulation.js";
import { getOptimizer, type OptimizerName, optimizerNames } from "../../../src/nn/optimizers/index.js";
import { layerwiseRates } from "../../../src/nn/optimizers/layerwiseRates.js";
import type { Optimizer } from "../../../src/nn/optimizers/optimizer.js";
import type { OptimizerOptions } from "../../../src/nn/optimizers/options.js";
import { sgd } from "../../../src/nn/optimizers/sgd.js";
import { cosineDecay } from "../../../src/nn/schedules/index.js";
import { tanh } from "../../../src/ops/activations.js";
import { biasAdd } from "../../../src/ops/arithmetic.js";
import { sparseSoftmaxCrossEntropy } from "../../../src/ops/crossEntropy.js";
import { matmul } from "../../../src/ops/matmul.js";
import type { Node } from "../../../src/ops/op.js";
import { mean } from "../../../src/ops/reductions.js";
import { Session } from "../../../src/runtime/session.js";
import { expectClose } from "../../support/compare-floats.js";
import { engine } from "../../support/exact-engine.js";
import { randomFloats, randomIntegers } from "../../support/random-values.js";

const INPUTS = 20;
const CLASSES = 4;

/** hidden [20, 12], outputs [12, 4] */
function network() {
  const graph = new Graph({ seed: 5 });
  const x = graph.placeholder("x", [null, INPUTS]);
  const labels = graph.placeholder("labels", [null], "int32");
  const layer = (name: string, input: Node, units: number) =>
    graph.scope(name, () => {
      const kernel = graph.variable("kernel", glorotUniform(), { shape: [input.shape[1] as number, units] });
      return biasAdd(matmul(input, kernel), graph.variable("bias", 0, { shape: [units] }));
    });
  const logits = layer("outputs", tanh(layer("hidden", x, 12)), CLASSES);
  const loss = mean(sparseSoftmaxCrossEntropy(logits, labels));
  return { graph, loss, session: new Session(graph, { engine }) };
}

/** `rows` examples, the same for the same number. */
function batch(number: number, rows = 8) {
  return {
    x: randomFloats(rows * INPUTS, number),
    labels: randomIntegers(rows, number + 1000, CLASSES),
  };
}

function joined(batches: readonly ReturnType<typeof batch>[]) {
  return {
    x: Float32Array.from(batches.flatMap(({ x }) => [...x])),
    labels: Int32Array.from(batches.flatMap(({ labels }) => [...labels])),
  };
}

/** All weights after the steps, with a hand on the session between them. */
function train(optimizer: Optimizer, steps: number, before: (session: Session, step: number) => void = () => {}) {
  const { graph, loss, session } = network();
  const update = optimizer.minimize(loss);
  for (let step = 0; step < steps; step++) {
    before(session, step);
    session.run(update, batch(step));
  }
  const weights = graph.trainable().map((variable) => [...session.get(variable).data]);
  return { graph, session, update, loss, weights, hash: session.hash(graph.trainable()) };
}

const make = (name: OptimizerName, options: OptimizerOptions) => getOptimizer(name, options);

describe.each(optimizerNames)("%s", (name) => {
  test("moves each layer at its own rate, to the bit as optimizers of those rates", () => {
    const options = { learningRate: 0.02 };
    const multipliers = [
      [/hidden.kernel/, 0.25],
      [/hidden/, 0.5],
    ] as const;
    const { weights } = train(layerwiseRates(make(name, options), multipliers), 5);

    const { graph, loss, session } = network();
    const parts = [
      [/hidden.kernel/, 0.25],
      [/hidden.bias/, 0.5],
      [/outputs/, 1],
    ] as const;
    const updates = parts.map(([pattern, factor]) =>
      make(name, { learningRate: Math.fround(0.02) * factor }).minimize(loss, graph.trainable(pattern)),
    );
    for (let step = 0; step < 5; step++) session.run(updates, batch(step));
    expect(weights).toEqual(graph.trainable().map((variable) => [...session.get(variable).data]));
  });

  test("follows a schedule as if the rate were set before each step", () => {
    const schedule = cosineDecay({ initialLearningRate: 0.05, decaySteps: 6 });
    const followed = train(make(name, { learningRate: schedule }), 8);
    const byHand = train(make(name, { learningRate: 1 }), 8, (session, step) =>
      session.set({ [`${name}/learningRate`]: schedule(step) }),
    );
    expect(followed.hash).toBe(byHand.hash);
  });

  test("accumulates the gradients of three batches to the step of one that is three times as large", () => {
    const options = { learningRate: 0.02, globalClipNorm: 0.5 };
    const split = train(accumulateGradients(make(name, options), 3), 12);
    const { graph, loss, session } = network();
    const update = make(name, options).minimize(loss);
    for (let step = 0; step < 12; step += 3) session.run(update, joined([0, 1, 2].map((i) => batch(step + i))));
    const expected = graph.trainable().flatMap((variable) => [...session.get(variable).data]);
    // The sums differ in their last bits, by which some optimizers divide.
    expectClose(name, split.weights.flat(), expected, 2e-5);
    expect(split.session.eval(`${name}/step`)).toBe(4);
    expect(split.session.eval(`${name}/runs`)).toBe(12);
  });
});

describe("rates by layer", () => {
  test("leave plain SGD to descend within the products that make its gradients", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 784]);
    const layer = (name: string, input: Node, units: number) =>
      matmul(input, graph.variable(name, 0.01, { shape: [input.shape[1] as number, units] }));
    const loss = mean(layer("outputs", tanh(layer("hidden", x, 300)), 100));
    const update = layerwiseRates(sgd(), [[/hidden/, 0.5]]).minimize(loss);
    const executable = new Session(graph, { engine }).prepare({ fetches: [update], feeds: [x], batch: 50 });
    const descents = executable.calls.filter(({ kernel }) => kernel === "gemmDescend");
    expect(descents.map(({ node }) => node.shape)).toEqual([
      [784, 300],
      [300, 100],
    ]);
    expect(executable.calls.some(({ kernel }) => kernel === "sgdUpdate")).toBe(false);
  });

  test.each([
    [0.5, 1],
    [1, 0.25],
    [0.5, 0.25],
  ])("go with schedules and accumulation: %d below, %d above", (below, above) => {
    const factors = [
      [/hidden/, below],
      [/outputs/, above],
    ] as const;
    const schedule = (step: number) => 0.1 / (1 + step);
    const both = train(accumulateGradients(layerwiseRates(sgd({ learningRate: schedule }), factors), 2), 6);
    const { graph, loss, session } = network();
    const hidden = graph.placeholder("slow", []);
    const outputs = graph.placeholder("fast", []);
    const updates = [
      accumulateGradients(sgd({ learningRate: hidden }), 2).minimize(loss, graph.trainable(/hidden/)),
      accumulateGradients(sgd({ learningRate: outputs }), 2).minimize(loss, graph.trainable(/outputs/)),
    ];
    for (let step = 0; step < 6; step++) {
      const rate = Math.fround(schedule(Math.floor(step / 2)));
      session.run(updates, { ...batch(step), slow: rate * below, fast: rate * above });
    }
    expect(both.hash).toBe(session.hash(graph.trainable()));
  });

  test("refusals", () => {
    const { loss, graph } = network();
    const pairs = (factors: unknown) => () => layerwiseRates(sgd(), factors as []).minimize(loss);
    expect(pairs([[/hiden/, 0.1]])).toThrow(
      new ArgumentError(
        "layerwiseRates: no variable matches /hiden/; there are hidden/kernel, hidden/bias, " +
          "outputs/kernel, outputs/bias.",
      ),
    );
    expect(pairs([[/hidden/, 0]])).toThrow(
      new ArgumentError("layerwiseRates: the factor of /hidden/ must be a finite number greater than 0; received 0."),
    );
    expect(pairs([["hidden", 0.1]])).toThrow(
      new ArgumentError('layerwiseRates: factors must be pairs of a pattern and a number; received ["hidden", 0.1].'),
    );
    expect(pairs({ hidden: 0.1 })).toThrow(
      new ArgumentError("layerwiseRates: factors must be a list of pairs; received an object."),
    );
    expect(() => layerwiseRates("sgd" as never, [])).toThrow(
      new ArgumentError('layerwiseRates: it takes an optimizer, such as sgd(); received "sgd".'),
    );
    expect(graph.nodes().some(({ name }) => name.startsWith("sgd/"))).toBe(false);
  });
});

describe("a schedule", () => {
  test("counts the updates of its session: what is restored goes on", () => {
    const schedule = cosineDecay({ initialLearningRate: 0.05, decaySteps: 9 });
    const optimizer = () => make("adam", { learningRate: schedule });
    const whole = train(optimizer(), 7);
    const first = train(optimizer(), 3);
    const { graph, loss, session } = network();
    const update = optimizer().minimize(loss);
    session.set(Object.fromEntries(first.graph.variables().map(({ name }) => [name, first.session.get(name)])));
    for (let step = 3; step < 7; step++) session.run(update, batch(step));
    expect(session.hash(graph.trainable())).toBe(whole.hash);
    expect(session.eval("adam/learningRate")).toBe(Math.fround(schedule(6)));
  });

  test("shows the rate of the step that it is fetched with", () => {
    const { loss, session } = network();
    const update = sgd({ learningRate: (step) => 1 + step }).minimize(loss);
    const rates = [0, 1, 2].map((step) => session.run(["sgd/learningRate", update], batch(step))[0].item());
    expect(rates).toEqual([1, 2, 3]);
  });

  test("that gives no rate stops the run before anything changes", () => {
    const { graph, loss, session } = network();
    const update = sgd({ learningRate: (step) => (step < 1 ? 0.1 : Number.NaN) }).minimize(loss);
    session.run(update, batch(0));
    const before = session.hash(graph.variables());
    expect(() => session.run(update, batch(1))).toThrow(
      new ArgumentError(
        "sgd/sgdUpdate: a learning rate must be a finite number at least 0; the schedule gave NaN for step 1.",
      ),
    );
    expect(session.hash(graph.variables())).toBe(before);
    expect(() => sgd({ learningRate: () => -1 })).toThrow(
      new ArgumentError("sgd: learningRate must be a finite number at least 0; received -1."),
    );
  });
});

describe("accumulation", () => {
  test("changes nothing before the last of the runs, and begins anew after it", () => {
    const { graph, loss, session } = network();
    const update = accumulateGradients(sgd({ learningRate: 0.1 }), 2).minimize(loss);
    const start = session.hash(graph.trainable());
    const counts = [0, 1, 2, 3].map((step) => session.eval(update, batch(step)));
    expect(counts).toEqual([0, 1, 1, 2]);
    expect(Math.max(...session.get("sgd/hidden/kernel/gradientSum").data.map(Math.abs))).toBe(0);
    session.run(update, batch(4));
    expect(Math.max(...session.get("sgd/hidden/kernel/gradientSum").data.map(Math.abs))).toBeGreaterThan(0);
    expect(session.hash(graph.trainable())).not.toBe(start);
  });

  test("refusals", () => {
    expect(() => accumulateGradients(sgd(), 0)).toThrow(
      new ArgumentError("accumulateGradients: runs must be a positive integer; received 0."),
    );
    const plain = sgd();
    expect(accumulateGradients(plain, 1)).toBe(plain);
    const { loss, session } = network();
    const update = accumulateGradients(sgd(), 2).minimize(loss);
    expect(() => session.run(update, { ...batch(0), "sgd/runs": 1 })).toThrow(
      new ArgumentError(
        "Session.run: sgd/assign changes sgd/runs, so that it cannot be fed in the same run; use Session.set.",
      ),
    );
  });
});

test("variables to train may be given as TensorFlow 1 names them", () => {
  const { graph, loss, session } = network();
  const hidden = session.hash(graph.trainable(/hidden/));
  const outputs = session.hash(graph.trainable(/outputs/));
  session.run(sgd({ learningRate: 1 }).minimize(loss, { varList: graph.trainable(/outputs/) }), batch(0));
  expect(session.hash(graph.trainable(/hidden/))).toBe(hidden);
  expect(session.hash(graph.trainable(/outputs/))).not.toBe(outputs);
  expect(() => sgd().minimize(loss, { variables: [] } as never)).toThrow(
    new ArgumentError('sgd: variables: options must be an object with varList; received "variables".'),
  );
  expect(() => sgd().minimize(loss, { varList: "outputs" } as never)).toThrow(
    new ArgumentError('sgd: varList must be a list of variables; received "outputs".'),
  );
});
