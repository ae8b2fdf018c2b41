// Model: layers with a graph, a session and a training loop around them. Made by `sequential`.

import { epochOrder, gatherRows } from "../data/batches.js";
import { ArgumentError, checkInteger, describe, ShapeError, StateError } from "../errors.js";
import type { Executable } from "../graph/executable.js";
import { Graph } from "../graph/graph.js";
import { Session } from "../graph/session.js";
import type { Layer } from "../layers/layer.js";
import { getLoss, type Loss, type LossName } from "../losses/index.js";
import { getMetric, type Metric, type MetricName } from "../metrics/index.js";
import type { Node } from "../ops/op.js";
import { getOptimizer, type OptimizerName } from "../optimizers/index.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { checkShape, formatShape, type OpenShape, type Shape, sameShape } from "../tensor/shape.js";
import { Tensor, type TensorLike } from "../tensor/tensor.js";
import type { Engine } from "../wasm/engine.js";
import { exampleShape, type Features, readFeatures, readLabels } from "./examples.js";
import { type LayerSummary, summaryTable } from "./summary.js";
import { nextTurn, TURN } from "./yield.js";

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

/** Values by name: `loss`, `accuracy`, ... */
export type Metrics = Readonly<Record<string, number>>;

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
  readonly signal?: AbortSignal;
}

/** For each metric its value after each epoch: `history.loss[0]`. */
export type History = Readonly<Record<string, readonly number[]>>;

interface Built {
  readonly input: Node;
  readonly output: Node;
  readonly layers: readonly LayerSummary[];
  readonly variables: readonly Node[];
}

interface Compiled {
  readonly loss: Loss;
  readonly labels: Node;
  /** Names and scalar nodes, the loss first. */
  readonly reports: readonly (readonly [name: string, node: Node])[];
  readonly update: Node;
  /** Training steps planned so far, by batch size. */
  readonly steps: Map<number, Executable>;
}

const DEFAULT_BATCH = 32;
/** Rows at a time where nothing is trained. */
const INFERENCE_BATCH = 256;

export class Model {
  readonly graph: Graph;
  readonly session: Session;
  readonly #layers: readonly Layer[];
  #built: Built | null = null;
  #compileOptions: CompileOptions | null = null;
  #compiled: Compiled | null = null;
  #epochsTrained = 0;
  #fitting = false;

