// Model: a view over the nodes of a graph, from inputs to outputs, with a session and a training loop. Made by `sequential`
// and `functional`. Over 400 lines, since all that a model can do is found here, most of it in a few lines that call what
// does it.

import {
  ArgumentError,
  checkArity,
  checkFlag,
  checkInteger,
  checkOptions,
  describe,
  StateError,
} from "../../errors.js";
import { Graph, isNode } from "../../graph/graph.js";
import { matching } from "../../graph/pattern.js";
import { checkSignal, closed, type HostSignal } from "../../host/signal.js";
import type { Node } from "../../ops/op.js";
import type { UpdateAttributes } from "../../ops/update.js";
import type { Session } from "../../runtime/session.js";
import type { Shape } from "../../tensor/shape.js";
import type { DType, Tensor, TensorLike } from "../../tensor/tensor.js";
import type { Engine } from "../../wasm/engine.js";
import type { ModelState } from "../callbacks/callback.js";
import { asBatch, type ExampleReader, exampleShape, readInputs, readPatiently } from "../input/examples.js";
import { isFlowing, readFitData, readWeighted } from "../input/fitData.js";
import { type BatchSource, type FitOptions, type FitSettings, readFitOptions } from "../input/fitOptions.js";
import { batchesOf, INFERENCE_BATCH, type PreparedRun, prepareRun } from "../loop/fit.js";
import { evaluateAll, predictAll } from "../loop/loop.js";
import { readBatch, stepOnBatch, type TrainOnBatchOptions } from "../loop/onBatch.js";
import type { History } from "../loop/run.js";
import { captureState, NOT_BEGUN, requireIdle, restoreVariables, type Standing } from "../loop/state.js";
import type { LossAndMetrics } from "../loop/tally.js";
import {
  Line,
  noteTraining,
  requireNoTraining,
  requireUntrained,
  sharedGraph,
  type TrainingNote,
  trainingOf,
} from "../loop/trainings.js";
import { TurnClock } from "../loop/yield.js";
import { dissect, updatesOf } from "./anatomy.js";
import { copyOnto, freeNames } from "./copy.js";
import { ModelLayer } from "./modelLayer.js";
import { type Body, type CompileOptions, makeTrainable, type Recipe, readRecipe } from "./recipe.js";
import { sessionOf } from "./sessions.js";
import { type Form, flatten, formOf, type Like, type Structure, unflatten } from "./structure.js";
import { summaryTable } from "./summary.js";
import { keptBy, type Trainable } from "./trainable.js";
import { namedWeights, readWeights, type WeightsLike, writeWeights } from "./weights.js";

/** The nodes that a model goes from and to. */
export interface Ends<I, O> {
  readonly inputs: I;
  readonly outputs: O;
}

/** Makes the ends in a graph, for examples of this shape. */
export type Growth<I, O> = (graph: Graph, inputShape: Shape) => Ends<I, O>;

export interface CloneOptions {
  /** Whether the clone gets the weights that this model has now. Default false. */
  readonly weights?: boolean;
  /** Seed of the new weights. Default: that of this model. */
  readonly seed?: number;
  /** The build to run on. Default: that of this model. */
  readonly engine?: Engine;
}

export interface EvaluateOptions {
  /** Examples at a time. Default 256. */
  readonly batchSize?: number;
  /** How much each example counts in the loss. */
  readonly sampleWeight?: TensorLike;
  /** Stops after the batch in progress, or while the next is waited for; rejects with the signal's reason. */
  readonly signal?: HostSignal;
}

type Nodes = Structure<Node>;

interface Built<I, O> extends Body {
  readonly ends: Ends<I, O>;
  readonly modelLayers: readonly ModelLayer[];
}

