// Objects of the caller: activations, metrics, losses, callbacks, engines and options that are not what they should be.
// All are refused with a typed error, and the weights stay as they are.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { type DenseOptions, dense } from "../../src/nn/layers/index.js";
import type { Metric } from "../../src/nn/metrics/index.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import type { Node } from "../../src/ops/op.js";
import { mean } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { Tensor, tensor } from "../../src/tensor/tensor.js";
import type { FitOptions } from "../../src/training/input/fitOptions.js";
import { type Model, weightsHash } from "../../src/training/model/model.js";
import { sequential } from "../../src/training/model/sequential.js";
import { init } from "../../src/wasm/engine.js";
import { engine } from "../support/exact-engine.js";
import { randomFloats } from "../support/random-values.js";

const x = new Tensor(randomFloats(20 * 4, 1), [20, 4]);
const y = Int32Array.from({ length: 20 }, (_, i) => i % 3);

function model(): Model {
  const made = sequential([dense({ units: 5, activation: "relu" }), dense({ units: 3 })], { inputShape: [4], engine });
  return made.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
}

const compileWith = (metric: unknown, made = model()) =>
  made.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy", metrics: [metric as Metric] });

test("metrics give a float32 scalar of the graph, under a name of their own", () => {
  const wrong = (apply: (output: Node, labels: Node) => unknown) => () => compileWith({ name: "q", apply });
  expect(wrong((output) => output)).toThrow(ShapeError);
  expect(wrong((output) => output)).toThrow(
    "metric q must be a float32 scalar, such as a mean; received float32 [null, 3]",
  );
  expect(wrong((_, labels) => labels)).toThrow("received int32 [null]");
  expect(wrong(() => 3)).toThrow("metric q must return a node of the model's graph; received 3");
  expect(wrong(() => new Graph().placeholder("p", []))).toThrow(ArgumentError);
  expect(() => compileWith({ name: "loss", apply: (o: Node) => mean(o) })).toThrow('received "loss" twice');
  expect(() => compileWith({ name: 3, apply: (o: Node) => mean(o) })).toThrow(
    "a metric must have a name and a function apply",
  );
  expect(() => compileWith({ name: "q", apply: (o: Node) => mean(o) })).not.toThrow();
});

test("a model whose first fit fails on a metric says the same again", async () => {
  const late = sequential([dense({ units: 3 })], { engine });
  const apply = () => {
    throw new Error("boom");
  };
  compileWith({ name: "q", apply }, late);
  for (let i = 0; i < 2; i++) await expect(late.fit(x, y)).rejects.toThrow("boom");
});

test("activations give a node of the same shape", () => {
  const layers = (activation: unknown) => () =>
    sequential([dense({ units: 2, activation } as DenseOptions)], { inputShape: [4], engine });
  expect(layers((v: Node) => mean(v))).toThrow("activation must keep the shape, [null, 2]; received []");
  expect(layers(() => 3)).toThrow("activation must return a node of the same graph; received 3");
});

describe("fit refuses before the first step", () => {
  const refusals: readonly (readonly [options: unknown, message: string])[] = [
    [{ onStep: 3 }, "Model.fit: onStep must be a function; received 3."],
    [{ onEpochEnd: "x" }, 'Model.fit: onEpochEnd must be a function; received "x".'],
    [{ signal: {} }, "Model.fit: signal must be an AbortSignal; received an object."],
    [{ validationData: { x, y } }, "Model.fit: validationData must be a pair [x, y]; received an object."],
    [{ shuffle: "no" }, 'Model.fit: shuffle must be true or false; received "no".'],
    [{ epoch: 3 }, 'received "epoch"; did you mean "epochs"?'],
    [null, "received null."],
  ];
  test.each(refusals)("%o", async (options, message) => {
    const made = model();
    const before = weightsHash(made);
    await expect(made.fit(x, y, options as FitOptions)).rejects.toThrow(ArgumentError);
    await expect(made.fit(x, y, options as FitOptions)).rejects.toThrow(message);
    expect(weightsHash(made)).toBe(before);
  });
});

