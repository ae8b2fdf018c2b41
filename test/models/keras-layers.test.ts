// Layers in the words of Keras: what is written of them, and which have none.

import { beforeAll, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { constraints, dense, init, layers, regularizers, sequential } from "../../src/index.js";
import { decodeLayersModel, encodeLayersModel } from "../../src/models/index.js";

beforeAll(() => init());

test("regularizers and constraints, as Keras has them", () => {
  const model = sequential(
    [
      dense({
        units: 2,
        kernelRegularizer: regularizers.l2(0.25),
        biasRegularizer: regularizers.l1l2({ l1: 0.5, l2: 0.125 }),
        kernelConstraint: constraints.maxNorm(3, { axis: 1 }),
        biasConstraint: constraints.nonNeg(),
      }),
      layers.prelu({ alphaConstraint: constraints.unitNorm() }),
    ],
    { inputShape: [2] },
  );
  const { json, shards } = encodeLayersModel(model);
  const [, first, second] = JSON.parse(json).modelTopology.model_config.config.layers;
  expect(first.config).toMatchObject({
    kernel_regularizer: { class_name: "L1L2", config: { l1: 0, l2: 0.25 } },
    bias_regularizer: { class_name: "L1L2", config: { l1: 0.5, l2: 0.125 } },
    kernel_constraint: { class_name: "MaxNorm", config: { max_value: 3, axis: 1 } },
    bias_constraint: { class_name: "NonNeg", config: {} },
  });
  expect(second.config).toMatchObject({ alpha_constraint: { class_name: "UnitNorm", config: { axis: 0 } } });
  expect(encodeLayersModel(decodeLayersModel({ json, shards })).json).toBe(json);
});

test("nothing for layers that Keras lacks, all named", () => {
  const model = sequential(
    [dense({ units: 2, activation: "step", name: "odd" }), layers.activation("leakyRelu", { name: "p" })],
    {
      inputShape: [2],
    },
  );
  expect(() => encodeLayersModel(model)).toThrow(
    new ArgumentError(
      'encodeLayersModel: Keras has no layers like these: Dense odd (activation "step"), Activation p (activation "leakyRelu").',
    ),
  );
});
