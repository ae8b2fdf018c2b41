// Model: a view over the nodes of a graph, from inputs to outputs, with a session and a training loop. Made by `sequential`
// and `functional`.

import { epochOrder } from "../data/batches.js";
import { ArgumentError, checkInteger, checkOptions, describe, StateError } from "../errors.js";
import { Graph } from "../graph/graph.js";
import type { Session } from "../graph/session.js";
import type { Node } from "../ops/op.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { dissect } from "./anatomy.js";
import { exampleShape, readExamples, readInputs } from "./examples.js";
import { type FitOptions, readFitOptions } from "./fitOptions.js";
import { evaluateAll, type Metrics, predictAll, type Trainable, trainEpoch } from "./loop.js";
import { ModelLayer } from "./modelLayer.js";
import { type Body, type CompileOptions, makeTrainable, type Recipe, readRecipe } from "./recipe.js";
import { type Form, flatten, formOf, type Like, type Structure, unflatten } from "./structure.js";
import { summaryTable } from "./summary.js";
import { readWeights, writeWeights } from "./weights.js";
import { TurnClock } from "./yield.js";

/** For each metric its value after each epoch: `history.loss[0]`. */
export type History = Readonly<Record<string, readonly number[]>>;

/** The nodes that a model goes from and to. */
export interface Ends<I, O> {
  readonly inputs: I;
  readonly outputs: O;
}

/** Makes the ends in a graph, for examples of this shape. */
export type Growth<I, O> = (graph: Graph, inputShape: Shape) => Ends<I, O>;

type Nodes = Structure<Node>;

interface Built<I, O> extends Body {
  readonly ends: Ends<I, O>;
  readonly modelLayers: readonly ModelLayer[];
}

/** Rows at a time where nothing is trained. */
const INFERENCE_BATCH = 256;

/** `I` and `O` are the structures of inputs and outputs: a node, a list of nodes, or a record of nodes. */
export class Model<I extends Nodes = Node, O extends Nodes = Node> {
  readonly session: Session;
  readonly #grow: Growth<I, O> | null;
  readonly #forms: { readonly inputs: Form; readonly outputs: Form };
  #built: Built<I, O> | null = null;
  #recipe: Recipe | null = null;
  #trainable: Trainable | null = null;
  #epochsTrained = 0;
  #fitting = false;

