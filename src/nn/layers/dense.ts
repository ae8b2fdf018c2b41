// Dense: every unit sees every input.

import { checkCall, checkFlag, checkInteger, ShapeError } from "../../errors.js";
import type { Initializer } from "../../graph/graph.js";
import { biasAdd } from "../../ops/arithmetic.js";
import { matmul } from "../../ops/matmul.js";
import type { Node } from "../../ops/op.js";
import { formatShape } from "../../tensor/shape.js";
import { getInitializer, type InitializerName } from "../initializers/index.js";
import { type Activation, getActivation } from "./activations.js";
import {
  type Constraint,
  checkLayerOptions,
  defineLayer,
  type Layer,
  type LayerOptions,
  type Regularizer,
} from "./layer.js";

export interface DenseOptions extends LayerOptions {
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
  readonly kernelRegularizer?: Regularizer;
  readonly biasRegularizer?: Regularizer;
  /** Of the result, activation included; divided by the batch size. */
  readonly activityRegularizer?: Regularizer;
  readonly kernelConstraint?: Constraint;
  readonly biasConstraint?: Constraint;
}

const NAMES = [
  "units",
  "activation",
  "useBias",
  "kernelInitializer",
  "biasInitializer",
  "kernelRegularizer",
  "biasRegularizer",
  "activityRegularizer",
  "kernelConstraint",
  "biasConstraint",
  "name",
  "trainable",
];

/** y[n, units] = activation(x[n, inputs] · kernel[inputs, units] + bias[units]); x may have more axes between. */
export function dense(options: DenseOptions): Layer {
  checkCall("dense", arguments, ["units", "activation"]);
  checkLayerOptions("Dense", options, NAMES);
  const { units, activation = null, useBias = true } = options;
  checkFlag("Dense: useBias", useBias);
  const { kernelInitializer = "glorotUniform", biasInitializer = "zeros" } = options;
  checkInteger("Dense: units", units, 1);
  const activate = getActivation("Dense", activation);
  const initialKernel = getInitializer("Dense: kernelInitializer", kernelInitializer);
  const initialBias = getInitializer("Dense: biasInitializer", biasInitializer);
  return defineLayer({
    options,
    kind: "Dense",
    pointwise: true,
    weights: (x: Node, graph) => {
      const inputs = x.shape.at(-1);
      if (x.shape.length < 2 || typeof inputs !== "number" || x.shape.lastIndexOf(null) > 0) {
        throw new ShapeError(
          `Dense: the input must have shape [null, inputs], or more axes between; received ${formatShape(x.shape)}.`,
        );
      }
      const kernel = graph.variable("kernel", initialKernel, { shape: [inputs, units] });
      return { kernel, bias: useBias ? graph.variable("bias", initialBias, { shape: [units] }) : null };
    },
    result: (x, { kernel, bias }) => {
      const product = matmul(x, kernel);
      return activate(bias ? biasAdd(product, bias) : product);
    },
    regularizers: { kernel: options.kernelRegularizer, bias: options.biasRegularizer },
    constraints: { kernel: options.kernelConstraint, bias: options.biasConstraint },
    activityRegularizer: options.activityRegularizer,
  });
}
