import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { relu, sigmoid, silu } from "../../src/ops/activations.js";
import { add, biasAdd, multiply } from "../../src/ops/arithmetic.js";
import { sparseSoftmaxCrossEntropy } from "../../src/ops/crossEntropy.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { argmax, equal } from "../../src/ops/ranking.js";
import { mean, sum } from "../../src/ops/reductions.js";
import { softmax, softmaxGradient } from "../../src/ops/softmax.js";
import { Session } from "../../src/runtime/session.js";
import { RandomStream } from "../../src/tensor/random.js";
import { builds, engineOf } from "../support/builds.js";
import { engine as simd } from "../support/exact-engine.js";
import { randomFloats, randomIntegers } from "../support/random-values.js";

function gradientOf(loss: Node, node: Node): Float32Array {
  const [gradient] = gradients(loss, [node]) as [Node];
  expect(gradient.shape).toEqual(node.shape);
  return new Session(loss.graph as Graph, { engine: simd }).run(gradient).data as Float32Array;
}

describe("the rule of the chain", () => {
  test("a node used several times adds what comes through each use", () => {
    const graph = new Graph();
    const v = graph.variable("v", [1, -2, 3, -4]);
    expect([...gradientOf(mean(add(v, v)), v)]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect([...gradientOf(mean(add(add(v, relu(v)), v)), v)]).toEqual([0.75, 0.5, 0.75, 0.5]);
    // Through two layers of sharing: s = v + v, s + s = 4 v.
    const s = add(v, v);
    expect([...gradientOf(mean(add(s, s)), v)]).toEqual([1, 1, 1, 1]);
  });

  test("both inputs of one op may be the same node", () => {
    const graph = new Graph();
    const a = graph.variable("a", [
      [1, 2],
      [3, 4],
    ]);
    // d mean(A A) / dA = (J Aᵀ + Aᵀ J) / 4, J of ones
    expect([...gradientOf(mean(matmul(a, a)), a)]).toEqual([7 / 4, 11 / 4, 9 / 4, 13 / 4]);
  });

  test("the gradient with respect to what lies in between", () => {
    const graph = new Graph();
    const v = graph.variable("v", [1, -2]);
    const h = relu(v);
    const loss = mean(add(h, h));
    expect([...gradientOf(loss, h)]).toEqual([1, 1]);
    expect([...gradientOf(loss, v)]).toEqual([1, 0]);
  });

  test("several gradients are one set of nodes, each computed once", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 2]);
    const w = graph.variable("w", [[1], [2]]);
    const b = graph.variable("b", [0.5]);
    const loss = mean(relu(biasAdd(matmul(x, w), b)));
    const both = gradients(loss, [w, b]);
    const session = new Session(graph, { engine: simd });
    const [dw, db] = session.run(both, {
      x: [
        [1, 2],
        [3, -4],
      ],
    });
    expect(dw?.toArray()).toEqual([[0.5], [1]]);
    expect(db?.toArray()).toEqual([0.5]);
  });

  test("of any node, each of its elements counting what upstream says; one node gives one gradient", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null]);
    const y = multiply(x, multiply(x, x));
    const upstream = graph.placeholder("upstream", [null]);
    const slope = gradients(y, x, { upstream });
    const session = new Session(graph, { engine: simd });
    expect([...session.run(slope, { x: [1, 2, -3], upstream: [1, 10, 100] }).data]).toEqual([3, 120, 2700]);
    // A gradient is a node, with gradients of its own: the second of x^3 is 6 x, the third is 6.
    const ones = graph.constant("ones", [1, 1, 1]);
    const second = gradients(sum(gradients(sum(y), x)), x);
    expect([...session.run(second, { x: [1, 2, -3] }).data]).toEqual([6, 12, -18]);
    expect([...session.run(gradients(sum(second), x), { x: [1, 2, -3] }).data]).toEqual([6, 6, 6]);
    expect(() => gradients(y, x, { upstream: ones })).toThrow(
      new ShapeError("gradients: upstream must have the shape of multiply_1, [null]; received [3]."),
    );
    expect(() => gradients(y, [x], { seed: ones } as object)).toThrow(
      new ArgumentError('gradients: options must be an object with upstream; received "seed".'),
    );
    expect(() => gradients(y, ["x"] as never)).toThrow(
      new ArgumentError('gradients: each must be a node; received "x".'),
    );
  });

  test("activations and ops composed of ops have theirs by themselves", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null]);
    const swish = (node: Node) => multiply(node, sigmoid(node));
    const feeds = { x: [-2, -0.5, 0, 1, 3] };
    const session = new Session(graph, { engine: simd });
    const composed = session.run(gradients(sum(swish(x)), x), feeds).data;
    const built = session.run(gradients(sum(silu(x)), x), feeds).data;
    composed.forEach((value, i) => {
      expect(value).toBeCloseTo(built[i] as number, 6);
    });
  });

  test("of a node with respect to itself is one", () => {
    const graph = new Graph();
    const loss = mean(graph.variable("v", [1, 2]));
    expect([...gradientOf(loss, loss)]).toEqual([1]);
    const scalar = graph.variable("scalar", 5);
    expect([...gradientOf(scalar, scalar)]).toEqual([1]);
  });

  test("a gradient has a gradient", () => {
    const graph = new Graph();
    const x = graph.variable("x", [[3]]);
    const square = mean(matmul(x, x));
    const [first] = gradients(square, [x]) as [Node];
    expect([...gradientOf(mean(first), x)]).toEqual([2]);
  });

  test("asking for nothing gives nothing", () => {
    const graph = new Graph();
    expect(gradients(mean(graph.variable("v", [1])), [])).toEqual([]);
  });

  test("a graph deeper than the call stack", () => {
    const graph = new Graph();
    const v = graph.variable("v", [1]);
    let node = v;
    for (let i = 0; i < 20_000; i++) node = relu(node, { name: `relu${i}` });
    expect([...gradientOf(mean(node), node)]).toEqual([1]);
    expect(new Session(graph, { engine: simd }).run(node).toArray()).toEqual([1]);
  });
});

