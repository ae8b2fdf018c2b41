// Sample calls of the methods of what the front door gives: tensors, graphs, models, layers, losses, datasets.

import * as lanewise from "../../../src/index.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { Model } from "../../../src/training/model/model.js";
import { Engine } from "../../../src/wasm/engine.js";
import {
  call,
  callback,
  exempt,
  flag,
  instead,
  integer,
  type ObjectSample,
  ofClass,
  optional,
  options,
  path,
  pattern,
  positive,
  signal,
  text,
  value,
  word,
} from "../kinds.js";
import {
  classes,
  classifier,
  engine,
  examples,
  features,
  labels,
  loss,
  matrix,
  node,
  nodes,
  shape,
  targets,
  weights,
  x,
} from "./fixtures.js";

const { callbacks, Graph, layers, losses, metrics, RandomStream, Session } = lanewise;

const nothing = call();
const internal = exempt("the house calls it, and no page shows it");
const called = exempt("fit calls it, with what it has");
const matching = optional(pattern());
const four = value(() => [1, 1, 1, 1]);
const byClass = value(() => ({ 0: 1, 1: 2 }), "{}", "[]");

const fit = options({
  epochs: integer(1),
  initialEpoch: integer(0),
  batchSize: integer(2),
  shuffle: flag(),
  stepsPerEpoch: value(1, "null"),
  validationData: value(() => [features, classes], "function"),
  sampleWeight: four,
  classWeight: byClass,
  callbacks: value(() => [callbacks.history()], "[]", "{}", "date"),
  verbose: value(false),
  cacheFrozen: value("auto"),
  onStep: callback(),
  onEpochEnd: callback(),
  yieldEvery: positive(1),
  queue: value(false, "true"),
  signal: signal(),
});
const compile = options(
  {
    optimizer: word("sgd"),
    loss: value("sparseCategoricalCrossentropy", "function"),
    metrics: value(() => ["accuracy"], "[]", "{}"),
  },
  ["optimizer", "loss"],
);
/** What a refused call must leave alone. */
const standing = (model: Model) =>
  [...model.getState().tensors.values()].map(({ data }) => data.join()).join() + model.recipe?.optimizer.name;
const given = classifier();

const entry = (
  is: (object: { [name: string]: unknown }) => boolean,
  make: () => unknown,
  methods: ObjectSample["methods"],
) => ({ is, make, methods }) as ObjectSample;
const has =
  (...names: readonly string[]) =>
  (object: { [name: string]: unknown }) =>
    typeof object === "object" && names.every((name) => typeof object[name] === "function");
const joined = (object: { [name: string]: unknown }) => has("apply")(object) && typeof object.kind === "string";
const hooks = Object.fromEntries(
  ["onTrainBegin", "onEpochBegin", "onStepEnd", "onEpochEnd", "onTrainEnd", "getState", "setState"].map((name) => [
    name,
    called,
  ]),
);
const some = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, hooks[name] ?? called]));
const pairs = value(() => [{ gradient: lanewise.gradients(loss, matrix), variable: matrix }]);
/** A new graph, since what is minimized adds to it. */
const lossOf = value(() => {
  const graph = new Graph();
  return lanewise.sum(graph.variable("w", [1, 2]));
});
const step = value(0);
/** How outputs are to be read; fit says it, and knows. */
const kind = optional(
  value(undefined, "null", "NaN", "string", "number", "true", "[]", "{}", "function", "symbol", "bigint", "date"),
);
const metered = exempt("meter and fit call it");
const inLayers = exempt("layers call it, with nodes of theirs");

