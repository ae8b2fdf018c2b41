// Dense: every unit sees every input.

import { checkFlag, checkInteger, checkOptions, ShapeError } from "../errors.js";
import type { Graph, Initializer } from "../graph/graph.js";
import { getInitializer, type InitializerName } from "../initializers/index.js";
import { biasAdd } from "../ops/arithmetic.js";
import { matmul } from "../ops/matmul.js";
import type { Node } from "../ops/op.js";
import { formatShape } from "../tensor/shape.js";
import { type Activation, getActivation } from "./activation.js";
import type { Layer } from "./layer.js";

export interface DenseOptions {
  /** Number of outputs, a positive integer. */
  readonly units: number;
  /** Default null: none. */
  readonly activation?: Activation;
  /** Default true. */
  readonly useBias?: boolean;
  /** Of the kernel [inputs, units]. Default glorotUniform. */
  readonly kernelInitializer?: InitializerName | Initializer;
  /** Of the bias [units]. Default zeros. */
  readonly biasInitializer?: InitializerName | Initializer;
  readonly name?: string;
}

const NAMES = ["units", "activation", "useBias", "kernelInitializer", "biasInitializer", "name"];

/** y[n, units] = activation(x[n, inputs] · kernel[inputs, units] + bias[units]) */
export function dense(options: DenseOptions): Layer {
  checkOptions("Dense", options, NAMES);
  const { units, activation = null, useBias = true, name } = options;
  checkFlag("Dense: useBias", useBias);
  const { kernelInitializer = "glorotUniform", biasInitializer = "zeros" } = options;
  checkInteger("Dense: units", units, 1);
  const activate = getActivation("Dense", activation);
  const initialKernel = getInitializer("Dense: kernelInitializer", kernelInitializer);
  const initialBias = getInitializer("Dense: biasInitializer", biasInitializer);
  return {
    kind: "Dense",
    name,
    apply: (x: Node) => {
      const inputs = x.shape[1];
      if (x.shape.length !== 2 || typeof inputs !== "number") {
        throw new ShapeError(`Dense: the input must have shape [null, inputs]; received ${formatShape(x.shape)}.`);
      }
      const graph = x.graph as Graph;
      const kernel = graph.variable("kernel", initialKernel, { shape: [inputs, units] });
      const product = matmul(x, kernel);
      if (!useBias) return { y: activate(product), variables: [kernel] };
      const bias = graph.variable("bias", initialBias, { shape: [units] });
      return { y: activate(biasAdd(product, bias)), variables: [kernel, bias] };
    },
  };
}
