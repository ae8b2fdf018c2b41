// Perceptron: a linear classifier that learns from its errors alone, as scikit-learn's.

import { ArgumentError, checkArity, checkInteger, checkOptions, describe, StateError } from "../errors.js";
import { classWeights } from "./classWeights.js";
import { Parameterized } from "./parameters/parameterized.js";
import { type DescentTask, descend, type Hyperplane } from "./perceptronDescent.js";
import { type PerceptronAliases, type PerceptronParameters, perceptronRules } from "./perceptronParameters.js";
import { checkClasses, checkList, checkNumbers, checkRecord } from "./preprocessing/state.js";
import { requireFitted } from "./preprocessing/transformer.js";
import { classesOf, indicesOf, type Label, type LabelsLike, readLabels } from "./samples/labels.js";
import { type Matrix, type MatrixLike, readMatrix } from "./samples/matrix.js";
import { accuracyScore } from "./scores/confusion.js";
import { splitIndices } from "./splits/trainTestSplit.js";

interface Learnt {
  readonly classes: readonly Label[];
  /** One for each class; only one, for the second class, where there are two. */
  readonly planes: readonly Hyperplane[];
  nIter: number;
  /** Epochs made by all fits so far that went on from one another. */
  epochs: number;
}

/** What was learnt, as plain data. */
export interface PerceptronState {
  readonly classes: readonly Label[];
  readonly coef: readonly (readonly number[])[];
  readonly intercept: readonly number[];
  readonly nIter: number;
  readonly epochs: number;
}

/** SGD on the perceptron loss at the constant rate eta0; several classes one against all others. */
export class Perceptron extends Parameterized<PerceptronParameters> {
  #learnt: Learnt | null = null;

  constructor(parameters: Partial<PerceptronParameters & PerceptronAliases> = {}) {
    checkArity("Perceptron", arguments.length, 1);
    super(perceptronRules, parameters as Partial<PerceptronParameters>);
  }

