// MLPClassifier: a multi-layer perceptron for classes, trained by the engine (what TensorFlow 1 called DNNClassifier).

import { ArgumentError, checkArity, checkFlag, checkOptions, describe } from "../../errors.js";
import { Tensor } from "../../tensor/tensor.js";
import { classWeights } from "../classWeights.js";
import { Parameterized } from "../parameters/parameterized.js";
import { checkClasses, checkRecord } from "../preprocessing/state.js";
import { requireFitted } from "../preprocessing/transformer.js";
import { isIndicator, readIndicator, type TruthLike } from "../samples/indicator.js";
import { classesOf, indicesOf, type Label, type LabelsLike, readLabels } from "../samples/labels.js";
import { type Matrix, type MatrixLike, readMatrix, toTensor } from "../samples/matrix.js";
import { takeRows } from "../samples/rows.js";
import { accuracyScore } from "../scores/confusion.js";
import { logLoss } from "../scores/probabilities.js";
import { splitIndices } from "../splits/trainTestSplit.js";
import { checkWeights, Network, type Weights } from "./network.js";
import { classifierRules, longestFit, type MLPAliases, type MLPClassifierParameters } from "./parameters.js";

interface Learnt {
  readonly network: Network;
  readonly classes: readonly Label[];
  /** Whether a sample may have several labels; the classes are then columns of 0 and 1. */
  readonly several: boolean;
  nIter: number;
}

export interface MLPClassifierState {
  readonly classes: readonly Label[];
  /** True if a sample may have several labels. */
  readonly several?: boolean;
  readonly inputs: number;
  readonly nIter: number;
  readonly weights: Weights;
}

/** What a sample is: one of the classes, or 0 or 1 for each of several labels. */
interface Truth {
  readonly classes: readonly Label[];
  readonly several: boolean;
  /** As the engine takes it. */
  readonly y: Tensor;
  /** As scores take it. */
  readonly labels: readonly Label[] | number[][];
}

/**
 * Hidden layers, then a softmax over the classes; the loss is the cross-entropy. If a sample may have several labels, `y`
 * has a row of 0 and 1 for each, and there is a sigmoid for each label. Needs `await init()` before `fit`.
 */
export class MLPClassifier extends Parameterized<MLPClassifierParameters> {
  #learnt: Learnt | null = null;

  constructor(parameters: Partial<MLPClassifierParameters & MLPAliases> = {}) {
    checkArity("MLPClassifier", arguments.length, 1);
    super(classifierRules, parameters as Partial<MLPClassifierParameters>);
  }

  /** Searches give a classifier stratified folds. */
  get estimatorType(): "classifier" {
    return "classifier";
  }
  /** The labels, sorted; the numbers of the columns if a sample may have several. */
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
   * Learns from `x`, [samples, features], and a label per sample, or a row of 0 and 1 per sample with a column per label.
   *
   * @throws ArgumentError, ShapeError for data that do not fit; then nothing has changed.
   */
  async fit(x: MatrixLike, y: TruthLike): Promise<this> {
    const subject = "MLPClassifier.fit";
    checkArity(subject, arguments.length, 2);
    const matrix = readMatrix(subject, x);
    const truth = readTruth(subject, y, matrix.rows);
    const before = this.getParams().warmStart ? this.#learnt : null;
    if (before) checkSame(subject, before, truth, matrix);
    const learnt = before ?? this.#blank(truth, matrix);
    await this.#train(subject, learnt, matrix, truth, longestFit(this.getParams()));
    this.#learnt = learnt;
    return this;
  }