  constructor(layers: readonly Layer[], options: ModelOptions = {}) {
    if (!Array.isArray(layers) || layers.length === 0 || layers.some((layer) => typeof layer?.apply !== "function")) {
      throw new ArgumentError(`Model: layers must be a non-empty list of layers; received ${describe(layers)}.`);
    }
    const { inputShape, seed = 0, engine } = options;
    this.graph = new Graph({ seed });
    this.session = new Session(this.graph, engine ? { engine } : {});
    this.#layers = layers;
    if (inputShape !== undefined) {
      checkShape("Model: inputShape", inputShape);
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

  /** Says how to train. Fails with ArgumentError where a name is unknown. */
  compile(options: CompileOptions): this {
    const { optimizer, loss, metrics = [] } = options;
    // All names are looked up here, so that a wrong one fails before anything changes.
    const resolved = { optimizer: getOptimizer(optimizer), loss: getLoss(loss), metrics: metrics.map(getMetric) };
    if (this.#built) {
      this.#compiled = this.#makeTrainable(this.#built, resolved);
    }
    this.#compileOptions = resolved;
    return this;
  }

  /**
   * Trains on `x`, [count, ...inputShape], finite, and `y`, one label per example.
   * Fails with ShapeError or ArgumentError before anything changes, and with StateError before `compile` or while
   * another `fit` runs. Yields to the event loop every few milliseconds.
   */
  async fit(x: TensorLike, y: TensorLike, options: FitOptions = {}): Promise<History> {
    if (this.#fitting) throw new StateError("Model.fit: this model is being trained; wait for that fit to end.");
    if (this.#compileOptions === null) throw new StateError("Model.fit: call compile() first.");
    const {
      epochs = 1,
      batchSize = DEFAULT_BATCH,
      shuffle = true,
      validationData,
      onStep,
      onEpochEnd,
      signal,
    } = options;
    checkInteger("Model.fit: epochs", epochs, 1);
    checkInteger("Model.fit: batchSize", batchSize, 1);
    signal?.throwIfAborted();

    const shape = this.#built ? this.#built.input.shape : [null, ...exampleShape("Model.fit", x)];
    const features = readFeatures("Model.fit", x, shape);
    if (this.#built === null) this.#build(shape.slice(1) as Shape);
    const built = this.#requireBuilt("Model.fit");
    const compiled = this.#requireCompiled("Model.fit", built);
    const labels = readLabels("Model.fit", y, features.count, compiled.loss, built.output.shape);
    if (validationData !== undefined) this.#readExamples("Model.fit: validationData", ...validationData);

    this.#fitting = true;
    try {
      const history: Record<string, number[]> = {};
      for (let epoch = 1; epoch <= epochs; epoch++) {
        const order = shuffle ? epochOrder(features.count, this.graph.seed, this.#epochsTrained) : null;
        const report =
          onStep &&
          ((step: number, steps: number, metrics: () => Metrics) =>
            onStep({ epoch, epochs, step, steps, metrics: metrics() }));
        let metrics = await this.#epoch(built, compiled, features, labels, order, batchSize, report, signal);
        this.#epochsTrained++;
        if (validationData !== undefined) {
          const validation = await this.evaluate(...validationData);
          metrics = {
            ...metrics,
            ...Object.fromEntries(Object.entries(validation).map(([k, v]) => [validationName(k), v])),
          };
        }
        for (const [name, value] of Object.entries(metrics)) {
          history[name] ??= [];
          history[name].push(value);
        }
        onEpochEnd?.(epoch, metrics);
      }
      return history;
    } finally {
      this.#fitting = false;
    }
  }

  /** Loss and metrics on labelled examples. Changes nothing. */
  async evaluate(x: TensorLike, y: TensorLike, options: { readonly batchSize?: number } = {}): Promise<Metrics> {
    const { batchSize = INFERENCE_BATCH } = options;
    checkInteger("Model.evaluate: batchSize", batchSize, 1);
    const { built, compiled, features, labels } = this.#readExamples("Model.evaluate", x, y);
    const nodes = compiled.reports.map(([, node]) => node);
    const sums = new Float64Array(nodes.length);
    let turn = performance.now();
    for (let from = 0; from < features.count; from += batchSize) {
      const count = Math.min(batchSize, features.count - from);
      const executable = this.session.prepare({ fetches: nodes, feeds: [built.input, compiled.labels], batch: count });
      load(executable, built, compiled, features, labels, null, from, count);
      executable.run();
      nodes.forEach((node, i) => {
        sums[i] = (sums[i] as number) + executable.scalar(node) * count;
      });
      if (performance.now() - turn > TURN) {
        await nextTurn();
        turn = performance.now();
      }
    }
    return meansOf(compiled, sums, features.count);
  }

  /** The model's output for each example, [count, ...]. A flat typed array may hold one example or several. */
  predict(x: TensorLike, options: { readonly batchSize?: number } = {}): Tensor {
    const { batchSize = INFERENCE_BATCH } = options;
    checkInteger("Model.predict: batchSize", batchSize, 1);
    const { input, output } = this.#requireBuilt("Model.predict");
    const { data, count, width } = readFeatures("Model.predict", x, input.shape);
    const results: Tensor[] = [];
    for (let from = 0; from < count; from += batchSize) {
      const rows = Math.min(batchSize, count - from);
      const executable = this.session.prepare({ fetches: [output], feeds: [input], batch: rows });
      executable.input(input).set(data.subarray(from * width, (from + rows) * width));
      executable.run();
      results.push(executable.output(output));
    }
    return concatenate(results);
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

  async #epoch(
    built: Built,
    compiled: Compiled,
    features: Features,
    labels: Tensor,
    order: Uint32Array | null,
    batchSize: number,
    report: ((step: number, steps: number, metrics: () => Metrics) => void) | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Metrics> {
    const nodes = compiled.reports.map(([, node]) => node);
    const steps = Math.ceil(features.count / batchSize);
    const sums = new Float64Array(nodes.length);
    let executable = this.#trainingStep(built, compiled, Math.min(batchSize, features.count));
    let turn = performance.now();
    for (let step = 1, from = 0; step <= steps; step++, from += batchSize) {
      const count = Math.min(batchSize, features.count - from);
      if (count !== executable.request.batch) executable = this.#trainingStep(built, compiled, count);
      load(executable, built, compiled, features, labels, order, from, count);
      if (this.graph.knowsTraining) executable.input(this.graph.training)[0] = 1;
      executable.run();
      for (let i = 0; i < nodes.length; i++) {
        sums[i] = (sums[i] as number) + executable.scalar(nodes[i] as Node) * count;
      }
      report?.(step, steps, () => meansOf(compiled, sums, from + count));
      if (performance.now() - turn > TURN) {
        await nextTurn();
        signal?.throwIfAborted();
        turn = performance.now();
      }
    }
    return meansOf(compiled, sums, features.count);
  }

  #trainingStep({ input }: Built, { labels, reports, update, steps }: Compiled, batch: number): Executable {
    const known = steps.get(batch);
    if (known) return known;
    const { graph } = this;
    const fetches = [...reports.map(([, node]) => node), update, ...graph.updates];
    const mode = graph.knowsTraining ? [graph.training] : [];
    const executable = this.session.prepare({ fetches, feeds: [input, labels, ...mode], batch });
    steps.set(batch, executable);
    return executable;
  }

  #readExamples(subject: string, x: TensorLike, y: TensorLike) {
    const built = this.#requireBuilt(subject);
    const compiled = this.#requireCompiled(subject, built);
    const features = readFeatures(subject, x, built.input.shape);
    const labels = readLabels(subject, y, features.count, compiled.loss, built.output.shape);
    return { built, compiled, features, labels };
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
    this.#built = { input, output, layers, variables: layers.flatMap(({ variables }) => variables) };
    if (this.#compileOptions) this.#compiled = this.#makeTrainable(this.#built, this.#compileOptions);
  }

  #makeTrainable({ output }: Built, options: CompileOptions): Compiled {
    const loss = getLoss(options.loss);
    const labelShape: OpenShape = loss.labelShape(output.shape);
    const labels = this.graph.placeholder("labels", labelShape, loss.labelType);
    const lossNode = this.graph.scope("loss", () => loss.apply(output, labels));
    const metrics = (options.metrics ?? []).map(getMetric);
    const reports = metrics.map(
      (metric) => [metric.name, this.graph.scope(metric.name, () => metric.apply(output, labels))] as const,
    );
    const update = getOptimizer(options.optimizer).minimize(lossNode);
    return { loss, labels, reports: [["loss", lossNode], ...reports], update, steps: new Map() };
  }

  #requireBuilt(subject: string): Built {
    if (this.#built) return this.#built;
    throw new StateError(`${subject}: the model has no weights yet; give it inputShape, or call fit() first.`);
  }

  #requireCompiled(subject: string, built: Built): Compiled {
    if (this.#compiled && this.#built === built) return this.#compiled;
    throw new StateError(`${subject}: call compile() first.`);
  }
}

/** Layers in a row, each behind the one before. */
export function sequential(layers: readonly Layer[], options: ModelOptions = {}): Model {
  return new Model(layers, options);
}

/** Fingerprint of a model's weights, 16 hexadecimal digits: the same seed gives the same in every build and host. */
export function weightsHash(model: Model): string {
  return model.session.hash(model.variables);
}

function load(
  executable: Executable,
  { input }: Built,
  compiled: Compiled,
  features: Features,
  labels: Tensor,
  order: Uint32Array | null,
  from: number,
  count: number,
): void {
  gatherRows(executable.input(input), features.data, order, from, count, features.width);
  gatherRows(executable.input(compiled.labels), labels.data, order, from, count, labels.size / features.count);
}

function meansOf({ reports }: Compiled, sums: Float64Array, count: number): Metrics {
  return Object.fromEntries(reports.map(([name], i) => [name, (sums[i] as number) / count]));
}

/** `accuracy` becomes `valAccuracy`. */
function validationName(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function concatenate(parts: readonly Tensor[]): Tensor {
  const [first] = parts as [Tensor];
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, part) => sum + (part.shape[0] as number), 0);
  const width = first.size / (first.shape[0] as number);
  const data = first.dtype === "int32" ? new Int32Array(rows * width) : new Float32Array(rows * width);
  let offset = 0;
  for (const part of parts) {
    data.set(part.data, offset);
    offset += part.size;
  }
  return new Tensor(data, [rows, ...first.shape.slice(1)]);
}