  /** Searches give a classifier stratified folds. */
  get estimatorType(): "classifier" {
    return "classifier";
  }
  /** The labels, sorted. */
  get classes(): readonly Label[] {
    return requireFitted("Perceptron.classes", this.#learnt).classes;
  }
  /** Weights, a row per class, or one row for the second class where there are two. */
  get coef(): readonly (readonly number[])[] {
    return requireFitted("Perceptron.coef", this.#learnt).planes.map(({ weights }) => [...weights]);
  }
  get intercept(): readonly number[] {
    return requireFitted("Perceptron.intercept", this.#learnt).planes.map(({ intercept }) => intercept);
  }
  /** Epochs of the last fit, the most over all classes. */
  get nIter(): number {
    return requireFitted("Perceptron.nIter", this.#learnt).nIter;
  }

  /**
   * Learns from `x`, [samples, features], and a label per sample, at least two different ones.
   *
   * @throws ArgumentError, ShapeError for data that do not fit; then nothing has changed.
   */
  fit(x: MatrixLike, y: LabelsLike): this {
    checkArity("Perceptron.fit", arguments.length, 2);
    const matrix = readMatrix("Perceptron.fit", x);
    const labels = readLabels("Perceptron.fit", y, matrix.rows);
    const classes = classesOf(labels);
    if (classes.length < 2) {
      throw new ArgumentError(`Perceptron.fit: y must have at least two classes; received ${describe([...classes])}.`);
    }
    const before = this.getParams().warmStart ? this.#learnt : null;
    if (before !== null) checkSame("Perceptron.fit", before, classes, matrix.columns);
    this.#learn("Perceptron.fit", before ?? blank(classes, matrix.columns), matrix, labels, Infinity);
    return this;
  }

  /**
   * One more epoch, from the weights that are there. The first call is told all classes that will ever occur.
   */
  partialFit(x: MatrixLike, y: LabelsLike, options: { readonly classes?: LabelsLike } = {}): this {
    const subject = "Perceptron.partialFit";
    checkArity(subject, arguments.length, 3);
    checkOptions(subject, options, ["classes"]);
    if (this.getParams().earlyStopping) {
      throw new StateError(`${subject}: one epoch cannot stop early; set earlyStopping to false.`);
    }
    const matrix = readMatrix(subject, x);
    const labels = readLabels(subject, y, matrix.rows);
    if (this.#learnt === null && options.classes === undefined) {
      throw new ArgumentError(`${subject}: the first call needs { classes }, all labels that will occur.`);
    }
    const given =
      options.classes === undefined ? undefined : classesOf(readLabels(`${subject}: classes`, options.classes));
    if (this.#learnt !== null) checkSame(subject, this.#learnt, given ?? this.#learnt.classes, matrix.columns);
    this.#learn(subject, this.#learnt ?? blank(given as readonly Label[], matrix.columns), matrix, labels, 1);
    return this;
  }

  /** Signed distances times |w|: a row per sample with a score per class, or one score, positive for the second class. */
  decisionFunction(x: MatrixLike): number[][] {
    checkArity("Perceptron.decisionFunction", arguments.length, 1);
    const { planes } = requireFitted("Perceptron.decisionFunction", this.#learnt);
    return scoresOf(planes, readLike("Perceptron.decisionFunction", x, planes));
  }

  predict(x: MatrixLike): Label[] {
    checkArity("Perceptron.predict", arguments.length, 1);
    const { planes, classes } = requireFitted("Perceptron.predict", this.#learnt);
    return choose(scoresOf(planes, readLike("Perceptron.predict", x, planes)), classes);
  }

  /** The accuracy on labelled samples. */
  score(x: MatrixLike, y: LabelsLike): number {
    checkArity("Perceptron.score", arguments.length, 2);
    return accuracyScore(y, this.predict(x));
  }

  getState(): PerceptronState | null {
    checkArity("Perceptron.getState", arguments.length, 0);
    if (this.#learnt === null) return null;
    const { classes, nIter, epochs } = this.#learnt;
    return { classes, coef: this.coef, intercept: this.intercept, nIter, epochs };
  }
  setState(state: PerceptronState | null): void {
    checkArity("Perceptron.setState", arguments.length, 1);
    if (state === null) {
      this.#learnt = null;
      return;
    }
    const subject = "Perceptron.setState";
    const fields = checkRecord(subject, state, ["classes", "coef", "intercept", "nIter", "epochs"]);
    const { nIter, epochs } = fields;
    const classes = checkClasses(subject, fields.classes);
    if (classes.length < 2) {
      throw new ArgumentError(`${subject}: classes must be two at least; received ${describe([...classes])}.`);
    }
    const count = classes.length === 2 ? 1 : classes.length;
    const coef = checkList(`${subject}: coef`, fields.coef, count);
    const columns = checkList(`${subject}: coef`, coef[0]).length;
    const rows = coef.map((row) => checkNumbers(`${subject}: coef`, row, columns));
    const intercept = checkNumbers(`${subject}: intercept`, fields.intercept, count);
    checkInteger(`${subject}: nIter`, nIter, 0);
    checkInteger(`${subject}: epochs`, epochs, 0);
    const planes = rows.map((row, i) => ({ weights: Float64Array.from(row), intercept: intercept[i] as number }));
    this.#learnt = { classes, planes, nIter, epochs };
  }

  /** Descends from a copy of `before`, which becomes what was learnt only when every class has ended well. */
  #learn(subject: string, before: Learnt, x: Matrix, labels: readonly Label[], epochs: number): void {
    const parameters = this.getParams();
    const { classes } = before;
    const codes = indicesOf(subject, labels, classes);
    const weights = classWeights(`${subject}: classWeight`, parameters.classWeight, classes, codes);
    const { train, held } = holdOut(parameters, labels);
    let nIter = 0;
    const planes = before.planes.map((plane, i) => {
      const positive = classes.length === 2 ? 1 : i;
      // The rest of several classes count 1 each, as in scikit-learn.
      const negativeWeight = classes.length === 2 ? (weights[0] as number) : 1;
      const task: DescentTask = {
        x,
        rows: train,
        signs: Float64Array.from(codes, (code) => (code === positive ? 1 : -1)),
        weightOf: (sign) => (sign > 0 ? (weights[positive] as number) : negativeWeight),
        validate: held && ((candidate) => shareRight(candidate, x, held, (row) => codes[row] === positive)),
        parameters,
        stream: `perceptron/${i}/${before.epochs}`,
        epochs,
      };
      const learning: Hyperplane = { weights: Float64Array.from(plane.weights), intercept: plane.intercept };
      nIter = Math.max(nIter, descend(learning, task));
      if (![learning.intercept, ...learning.weights].every(Number.isFinite)) {
        throw new ArgumentError(
          `${subject}: the weights must stay finite, and overflowed; scale the features, with a StandardScaler for example.`,
        );
      }
      return learning;
    });
    this.#learnt = { classes, planes, nIter, epochs: before.epochs + nIter };
  }
}

function blank(classes: readonly Label[], columns: number): Learnt {
  const count = classes.length === 2 ? 1 : classes.length;
  const planes = Array.from({ length: count }, () => ({ weights: new Float64Array(columns), intercept: 0 }));
  return { classes, planes, nIter: 0, epochs: 0 };
}

function checkSame(subject: string, learnt: Learnt, classes: readonly Label[], columns: number): void {
  if (classes.length !== learnt.classes.length || classes.some((label, i) => label !== learnt.classes[i])) {
    const known = describe([...learnt.classes]);
    throw new ArgumentError(`${subject}: classes must stay ${known}; received ${describe([...classes])}.`);
  }
  if (columns !== learnt.planes[0]?.weights.length) {
    throw new ArgumentError(
      `${subject}: x must have ${learnt.planes[0]?.weights.length} features, as before; received ${columns}.`,
    );
  }
}

function readLike(subject: string, x: MatrixLike, planes: readonly Hyperplane[]): Matrix {
  return readMatrix(subject, x, { columns: (planes[0] as Hyperplane).weights.length, learntFrom: "in fit()" });
}

function holdOut({ earlyStopping, validationFraction, randomState }: PerceptronParameters, labels: readonly Label[]) {
  if (!earlyStopping) return { train: Uint32Array.from(labels.keys()), held: undefined };
  const { train, test } = splitIndices(labels.length, { testSize: validationFraction, stratify: labels, randomState });
  return { train, held: test };
}

function scoreOf({ weights, intercept }: Hyperplane, { data, columns }: Matrix, row: number): number {
  let score = intercept;
  for (let j = 0; j < columns; j++) score += (weights[j] as number) * (data[row * columns + j] as number);
  return score;
}

function scoresOf(planes: readonly Hyperplane[], x: Matrix): number[][] {
  return Array.from({ length: x.rows }, (_, row) => planes.map((plane) => scoreOf(plane, x, row)));
}

/** The class with the largest score, the first of equals; of two classes the second where its score is above 0. */
function choose(scores: readonly number[][], classes: readonly Label[]): Label[] {
  return scores.map((row) => {
    const code = row.length === 1 ? Number((row[0] as number) > 0) : row.indexOf(Math.max(...row));
    return classes[code] as Label;
  });
}

function shareRight(plane: Hyperplane, x: Matrix, rows: Uint32Array, isPositive: (row: number) => boolean): number {
  const right = rows.filter((row) => scoreOf(plane, x, row) > 0 === isPositive(row));
  return right.length / rows.length;
}