/** `I` and `O` are the structures of inputs and outputs: a node, a list of nodes, or a record of nodes. */
export class Model<I extends Nodes = Node, O extends Nodes = Node> {
  #session: Session;
  /**
   * What `predict` gives, of all examples in one batch. A function of the object itself, so that structuredClone(model)
   * fails in place of giving an object that can do nothing.
   */
  readonly predictOnBatch = (...given: [x: Like<I, TensorLike>]): Like<O, Tensor> => {
    checkArity("Model.predictOnBatch", given.length, 1);
    return this.predict(given[0], { batchSize: 2 ** 31 });
  };
  readonly #grow: Growth<I, O> | null;
  readonly #forms: { readonly inputs: Form; readonly outputs: Form };
  #built: Built<I, O> | null = null;
  #recipe: Recipe | null = null;
  #trainable: Trainable | null = null;
  /** `freezes` of the graph when `#trainable` was last found to be what is trainable; -1 for never. */
  #trainableAt = -1;
  /** How examples for what is built and compiled are read. */
  #reader: ExampleReader | null = null;
  /** The training in progress, or what the last one left. */
  #standing: Standing = NOT_BEGUN;
  /** Set by setState, for the next fit. */
  #resumed: ModelState | null = null;
  /** Of the fit in progress. */
  #training: TrainingNote | null = null;
  /** Fits that wait for their turn. */
  readonly #line = new Line();

  /** From its ends, or from a way to make them once the shape of the examples is known: one input and one output then. */
  constructor(session: Session, ends: Ends<I, O> | Growth<I, O>) {
    this.#session = session;
    if (typeof ends === "function") {
      this.#grow = ends;
      this.#forms = { inputs: { keys: null, list: false }, outputs: { keys: null, list: false } };
    } else {
      this.#grow = null;
      this.#forms = { inputs: formOf(ends.inputs), outputs: formOf(ends.outputs) };
      this.#build(ends);
    }
    // model.learningRate = 1 fails in place of doing nothing.
    Object.preventExtensions(this);
  }

