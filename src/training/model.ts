// Model: layers with a graph, a session and a training loop around them. Made by `sequential`.

import { epochOrder } from "../data/batches.js";
import {
  ArgumentError,
  checkCallback,
  checkFlag,
  checkInteger,
  checkOptions,
  describe,
  ShapeError,
  StateError,
} from "../errors.js";
import { Graph, isNode } from "../graph/graph.js";
import { Session } from "../graph/session.js";
import type { Layer } from "../layers/layer.js";
import { getLoss, type Loss, type LossName } from "../losses/index.js";
import { getMetric, type Metric, type MetricName } from "../metrics/index.js";
import type { Node } from "../ops/op.js";
import { getOptimizer, type OptimizerName } from "../optimizers/index.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { HostSignal } from "../signal.js";
import { checkShape, formatShape, type OpenShape, type Shape, sameShape } from "../tensor/shape.js";
import { Tensor, type TensorLike } from "../tensor/tensor.js";
import type { Engine } from "../wasm/engine.js";
import { exampleShape, readExamples, readFeatures } from "./examples.js";
import { evaluateAll, type Metrics, predictAll, type Trainable, trainEpoch } from "./loop.js";
import { type LayerSummary, summaryTable } from "./summary.js";
import { TurnClock } from "./yield.js";

export type { Metrics } from "./loop.js";

export interface ModelOptions {
  /** Shape of one example, `[784]`. Without it the first `fit` tells. */
  readonly inputShape?: Shape;
  /** Seed of initial weights and shuffling, an integer in [0, 2^53). Default 0. */
  readonly seed?: number;
  /** The build to run on. Default: that of the last `init`. */
  readonly engine?: Engine;
}

export interface CompileOptions {
  readonly optimizer: OptimizerName | Optimizer;
  readonly loss: LossName | Loss;
  /** Reported beside the loss. Default none. */
  readonly metrics?: readonly (MetricName | Metric)[];
}

export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps made in this epoch, from 1. */
  readonly step: number;
  readonly steps: number;
  /** Means over the epoch so far. */
  readonly metrics: Metrics;
}

export interface FitOptions {
  /** Default 1. */
  readonly epochs?: number;
  /** Default 32. The last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** Default true: a new order each epoch, by the model's seed. */
  readonly shuffle?: boolean;
  /** Evaluated after each epoch; reported as `valLoss`, `valAccuracy`, ... */
  readonly validationData?: readonly [x: TensorLike, y: TensorLike];
  readonly onStep?: (progress: Progress) => void;
  /** After each epoch, validation included. */
  readonly onEpochEnd?: (epoch: number, metrics: Metrics) => void;
  /** Stops after the step in progress; `fit` then rejects with the signal's reason, and the weights stay as they are. */
  readonly signal?: HostSignal;
}

/** For each metric its value after each epoch: `history.loss[0]`. */
export type History = Readonly<Record<string, readonly number[]>>;

interface Built {
  readonly input: Node;
  readonly output: Node;
  readonly layers: readonly LayerSummary[];
  readonly variables: readonly Node[];
}

/** What `compile` was given, looked up. */
interface Recipe {
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly metrics: readonly Metric[];
}

const FIT_OPTIONS = ["epochs", "batchSize", "shuffle", "validationData", "onStep", "onEpochEnd", "signal"];
const DEFAULT_BATCH = 32;
/** Rows at a time where nothing is trained. */
const INFERENCE_BATCH = 256;

export class Model {
  readonly graph: Graph;
  readonly session: Session;
  readonly #layers: readonly Layer[];
  #built: Built | null = null;
  #recipe: Recipe | null = null;
  #trainable: Trainable | null = null;
  #epochsTrained = 0;
  #fitting = false;

