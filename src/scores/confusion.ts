// Scores of predicted classes against true ones: accuracy, the confusion matrix and what is read off it. Formulas and
// conventions are those of scikit-learn; undefined ratios (0 / 0) count as 0.

import { ArgumentError, checkOptions, describe, oneOf } from "../errors.js";
import { classesOf, indicesOf, type Label, type LabelsLike, readLabels } from "../samples/labels.js";

export interface ClassOptions {
  /** The classes in the order of rows and columns. Default: all that occur, sorted. */
  readonly labels?: readonly Label[];
}

/** counts[i][j]: samples of class i that were predicted as class j. */
export interface ConfusionMatrix {
  readonly labels: readonly Label[];
  readonly counts: readonly (readonly number[])[];
}

/** The share of samples whose predicted label is the true one. */
export function accuracyScore(yTrue: LabelsLike, yPred: LabelsLike): number {
  const { truth, predicted } = readPair("accuracyScore", yTrue, yPred);
  return truth.filter((label, i) => label === predicted[i]).length / truth.length;
}

/** How often each class was predicted as each other. */
export function confusionMatrix(yTrue: LabelsLike, yPred: LabelsLike, options: ClassOptions = {}): ConfusionMatrix {
  checkOptions("confusionMatrix", options, ["labels"]);
  return tally("confusionMatrix", yTrue, yPred, options.labels);
}

/** The mean recall of the classes that occur in `yTrue`. */
export function balancedAccuracyScore(yTrue: LabelsLike, yPred: LabelsLike): number {
  const { counts } = tally("balancedAccuracyScore", yTrue, yPred);
  const recalls = counts.flatMap((row, i) => (sum(row) === 0 ? [] : [(row[i] as number) / sum(row)]));
  return sum(recalls) / recalls.length;
}

/** Matthews' correlation of two labellings, 1 for equal ones, 0 for chance (Gorodkin 2004 for several classes). */
export function matthewsCorrcoef(yTrue: LabelsLike, yPred: LabelsLike): number {
  const { hits, rows, columns, total } = marginsOf(tally("matthewsCorrcoef", yTrue, yPred).counts);
  const chance = sum(rows.map((row, i) => row * (columns[i] as number)));
  const spread = (margin: readonly number[]) => total * total - sum(margin.map((n) => n * n));
  return ratio(sum(hits) * total - chance, Math.sqrt(spread(rows) * spread(columns)));
}

/** Agreement beyond chance: (observed - expected) / (1 - expected). */
export function cohenKappaScore(yTrue: LabelsLike, yPred: LabelsLike): number {
  const { hits, rows, columns, total } = marginsOf(tally("cohenKappaScore", yTrue, yPred).counts);
  const expected = sum(rows.map((row, i) => row * (columns[i] as number))) / total;
  return ratio(sum(hits) - expected, total - expected);
}

const averages = ["macro", "micro", "weighted", "binary"] as const;
export type Average = (typeof averages)[number];

export interface PrecisionRecallFscore {
  readonly precision: number;
  readonly recall: number;
  readonly fscore: number;
  /** How many samples belong to the class, or to all of them. */
  readonly support: number;
}

export interface FscoreOptions extends ClassOptions {
  /**
   * "macro": mean over classes; "weighted": the same, by support; "micro": of all samples together; "binary": of the
   * class `posLabel`. Default "macro".
   */
  readonly average?: Average;
  /** Recall counts beta times as much as precision. Default 1. */
  readonly beta?: number;
  /** For "binary". Default: the last of the classes. */
  readonly posLabel?: Label;
}

/** Precision, recall and F-score of each class, in the order of `labels`. */
export function perClassFscore(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: ClassOptions & { readonly beta?: number } = {},
): readonly (PrecisionRecallFscore & { readonly label: Label })[] {
  checkOptions("perClassFscore", options, ["labels", "beta"]);
  const matrix = tally("perClassFscore", yTrue, yPred, options.labels);
  const { hits, rows, columns } = marginsOf(matrix.counts);
  return matrix.labels.map((label, i) => ({
    label,
    ...fscoreOf(hits[i] as number, columns[i] as number, rows[i] as number, options.beta),
  }));
}

