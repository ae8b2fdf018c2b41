// Sample calls of the front door. One line for each export.

import * as lanewise from "../../../src/index.js";
import {
  call,
  callback,
  create,
  exempt,
  flag,
  integer,
  optional,
  options,
  pattern,
  positive,
  type Table,
  text,
  value,
  word,
} from "../kinds.js";
import {
  aModel,
  earlyStopping,
  engine,
  feeds,
  graph,
  loss,
  matrix,
  node,
  nodes,
  session,
  shape,
  weights,
  x,
} from "./fixtures.js";
import { namespaces } from "./namespaces.js";
import { operations } from "./operations.js";
import { optimizers } from "./optimizers.js";

const { dense } = lanewise;

export const front: Table = {
  ArgumentError: exempt("thrown, not made"),
  DataError: exempt("thrown, not made"),
  ShapeError: exempt("thrown, not made"),
  StateError: exempt("thrown, not made"),

  Graph: create(options({ seed: integer(1) })),
  RandomStream: create(integer(1), text("stream")),
  Session: create(
    value(() => graph),
    options({ engine }),
  ),
  Tensor: create(
    value(() => Float32Array.of(1, 2)),
    optional(shape([1, 2])),
  ),

  ...optimizers,
  ...operations,
  ...namespaces,

  gradients: call(
    node(loss),
    value(() => [matrix], "[]"),
    options({ upstream: value(() => graph.constant("one", 1)) }),
  ),
  checkGradients: call(
    value(() => session),
    node(loss),
    options(
      {
        withRespectTo: nodes(matrix),
        feeds: value(feeds),
        samples: integer(2),
        tolerance: positive(0.1),
        seed: integer(1),
        training: flag(),
      },
      ["feeds"],
    ),
  ),
  graphDot: call(
    value(() => graph),
    options({ depth: integer(1) }),
  ),
  graphSummary: call(
    value(() => graph),
    options({ pattern: pattern() }),
  ),
  nodesUnder: call(node()),
  program: call(
    value(() => session),
    value(() => loss, "[]"),
    options({ feeds: value(() => ["x"], "[]"), batch: integer(2) }),
  ),
  profile: call(
    value(() => session),
    value(() => loss, "[]"),
    value(feeds),
    options({ runs: integer(1), training: flag() }),
  ),

  earlyStopping,

  dataset: call(
    value(
      () => [
        [
          [1, 2],
          [3, 4],
        ],
        [0, 1],
      ],
      "[]",
      "function",
    ),
    options({ seed: integer(1) }),
  ),
  diagnose: call(),
  functional: call(
    value(() => ({ inputs: x, outputs: lanewise.matmul(x, matrix) })),
    options({ session: value(() => session) }),
  ),
  init: call(options({ build: word("simd"), wide: value(false, "true") })),
  sequential: call(
    value(() => [dense({ units: 2 })]),
    options({ inputShape: shape([2]), seed: integer(1), engine }),
  ),
  tensor: call(value([1, 2], "NaN", "number", "[]"), options({ shape: shape([1, 2]), dtype: word("float32") })),
  transferWeights: call(
    aModel(),
    weights(),
    options({ pattern: pattern(), rename: callback((given: string) => given), strict: flag() }),
  ),
  weightsHash: call(aModel()),
};