describe("only paths that lead there are followed", () => {
  test("nothing is made for what does not depend on the nodes asked for", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 3]);
    const hidden = matmul(x, graph.variable("w1", 0, { shape: [3, 4] }));
    const w2 = graph.variable("w2", 0, { shape: [4, 2] });
    const loss = mean(matmul(hidden, w2));
    const before = graph.nodes().length;
    gradients(loss, [w2]);
    const made = graph.nodes().slice(before);
    expect(made.map(({ op }) => op.name)).toEqual(["constant", "spread", "matmul"]);
    expect(made.every(({ name }) => name.startsWith("gradients/"))).toBe(true);
    expect(made[2]?.inputs).toContain(hidden);
  });

  test("an op without gradients is no obstacle where nothing depends on it", () => {
    const graph = new Graph();
    const v = graph.variable("v", [[1, 2]]);
    const other = graph.variable("other", [[1, 2]]);
    const hits = equal(argmax(v), argmax(v));
    const loss = add(mean(hits), mean(relu(other)));
    expect([...gradientOf(loss, other).map((value) => value * 2)]).toEqual([1, 1]);
  });
});

describe("refusals", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 3]);
  const w = graph.variable("w", 0, { shape: [3, 2] });
  const y = matmul(x, w);

  test("of what is no scalar", () => {
    expect(() => gradients(y, [w])).toThrow(
      new ShapeError(
        "gradients: matmul must be a scalar; its shape is [null, 2]. Take its mean first, or give upstream.",
      ),
    );
  });

  test("of what it does not depend on", () => {
    const unused = graph.variable("unused", 0, { shape: [1] });
    expect(() => gradients(mean(y), [w, unused])).toThrow(
      new ArgumentError("gradients: mean does not depend on unused."),
    );
  });

  test("of a path through an op without a gradient", () => {
    expect(() => gradients(mean(softmaxGradient(softmax(y), y, { name: "second" })), [w])).toThrow(
      new ArgumentError("gradients: softmaxGradient (second) has no gradient with respect to value."),
    );
    const labels = graph.placeholder("labels", [null], "int32");
    expect(() => gradients(mean(equal(argmax(y), labels)), [w])).toThrow(
      new ArgumentError(
        `gradients: mean_2 depends on ${w.name} only through ops that pass no gradient, as comparisons and argmax.`,
      ),
    );
  });

  test("of integers", () => {
    const labels = graph.placeholder("classes", [null], "int32");
    const loss = mean(sparseSoftmaxCrossEntropy(y, labels, { name: "loss" }));
    expect(() => gradients(loss, [labels])).toThrow(
      new ArgumentError("gradients: sparseSoftmaxCrossEntropy (loss) has no gradient with respect to labels."),
    );
  });

  test("of another graph's nodes", () => {
    const foreign = new Graph().variable("foreign", 0, { shape: [1] });
    expect(() => gradients(mean(y), [w, foreign])).toThrow(
      new ArgumentError("gradients: foreign belongs to another graph."),
    );
  });
});

