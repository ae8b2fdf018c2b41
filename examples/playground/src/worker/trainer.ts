// One net in training on one set of examples: steps planned ahead in the graph below the model, and what they lead to.

import {
  add,
  argmax,
  type Feeds,
  globalNorm,
  inTopK,
  losses,
  type Model,
  mean,
  type Node,
  RandomStream,
  softmax,
} from "lanewise";
import { checkpointFromBytes, checkpointToBytes } from "lanewise/io";
import type { NetSettings } from "../settings/tables.js";
import type { Examples, Part } from "./examples.js";
import { type HistoryRecord, TrainingHistory } from "./history.js";
import { denseLayers, makeOptimizer } from "./net.js";

export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
  /** The likeliest class of each example. */
  readonly predictions: Int32Array;
}

/** Rows evaluated at a time: few enough that a turn stays short. */
const ROWS_AT_A_TIME = 1000;
/** Training examples that accuracy is told of. */
const SAMPLE = 500;

/** What a kept state says beside the tensors. */
interface Kept {
  readonly steps: number;
  readonly records: readonly HistoryRecord[];
}

type Turn = () => Promise<void>;

export class Trainer {
  readonly model: Model;
  examples: Examples;
  settings: NetSettings;
  /** Of the model's classes, [n, classes]. */
  readonly probabilities: Node;
  steps = 0;
  history = new TrainingHistory();
  /** Of the test part by label and prediction, as of the last record. */
  confusion: Uint32Array<ArrayBuffer>;
  #batch: number;
  readonly #labels: Node;
  readonly #loss: Node;
  readonly #accuracy: Node;
  readonly #predicted: Node;
  readonly #norms: readonly Node[];
  readonly #update: Node;
  readonly #rateName: string;
  #order: ArrayLike<number> = [];
  #epoch = -1;
  /** Losses of the batches since the last record. */
  #sum = 0;
  #count = 0;

