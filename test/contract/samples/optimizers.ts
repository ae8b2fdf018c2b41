// Sample calls of the optimizers of the front door. One line for each.

import * as lanewise from "../../../src/index.js";
import { call, flag, instead, integer, options, positive, type Sample, type Table, value, word } from "../kinds.js";
import { loss, matrix, name, nodes } from "./fixtures.js";

const { adam } = lanewise;
const rate = (given = 0.1) => value(given, "function");

const somePairs = value(() => [{ gradient: lanewise.gradients(loss, matrix), variable: matrix }], "[]");
const pairs = value(() => [{ gradient: lanewise.gradients(loss, matrix), variable: matrix }]);
const optimizerOptions = { learningRate: rate(), weightDecay: positive(0.1), name };
const clips = (kinds: Parameters<typeof options>[0]): Sample => {
  const one = options({ ...optimizerOptions, ...kinds, clipValue: positive(1) });
  const two = instead(one, ["clipValue"], "clipNorm", positive(1));
  return call(instead(two, ["clipValue"], "globalClipNorm", positive(1)));
};
const formulation = word("pytorch");

export const optimizers: Table = {
  accumulateGradients: call(
    value(() => adam()),
    integer(2),
  ),
  layerwiseRates: call(
    value(() => adam()),
    value(() => [[/./, 0.5]], "[]"),
  ),
  adadelta: clips({ rho: positive(0.9), epsilon: positive(1e-7), formulation }),
  adagrad: clips({ initialAccumulatorValue: positive(0.1), epsilon: positive(1e-7), formulation }),
  adam: clips({ beta1: positive(0.8), beta2: positive(0.9), epsilon: positive(1e-7), amsgrad: flag(), formulation }),
  adamw: clips({ beta1: positive(0.8), beta2: positive(0.9), epsilon: positive(1e-7), amsgrad: flag(), formulation }),
  lion: clips({ beta1: positive(0.8), beta2: positive(0.9) }),
  nadam: clips({ beta1: positive(0.8), beta2: positive(0.9), epsilon: positive(1e-7), formulation }),
  rmsprop: clips({
    rho: positive(0.9),
    momentum: positive(0.1),
    epsilon: positive(1e-7),
    centered: flag(),
    formulation,
  }),
  sgd: clips({ momentum: positive(0.9), nesterov: flag(), formulation }),
  clipByValue: call(somePairs, positive(1)),
  clipByNorm: call(somePairs, positive(1)),
  clipByGlobalNorm: call(pairs, positive(1)),
  globalNorm: call(nodes(matrix)),
};