  constructor(layers: readonly Layer[], options: ModelOptions = {}) {
    if (!Array.isArray(layers) || layers.length === 0 || layers.some((layer) => typeof layer?.apply !== "function")) {
      throw new ArgumentError(`Model: layers must be a non-empty list of layers; received ${describe(layers)}.`);
    }
    checkOptions("Model", options, ["inputShape", "seed", "engine"]);
    const { inputShape, seed = 0, engine } = options;
    this.graph = new Graph({ seed });
    this.session = new Session(this.graph, engine ? { engine } : {});
    this.#layers = layers;
    if (inputShape !== undefined) {
      checkShape("Model: inputShape", inputShape);
      if (inputShape.includes(0)) {
        throw new ShapeError(`Model: inputShape must hold positive integers; received ${formatShape(inputShape)}.`);
      }
      this.#build(inputShape);
    }
  }

  /** The placeholder that examples are fed to. */
  get input(): Node {
    return this.#requireBuilt("Model.input").input;
  }
  get output(): Node {
    return this.#requireBuilt("Model.output").output;
  }
  /** All variables of the layers, in order of creation. */
  get variables(): readonly Node[] {
    return this.#requireBuilt("Model.variables").variables;
  }

  /** Says how to train. Fails with ArgumentError where a name is unknown, and then changes nothing. */
  compile(options: CompileOptions): this {
    checkOptions("compile", options, ["optimizer", "loss", "metrics"]);
    const { optimizer, loss, metrics = [] } = options;
    if (!Array.isArray(metrics)) {
      throw new ArgumentError(`compile: metrics must be a list; received ${describe(metrics)}.`);
    }
    const recipe = { optimizer: getOptimizer(optimizer), loss: getLoss(loss), metrics: metrics.map(getMetric) };
    const names = ["loss", ...recipe.metrics.map(({ name }) => name)];
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) {
      throw new ArgumentError(`compile: metrics must have names of their own; received ${describe(twice)} twice.`);
    }
    if (this.#built) this.#trainable = this.#makeTrainable(this.#built, recipe);
    this.#recipe = recipe;
    return this;
  }

