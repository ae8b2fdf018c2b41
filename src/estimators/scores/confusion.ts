// Scores of predicted classes against true ones: accuracy, the confusion matrix and what is read off it. Formulas and
// conventions are those of scikit-learn; undefined ratios (0 / 0) count as 0.

import { ArgumentError, checkArity, checkFlag, checkOptions, describe } from "../../errors.js";
import { isIndicator, readIndicator, type TruthLike } from "../samples/indicator.js";
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

export interface AccuracyOptions {
  /** Whether the share is given, or else the number of right samples. Default true. */
  readonly normalize?: boolean;
}

/**
 * The share of samples whose predicted label is the true one; of several labels per sample, all must be right (subset
 * accuracy).
 */
export function accuracyScore(yTrue: TruthLike, yPred: TruthLike, options: AccuracyOptions = {}): number {
  checkArity("accuracyScore", arguments.length, 3);
  checkOptions("accuracyScore", options, ["normalize"]);
  const { normalize = true } = options;
  checkFlag("accuracyScore: normalize", normalize);
  const { wrong, columns, rows } = differences("accuracyScore", yTrue, yPred);
  const right = rows - countRows(wrong, columns);
  return normalize ? right / rows : right;
}

/** The share of labels that are wrong: of all labels of all samples, or of the samples if each has one label. */
export function hammingLoss(yTrue: TruthLike, yPred: TruthLike): number {
  checkArity("hammingLoss", arguments.length, 2);
  const { wrong } = differences("hammingLoss", yTrue, yPred);
  return wrong.reduce((total, one) => total + one, 0) / wrong.length;
}

/** How often each class was predicted as each other. Of some `labels`, only samples count whose two classes are among them. */
export function confusionMatrix(yTrue: LabelsLike, yPred: LabelsLike, options: ClassOptions = {}): ConfusionMatrix {
  const subject = "confusionMatrix";
  checkArity(subject, arguments.length, 3);
  checkOptions(subject, options, ["labels"]);
  const { truth, predicted } = readPair(subject, yTrue, yPred);
  const labels =
    options.labels === undefined ? classesOf([...truth, ...predicted]) : readClasses(subject, options.labels);
  checkOccurs(subject, labels, truth);
  const known = new Set(labels);
  const kept = truth.flatMap((label, i) => (known.has(label) && known.has(predicted[i] as Label) ? [i] : []));
  const at = (list: readonly Label[]) => kept.map((i) => list[i] as Label);
  return tally(subject, at(truth), at(predicted), labels);
}

/** The mean recall of the classes that occur in `yTrue`. */
export function balancedAccuracyScore(yTrue: LabelsLike, yPred: LabelsLike): number {
  checkArity("balancedAccuracyScore", arguments.length, 2);
  const { counts } = tallyAll("balancedAccuracyScore", yTrue, yPred);
  const recalls = counts.flatMap((row, i) => (sum(row) === 0 ? [] : [(row[i] as number) / sum(row)]));
  return sum(recalls) / recalls.length;
}

/** Matthews' correlation of two labellings, 1 for equal ones, 0 for chance (Gorodkin 2004 for several classes). */
export function matthewsCorrcoef(yTrue: LabelsLike, yPred: LabelsLike): number {
  checkArity("matthewsCorrcoef", arguments.length, 2);
  const { hits, rows, columns, total } = marginsOf(tallyAll("matthewsCorrcoef", yTrue, yPred).counts);
  const chance = sum(rows.map((row, i) => row * (columns[i] as number)));
  const spread = (margin: readonly number[]) => total * total - sum(margin.map((n) => n * n));
  return ratio(sum(hits) * total - chance, Math.sqrt(spread(rows) * spread(columns)));
}