  /** Holds the values of the weights. */
  get session(): Session {
    return this.#session;
  }
  get graph(): Graph {
    return this.session.graph;
  }
  /** The nodes that examples are fed to. */
  get inputs(): I {
    return this.#requireBuilt("Model.inputs").ends.inputs;
  }
  get outputs(): O {
    return this.#requireBuilt("Model.outputs").ends.outputs;
  }
  /** The one input; StateError where there are several. */
  get input(): Node {
    return onlyOne("input", this.#requireBuilt("Model.input").inputs);
  }
  get output(): Node {
    return onlyOne("output", this.#requireBuilt("Model.output").outputs);
  }
  /** Shape of one example of the one input; undefined before it is known. */
  get inputShape(): Shape | undefined {
    return this.#built ? (this.input.shape.slice(1) as Shape) : undefined;
  }
  /** Type of the one input; undefined before it is known. */
  get inputType(): DType | undefined {
    return this.#built ? this.input.dtype : undefined;
  }
  /** All weights, in order of creation. */
  get variables(): readonly Node[] {
    return this.#requireBuilt("Model.variables").variables;
  }
  get layers(): readonly ModelLayer[] {
    return this.#requireBuilt("Model.layers").modelLayers;
  }

  /** What `compile` was given, looked up; null before. */
  get recipe(): Recipe | null {
    return this.#recipe;
  }

  /**
   * The variables that a step of `fit` changes or reads beside the weights, in order of creation: rate, counts and slots of
   * the optimizer. Empty before `compile`, and where nothing is trainable.
   */
  get trainingVariables(): readonly Node[] {
    const { variables } = this.#requireBuilt("Model.trainingVariables");
    return this.#recipe && this.trainable ? keptBy(this.#requireUpdate(), variables) : [];
  }

  /** The layer of that name; ArgumentError where there is none. */
  layer(name: string): ModelLayer {
    checkArity("Model.layer", arguments.length, 1);
    const found = this.layers.find((layer) => layer.name === name);
    if (found) return found;
    const names = this.layers.map((layer) => layer.name).join(", ");
    throw new ArgumentError(`Model.layer: there is no layer ${describe(name)}; the layers are ${names}.`);
  }

  /** The layer of that name, or at that place from 0 on, from the end with a negative one. */
  getLayer(layer: string | number): ModelLayer {
    checkArity("Model.getLayer", arguments.length, 1);
    if (typeof layer !== "number") return this.layer(layer);
    const found = this.layers.at(layer);
    if (found && Number.isInteger(layer)) return found;
    throw new ArgumentError(`Model.getLayer: there are ${this.layers.length} layers; received ${describe(layer)}.`);
  }

  /** False while all variables are frozen. Setting it freezes or thaws them: `fit` leaves frozen ones as they are. */
  get trainable(): boolean {
    return this.#requireBuilt("Model.trainable").variables.some((variable) => this.graph.isTrainable(variable));
  }
  set trainable(trainable: boolean) {
    checkFlag("Model.trainable", trainable);
    this.#setFrozen("Model.trainable", undefined, !trainable);
  }

  /** Freezes the variables whose name matches, all without a pattern: `fit` leaves them as they are. */
  freeze(pattern?: RegExp): this {
    checkArity("Model.freeze", arguments.length, 1);
    return this.#setFrozen("Model.freeze", pattern, true);
  }

  /** Undoes `freeze` for the variables whose name matches, all without a pattern. */
  unfreeze(pattern?: RegExp): this {
    checkArity("Model.unfreeze", arguments.length, 1);
    return this.#setFrozen("Model.unfreeze", pattern, false);
  }

  /**
   * Says how to train. Fails with ArgumentError where a name is unknown, and with StateError while a fit runs, and then
   * changes nothing.
   */
  compile(options: CompileOptions<O>): this {
    checkArity("Model.compile", arguments.length, 1);
    requireIdle("Model.compile", this.#training !== null);
    const recipe = readRecipe(options as CompileOptions<never>, this.#forms.outputs);
    if (this.#built) this.#trainable = this.#makeTrainable(this.#built, recipe);
    this.#recipe = recipe;
    this.#trainableAt = -1;
    this.#reader = null;
    return this;
  }

  /**
   * Trains on `x`, [count, ...inputShape], finite, and `y`, one label per example; where the model has several inputs or
   * outputs, x and y are lists or records like them. Or on batches `[x, y]` of such, from a dataset or a generator.
   * Fails with ShapeError or ArgumentError before anything changes (a batch, before it is used), and with StateError
   * before `compile` or while another `fit` runs, of this model or of one that shares weights with it; with `queue: true`
   * it waits for that. Yields to the event loop every few milliseconds. What was frozen or thawed since the last fit
   * begins with a new state of the optimizer.
   */
  async fit(x: Like<I, TensorLike>, y: Like<O, TensorLike>, options?: FitOptions<I, O>): Promise<History>;
  async fit(data: BatchSource, options?: FitOptions<I, O>): Promise<History>;
  async fit(x: unknown, second?: unknown, third: FitOptions<I, O> = {}): Promise<History> {
    const flowing = isFlowing(x);
    checkArity("Model.fit", arguments.length, flowing ? 2 : 3);
    const settings = readFitOptions((flowing ? (second ?? {}) : third) as FitOptions<I, O>, flowing);
    const begin = () => this.#fit(x, second, settings, flowing);
    if (!settings.queue) {
      requireIdle("Model.fit", this.#training !== null || !this.#line.empty);
      return await begin();
    }
    const busy = () => this.#training?.ended ?? trainingOf(this.session, this.#built?.variables ?? []);
    return await this.#line.wait(busy, settings.signal, begin);
  }

  async #fit(x: unknown, y: unknown, settings: FitSettings, flowing: boolean): Promise<History> {
    const shared = this.#built?.variables ?? [];
    if (trainingOf(this.session, shared)) throw sharedGraph("Model.fit");
    const recipe = this.#recipe;
    if (recipe === null) throw new StateError("Model.fit: call compile() first.");
    if (flowing && this.#built === null) {
      throw new StateError("Model.fit: the number of features is not known yet; give the model inputShape.");
    }
    this.#training = noteTraining(this.session, shared);
    try {
      // Everything is read and refused before the graph is built and the first weight changes.
      const { inputShape, reader } = this.#readerFor("Model.fit", recipe, x);
      const clock = new TurnClock(settings.yieldEvery);
      const data = await readPatiently(reader, clock, (patient) => readFitData(patient, x, y, settings));
      // What comes before a first step, and the plan of it, are long enough for a turn each.
      if (this.#standing === NOT_BEGUN) await clock.give();
      if (inputShape !== null) {
        this.#build(this.#grown(this.graph, inputShape));
        this.#training.end();
        this.#training = noteTraining(this.session, this.variables);
      }
      const trainable = this.#requireUpdate();
      const { epochsTrained } = this.#standing.position;
      const state = this.#resumed;
      return await this.#train(
        await prepareRun({ model: this, trainable, reader, data, settings, epochsTrained, state, clock }),
      );
    } finally {
      this.#training.end();
      this.#training = null;
    }
  }

  /**
   * One training step on these examples, at once; returns loss and metrics, those of the weights before the step, as the
   * step of a `fit` does. Keeps no count of epochs, calls no callbacks. Fails as `fit` does, with nothing changed.
   */
  trainOnBatch(x: Like<I, TensorLike>, y: Like<O, TensorLike>, options?: TrainOnBatchOptions): LossAndMetrics {
    const subject = "Model.trainOnBatch";
    checkArity(subject, arguments.length, 3);
    requireIdle(subject, this.#training !== null);
    const recipe = this.#recipe;
    if (recipe === null) throw new StateError(`${subject}: call compile() first.`);
    if (this.#built && trainingOf(this.session, this.#built.variables)) throw sharedGraph(subject);
    const { inputShape, reader } = this.#readerFor(subject, recipe, x);
    const examples = readBatch(reader, x, y, options);
    if (inputShape !== null) this.#build(this.#grown(this.graph, inputShape));
    return stepOnBatch(this.#requireUpdate(), examples);
  }

  /** Loss and metrics on labelled examples, or on batches of such. Changes nothing. */
  async evaluate(x: Like<I, TensorLike>, y: Like<O, TensorLike>, options?: EvaluateOptions): Promise<LossAndMetrics>;
  async evaluate(data: BatchSource, options?: Pick<EvaluateOptions, "signal">): Promise<LossAndMetrics>;
  async evaluate(x: unknown, second?: unknown, third: EvaluateOptions = {}): Promise<LossAndMetrics> {
    const subject = "Model.evaluate";
    const flowing = isFlowing(x);
    checkArity(subject, arguments.length, flowing ? 2 : 3);
    const options = flowing ? ((second ?? {}) as EvaluateOptions) : third;
    checkOptions(subject, options, flowing ? ["signal"] : ["batchSize", "sampleWeight", "signal"]);
    const { batchSize = INFERENCE_BATCH, sampleWeight, signal } = options;
    checkInteger("Model.evaluate: batchSize", batchSize, 1);
    checkSignal(subject, signal);
    this.#requireBuilt(subject);
    const trainable = this.#trainable;
    if (trainable === null) throw new StateError("Model.evaluate: call compile() first.");
    const reader: ExampleReader = { ends: trainable, losses: trainable.losses, forms: this.#forms };
    const clock = new TurnClock();
    const data = await readPatiently(reader, clock, (patient) =>
      flowing ? x : readWeighted(subject, patient, x, second, sampleWeight),
    );
    const batches = batchesOf(subject, { trainable, reader }, data, { batchSize });
    try {
      return await evaluateAll(trainable, batches, clock, signal);
    } finally {
      await closed(Promise.resolve(batches.close()), signal);
    }
  }

  /**
   * The model's output for each example, [count, ...]; where it has several, they come in the structure of `outputs`.
   * A flat typed array may hold one example or several; an example alone, `[1, 2]` for a model of two features, is a batch
   * of one.
   */
  predict(x: Like<I, TensorLike>, options: { readonly batchSize?: number } = {}): Like<O, Tensor> {
    checkArity("Model.predict", arguments.length, 2);
    checkOptions("Model.predict", options, ["batchSize"]);
    const { batchSize = INFERENCE_BATCH } = options;
    checkInteger("Model.predict: batchSize", batchSize, 1);
    const built = this.#requireBuilt("Model.predict");
    const one = asBatch(x, built.inputs) as Like<I, TensorLike>;
    const features = readInputs("Model.predict", one, built.inputs, this.#forms.inputs);
    return unflatten(predictAll(built, features, batchSize), this.#forms.outputs) as Like<O, Tensor>;
  }

  /** The layers as a table, with output shapes and numbers of parameters. */
  summary(): string {
    checkArity("Model.summary", arguments.length, 0);
    const { inputs, layers, variables } = this.#requireBuilt("Model.summary");
    return summaryTable(this.graph, inputs, layers, variables);
  }

  /**
   * A model of the same layers in a graph of its own, not compiled, with new weights from the initializers; frozen is what is
   * frozen here. The same seed gives the weights that this model began with. Fails with ArgumentError if something between
   * inputs and outputs is neither a layer nor an op on values of the model.
   */
  clone(options: CloneOptions = {}): Model<I, O> {
    const subject = "Model.clone";
    checkArity(subject, arguments.length, 1);
    checkOptions(subject, options, ["weights", "seed", "engine"]);
    const { weights = false, seed = this.graph.seed, engine = this.session.engine ?? undefined } = options;
    checkFlag(`${subject}: weights`, weights);
    const built = this.#built;
    if (weights) this.#requireBuilt(subject);
    const graph = new Graph({ seed });
    const session = sessionOf(graph, engine === undefined ? {} : { engine });
    if (built === null) return new Model<I, O>(session, this.#grow as Growth<I, O>);
    const inputs = built.inputs.map(({ name, shape, dtype }) => graph.placeholder(name, shape, dtype));
    const outputs = copyOnto(subject, built, inputs);
    const { inputs: formIn, outputs: formOut } = this.#forms;
    const ends = { inputs: unflatten(inputs, formIn), outputs: unflatten(outputs, formOut) };
    const made = new Model<I, O>(session, ends as Ends<I, O>);
    const frozen = new Set(built.variables.filter((each) => this.graph.isFrozen(each)).map(({ name }) => name));
    graph.setFrozen(made.variables, false);
    graph.setFrozen(
      made.variables.filter(({ name }) => frozen.has(name)),
      true,
    );
    if (weights) made.setWeights(this.getWeights());
    return made;
  }

  /**
   * What the model makes of nodes, as a layer does: they have the structure of its inputs, the result that of its outputs. The
   * weights are shared: training either trains both, and what is frozen here is frozen there. If the nodes belong to another
   * graph, the model moves there with its weights, under names that are free; its nodes of before are no part of it any more,
   * and its optimizer begins anew. Fails with ArgumentError if its graph holds other variables than its own, which would
   * stay behind; with ShapeError if the nodes do not fit.
   */
  apply(x: Like<I, Node>): Like<O, Node> {
    checkArity("Model.apply", arguments.length, 1);
    const [first] = this.#readNodes(x) as readonly [Node];
    const graph = first.graph as Graph;
    return this.applyIn(x, graph === this.graph ? this.session : sessionOf(graph));
  }

  /**
   * As `apply`, with the session that holds the values; null for a graph in which only shapes are looked at.
   * @internal
   */
  applyIn(x: Like<I, Node>, session: Session | null): Like<O, Node> {
    const subject = "Model.apply";
    const nodes = this.#readNodes(x);
    const of = (outputs: readonly Node[]) => unflatten(outputs, this.#forms.outputs) as Like<O, Node>;
    const shape = (nodes[0] as Node).shape.slice(1) as Shape;
    if (session === null) {
      const graph = (nodes[0] as Node).graph as Graph;
      return of(this.#built ? copyOnto(subject, this.#built, nodes) : this.#flat(this.#grown(graph, shape)).outputs);
    }
    if (session.graph !== this.graph) this.#moveTo(session);
    if (this.#built === null) this.#build(this.#grown(this.graph, shape));
    return of(copyOnto(subject, this.#requireBuilt(subject), nodes));
  }

  #readNodes(x: unknown): readonly Node[] {
    const nodes = flatten<unknown>("Model.apply: x", x, this.#forms.inputs);
    const [first] = nodes;
    const at = nodes.findIndex((node) => !isNode(node) || node.graph !== (first as Node).graph);
    if (at < 0) return nodes as readonly Node[];
    const stray = nodes[at];
    throw new ArgumentError(
      `Model.apply: a model is applied to nodes of one graph; received ${describe(isNode(stray) ? stray.name : stray)}; ` +
        "predict() takes numbers.",
    );
  }

  #moveTo(session: Session): void {
    const subject = "Model.apply";
    requireIdle(subject, this.#training !== null);
    const built = this.#built;
    if (built === null) {
      this.#session = session;
      return;
    }
    const counts = updatesOf(this.graph, built.nodes).map(({ attributes }) => (attributes as UpdateAttributes).step);
    const own = new Set([...built.variables, ...this.trainingVariables, ...counts]);
    const other = this.graph.variables().findLast((variable) => !own.has(variable));
    if (other !== undefined) {
      throw new ArgumentError(
        `${subject}: the nodes belong to another graph, where the model cannot move, since ${other.name} of its own graph is ` +
          "not a part of it. Build both in one graph, or apply clone({ weights: true }), which has weights of its own.",
      );
    }
    const { graph } = session;
    const frozen = built.variables.map((variable) => this.graph.isFrozen(variable));
    const values = this.session.run(built.variables);
    const inputs = built.inputs.map(({ name, shape, dtype }) => graph.placeholder(name, shape, dtype));
    const outputs = copyOnto(subject, built, inputs, freeNames(graph, built.layers));
    this.#session = session;
    const ends = { inputs: unflatten(inputs, this.#forms.inputs), outputs: unflatten(outputs, this.#forms.outputs) };
    this.#build(ends as Ends<I, O>);
    const moved = this.variables;
    session.set(moved.map((variable, i) => [variable, values[i] as Tensor]));
    graph.setFrozen(
      moved.filter((_, i) => !frozen[i]),
      false,
    );
    graph.setFrozen(
      moved.filter((_, i) => frozen[i]),
      true,
    );
  }

  /** Copies of all weights, by name. */
  getWeights(): ReadonlyMap<string, Tensor> {
    checkArity("Model.getWeights", arguments.length, 0);
    return readWeights(this.session, this.#requireBuilt("Model.getWeights").variables);
  }

  /**
   * Sets all weights, by name, as tensors, nested lists or typed arrays, or as a list in the order of `variables`; names
   * and shapes must be the model's, or nothing is changed. While a fit runs, its next step
   * goes on from these weights, with the state that the optimizer has.
   */
  setWeights(weights: WeightsLike): void {
    const subject = "Model.setWeights";
    checkArity(subject, arguments.length, 1);
    const { variables } = this.#requireBuilt(subject);
    writeWeights(subject, this.session, variables, namedWeights(subject, variables, weights));
  }

  /**
   * All that training depends on beside program and data, as plain data: weights, state of the optimizer, counts, and
   * while a fit runs or after it, where it stands and what its callbacks remember.
   */
  getState(): ModelState {
    checkArity("Model.getState", arguments.length, 0);
    this.#requireBuilt("Model.getState");
    return captureState(this.session, this.#standing);
  }

  /**
   * Sets a state, of this model or of one made by the same program. The next `fit` with `initialEpoch` equal to
   * `state.training.epoch` goes on where that training stood, bit for bit, and within an epoch too.
   * Fails with ArgumentError or ShapeError, with nothing changed, where names or shapes are not the model's; with
   * StateError while a fit runs, of this model or of another of its graph.
   */
  setState(state: ModelState): void {
    checkArity("Model.setState", arguments.length, 1);
    requireIdle("Model.setState", this.#training !== null);
    requireNoTraining("Model.setState", this.session);
    this.#requireBuilt("Model.setState");
    if (this.#recipe !== null) this.#requireUpdate();
    restoreVariables(this.session, state);
    this.#standing = { position: state.training, callbacks: [] };
    this.#resumed = state;
  }

  async #train({ run, close }: PreparedRun): Promise<History> {
    this.#resumed = null;
    this.#standing = run;
    try {
      return await run.train();
    } finally {
      // The run knows the data, which may go.
      this.#standing = { position: run.position, callbacks: run.callbacks };
      await close();
    }
  }

  /** How examples to train on are read: by the ends that there are, or those that a graph for their shape would have. */
  #readerFor(
    subject: string,
    { goals }: Recipe,
    x: unknown,
  ): { readonly inputShape: Shape | null; readonly reader: ExampleReader } {
    const of = (ends: ExampleReader["ends"]) => ({ ends, losses: goals.map(({ loss }) => loss), forms: this.#forms });
    if (this.#built !== null) {
      this.#reader ??= of(this.#built);
      return { inputShape: null, reader: this.#reader };
    }
    const inputShape = exampleShape(subject, x as TensorLike) as Shape;
    return { inputShape, reader: of(this.#flat(this.#grown(new Graph(), inputShape))) };
  }

  #build(ends: Ends<I, O>): void {
    const { inputs, outputs } = this.#flat(ends);
    const anatomy = dissect("Model", inputs, outputs);
    const modelLayers = anatomy.layers.map((layer) => new ModelLayer(this.graph, layer));
    const built = { ...anatomy, ends, inputs, outputs, modelLayers, session: this.session };
    if (this.#recipe) this.#trainable = this.#makeTrainable(built, this.#recipe);
    this.#built = built;
    this.#trainableAt = -1;
    this.#reader = null;
  }

  #grown(graph: Graph, inputShape: Shape): Ends<I, O> {
    return (this.#grow as Growth<I, O>)(graph, inputShape);
  }

  #flat({ inputs, outputs }: Ends<I, O>): { readonly inputs: readonly Node[]; readonly outputs: readonly Node[] } {
    return {
      inputs: flatten("Model: inputs", inputs, this.#forms.inputs),
      outputs: flatten("Model: outputs", outputs, this.#forms.outputs),
    };
  }

  #makeTrainable(built: Built<I, O>, recipe: Recipe): Trainable {
    return makeTrainable(built, recipe, outputNames(built, this.#forms.outputs));
  }

  #setFrozen(subject: string, pattern: RegExp | undefined, frozen: boolean): this {
    requireIdle(subject, this.#training !== null);
    const { variables } = this.#requireBuilt(subject);
    const chosen = pattern === undefined ? variables : matching(subject, "variable", variables, pattern);
    requireUntrained(subject, this.graph, chosen);
    this.graph.setFrozen(chosen, frozen);
    return this;
  }

  #requireBuilt(subject: string): Built<I, O> {
    if (this.#built) return this.#built;
    throw new StateError(`${subject}: the model has no weights yet; give it inputShape, or call fit() first.`);
  }

  /** The nodes of a training step of what is trainable now. */
  #requireUpdate(): Trainable {
    const { variables } = this.#requireBuilt("Model.fit");
    const { freezes } = this.graph;
    if (this.#trainable !== null && this.#trainableAt === freezes) return this.#trainable;
    const trainable = variables.filter((variable) => this.graph.isTrainable(variable));
    if (trainable.length === 0) {
      throw new StateError("Model.fit: no variable is trainable; unfreeze() some first.");
    }
    const known = this.#trainable as Trainable;
    const same =
      known.variables.length === trainable.length && trainable.every((node, i) => node === known.variables[i]);
    if (!same) this.#trainable = this.#makeTrainable(this.#built as Built<I, O>, this.#recipe as Recipe);
    this.#trainableAt = freezes;
    return this.#trainable as Trainable;
  }
}

function onlyOne(role: string, nodes: readonly Node[]): Node {
  const [first, second] = nodes as readonly [Node, Node?];
  if (second === undefined) return first;
  throw new StateError(`Model.${role}: the model has ${nodes.length} ${role}s; see Model.${role}s.`);
}

/** What each output's reports begin with: its key in a record, the name of its layer in a list. */
function outputNames({ outputs, layers }: Body, { keys, list }: Form): readonly string[] | null {
  if (!list) return keys;
  return outputs.map((output) => {
    const { name } = layers.find(({ uses }) => uses.some((use) => use.output === output)) ?? output;
    return name.slice(name.lastIndexOf("/") + 1);
  });
}

/** Fingerprint of a model's weights, 16 hexadecimal digits: the same seed gives the same in every build and host. */
export function weightsHash(model: Pick<Model, "session" | "variables">): string {
  checkArity("weightsHash", arguments.length, 1);
  if (!(model instanceof Model)) throw new ArgumentError(`weightsHash: needs a model; received ${describe(model)}.`);
  return model.session.hash(model.variables);
}
