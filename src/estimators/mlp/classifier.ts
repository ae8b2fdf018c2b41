// MLPClassifier: a multi-layer perceptron for classes, trained by the engine (what TensorFlow 1 called DNNClassifier).

import { ArgumentError, checkOptions, describe } from "../../errors.js";
import { Parameterized, type ParameterRules } from "../../parameters/parameterized.js";
import { requireFitted } from "../../preprocessing/transformer.js";
import { classesOf, indicesOf, type Label, type LabelsLike, readLabels } from "../../samples/labels.js";
import { type Matrix, type MatrixLike, readMatrix, toTensor } from "../../samples/matrix.js";
import { takeRows } from "../../samples/rows.js";
import { accuracyScore } from "../../scores/confusion.js";
import { logLoss } from "../../scores/probabilities.js";
import { splitIndices } from "../../splits/trainTestSplit.js";
import { Tensor } from "../../tensor/tensor.js";
import { Network, type Weights } from "./network.js";
import { checkMLP, longestFit, type MLPParameters, mlpDefaults } from "./parameters.js";

interface Learnt {
  readonly network: Network;
  readonly classes: readonly Label[];
  nIter: number;
}

export interface MLPClassifierState {
  readonly classes: readonly Label[];
  readonly inputs: number;
  readonly nIter: number;
  readonly weights: Weights;
}

const rules: ParameterRules<MLPParameters> = { kind: "MLPClassifier", defaults: mlpDefaults, check: checkMLP };

/** Hidden layers, then a softmax over the classes; the loss is the cross-entropy. Needs `await init()` before `fit`. */
export class MLPClassifier extends Parameterized<MLPParameters> {
  #learnt: Learnt | null = null;

  constructor(parameters: Partial<MLPParameters> = {}) {
    super(rules, parameters);
  }