  /**
   * Trains on `x`, [count, ...inputShape], finite, and `y`, one label per example.
   * Fails with ShapeError or ArgumentError before anything changes, and with StateError before `compile` or while
   * another `fit` runs. Yields to the event loop every few milliseconds.
   */
  async fit(x: TensorLike, y: TensorLike, options: FitOptions = {}): Promise<History> {
    if (this.#fitting) throw new StateError("Model.fit: this model is being trained; wait for that fit to end.");
    if (this.#recipe === null) throw new StateError("Model.fit: call compile() first.");
    checkOptions("Model.fit", options, FIT_OPTIONS);
    const { epochs = 1, batchSize = DEFAULT_BATCH, shuffle = true, validationData, onEpochEnd, signal } = options;
    checkFlag("Model.fit: shuffle", shuffle);
    checkCallback("Model.fit: onStep", options.onStep);
    checkCallback("Model.fit: onEpochEnd", onEpochEnd);
    if (signal !== undefined && typeof signal?.throwIfAborted !== "function") {
      throw new ArgumentError(`Model.fit: signal must be an AbortSignal; received ${describe(signal)}.`);
    }
    const pair: unknown = validationData;
    if (pair !== undefined && !(Array.isArray(pair) && pair.length === 2)) {
      throw new ArgumentError(`Model.fit: validationData must be a pair [x, y]; received ${describe(validationData)}.`);
    }
    checkInteger("Model.fit: epochs", epochs, 1);
    checkInteger("Model.fit: batchSize", batchSize, 1);
    signal?.throwIfAborted();

    // Everything is read and refused before the graph is built and the first weight changes.
    const inputShape = this.#built ? this.#built.input.shape : [null, ...exampleShape("Model.fit", x)];
    const outputShape = this.#built ? this.#built.output.shape : this.#tryLayers(inputShape);
    const read = (subject: string, xs: TensorLike, ys: TensorLike) =>
      readExamples(subject, xs, ys, inputShape, outputShape, (this.#recipe as Recipe).loss);
    const examples = read("Model.fit", x, y);
    const validation = validationData && read("Model.fit: validationData", ...validationData);
    if (this.#built === null) this.#build(inputShape.slice(1) as Shape);
    const model = this.#requireTrainable("Model.fit");

    this.#fitting = true;
    const clock = new TurnClock();
    try {
      const history: Record<string, number[]> = {};
      for (let epoch = 1; epoch <= epochs; epoch++) {
        const order = shuffle ? epochOrder(examples.features.count, this.graph.seed, this.#epochsTrained) : null;
        const report = reporter(options, epoch, epochs);
        let metrics = await trainEpoch(model, examples, { batchSize, order, clock, signal, report });
        this.#epochsTrained++;
        if (validation !== undefined) {
          metrics = { ...metrics, ...forValidation(await evaluateAll(model, validation, INFERENCE_BATCH, clock)) };
        }
        for (const [name, value] of Object.entries(metrics)) {
          history[name] ??= [];
          history[name].push(value);
        }
        onEpochEnd?.(epoch, metrics);
        signal?.throwIfAborted();
      }
      return history;
    } finally {
      this.#fitting = false;
    }
  }

  /** Loss and metrics on labelled examples. Changes nothing. */
  async evaluate(x: TensorLike, y: TensorLike, options: { readonly batchSize?: number } = {}): Promise<Metrics> {
    checkOptions("Model.evaluate", options, ["batchSize"]);
    const { batchSize = INFERENCE_BATCH } = options;
    checkInteger("Model.evaluate: batchSize", batchSize, 1);
    this.#requireBuilt("Model.evaluate");
    const model = this.#requireTrainable("Model.evaluate");
    const examples = readExamples("Model.evaluate", x, y, model.input.shape, model.output.shape, model.loss);
    return await evaluateAll(model, examples, batchSize, new TurnClock());
  }

  /** The model's output for each example, [count, ...]. A flat typed array may hold one example or several. */
  predict(x: TensorLike, options: { readonly batchSize?: number } = {}): Tensor {
    checkOptions("Model.predict", options, ["batchSize"]);
    const { batchSize = INFERENCE_BATCH } = options;
    checkInteger("Model.predict: batchSize", batchSize, 1);
    const { input, output } = this.#requireBuilt("Model.predict");
    return predictAll(
      { session: this.session, input, output },
      readFeatures("Model.predict", x, input.shape),
      batchSize,
    );
  }

  /** The layers as a table, with output shapes and numbers of parameters. */
  summary(): string {
    const { input, layers } = this.#requireBuilt("Model.summary");
    return summaryTable(input.shape, layers);
  }

  /** Copies of all variables of the layers, by name. */
  getWeights(): ReadonlyMap<string, Tensor> {
    const { variables } = this.#requireBuilt("Model.getWeights");
    const values = this.session.run(variables);
    return new Map(variables.map((variable, i) => [variable.name, values[i] as Tensor]));
  }

  /** Sets all variables of the layers; the names and shapes must be the model's, or nothing is changed. */
  setWeights(weights: ReadonlyMap<string, Tensor>): void {
    const { variables } = this.#requireBuilt("Model.setWeights");
    if (!(weights instanceof Map)) {
      throw new ArgumentError(
        `Model.setWeights: weights must be a Map of tensors by name; received ${describe(weights)}.`,
      );
    }
    const names = new Set(variables.map((variable) => variable.name));
    const missing = variables.filter((variable) => !weights.has(variable.name)).map((variable) => variable.name);
    const unknown = [...weights.keys()].filter((name) => !names.has(name));
    if (missing.length + unknown.length > 0) {
      const parts = [
        ...(missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
        ...(unknown.length > 0 ? [`not in the model: ${unknown.join(", ")}`] : []),
      ];
      throw new ArgumentError(`Model.setWeights: the weights must be those of the model; ${parts.join("; ")}.`);
    }
    const stranger = [...weights].find(([, value]) => !(value instanceof Tensor));
    if (stranger) {
      throw new ArgumentError(
        `Model.setWeights: ${stranger[0]} must be a Tensor; received ${describe(stranger[1])}; tensor() makes one.`,
      );
    }
    const misfits = variables.filter(
      (variable) => !sameShape(variable.shape, (weights.get(variable.name) as Tensor).shape),
    );
    if (misfits.length > 0) {
      const list = misfits.map(
        ({ name, shape }) =>
          `${name} is ${formatShape(shape)}, received ${formatShape((weights.get(name) as Tensor).shape)}`,
      );
      throw new ShapeError(`Model.setWeights: shapes must be those of the model; ${list.join("; ")}.`);
    }
    this.session.set(weights);
  }

  /** The output's shape for this input, found in a graph of its own. */
  #tryLayers(inputShape: OpenShape): OpenShape {
    const input = new Graph().placeholder("input", inputShape);
    return this.#layers.reduce<Node>((x, layer) => layer.apply(x).y, input).shape;
  }

  #build(inputShape: Shape): void {
    const input = this.graph.placeholder("input", [null, ...inputShape]);
    const layers: LayerSummary[] = [];
    let output = input;
    for (const layer of this.#layers) {
      const { y, variables } = this.graph.scope(layer.name ?? layer.kind.toLowerCase(), () => layer.apply(output));
      const [first] = variables;
      const name = first ? first.name.slice(0, first.name.lastIndexOf("/")) : (layer.name ?? layer.kind.toLowerCase());
      layers.push({ name, kind: layer.kind, outputShape: y.shape, variables });
      output = y;
    }
    const built = { input, output, layers, variables: layers.flatMap(({ variables }) => variables) };
    if (this.#recipe) this.#trainable = this.#makeTrainable(built, this.#recipe);
    this.#built = built;
  }

  #makeTrainable({ input, output }: Built, { optimizer, loss, metrics }: Recipe): Trainable {
    const labels = this.graph.placeholder("labels", loss.labelShape(output.shape), loss.labelType);
    const lossNode = this.graph.scope("loss", () => loss.apply(output, labels));
    const reports = metrics.map(
      (metric) => [metric.name, this.graph.scope(metric.name, () => metric.apply(output, labels))] as const,
    );
    for (const [name, node] of reports) checkReport(name, node, this.graph);
    const update = optimizer.minimize(lossNode);
    const { session } = this;
    return {
      session,
      input,
      output,
      labels,
      loss,
      reports: [["loss", lossNode], ...reports],
      update,
      steps: new Map(),
    };
  }

  #requireBuilt(subject: string): Built {
    if (this.#built) return this.#built;
    throw new StateError(`${subject}: the model has no weights yet; give it inputShape, or call fit() first.`);
  }

  #requireTrainable(subject: string): Trainable {
    if (this.#trainable) return this.#trainable;
    throw new StateError(`${subject}: call compile() first.`);
  }
}

/** Layers in a row, each behind the one before. */
export function sequential(layers: readonly Layer[], options: ModelOptions = {}): Model {
  return new Model(layers, options);
}

/** Fingerprint of a model's weights, 16 hexadecimal digits: the same seed gives the same in every build and host. */
export function weightsHash(model: Model): string {
  if (!(model instanceof Model)) throw new ArgumentError(`weightsHash: needs a model; received ${describe(model)}.`);
  return model.session.hash(model.variables);
}

/** Fails unless what a metric made is a float32 scalar of the model's graph. */
function checkReport(name: string, node: unknown, graph: Graph): void {
  if (!isNode(node) || node.graph !== graph) {
    throw new ArgumentError(
      `compile: metric ${name} must return a node of the model's graph; received ${describe(node)}.`,
    );
  }
  if (node.shape.length > 0 || node.dtype !== "float32") {
    throw new ShapeError(
      `compile: metric ${name} must be a float32 scalar, such as a mean; received ${node.dtype} ${formatShape(node.shape)}.`,
    );
  }
}

/** Calls `onStep` with what it wants to know; nothing to do where there is none. */
function reporter({ onStep }: FitOptions, epoch: number, epochs: number) {
  if (onStep === undefined) return undefined;
  return (step: number, steps: number, metrics: () => Metrics) =>
    onStep({ epoch, epochs, step, steps, metrics: metrics() });
}

/** `accuracy` becomes `valAccuracy`. */
function forValidation(metrics: Metrics): Metrics {
  const renamed = (name: string) => `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [renamed(name), value]));
}