/** Agreement beyond chance: (observed - expected) / (1 - expected); NaN if one class is all that occurs on both sides. */
export function cohenKappaScore(yTrue: LabelsLike, yPred: LabelsLike): number {
  checkArity("cohenKappaScore", arguments.length, 2);
  const { hits, rows, columns, total } = marginsOf(tallyAll("cohenKappaScore", yTrue, yPred).counts);
  const expected = sum(rows.map((row, i) => row * (columns[i] as number))) / total;
  return (sum(hits) - expected) / (total - expected);
}

/** The hits of each class, and how often it occurs in truth (rows) and prediction (columns). */
export function marginsOf(counts: ConfusionMatrix["counts"]) {
  const rows = counts.map(sum);
  const columns = counts.map((_, j) => sum(counts.map((row) => row[j] as number)));
  return { hits: counts.map((row, i) => row[i] as number), rows, columns, total: sum(rows) };
}

/** Every sample in its place among all classes that occur and those of `further`. */
export function tallyAll(
  subject: string,
  yTrue: LabelsLike,
  yPred: LabelsLike,
  further?: readonly Label[],
): ConfusionMatrix {
  const { truth, predicted } = readPair(subject, yTrue, yPred);
  const more = further === undefined ? [] : readLabels(`${subject}: labels`, further);
  return tally(subject, truth, predicted, classesOf([...truth, ...predicted, ...more]));
}

function tally(subject: string, truth: readonly Label[], predicted: readonly Label[], labels: readonly Label[]) {
  const rows = indicesOf(`${subject}: yTrue`, truth, labels);
  const columns = indicesOf(`${subject}: yPred`, predicted, labels);
  const counts = labels.map(() => new Array<number>(labels.length).fill(0));
  rows.forEach((row, i) => {
    (counts[row] as number[])[columns[i] as number]! += 1;
  });
  return { labels, counts };
}

/** Classes as a caller names them: some, each once. */
export function readClasses(subject: string, labels: readonly Label[]): readonly Label[] {
  const classes = readLabels(`${subject}: labels`, labels);
  const twice = classes.find((label, i) => classes.indexOf(label) !== i);
  if (twice === undefined) return classes;
  throw new ArgumentError(`${subject}: labels must be different; received ${describe(twice)} twice.`);
}

export function checkOccurs(subject: string, labels: readonly Label[], truth: readonly Label[]): void {
  if (truth.some((label) => labels.includes(label))) return;
  throw new ArgumentError(
    `${subject}: one of the labels at least must occur in yTrue; received ${describe([...labels])}.`,
  );
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

/** 1 for each label that is wrong, a row per sample. */
function differences(subject: string, yTrue: TruthLike, yPred: TruthLike) {
  if (!isIndicator(yTrue) && !isIndicator(yPred)) {
    const { truth, predicted } = readPair(subject, yTrue, yPred);
    return { wrong: truth.map((label, i) => Number(label !== predicted[i])), columns: 1, rows: truth.length };
  }
  const { truth, predicted } = readIndicators(subject, yTrue, yPred);
  const wrong = Array.from(truth.data, (one, i) => Number(one !== predicted.data[i]));
  return { wrong, columns: truth.columns, rows: truth.rows };
}

export function readIndicators(subject: string, yTrue: TruthLike, yPred: TruthLike) {
  if (!isIndicator(yTrue) || !isIndicator(yPred)) {
    const rule = "yTrue and yPred must both have several labels per sample, or both one";
    throw new ArgumentError(`${subject}: ${rule}; received ${describe(yTrue)} and ${describe(yPred)}.`);
  }
  const truth = readIndicator(`${subject}: yTrue`, yTrue);
  return { truth, predicted: readIndicator(`${subject}: yPred`, yPred, truth.rows, truth.columns) };
}

/** How many rows have a 1. */
function countRows(wrong: readonly number[], columns: number): number {
  let rows = 0;
  for (let from = 0; from < wrong.length; from += columns)
    rows += Number(wrong.slice(from, from + columns).includes(1));
  return rows;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