  /** One more epoch, from the weights that are there. The first call is told all classes that will ever occur. */
  async partialFit(x: MatrixLike, y: TruthLike, options: { readonly classes?: LabelsLike } = {}): Promise<this> {
    const subject = "MLPClassifier.partialFit";
    checkArity(subject, arguments.length, 3);
    checkOptions(subject, options, ["classes"]);
    if (this.getParams().earlyStopping) {
      throw new ArgumentError(`${subject}: one epoch cannot stop early; set earlyStopping to false.`);
    }
    const matrix = readMatrix(subject, x);
    if (this.#learnt === null && options.classes === undefined && !isIndicator(y)) {
      throw new ArgumentError(`${subject}: the first call needs { classes }, all labels that will occur.`);
    }
    const given =
      options.classes === undefined ? undefined : classesOf(readLabels(`${subject}: classes`, options.classes));
    const truth = readTruth(subject, y, matrix.rows, given ?? this.#learnt?.classes);
    if (this.#learnt) checkSame(subject, this.#learnt, truth, matrix);
    const learnt = this.#learnt ?? this.#blank(truth, matrix);
    await this.#train(subject, learnt, matrix, truth, 1);
    this.#learnt = learnt;
    return this;
  }

  /** The probability of each class: [samples, classes], the columns in the order of `classes`. */
  predictProba(x: MatrixLike): Tensor {
    checkArity("MLPClassifier.predictProba", arguments.length, 1);
    return this.#outputs("MLPClassifier.predictProba", x);
  }

  /**
   * The most probable class of each sample. If a sample may have several labels: a row per sample, with 1 for each label
   * whose probability is above 0.5; in TypeScript then `predict<number[][]>(x)`.
   */
  predict<P extends readonly Label[] | number[][] = Label[]>(x: MatrixLike): P {
    checkArity("MLPClassifier.predict", arguments.length, 1);
    return decide(this.#outputs("MLPClassifier.predict", x), this.#learnt as Learnt) as P;
  }

  /** The accuracy on labelled samples; of several labels, the share of samples whose labels are all right. */
  score(x: MatrixLike, y: TruthLike): number {
    checkArity("MLPClassifier.score", arguments.length, 2);
    return accuracyScore(y, this.predict<Label[]>(x));
  }

  /** Accuracy and mean cross-entropy on labelled samples, for several labels the sum of theirs. */
  evaluate(x: MatrixLike, y: TruthLike): { readonly loss: number; readonly accuracy: number } {
    const subject = "MLPClassifier.evaluate";
    checkArity(subject, arguments.length, 2);
    const probabilities = this.#outputs(subject, x);
    const learnt = this.#learnt as Learnt;
    const loss = learnt.several
      ? binaryLoss(subject, y, probabilities)
      : logLoss(y as LabelsLike, probabilities, { labels: learnt.classes });
    return { loss, accuracy: accuracyScore(y, decide(probabilities, learnt) as Label[]) };
  }

  /** What was learnt, as plain data and tensors; null before fit. Momenta of the solver are not part of it. */
  getState(): MLPClassifierState | null {
    checkArity("MLPClassifier.getState", arguments.length, 0);
    if (this.#learnt === null) return null;
    const { classes, several, network, nIter } = this.#learnt;
    return { classes, ...(several ? { several } : {}), inputs: network.inputs, nIter, weights: network.weights };
  }
  setState(state: MLPClassifierState | null): void {
    checkArity("MLPClassifier.setState", arguments.length, 1);
    if (state === null) {
      this.#learnt = null;
      return;
    }
    const subject = "MLPClassifier.setState";
    const fields = checkRecord(subject, state, ["classes", "several", "inputs", "nIter", "weights"]);
    const { several = false } = fields;
    checkFlag(`${subject}: several`, several);
    const classes = checkClasses(subject, fields.classes);
    const { hiddenUnits } = this.getParams();
    const weights = checkWeights(subject, fields, hiddenUnits, classes.length);
    const network = this.#network(classes, several, state.inputs, Infinity);
    network.weights = weights;
    this.#learnt = { network, classes, several, nIter: state.nIter };
  }

  #blank({ classes, several }: Truth, { columns, rows }: Matrix): Learnt {
    return { network: this.#network(classes, several, columns, rows), classes, several, nIter: 0 };
  }

  #network(classes: readonly Label[], several: boolean, inputs: number, samples: number): Network {
    const outputs = classes.length;
    // The loss of a sample is the sum over its labels, as in scikit-learn.
    const goal = several
      ? ({ outputs, activation: "sigmoid", loss: "binaryCrossentropy", scale: outputs } as const)
      : ({ outputs, activation: "softmax", loss: "sparseCategoricalCrossentropy" } as const);
    return new Network(this.getParams(), inputs, samples, goal);
  }

  async #train(subject: string, learnt: Learnt, matrix: Matrix, { y, labels, several }: Truth, epochs: number) {
    const { network, classes } = learnt;
    const { earlyStopping, validationFraction, randomState, classWeight } = this.getParams();
    if (classWeight !== null && several) {
      throw new ArgumentError(
        `${subject}: classWeight is for one label per sample; received ${describe(classWeight)} and several.`,
      );
    }
    const weigh = (codes: Int32Array) => {
      if (classWeight === null) return undefined;
      const weights = classWeights(`${subject}: classWeight`, classWeight, classes, codes);
      return Float32Array.from(codes, (code) => weights[code] as number);
    };
    const x = toTensor(matrix);
    if (!earlyStopping) {
      const sampleWeight = weigh(y.data as Int32Array);
      learnt.nIter = await network.train(subject, { x, y, epochs, sampleWeight, validate: undefined });
      return;
    }
    const { train, test } = splitIndices(labels.length, {
      testSize: validationFraction,
      ...(several ? {} : { stratify: labels as readonly Label[] }),
      randomState,
    });
    const held = takeRows(x, test);
    const truth = takeRows(labels as readonly Label[], test);
    const validate = () => accuracyScore(truth, decide(network.predict(held), learnt) as Label[]);
    const own = takeRows(y, train);
    const sampleWeight = weigh(own.data as Int32Array);
    learnt.nIter = await network.train(subject, { x: takeRows(x, train), y: own, epochs, sampleWeight, validate });
  }

  #outputs(subject: string, x: MatrixLike): Tensor {
    const { network } = requireFitted(subject, this.#learnt);
    return network.predict(toTensor(readMatrix(subject, x, { columns: network.inputs, learntFrom: "in fit()" })));
  }
}

/** Labels as the engine takes them; `known` are the classes if `y` may lack some. */
function readTruth(subject: string, y: TruthLike, rows: number, known?: readonly Label[]): Truth {
  if (isIndicator(y)) {
    const { data, columns } = readIndicator(subject, y, rows);
    const labels = Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);
    const classes = labels[0]?.map((_, j) => j) ?? [];
    return { classes, several: true, y: new Tensor(Float32Array.from(data), [rows, columns]), labels };
  }
  const labels = readLabels(subject, y as LabelsLike, rows);
  const classes = known ?? classesOf(labels);
  return { classes, several: false, y: new Tensor(indicesOf(subject, labels, classes)), labels };
}

function checkSame(subject: string, { classes, several, network }: Learnt, given: Truth, { columns }: Matrix): void {
  const same = given.classes.length === classes.length && given.classes.every((label, i) => label === classes[i]);
  if (!same || given.several !== several) {
    const rule = several ? `stay ${classes.length} columns of labels` : `stay ${describe([...classes])}`;
    throw new ArgumentError(`${subject}: classes must ${rule}; received ${describe([...given.classes])}.`);
  }
  if (columns !== network.inputs) {
    throw new ArgumentError(`${subject}: x must have ${network.inputs} features, as before; received ${columns}.`);
  }
}

/** The labels that outputs mean. Of equal probabilities the first counts. */
function decide({ data, shape }: Tensor, { classes, several }: Learnt): Label[] | number[][] {
  const [rows, width] = shape as [number, number];
  const row = (i: number) => data.subarray(i * width, (i + 1) * width);
  if (several) return Array.from({ length: rows }, (_, i) => Array.from(row(i), (p) => Number(p > 0.5)));
  return Array.from({ length: rows }, (_, i) => {
    let best = 0;
    for (let j = 1; j < width; j++) if ((data[i * width + j] as number) > (data[i * width + best] as number)) best = j;
    return classes[best] as Label;
  });
}

/** The cross-entropy of each label, added up for each sample; probabilities are kept 2^-52 away from 0 and 1. */
function binaryLoss(subject: string, y: TruthLike, { data, shape }: Tensor): number {
  const [rows, columns] = shape as [number, number];
  if (!isIndicator(y))
    throw new ArgumentError(`${subject}: y must have a row of labels per sample; received ${describe(y)}.`);
  const truth = readIndicator(subject, y, rows, columns);
  let loss = 0;
  truth.data.forEach((one, i) => {
    const p = Math.min(Math.max(data[i] as number, Number.EPSILON), 1 - Number.EPSILON);
    loss -= Math.log(one === 1 ? p : 1 - p);
  });
  return loss / rows;
}
