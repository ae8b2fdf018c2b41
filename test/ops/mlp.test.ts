// Whole networks of ops against PyTorch: loss, logits, and the gradient of every parameter and of the input.

import { describe, test } from "vitest";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { relu } from "../../src/ops/activations.js";
import { biasAdd } from "../../src/ops/arithmetic.js";
import { sparseSoftmaxCrossEntropy } from "../../src/ops/crossEntropy.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { mean } from "../../src/ops/reductions.js";
import { Session } from "../../src/runtime/session.js";
import { builds, engineOf } from "../support/builds.js";
import { expectClose } from "../support/compare-floats.js";
import { goldenCases, goldenNumbers, goldenTensor, goldenTolerance } from "../support/golden.js";

describe.each(builds)("%s", (build) => {
  test.each(goldenCases("models", /^mlp_.*_relu_/))("$name", (golden) => {
    const { x, labels, ...parameters } = golden.inputs;
    const graph = new Graph();
    const input = graph.placeholder("x", [null, x?.shape[1] as number]);
    const classes = graph.placeholder("labels", [null], "int32");
    const variables = new Map<string, Node>();
    for (const [name, value] of Object.entries(parameters)) {
      variables.set(name, graph.variable(name, goldenTensor(value)));
    }
    // PyTorch keeps a kernel as [units, inputs].
    const layers = variables.size / 2;
    let y = input;
    for (let layer = 1; layer <= layers; layer++) {
      const [kernel, bias] = [variables.get(`W${layer}`) as Node, variables.get(`b${layer}`) as Node];
      y = biasAdd(matmul(y, kernel, { transposeB: true }), bias);
      if (layer < layers) y = relu(y);
    }
    const loss = mean(sparseSoftmaxCrossEntropy(y, classes));
    const names = ["x", ...variables.keys()];
    const ofNodes = gradients(loss, [input, ...variables.values()]);

    const session = new Session(graph, { engine: engineOf(build) });
    const feeds = [
      [input, goldenTensor(x)],
      [classes, goldenTensor(labels)],
    ] as const;
    const [lossValue, logits, ...gradientValues] = session.run([loss, y, ...ofNodes], feeds);
    const check = (what: string, received: ArrayLike<number>, expected: ArrayLike<number>, error: string) =>
      expectClose(`${golden.name} ${build}, ${what}`, received, expected, goldenTolerance(golden, error));
    check("loss", lossValue!.data, goldenNumbers(golden.outputs.loss), "loss");
    check("logits", logits!.data, goldenNumbers(golden.outputs.logits), "logits");
    names.forEach((name, i) => {
      check(`gradient of ${name}`, gradientValues[i]!.data, goldenNumbers(golden.grads?.[name]), `d_${name}`);
    });
  });
});