  constructor(model: Model, examples: Examples, settings: NetSettings) {
    this.model = model;
    this.examples = examples;
    this.settings = settings;
    this.#batch = Math.min(settings.batch, examples.train.y.length);
    const { graph, output } = model;
    const classes = examples.overview.classNames.length;
    this.confusion = new Uint32Array(classes ** 2);
    this.#labels = graph.placeholder("playground/labels", [null], "int32");
    this.#loss = losses.sparseCategoricalCrossentropy().apply(output, this.#labels);
    this.probabilities = output.op.name === "softmax" ? output : softmax(output);
    this.#accuracy = mean(inTopK(output, this.#labels, { k: 1 }));
    this.#predicted = argmax(output);

    const optimizer = makeOptimizer(settings);
    const pairs = optimizer.computeGradients(penaltiesOf(model).reduce((sum, each) => add(sum, each), this.#loss));
    this.#update = optimizer.applyGradients(pairs);
    this.#rateName = `${optimizer.name}/learningRate`;
    this.#norms = denseLayers(model).map(({ variables }) =>
      globalNorm(pairs.filter(({ variable }) => variables.includes(variable)).map(({ gradient }) => gradient)),
    );
  }

  /** Batches, as a share of the training examples. */
  get epoch(): number {
    return (this.steps * this.#batch) / this.examples.train.y.length;
  }

  set rate(rate: number) {
    this.model.session.set({ [this.#rateName]: rate });
    this.settings = { ...this.settings, rate };
  }

  /** Goes on with other examples of the same classes. */
  replace(examples: Examples, settings: NetSettings): void {
    this.examples = examples;
    this.settings = settings;
    this.#batch = Math.min(settings.batch, examples.train.y.length);
    this.#step = null;
    this.#epoch = -1;
  }

  /** One step on the next batch; false where the loss is not finite any more. */
  step(): boolean {
    const { graph, input } = this.model;
    const loss = this.#runStep(input, graph.knowsTraining ? graph.training : null);
    this.steps++;
    this.#sum += loss;
    this.#count++;
    return Number.isFinite(loss);
  }

  /**
   * Evaluates, and adds a record to the history where there is none of this step yet. Gives others their turn while it
   * evaluates.
   */
  async record(turn: Turn): Promise<void> {
    const { train, test } = this.examples;
    const sample = { x: train.x.subarray(0, SAMPLE * this.examples.features), y: train.y.subarray(0, SAMPLE) };
    const { steps } = this;
    const before = await this.evaluate(sample, turn);
    const tested = await this.evaluate(test, turn);
    const classes = this.examples.overview.classNames.length;
    const confusion = new Uint32Array(classes ** 2);
    tested.predictions.forEach((predicted, i) => {
      confusion[(test.y[i] as number) * classes + predicted]!++;
    });
    this.confusion = confusion;
    if (this.history.records.at(-1)?.step === steps) return;
    this.history.add({
      step: steps,
      loss: this.#count > 0 ? this.#sum / this.#count : before.loss,
      testLoss: tested.loss,
      accuracy: before.accuracy,
      testAccuracy: tested.accuracy,
      gradients: this.#gradientNorms(),
      time: Date.now(),
    });
    this.#sum = 0;
    this.#count = 0;
  }

  async evaluate({ x, y }: Part, turn: Turn): Promise<Evaluation> {
    const { session, input } = this.model;
    const { features } = this.examples;
    const predictions = new Int32Array(y.length);
    let loss = 0;
    let accuracy = 0;
    for (let from = 0; from < y.length; from += ROWS_AT_A_TIME) {
      const to = Math.min(y.length, from + ROWS_AT_A_TIME);
      const feeds: Feeds = [
        [input, x.subarray(from * features, to * features)],
        [this.#labels, y.subarray(from, to)],
      ];
      const [lost, right, predicted] = session.run([this.#loss, this.#accuracy, this.#predicted], feeds);
      loss += lost.item() * (to - from);
      accuracy += right.item() * (to - from);
      predictions.set(predicted.data, from);
      if (to < y.length) await turn();
    }
    return { loss: loss / y.length, accuracy: accuracy / y.length, predictions };
  }

  /** All that the training depends on, and its curves. */
  keep(): Uint8Array<ArrayBuffer> {
    const kept: Kept = { steps: this.steps, records: this.history.records };
    return checkpointToBytes(this.model, kept);
  }

  restore(bytes: Uint8Array): void {
    const { state, info } = checkpointFromBytes(bytes);
    this.model.setState(state as Parameters<Model["setState"]>[0]);
    const { steps, records } = info as Kept;
    this.resume(steps, records);
  }

  /** Resumes the position of a training: its number of steps and its curves. */
  resume(steps: number, records: readonly HistoryRecord[]): void {
    this.steps = steps;
    this.history = new TrainingHistory(records);
    this.#epoch = -1;
  }

  #runStep(input: Node, training: Node | null): number {
    const { session, graph } = this.model;
    // The session keeps its plans: this one is looked up, not made anew.
    this.#step ??= session.prepare({
      fetches: [this.#loss, this.#update, ...graph.updates],
      feeds: [input, this.#labels, ...(training ? [training] : [])],
      batch: this.#batch,
    });
    const executable = this.#step;
    this.#fillBatch(executable.input(input), executable.input(this.#labels));
    if (training) executable.input(training)[0] = 1;
    executable.run();
    return executable.scalar(this.#loss);
  }
  #step: ReturnType<Model["session"]["prepare"]> | null = null;

  /** The next examples in the order of their epoch; a batch may reach into the next one. */
  #fillBatch(
    x: { [at: number]: number; set(values: ArrayLike<number>, at: number): void },
    y: { [at: number]: number },
  ) {
    const { features, train } = this.examples;
    const count = train.y.length;
    const first = this.steps * this.#batch;
    for (let i = 0; i < this.#batch; i++) {
      const epoch = Math.floor((first + i) / count);
      if (epoch !== this.#epoch) {
        this.#order = new RandomStream(this.settings.seed, `playground/epoch ${epoch}`).permutation(count);
        this.#epoch = epoch;
      }
      const row = this.#order[first + i - epoch * count] as number;
      for (let j = 0; j < features; j++) x[i * features + j] = train.x[row * features + j] as number;
      y[i] = train.y[row] as number;
    }
  }

  /** Of the first examples, in training mode as they are met there. */
  #gradientNorms(): number[] {
    const { session, input } = this.model;
    const { features, train } = this.examples;
    const feeds: Feeds = [
      [input, train.x.subarray(0, this.#batch * features)],
      [this.#labels, train.y.subarray(0, this.#batch)],
    ];
    return session.run(this.#norms, feeds).map((norm) => norm.item());
  }
}

/** What the layers ask to be added to the loss. */
function penaltiesOf(model: Model): Node[] {
  return denseLayers(model).flatMap(({ options, variables }) => {
    const { kernelRegularizer } = options as { readonly kernelRegularizer?: (x: Node) => Node };
    const kernel = variables[0];
    return kernelRegularizer && kernel ? [kernelRegularizer(kernel)] : [];
  });
}
