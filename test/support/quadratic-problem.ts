// The quadratic on which the golden optimizers run: f(w) = w' A w / 2 - b' w, whose gradient is A w - b.

import { Graph } from "../../src/graph/graph.js";
import type { Optimizer } from "../../src/nn/optimizers/optimizer.js";
import { add } from "../../src/ops/arithmetic.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { Session } from "../../src/runtime/session.js";
import type { BuildName } from "../../src/wasm/host.js";
import { engineOf } from "./builds.js";
import { goldenFile, goldenTensor } from "./golden.js";

export interface QuadraticProblem {
  readonly w: Node;
  readonly gradient: Node;
  readonly session: Session;
}

export function quadraticProblem(build: BuildName): QuadraticProblem {
  const { A, b, w0 } = goldenFile("optimizers").problems ?? {};
  const graph = new Graph();
  const column = (name: "b" | "w0", sign = 1) =>
    goldenTensor({ b, w0 }[name])
      .reshape([6, 1])
      .data.map((x) => x * sign);
  const w = graph.variable("w", column("w0"), { shape: [6, 1] });
  const minusB = graph.constant("minusB", column("b", -1), { shape: [6, 1] });
  const gradient = add(matmul(graph.constant("A", goldenTensor(A)), w), minusB);
  return { w, gradient, session: new Session(graph, { engine: engineOf(build) }) };
}

/** w after each step, one after the other. */
export function trajectory(optimizer: Optimizer, build: BuildName, steps: number): number[] {
  const { w, gradient, session } = quadraticProblem(build);
  const update = optimizer.applyGradients([{ gradient, variable: w }]);
  const values: number[] = [];
  for (let step = 0; step < steps; step++) {
    session.run(update);
    values.push(...session.get(w).data);
  }
  return values;
}
