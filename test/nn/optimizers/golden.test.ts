// Twenty steps of every optimizer on two problems, against trajectories recorded in float64: PyTorch's own, and the
// formulas of Keras.

import { beforeAll, describe, test } from "vitest";
import { Graph } from "../../../src/graph/graph.js";
import { adadelta } from "../../../src/nn/optimizers/adadelta.js";
import { adagrad } from "../../../src/nn/optimizers/adagrad.js";
import { adam, adamw } from "../../../src/nn/optimizers/adam.js";
import { nadam } from "../../../src/nn/optimizers/nadam.js";
import type { Optimizer } from "../../../src/nn/optimizers/optimizer.js";
import type { Formulation } from "../../../src/nn/optimizers/options.js";
import { rmsprop } from "../../../src/nn/optimizers/rmsprop.js";
import { sgd } from "../../../src/nn/optimizers/sgd.js";
import { tanh } from "../../../src/ops/activations.js";
import { add, biasAdd, multiply, subtract } from "../../../src/ops/arithmetic.js";
import { sparseSoftmaxCrossEntropy } from "../../../src/ops/crossEntropy.js";
import { matmul } from "../../../src/ops/matmul.js";
import type { Node } from "../../../src/ops/op.js";
import { mean, sum } from "../../../src/ops/reductions.js";
import { Session } from "../../../src/runtime/session.js";
import { init } from "../../../src/wasm/engine.js";
import { expectClose } from "../../support/compare-floats.js";
import {
  type GoldenCase,
  goldenCases,
  goldenFile,
  goldenNumbers,
  goldenTensor,
  goldenTolerance,
} from "../../support/golden.js";

beforeAll(async () => {
  await init();
});

const STEPS = 20;
/** What we do not have, or have in another form: dampening, the decay of Adagrad's rate, Adamax, RAdam. */
const absent = /dampening|acc_decay|adamax|radam/;

type Params = Readonly<Record<string, number>>;
type Make = (params: Params, common: { readonly learningRate: number; readonly formulation: Formulation }) => Optimizer;

/** The optimizer of each case, options as both libraries call them. */
const optimizers: readonly (readonly [RegExp, Make])[] = [
  [
    /clip_global_norm/,
    ({ clip_global_norm_torch: globalClipNorm }, { learningRate }) =>
      sgd({ learningRate, globalClipNorm: globalClipNorm! }),
  ],
  [/clip_value/, ({ clip_value: clipValue }, { learningRate }) => sgd({ learningRate, clipValue: clipValue! })],
  [
    /nesterov/,
    (p, common) => sgd({ ...common, momentum: p.mu ?? p.momentum!, nesterov: true, weightDecay: p.weight_decay ?? 0 }),
  ],
  [
    /_momentum(_lr|$)/,
    (p, common) =>
      (p.rho ?? p.alpha) === undefined ? sgd({ ...common, momentum: p.mu ?? p.momentum! }) : rms(p, common),
  ],
  [/_sgd/, (p, common) => sgd({ ...common, weightDecay: p.weight_decay ?? 0 })],
  [
    /adagrad/,
    (p, common) => adagrad({ ...common, initialAccumulatorValue: p.initial_accumulator_value ?? 0, epsilon: p.eps! }),
  ],
  [/rmsprop/, rms],
  [/adadelta/, (p, common) => adadelta({ ...common, rho: p.rho!, epsilon: p.eps! })],
  [/nadam/, (p, common) => nadam({ ...common, ...betas(p) })],
  [/adamw/, (p, common) => adamw({ ...common, ...betas(p), weightDecay: p.weight_decay! })],
  [
    /adam|amsgrad/,
    (p, common) => adam({ ...common, ...betas(p), amsgrad: Boolean(p.amsgrad), weightDecay: p.weight_decay ?? 0 }),
  ],
];