export const modelObjects: Readonly<Record<string, ObjectSample>> = {
  Engine: ofClass(Engine, () => engine.make() as Engine, { extend: internal, instantiate: internal }),
  Tensor: ofClass(Tensor, () => new Tensor(Float32Array.of(1)), {
    item: nothing,
    toArray: nothing,
    reshape: call(value(() => [1, 1], "[]")),
    rows: call(integer(0), integer(1)),
  }),
  RandomStream: ofClass(RandomStream, () => new RandomStream(1, "s"), {
    uint32: nothing,
    uniform: nothing,
    below: call(integer(3)),
    permutation: call(integer(3)),
  }),
  Graph: ofClass(
    Graph,
    () => {
      const graph = new Graph({ seed: 1 });
      graph.variable("w", [1, 2]);
      return graph;
    },
    {
      nodes: call(matching),
      placeholder: call(
        text("p"),
        value(() => [null, 2], "[]"),
        optional(word("int32")),
      ),
      variable: call(
        text("v"),
        value(() => [1, 2], "number", "NaN", "[]"),
        options({ dtype: word("float32"), trainable: flag(), shape: shape([2]), group: text("g") }),
      ),
      constant: call(
        text("c"),
        value(() => [1, 2], "number", "[]", "NaN"),
        options({ dtype: word("float32"), shape: shape([2]) }),
      ),
      scope: call(text("s"), callback()),
      node: call(path("w")),
      variables: call(matching),
      trainable: call(matching),
      addUpdate: internal,
      reenter: internal,
      isTaken: internal,
      isTrainable: internal,
      isFrozen: internal,
      setFrozen: internal,
      apply: internal,
      uniqueName: internal,
    },
    (graph) => graph.nodes().length,
  ),
  Session: ofClass(
    Session,
    () => new Session(x.graph as lanewise.Graph),
    {
      run: call(
        value(() => loss, "[]", "{}"),
        value({ x: [[1, 2]] }),
        options({ training: flag() }),
      ),
      eval: call(node(loss), value({ x: [[1, 2]] }), options({ training: flag() })),
      prepare: call(
        options({ fetches: value(() => [loss], "[]"), feeds: nodes(x), batch: integer(1) }, ["fetches", "batch"]),
      ),
      ready: internal,
      get: call(node(matrix)),
      set: call(
        value(
          () => ({
            matrix: [
              [1, 2],
              [3, 4],
            ],
          }),
          "{}",
          "[]",
        ),
      ),
      hash: call(value(() => [matrix], "[]")),
    },
    (session) => session.get(matrix).data.join(),
  ),
  Executable: entry(
    has("input", "run", "output"),
    () => new Session(x.graph as lanewise.Graph).prepare({ fetches: [loss], feeds: [x], batch: 1 }),
    { input: call(node(x)), run: nothing, output: call(node(loss)), scalar: call(node(loss)), check: internal },
  ),
  Model: ofClass(
    Model,
    () => classifier(),
    {
      predictOnBatch: call(examples()),
      layer: call(path("out")),
      getLayer: call(value("out")),
      freeze: call(matching),
      unfreeze: call(matching),
      compile: call(compile),
      fit: call(examples(), targets(), instead(fit, ["validationData"], "validationSplit", positive(0.5))),
      trainOnBatch: call(examples(), targets(), options({ sampleWeight: four, classWeight: byClass })),
      evaluate: call(examples(), targets(), options({ batchSize: integer(2), sampleWeight: four, signal: signal() })),
      predict: call(examples(), options({ batchSize: integer(2) })),
      apply: call(value(() => new Graph().placeholder("x", [null, given.inputShape?.[0] ?? null]))),
      applyIn: internal,
      clone: call(options({ weights: flag(), seed: integer(1), engine })),
      summary: nothing,
      getWeights: nothing,
      setWeights: call(weights()),
      getState: nothing,
      setState: call(value(() => given.getState())),
    },
    standing,
  ),
  ModelLayer: entry(has("none"), () => given.getLayer("out"), {}),
  Layer: entry(joined, () => layers.flatten(), { apply: call(node()), compute: internal }),
  JoiningLayer: entry(has("none"), () => layers.add(), { apply: call(nodes(x, x)), compute: internal }),
  Adapting: entry(has("none"), () => layers.normalization(), {
    apply: exempt("judged with Layer"),
    adapt: call(examples()),
  }),
  Bins: entry(has("none"), () => layers.discretization({ numBins: 2 }), {
    apply: exempt("judged with Layer"),
    compute: internal,
    adapt: call(examples()),
  }),
  Loss: entry(has("apply", "checkLabels"), () => losses.meanSquaredError(), {
    apply: call(
      node(),
      node(x),
      options({ sampleWeight: node(lanewise.mean(x, { axis: 1 })), reduction: word("sum") }),
    ),
    labelShape: internal,
    checkLabels: internal,
  }),
  Metric: entry(
    (object) => has("apply")(object) && typeof object.name === "string",
    () => metrics.accuracy(),
    {
      apply: call(node(), node(labels), kind),
    },
  ),
  StreamingMetric: entry(has("nodes", "start"), () => metrics.r2(), {
    nodes: metered,
    start: metered,
  }),
  MetricState: entry(has("none"), () => metrics.r2().start(), { add: called }),
  Meter: entry(has("add", "reset"), () => metrics.meter(metrics.accuracy(), x, labels), {
    add: call(value(() => [new Tensor(Float32Array.of(1), []), new Tensor(Float32Array.of(1), [])])),
    reset: nothing,
  }),
  Optimizer: entry(has("minimize"), () => lanewise.sgd(), {
    minimize: call(lossOf, optional(value(undefined))),
    computeGradients: call(lossOf, optional(value(undefined))),
    applyGradients: call(pairs),
    extended: internal,
  }),
  ReduceOnPlateau: entry(has("report"), () => lanewise.schedules.reduceOnPlateau({ learningRate: 1 }), {
    report: call(value(1, "number", "NaN")),
  }),
  Dataset: ofClass(lanewise.dataset([[1]]).constructor as never, () => lanewise.dataset([features, classes]), {
    map: call(callback()),
    filter: call(callback()),
    shuffle: call(integer(2), optional(integer(1))),
    batch: call(integer(2), options({ dropRemainder: flag() })),
    repeat: call(optional(integer(2))),
    take: call(integer(1)),
    skip: call(integer(1)),
    prefetch: call(optional(integer(1))),
    epoch: call(integer(0)),
    toArray: nothing,
    nextBatch: call(integer(2)),
    open: internal,
  }),
  Iterator: entry(has("next", "return"), () => lanewise.dataset([[1]]).epoch(0), { next: internal, return: internal }),
  Pausable: entry(has("pause"), () => callbacks.pausable(), {
    pause: nothing,
    resume: nothing,
    ...some("onTrainBegin", "onStepEnd"),
  }),
  Callback: entry(
    (object) => typeof object === "object" && Object.keys(hooks).some((name) => typeof object[name] === "function"),
    () => callbacks.history(),
    some("onTrainBegin", "onEpochEnd", "getState", "setState"),
  ),
  Schedule: { make: () => lanewise.schedules.constant(1), itself: { ...call(step), rest: kind }, methods: {} },
  Initializer: { make: () => lanewise.initializers.zeros(), itself: inLayers, methods: {} },
  Regularizer: { make: () => lanewise.regularizers.l2(0.1), itself: inLayers, methods: {} },
  Constraint: { make: () => lanewise.constraints.nonNeg(), itself: inLayers, methods: {} },
};
