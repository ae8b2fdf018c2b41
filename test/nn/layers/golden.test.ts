// Linear, normalisation, dropout and embedding against PyTorch.

import { describe, expect, test } from "vitest";
import { gradients } from "../../../src/graph/gradients.js";
import { Graph } from "../../../src/graph/graph.js";
import { batchNormalization } from "../../../src/nn/layers/index.js";
import { add, affine, multiply } from "../../../src/ops/arithmetic.js";
import { gather } from "../../../src/ops/indexing.js";
import { transpose } from "../../../src/ops/layout.js";
import { matmul } from "../../../src/ops/matmul.js";
import { layerNormalization } from "../../../src/ops/normalization.js";
import type { Node } from "../../../src/ops/op.js";
import { sum } from "../../../src/ops/reductions.js";
import { Session } from "../../../src/runtime/session.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { builds, engineOf } from "../../support/builds.js";
import { expectClose } from "../../support/compare-floats.js";
import { type GoldenCase, goldenCases, goldenNumbers, goldenTensor, goldenTolerance } from "../../support/golden.js";

/** The result and the gradients of a composition, all inputs being variables. */
function compare(
  build: (typeof builds)[number],
  golden: GoldenCase,
  compose: (inputs: Record<string, Node>) => Node,
): void {
  const graph = new Graph();
  const inputs = Object.fromEntries(
    Object.entries(golden.inputs).map(([name, value]) => [name, graph.variable(name, goldenTensor(value))]),
  );
  const y = compose(inputs);
  const loss = sum(multiply(y, graph.constant("upstream", goldenTensor(golden.upstream))));
  const names = Object.keys(golden.grads ?? {});
  const found = gradients(
    loss,
    names.map((name) => inputs[name] as Node),
  );
  const [value, ...slopes] = new Session(graph, { engine: engineOf(build) }).run([y, ...found]);
  expectClose(`${golden.name} y`, value!.data, goldenNumbers(golden.outputs.y), goldenTolerance(golden, "y"));
  names.forEach((name, i) => {
    const subject = `${golden.name} gradient of ${name}`;
    expectClose(subject, slopes[i]!.data, goldenNumbers(golden.grads?.[name]), goldenTolerance(golden, `d_${name}`));
  });
}

describe.each(builds)("%s", (build) => {
  test.each(goldenCases("layers", /^linear/))("$name", (golden) => {
    compare(build, golden, ({ x, W, b }) => {
      const product = matmul(x as Node, W as Node, { transposeB: true });
      return b ? add(product, b) : product;
    });
    compare(build, golden, ({ x, W, b }) => {
      const product = matmul(x as Node, transpose(W as Node));
      return b ? add(product, b) : product;
    });
  });

  test.each(goldenCases("layers", /^layernorm/))("$name", (golden) => {
    const epsilon = golden.params.eps as number;
    compare(build, golden, ({ x, gamma, beta }) =>
      layerNormalization(x as Node, gamma as Node, beta as Node, { epsilon }),
    );
  });

  test.each(goldenCases("layers", /^dropout/))("$name", (golden) => {
    const scale = 1 / (1 - (golden.params.p as number));
    compare(build, golden, ({ x, mask }) => multiply(x as Node, affine(mask as Node, { scale })));
  });

  test.each(goldenCases("layers", /^embedding/))("$name", (golden) => {
    compare(build, golden, ({ W, idx }) => gather(W as Node, idx as Node));
  });

  test.each(goldenCases("layers", /^batchnorm/))("$name", (golden) => {
    const { momentum, eps } = golden.params as { momentum: number; eps: number };
    const steps = goldenTensor(golden.inputs.x_steps);
    const shape = steps.shape.slice(1);
    const graph = new Graph();
    const x = graph.variable("x", 0, { shape });
    const y = batchNormalization({ axis: 1, momentum: 1 - momentum, epsilon: eps }).apply(x);
    const [gamma, beta, mean, variance] = ["gamma", "beta", "movingMean", "movingVariance"].map((name) =>
      graph.node(`batchNormalization/${name}`),
    ) as [Node, Node, Node, Node];
    const upstream = graph.placeholder("upstream", shape);
    const slopes = gradients(sum(multiply(y, upstream)), [x, gamma, beta]);
    const session = new Session(graph, { engine: engineOf(build) });
    session.set([
      [gamma, goldenTensor(golden.inputs.gamma)],
      [beta, goldenTensor(golden.inputs.beta)],
    ]);
    const check = (of: string, received: ArrayLike<number>, expected: ArrayLike<number>) =>
      expectClose(`${golden.name} ${of}`, received, expected, goldenTolerance(golden, of));

    const dy = goldenTensor(golden.upstream);
    const results: number[] = [];
    let last: Tensor[] = [];
    for (let step = 0; step < 3; step++) {
      session.set([[x, new Tensor(steps.rows(step, step + 1).data, shape)]]);
      const [value, ...rest] = session.run([y, ...slopes, ...graph.updates], { upstream: dy, training: 1 });
      results.push(...value!.data);
      last = rest.slice(0, 3);
    }
    check("y_steps", results, goldenNumbers(golden.outputs.y_steps));
    ["x_last", "gamma_last", "beta_last"].forEach((name, i) => {
      check(`d_${name}`, last[i]!.data, goldenNumbers(golden.grads?.[name]));
    });
    const running = session.run([mean, variance]);
    check("running_mean", running[0]!.data, goldenNumbers(golden.outputs.running_mean));
    expectClose(
      `${golden.name} running_var_keras`,
      running[1]!.data,
      goldenNumbers(golden.outputs.running_var_keras),
      goldenTolerance(golden, "running_var"),
    );

    // By the running statistics, with PyTorch's variance.
    session.set([[variance, goldenTensor(golden.outputs.running_var)]]);
    session.set([[x, goldenTensor(golden.inputs.x_eval)]]);
    const [value, ...rest] = session.run([y, ...slopes], { upstream: dy });
    check("y_eval", value!.data, goldenNumbers(golden.outputs.y_eval));
    ["x_eval", "gamma_eval", "beta_eval"].forEach((name, i) => {
      check(`d_${name}`, rest[i]!.data, goldenNumbers(golden.grads?.[name]));
    });
    expect(session.run([mean, variance])[0]!.data).toEqual(running[0]!.data);
  });
});