  /** Searches give a classifier stratified folds. */
  get estimatorType(): "classifier" {
    return "classifier";
  }
  /** The labels, sorted. */
  get classes(): readonly Label[] {
    return requireFitted("MLPClassifier.classes", this.#learnt).classes;
  }
  /** Epochs of the last fit. */
  get nIter(): number {
    return requireFitted("MLPClassifier.nIter", this.#learnt).nIter;
  }
  /** Mean loss of each epoch, the penalty included. */
  get lossCurve(): readonly number[] {
    return requireFitted("MLPClassifier.lossCurve", this.#learnt).network.lossCurve;
  }
  /** Accuracy on the held-out samples after each epoch, where earlyStopping is on. */
  get validationScores(): readonly number[] {
    return requireFitted("MLPClassifier.validationScores", this.#learnt).network.validationScores;
  }
  /** Kernels and biases by name: `hidden1/kernel`. */
  get weights(): Weights {
    return requireFitted("MLPClassifier.weights", this.#learnt).network.weights;
  }

  /**
   * Learns from `x`, [samples, features], and a label per sample, at least two different ones.
   *
   * @throws ArgumentError, ShapeError for data that do not fit; then nothing has changed.
   */
  async fit(x: MatrixLike, y: LabelsLike): Promise<this> {
    const subject = "MLPClassifier.fit";
    const matrix = readMatrix(subject, x);
    const labels = readLabels(subject, y, matrix.rows);
    const classes = classesOf(labels);
    if (classes.length < 2) {
      throw new ArgumentError(`${subject}: y must have at least two classes; received ${describe([...classes])}.`);
    }
    const before = this.getParams().warmStart ? this.#learnt : null;
    if (before) checkSame(subject, before, classes, matrix);
    const learnt = before ?? this.#blank(classes, matrix);
    await this.#train(subject, learnt, matrix, labels, longestFit(this.getParams()));
    this.#learnt = learnt;
    return this;
  }

  /** One more epoch, from the weights that are there. The first call is told all classes that will ever occur. */
  async partialFit(x: MatrixLike, y: LabelsLike, options: { readonly classes?: LabelsLike } = {}): Promise<this> {
    const subject = "MLPClassifier.partialFit";
    checkOptions(subject, options, ["classes"]);
    if (this.getParams().earlyStopping) {
      throw new ArgumentError(`${subject}: one epoch cannot stop early; set earlyStopping to false.`);
    }
    const matrix = readMatrix(subject, x);
    const labels = readLabels(subject, y, matrix.rows);
    if (this.#learnt === null && options.classes === undefined) {
      throw new ArgumentError(`${subject}: the first call needs { classes }, all labels that will occur.`);
    }
    const given = options.classes && classesOf(readLabels(`${subject}: classes`, options.classes));
    if (this.#learnt) checkSame(subject, this.#learnt, given ?? this.#learnt.classes, matrix);
    const learnt = this.#learnt ?? this.#blank(given as readonly Label[], matrix);
    await this.#train(subject, learnt, matrix, labels, 1);
    this.#learnt = learnt;
    return this;
  }

  /** The probability of each class: [samples, classes], the columns in the order of `classes`. */
  predictProba(x: MatrixLike): Tensor {
    return this.#outputs("MLPClassifier.predictProba", x);
  }

  /** The most probable class of each sample. */
  predict(x: MatrixLike): Label[] {
    const probabilities = this.#outputs("MLPClassifier.predict", x);
    return mostProbable(probabilities, this.classes);
  }

  /** The accuracy on labelled samples. */
  score(x: MatrixLike, y: LabelsLike): number {
    return accuracyScore(y, this.predict(x));
  }

  /** Accuracy and mean cross-entropy on labelled samples. */
  evaluate(x: MatrixLike, y: LabelsLike): { readonly loss: number; readonly accuracy: number } {
    const probabilities = this.#outputs("MLPClassifier.evaluate", x);
    const loss = logLoss(y, probabilities, { labels: this.classes });
    return { loss, accuracy: accuracyScore(y, mostProbable(probabilities, this.classes)) };
  }

  /** What was learnt, as plain data and tensors; null before fit. Momenta of the solver are not part of it. */
  getState(): MLPClassifierState | null {
    if (this.#learnt === null) return null;
    const { classes, network, nIter } = this.#learnt;
    return { classes, inputs: network.inputs, nIter, weights: network.weights };
  }
  setState(state: MLPClassifierState | null): void {
    if (state === null) {
      this.#learnt = null;
      return;
    }
    const { classes, inputs, nIter, weights } = state;
    const network = this.#network(classes, inputs, Infinity);
    network.weights = weights;
    this.#learnt = { network, classes, nIter };
  }

  #blank(classes: readonly Label[], { columns, rows }: Matrix): Learnt {
    return { network: this.#network(classes, columns, rows), classes, nIter: 0 };
  }

  #network(classes: readonly Label[], inputs: number, samples: number): Network {
    const goal = { outputs: classes.length, activation: "softmax", loss: "sparseCategoricalCrossentropy" } as const;
    return new Network(this.getParams(), inputs, samples, goal);
  }

  async #train(subject: string, learnt: Learnt, matrix: Matrix, labels: readonly Label[], epochs: number) {
    const { classes, network } = learnt;
    const { earlyStopping, validationFraction, randomState } = this.getParams();
    const x = toTensor(matrix);
    const y = new Tensor(indicesOf(subject, labels, classes));
    if (!earlyStopping) {
      learnt.nIter = await network.train(subject, { x, y, epochs, validate: undefined });
      return;
    }
    const { train, test } = splitIndices(labels.length, {
      testSize: validationFraction,
      stratify: labels,
      randomState,
    });
    const held = takeRows(x, test);
    const truth = takeRows(labels, test);
    const validate = () => accuracyScore(truth, mostProbable(network.predict(held), classes));
    learnt.nIter = await network.train(subject, { x: takeRows(x, train), y: takeRows(y, train), epochs, validate });
  }

  #outputs(subject: string, x: MatrixLike): Tensor {
    const { network } = requireFitted(subject, this.#learnt);
    return network.predict(toTensor(readMatrix(subject, x, { columns: network.inputs, learntFrom: "in fit()" })));
  }
}

function checkSame(subject: string, { classes, network }: Learnt, given: readonly Label[], { columns }: Matrix): void {
  if (given.length !== classes.length || given.some((label, i) => label !== classes[i])) {
    throw new ArgumentError(
      `${subject}: classes must stay ${describe([...classes])}; received ${describe([...given])}.`,
    );
  }
  if (columns !== network.inputs) {
    throw new ArgumentError(`${subject}: x must have ${network.inputs} features, as before; received ${columns}.`);
  }
}

/** Of equal probabilities the first counts. */
function mostProbable({ data, shape }: Tensor, classes: readonly Label[]): Label[] {
  const [rows, width] = shape as [number, number];
  return Array.from({ length: rows }, (_, i) => {
    let best = 0;
    for (let j = 1; j < width; j++) if ((data[i * width + j] as number) > (data[i * width + best] as number)) best = j;
    return classes[best] as Label;
  });
}