test("options that nobody knows are refused, not ignored", async () => {
  expect(() => sgd(0.1 as never)).toThrow(
    "sgd: options must be an object; received 0.1; did you mean sgd({ learningRate: 0.1 })?",
  );
  expect(() => sgd({ lr: 0.1 } as never)).toThrow('received "lr"');
  expect(() => sgd({ learningRate: 1e39 })).toThrow("learningRate must be finite as a float32; received 1e+39");
  expect(() => dense(undefined as never)).toThrow(ArgumentError);
  expect(() => dense({ units: 2, useBias: "no" } as never)).toThrow("useBias must be true or false");
  expect(() => new Graph({ sead: 1 } as never)).toThrow(ArgumentError);
  expect(() => new Graph().variable("v", 0, { shape: [], trainabel: false } as never)).toThrow('received "trainabel"');
  expect(() => new Graph().scope("z", undefined as never)).toThrow(ArgumentError);
  expect(() => sequential([dense({ units: 2 })], null as never)).toThrow(ArgumentError);
  expect(() => new Session(undefined as never)).toThrow("Session: graph must be a Graph");
  expect(() => sgd().applyGradients(null as never)).toThrow(ArgumentError);
  expect(() => weightsHash({} as never)).toThrow("weightsHash: needs a model");
  expect(() => model().compile({ optimizer: "sgd", loss: {} } as never)).toThrow("received one without labelShape");
  expect(() => new Session(new Graph(), { engine }).run([], [1, 2] as never)).toThrow("feeds must be pairs");
  expect(() => new Session(new Graph(), { engine }).prepare(undefined as never)).toThrow(ArgumentError);
  await expect(init("simd" as never)).rejects.toThrow(
    'init: options must be an object with build, module, spatial, wide; received "simd"',
  );
});

test("an engine that is still a promise is told apart", () => {
  expect(() => sequential([dense({ units: 2 })], { inputShape: [4], engine: init() as never })).toThrow(
    'engine must be what "await init()" gives; received Promise; is an await missing?',
  );
});

test("weights to be set are tensors or numbers of their shape", () => {
  const made = model();
  const weights = new Map<string, unknown>(made.getWeights());
  const [name] = [...weights.keys()] as [string];
  const before = weightsHash(made);
  weights.set(name, undefined);
  expect(() => made.setWeights(weights as never)).toThrow(`${name}: values must be numbers; received undefined`);
  weights.set(name, [[1]]);
  expect(() => made.setWeights(weights as never)).toThrow("received [1, 1]");
  expect(weightsHash(made)).toBe(before);
});

test("tensors hold float32 or int32, and rows may be typed arrays", () => {
  for (const data of [Float64Array.of(1, 2), Uint8Array.of(1), [1, 2], null]) {
    expect(() => new Tensor(data as never)).toThrow("Tensor: data must be a Float32Array or an Int32Array");
  }
  const rows = [Float32Array.of(1, 2), Float64Array.of(3, 4)];
  expect(tensor(rows).toArray()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(() => tensor([Float32Array.of(1, 2), Float32Array.of(3)])).toThrow("received a row of 1");
  expect(tensor([BigInt64Array.of(1n)] as never).toArray()).toEqual([[1]]);
  // No float64 holds it exactly.
  expect(() => tensor([BigInt64Array.of(2n ** 60n + 1n)] as never)).toThrow(ArgumentError);
});

test("a prepared run reads a scalar only where there is one", () => {
  const graph = new Graph();
  const v = graph.variable("v", [1, 2]);
  const executable = new Session(graph, { engine }).prepare({ fetches: [v] });
  executable.run();
  expect(() => executable.scalar(v)).toThrow("v must hold one value; its shape is [2]");
});