/** A net of dense layers with relu in between, and its loss in float64, written out plainly. */
interface Net {
  readonly widths: readonly number[];
  readonly kernels: readonly Float32Array[];
  readonly biases: readonly Float32Array[];
  readonly x: Float32Array;
  readonly labels: Int32Array;
}

function lossOf({ widths, kernels, biases, x, labels }: Net, nudged?: Float32Array, at = 0, by = 0): number {
  const weight = (values: Float32Array, i: number) => (values[i] as number) + (values === nudged && i === at ? by : 0);
  let total = 0;
  labels.forEach((label, n) => {
    let h = [...x.subarray(n * (widths[0] as number), (n + 1) * (widths[0] as number))];
    kernels.forEach((kernel, layer) => {
      const units = widths[layer + 1] as number;
      const last = layer === kernels.length - 1;
      h = Array.from({ length: units }, (_, j) => {
        let sum = weight(biases[layer] as Float32Array, j);
        h.forEach((value, i) => {
          sum += value * weight(kernel, i * units + j);
        });
        return last ? sum : Math.max(sum, 0);
      });
    });
    const largest = Math.max(...h);
    const sumOfExps = h.reduce((sum, value) => sum + Math.exp(value - largest), 0);
    total += Math.log(sumOfExps) + largest - (h[label] as number);
  });
  return total / labels.length;
}

describe.each(builds)("random nets in the %s build", (build) => {
  test("have the gradients that central differences of the loss give", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 2 ** 31 }),
        (widths, batch, seed) => {
          const random = new RandomStream(seed, 0);
          const values = (size: number) => randomFloats(size, random.uint32(), -1, 1);
          const classes = widths[widths.length - 1] as number;
          const net: Net = {
            widths,
            kernels: widths.slice(1).map((units, i) => values(units * (widths[i] as number))),
            biases: widths.slice(1).map(values),
            x: values(batch * (widths[0] as number)),
            labels: randomIntegers(batch, seed, classes),
          };

          const graph = new Graph();
          const x = graph.placeholder("x", [null, widths[0] as number]);
          const labels = graph.placeholder("labels", [null], "int32");
          const variables: Node[] = [];
          let y = x;
          net.kernels.forEach((kernel, i) => {
            const shape = [widths[i] as number, widths[i + 1] as number] as const;
            const w = graph.variable(`w${i}`, kernel, { shape });
            const b = graph.variable(`b${i}`, net.biases[i] as Float32Array);
            variables.push(w, b);
            y = biasAdd(matmul(y, w), b);
            if (i < net.kernels.length - 1) y = relu(y);
          });
          const loss = mean(sparseSoftmaxCrossEntropy(y, labels));
          const session = new Session(graph, { engine: engineOf(build) });
          const [value, ...computed] = session.run([loss, ...gradients(loss, variables)], {
            x: net.x,
            labels: net.labels,
          });
          expect(value?.item()).toBeCloseTo(lossOf(net), 5);

          const step = 1e-6;
          variables.forEach((variable, v) => {
            const weights = (v % 2 === 0 ? net.kernels : net.biases)[v >> 1] as Float32Array;
            weights.forEach((_, i) => {
              const difference = (lossOf(net, weights, i, step) - lossOf(net, weights, i, -step)) / (2 * step);
              const gradient = computed[v]?.data[i] as number;
              if (Math.abs(gradient - difference) > 2e-5 * (1 + Math.abs(difference))) {
                expect.fail(`${variable.name}[${i}]: gradient ${gradient}, central difference ${difference}`);
              }
            });
          });
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });
});

test("the gradient of a bias is the sum over the batch", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 2]);
  const b = graph.variable("b", [0, 0]);
  const [db] = gradients(mean(sum(biasAdd(x, b), { axis: 0 })), [b]) as [Node];
  const session = new Session(graph, { engine: simd });
  expect(session.run(db, { x: new Float32Array(10) }).toArray()).toEqual([2.5, 2.5]);
});