  /** From its ends, or from a way to make them once the shape of the examples is known: one input and one output then. */
  constructor(session: Session, ends: Ends<I, O> | Growth<I, O>) {
    this.session = session;
    if (typeof ends === "function") {
      this.#grow = ends;
      this.#forms = { inputs: { keys: null, list: false }, outputs: { keys: null, list: false } };
    } else {
      this.#grow = null;
      this.#forms = { inputs: formOf(ends.inputs), outputs: formOf(ends.outputs) };
      this.#build(ends);
    }
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
  /** All weights, in order of creation. */
  get variables(): readonly Node[] {
    return this.#requireBuilt("Model.variables").variables;
  }
  get layers(): readonly ModelLayer[] {
    return this.#requireBuilt("Model.layers").modelLayers;
  }

  /** The layer of that name; ArgumentError where there is none. */
  layer(name: string): ModelLayer {
    const found = this.layers.find((layer) => layer.name === name);
    if (found) return found;
    const names = this.layers.map((layer) => layer.name).join(", ");
    throw new ArgumentError(`Model.layer: there is no layer ${describe(name)}; the layers are ${names}.`);
  }

  /** Freezes the variables whose name matches, all without a pattern: `fit` leaves them as they are. */
  freeze(pattern?: RegExp): this {
    return this.#setFrozen("Model.freeze", pattern, true);
  }

  /** Undoes `freeze` for the variables whose name matches, all without a pattern. */
  unfreeze(pattern?: RegExp): this {
    return this.#setFrozen("Model.unfreeze", pattern, false);
  }

  /** Says how to train. Fails with ArgumentError where a name is unknown, and then changes nothing. */
  compile(options: CompileOptions<O>): this {
    const recipe = readRecipe(options as CompileOptions<never>, this.#forms.outputs);
    if (this.#built) this.#trainable = this.#makeTrainable(this.#built, recipe);
    this.#recipe = recipe;
    return this;
  }

  /**
   * Trains on `x`, [count, ...inputShape], finite, and `y`, one label per example; where the model has several inputs or
   * outputs, x and y are lists or records like them.
   * Fails with ShapeError or ArgumentError before anything changes, and with StateError before `compile` or while
   * another `fit` runs. Yields to the event loop every few milliseconds. What was frozen or thawed since the last fit
   * begins with a new state of the optimizer.
   */
  async fit(x: Like<I, TensorLike>, y: Like<O, TensorLike>, options: FitOptions<I, O> = {}): Promise<History> {
    if (this.#fitting) throw new StateError("Model.fit: this model is being trained; wait for that fit to end.");
    const recipe = this.#recipe;
    if (recipe === null) throw new StateError("Model.fit: call compile() first.");
    const { epochs, batchSize, shuffle, validationData, onStep, onEpochEnd, signal } = readFitOptions(options);

    // Everything is read and refused before the graph is built and the first weight changes.
    const inputShape = this.#built ? null : (exampleShape("Model.fit", x as TensorLike) as Shape);
    const ends = this.#built ?? this.#flat(this.#grown(new Graph(), inputShape as Shape));
    const losses = recipe.goals.map(({ loss }) => loss);
    const read = (subject: string, xs: unknown, ys: unknown) =>
      readExamples(subject, xs, ys, ends, losses, this.#forms);
    const examples = read("Model.fit", x, y);
    const validation = validationData && read("Model.fit: validationData", ...validationData);
    if (inputShape !== null) this.#build(this.#grown(this.graph, inputShape));
    const model = this.#requireUpdate();

    this.#fitting = true;
    const clock = new TurnClock();
    try {
      const history: Record<string, number[]> = {};
      for (let epoch = 1; epoch <= epochs; epoch++) {
        const order = shuffle ? epochOrder(examples.count, this.graph.seed, this.#epochsTrained) : null;
        const report =
          onStep &&
          ((step: number, steps: number, metrics: () => Metrics) =>
            onStep({ epoch, epochs, step, steps, metrics: metrics() }));
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
  async evaluate(
    x: Like<I, TensorLike>,
    y: Like<O, TensorLike>,
    options: { readonly batchSize?: number } = {},
  ): Promise<Metrics> {
    checkOptions("Model.evaluate", options, ["batchSize"]);
    const { batchSize = INFERENCE_BATCH } = options;
    checkInteger("Model.evaluate: batchSize", batchSize, 1);
    this.#requireBuilt("Model.evaluate");
    const model = this.#trainable;
    if (model === null) throw new StateError("Model.evaluate: call compile() first.");
    const examples = readExamples("Model.evaluate", x, y, model, model.losses, this.#forms);
    return await evaluateAll(model, examples, batchSize, new TurnClock());
  }

  /**
   * The model's output for each example, [count, ...]; where it has several, they come in the structure of `outputs`.
   * A flat typed array may hold one example or several.
   */
  predict(x: Like<I, TensorLike>, options: { readonly batchSize?: number } = {}): Like<O, Tensor> {
    checkOptions("Model.predict", options, ["batchSize"]);
    const { batchSize = INFERENCE_BATCH } = options;
    checkInteger("Model.predict: batchSize", batchSize, 1);
    const built = this.#requireBuilt("Model.predict");
    const features = readInputs("Model.predict", x, built.inputs, this.#forms.inputs);
    return unflatten(predictAll(built, features, batchSize), this.#forms.outputs) as Like<O, Tensor>;
  }

  /** The layers as a table, with output shapes and numbers of parameters. */
  summary(): string {
    const { inputs, layers, variables } = this.#requireBuilt("Model.summary");
    return summaryTable(this.graph, inputs, layers, variables);
  }

  /** Copies of all weights, by name. */
  getWeights(): ReadonlyMap<string, Tensor> {
    return readWeights(this.session, this.#requireBuilt("Model.getWeights").variables);
  }

  /** Sets all weights; the names and shapes must be the model's, or nothing is changed. */
  setWeights(weights: ReadonlyMap<string, Tensor>): void {
    writeWeights("Model.setWeights", this.session, this.#requireBuilt("Model.setWeights").variables, weights);
  }

  #build(ends: Ends<I, O>): void {
    const { inputs, outputs } = this.#flat(ends);
    const anatomy = dissect("Model", inputs, outputs);
    const modelLayers = anatomy.layers.map((layer) => new ModelLayer(this.graph, layer));
    const built = { ...anatomy, ends, inputs, outputs, modelLayers, session: this.session };
    if (this.#recipe) this.#trainable = this.#makeTrainable(built, this.#recipe);
    this.#built = built;
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
    if (this.#fitting) throw new StateError(`${subject}: this model is being trained; wait for that fit to end.`);
    this.graph.setFrozen(chosen(subject, this.#requireBuilt(subject).variables, pattern), frozen);
    return this;
  }

  #requireBuilt(subject: string): Built<I, O> {
    if (this.#built) return this.#built;
    throw new StateError(`${subject}: the model has no weights yet; give it inputShape, or call fit() first.`);
  }

  /** The nodes of a training step of what is trainable now. */
  #requireUpdate(): Trainable {
    const { variables } = this.#requireBuilt("Model.fit");
    const trainable = variables.filter((variable) => this.graph.isTrainable(variable));
    if (trainable.length === 0) {
      throw new StateError("Model.fit: no variable is trainable; unfreeze() some first.");
    }
    const known = this.#trainable as Trainable;
    const same =
      known.variables.length === trainable.length && trainable.every((node, i) => node === known.variables[i]);
    if (!same) this.#trainable = this.#makeTrainable(this.#built as Built<I, O>, this.#recipe as Recipe);
    (this.#trainable as Trainable).steps.clear();
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

/** The variables whose name matches; ArgumentError where none does. */
function chosen(subject: string, variables: readonly Node[], pattern: RegExp | undefined): readonly Node[] {
  if (pattern === undefined) return variables;
  if (!(pattern instanceof RegExp)) {
    throw new ArgumentError(`${subject}: pattern must be a regular expression; received ${describe(pattern)}.`);
  }
  const matching = variables.filter(({ name }) => name.search(pattern) >= 0);
  if (matching.length > 0) return matching;
  const names = variables.map(({ name }) => name).join(", ");
  throw new ArgumentError(`${subject}: no variable matches ${pattern}; the variables are ${names}.`);
}

/** Fingerprint of a model's weights, 16 hexadecimal digits: the same seed gives the same in every build and host. */
export function weightsHash(model: Pick<Model, "session" | "variables">): string {
  if (!(model instanceof Model)) throw new ArgumentError(`weightsHash: needs a model; received ${describe(model)}.`);
  return model.session.hash(model.variables);
}

/** `accuracy` becomes `valAccuracy`. */
function forValidation(metrics: Metrics): Metrics {
  const renamed = (name: string) => `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [renamed(name), value]));
}
