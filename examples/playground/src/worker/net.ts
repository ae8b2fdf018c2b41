// A net made of settings.

import {
  adadelta,
  adagrad,
  adam,
  adamw,
  dense,
  type Layer,
  layers,
  lion,
  type Model,
  type ModelLayer,
  type Node,
  nadam,
  type Optimizer,
  regularizers,
  rmsprop,
  sequential,
  sgd,
} from "lanewise";
import type { NetSettings } from "../settings/tables.js";

/** Numbers that a net may have: more would fill a phone's memory, with Adam's two slots and the gradients beside them. */
const MOST_PARAMETERS = 8_000_000;

export class PlaygroundError extends Error {
  override readonly name = "PlaygroundError";
}

export function makeModel(inputs: number, classes: number, settings: NetSettings): Model {
  checkSize([inputs, ...settings.layers, classes]);
  const kernelRegularizer = penaltyOf(settings);
  const kernelInitializer = settings.initializer;
  const common = { kernelInitializer, ...(kernelRegularizer && { kernelRegularizer }) };
  const hidden = settings.layers.flatMap((units): Layer[] => {
    const { activation, batchNorm, dropout } = settings;
    const block = batchNorm
      ? [
          dense({ units, useBias: false, ...common }),
          layers.batchNormalization({ momentum: 0.9 }),
          layers.activation(activation),
        ]
      : [dense({ units, activation, ...common })];
    return dropout > 0 ? [...block, layers.dropout({ rate: dropout })] : block;
  });
  return sequential([...hidden, dense({ units: classes, ...common })], { inputShape: [inputs], seed: settings.seed });
}

function checkSize(widths: readonly number[]): void {
  const parameters = widths.slice(1).reduce((sum, units, i) => sum + units * ((widths[i] as number) + 1), 0);
  if (parameters > MOST_PARAMETERS) {
    throw new PlaygroundError(
      `The net must have at most ${MOST_PARAMETERS.toLocaleString("en")} parameters; this one has ${parameters.toLocaleString("en")}. Take fewer units.`,
    );
  }
}

function penaltyOf({ l1, l2 }: NetSettings): ((x: Node) => Node) | undefined {
  return l1 > 0 || l2 > 0 ? regularizers.l1l2({ l1, l2 }) : undefined;
}

const optimizers: Readonly<Record<NetSettings["optimizer"], (learningRate: number) => Optimizer>> = {
  sgd: (learningRate) => sgd({ learningRate }),
  momentum: (learningRate) => sgd({ learningRate, momentum: 0.9 }),
  nesterov: (learningRate) => sgd({ learningRate, momentum: 0.9, nesterov: true }),
  adagrad: (learningRate) => adagrad({ learningRate }),
  adadelta: (learningRate) => adadelta({ learningRate }),
  rmsprop: (learningRate) => rmsprop({ learningRate }),
  adam: (learningRate) => adam({ learningRate }),
  adamw: (learningRate) => adamw({ learningRate }),
  nadam: (learningRate) => nadam({ learningRate }),
  lion: (learningRate) => lion({ learningRate }),
};

export function makeOptimizer({ optimizer, rate }: NetSettings): Optimizer {
  return optimizers[optimizer](rate);
}

export const denseLayers = (model: Model): ModelLayer[] => model.layers.filter(({ kind }) => kind === "Dense");

/** What each dense layer but the first is applied to: the hidden units after activation. */
export function hiddenNodes(model: Model): Node[] {
  return denseLayers(model)
    .slice(1)
    .map(({ inputs }) => inputs[0]?.[0] as Node);
}

export function parametersOf(model: Model): number {
  return model.variables.reduce((sum, { shape }) => sum + shape.reduce<number>((size, n) => size * (n ?? 1), 1), 0);
}