function rms(p: Params, common: Parameters<Make>[1]): Optimizer {
  const rho = (p.rho ?? p.alpha)!;
  return rmsprop({ ...common, rho, epsilon: p.eps!, centered: Boolean(p.centered), momentum: p.mu ?? p.momentum ?? 0 });
}

function betas(p: Params) {
  const [b1, b2] = (p.betas as unknown as [number, number] | undefined) ?? [p.b1 ?? 0.9, p.b2 ?? 0.999];
  return { beta1: b1, beta2: b2, epsilon: p.eps ?? 1e-8 };
}

function optimizerOf({ name, params }: GoldenCase): Optimizer {
  const numbers = params as Params;
  const formulation = name.startsWith("torch") ? "pytorch" : "tensorflow";
  const [, make] = optimizers.find(([pattern]) => pattern.test(name))!;
  return make(numbers, { learningRate: numbers.lr!, formulation });
}

const stored = goldenFile("optimizers").problems!;

/** f(w) = w · A w / 2 - b · w */
function quadratic(graph: Graph): { loss: Node; parameters: Node[] } {
  const w = graph.variable("w", goldenTensor(stored.w0).reshape([6, 1]));
  const curved = matmul(graph.constant("A", goldenTensor(stored.A)), w);
  const b = graph.constant("b", goldenTensor(stored.b).reshape([6, 1]));
  const half = graph.constant("half", 0.5);
  return { loss: sum(multiply(w, subtract(multiply(curved, half), b))), parameters: [w] };
}

/** Two layers with tanh between them, softmax cross-entropy over the whole batch. Kernels lie as PyTorch has them. */
function network(graph: Graph): { loss: Node; parameters: Node[] } {
  const parameters = (["W1", "b1", "W2", "b2"] as const).map((name) =>
    graph.variable(name, goldenTensor(stored[name])),
  );
  const [W1, b1, W2, b2] = parameters as [Node, Node, Node, Node];
  const x = graph.constant("x", goldenTensor(stored.x));
  const hidden = tanh(biasAdd(matmul(x, W1, { transposeB: true }), b1));
  const logits = add(matmul(hidden, W2, { transposeB: true }), b2);
  return {
    loss: mean(sparseSoftmaxCrossEntropy(logits, graph.constant("labels", goldenTensor(stored.labels)))),
    parameters,
  };
}

/** Parameters after each step, and the loss before each and after the last. */
function trajectory(golden: GoldenCase, problem: typeof quadratic) {
  const graph = new Graph();
  const { loss, parameters } = problem(graph);
  const optimizer = optimizerOf(golden);
  const update = optimizer.minimize(loss);
  const session = new Session(graph);
  const later = golden.params.lr_after_step_10 as number | undefined;
  const losses: number[] = [];
  const weights: number[][] = [];
  for (let step = 0; step < STEPS; step++) {
    if (step === 10 && later !== undefined) session.set({ [`${optimizer.name}/learningRate`]: later });
    losses.push(session.run([loss, update])[0]!.item());
    weights.push(parameters.flatMap((parameter) => [...session.get(parameter).data]));
  }
  losses.push(session.run(loss).item());
  return { losses, weights };
}

const cases = goldenCases("optimizers", /./).filter(({ name }) => !absent.test(name));

describe.each(cases)("$name", (golden) => {
  const compare = (of: string, received: readonly number[]) =>
    expectClose(`${golden.name} ${of}`, received, goldenNumbers(golden.outputs[of]), goldenTolerance(golden, of));

  test("on the quadratic problem", () => {
    const { losses, weights } = trajectory(golden, quadratic);
    compare("quadratic_w", weights.flat());
    compare("quadratic_f", losses);
  });

  test("on the network", () => {
    const { losses, weights } = trajectory(golden, network);
    compare(
      "mlp_w",
      [0, 4, 9, 19].flatMap((step) => weights[step]!),
    );
    compare("mlp_loss", losses);
  });
});