/** Precision, recall and F-score, averaged over the classes. */
export function precisionRecallFscore(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: FscoreOptions = {},
): PrecisionRecallFscore {
  const subject = "precisionRecallFscore";
  checkOptions(subject, options, ["labels", "average", "beta", "posLabel"]);
  const { average = "macro", beta = 1, labels } = options;
  if (!averages.includes(average)) {
    throw new ArgumentError(`${subject}: average must be ${oneOf(averages)}; received ${describe(average)}.`);
  }
  const matrix = tally(subject, yTrue, yPred, labels);
  const { hits, rows, columns } = marginsOf(matrix.counts);
  if (average === "micro") return fscoreOf(sum(hits), sum(columns), sum(rows), beta);
  const classes = matrix.labels.map((_, i) =>
    fscoreOf(hits[i] as number, columns[i] as number, rows[i] as number, beta),
  );
  if (average === "binary") {
    if (matrix.labels.length > 2) {
      throw new ArgumentError(`${subject}: average "binary" needs two classes; received ${describe(matrix.labels)}.`);
    }
    const positive = options.posLabel ?? (matrix.labels[matrix.labels.length - 1] as Label);
    const [at] = indicesOf(`${subject}: posLabel`, [positive], matrix.labels);
    return classes[at as number] as PrecisionRecallFscore;
  }
  const weights = average === "macro" ? rows.map(() => 1) : rows;
  const mean = (of: "precision" | "recall" | "fscore") =>
    ratio(sum(classes.map((scores, i) => scores[of] * (weights[i] as number))), sum(weights));
  return { precision: mean("precision"), recall: mean("recall"), fscore: mean("fscore"), support: sum(rows) };
}

function fscoreOf(hits: number, predicted: number, actual: number, beta = 1): PrecisionRecallFscore {
  const precision = ratio(hits, predicted);
  const recall = ratio(hits, actual);
  const fscore = ratio((1 + beta ** 2) * hits, beta ** 2 * actual + predicted);
  return { precision, recall, fscore, support: actual };
}

/** The hits of each class, and how often it occurs in truth (rows) and prediction (columns). */
function marginsOf(counts: ConfusionMatrix["counts"]) {
  const rows = counts.map(sum);
  const columns = counts.map((_, j) => sum(counts.map((row) => row[j] as number)));
  return { hits: counts.map((row, i) => row[i] as number), rows, columns, total: sum(rows) };
}

function tally(subject: string, yTrue: LabelsLike, yPred: LabelsLike, given?: readonly Label[]): ConfusionMatrix {
  const { truth, predicted } = readPair(subject, yTrue, yPred);
  const labels = given ?? classesOf([...truth, ...predicted]);
  const rows = indicesOf(`${subject}: yTrue`, truth, labels);
  const columns = indicesOf(`${subject}: yPred`, predicted, labels);
  const counts = labels.map(() => new Array<number>(labels.length).fill(0));
  rows.forEach((row, i) => {
    (counts[row] as number[])[columns[i] as number]! += 1;
  });
  return { labels, counts };
}

function readPair(subject: string, yTrue: LabelsLike, yPred: LabelsLike) {
  const truth = readLabels(`${subject}: yTrue`, yTrue);
  const predicted = readLabels(`${subject}: yPred`, yPred, truth.length);
  if (typeof truth[0] !== typeof predicted[0]) {
    throw new ArgumentError(
      `${subject}: yTrue and yPred must hold labels of one type; ` +
        `received ${describe(truth[0])} and ${describe(predicted[0])}.`,
    );
  }
  return { truth, predicted };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
