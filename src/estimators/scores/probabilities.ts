// Scores of predicted probabilities: log loss, top-k accuracy and the area under the ROC curve.

import {
  ArgumentError,
  checkArity,
  checkInteger,
  checkOneOf,
  checkOptions,
  describe,
  ShapeError,
} from "../../errors.js";
import { Tensor } from "../../tensor/tensor.js";
import {
  type Indicator,
  type IndicatorLike,
  isIndicator,
  readIndicator,
  type TruthLike,
} from "../samples/indicator.js";
import { classesOf, indicesOf, type Label, type LabelsLike, readLabels } from "../samples/labels.js";
import { type Matrix, type MatrixLike, readMatrix } from "../samples/matrix.js";
import { isList } from "../samples/rows.js";
import { readClasses } from "./confusion.js";

/** Probabilities or scores: a row per sample with a column per class, or for two classes a number per sample. */
export type ScoresLike = MatrixLike | ArrayLike<number>;

export interface ClassColumns {
  /** The classes in the order of the columns. Default: those of yTrue, sorted. */
  readonly labels?: readonly Label[];
}

/**
 * Mean of -log p of the true class. Rows are scaled to a sum of 1, and probabilities kept `epsilon` = 2^-52 away
 * from 0 and 1, so that a confident error costs 36 and not Infinity.
 */
export function logLoss(yTrue: LabelsLike, yProb: ScoresLike, options: ClassColumns = {}): number {
  checkArity("logLoss", arguments.length, 3);
  checkOptions("logLoss", options, ["labels"]);
  const { truth, scores } = readScored("logLoss", yTrue, yProb, options.labels);
  const negative = scores.data.findIndex((p) => p < 0 || p > 1 + 1e-6);
  if (negative >= 0) {
    throw new ArgumentError(`logLoss: yProb must hold probabilities; received ${scores.data[negative]}.`);
  }
  let loss = 0;
  truth.forEach((label, i) => {
    const row = rowOf(scores, i);
    let sum = 0;
    for (const p of row) sum += p;
    const p = (row[label] as number) / sum;
    loss -= Math.log(Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON));
  });
  return loss / truth.length;
}

export interface TopKOptions extends ClassColumns {
  /** Default 2. */
  readonly k?: number;
}

/**
 * The share of samples whose true class is among the k highest scores. Of equal scores the later class ranks higher, of two
 * classes the first, as in scikit-learn; `inTopK` of the engine counts all that tie with the k-th as in. A single score per
 * sample means the second of two classes from 0.5 on, or from 0 on if scores are not all in [0, 1].
 */
export function topKAccuracyScore(yTrue: LabelsLike, yScore: ScoresLike, options: TopKOptions = {}): number {
  checkArity("topKAccuracyScore", arguments.length, 3);
  checkOptions("topKAccuracyScore", options, ["k", "labels"]);
  const { k = 2 } = options;
  checkInteger("topKAccuracyScore: k", k, 1);
  const { truth, scores, classes, single } = readScored("topKAccuracyScore", yTrue, yScore, options.labels);
  const threshold = single?.every((score) => score >= 0 && score <= 1) ? 0.5 : 0;
  let inTop = 0;
  truth.forEach((label, i) => {
    const row = rowOf(scores, i);
    const second = single ? (single[i] as number) > threshold : (row[1] as number) > (row[0] as number);
    if (classes.length === 2) inTop += Number(k > 1 || label === Number(second));
    else inTop += Number(rankOf(row, label) < k);
  });
  return inTop / truth.length;
}

/** How many classes rank higher. */
function rankOf(row: ArrayLike<number>, label: number): number {
  const own = row[label] as number;
  let above = 0;
  for (let j = 0; j < row.length; j++) {
    if ((row[j] as number) > own || ((row[j] as number) === own && j > label)) above++;
  }
  return above;
}

const areaAverages = ["macro", "micro", "weighted", "samples"] as const;

export interface RocAucOptions extends ClassColumns {
  /** Several classes: each against the rest, or the mean over all pairs of two. Default "ovr". */
  readonly multiClass?: "ovr" | "ovo";
  /**
   * Several classes or labels. "macro": mean over them; "weighted": the same, by how often each occurs; "micro": all
   * together; "samples": mean over samples, if each has several labels. Default "macro".
   */
  readonly average?: (typeof areaAverages)[number];
}

/**
 * The area under the ROC curve: how often a positive sample scores higher than a negative one, ties counting half.
 * `yTrue` has a label per sample, or several as rows of 0 and 1 with a score for each.
 */
export function rocAucScore(yTrue: TruthLike, yScore: ScoresLike, options: RocAucOptions = {}): number {
  const subject = "rocAucScore";
  checkArity(subject, arguments.length, 3);
  checkOptions(subject, options, ["multiClass", "labels", "average"]);
  const { multiClass = "ovr", average = "macro" } = options;
  checkOneOf(`${subject}: multiClass`, multiClass, ["ovr", "ovo"]);
  checkOneOf(`${subject}: average`, average, areaAverages);
  if (isIndicator(yTrue)) return areaOfLabels(subject, yTrue, yScore, average);
  const { truth, scores, classes } = readScored(subject, yTrue, yScore, options.labels);
  const present = new Set(truth);
  if (present.size < classes.length || present.size < 2) {
    throw new ArgumentError(
      `${subject}: every class must occur in yTrue, and at least two; received ${present.size} of ${classes.length}.`,
    );
  }
  if (classes.length === 2) return areaBelow(truth, 1, 0, columnOf(scores, 1));
  const allowed = multiClass === "ovr" ? ["macro", "micro", "weighted"] : ["macro", "weighted"];
  checkOneOf(`${subject}: average of several classes, ${multiClass},`, average, allowed);
  const columns = classes.length;
  const table = { data: new Uint8Array(truth.length * columns), rows: truth.length, columns };
  truth.forEach((label, i) => {
    table.data[i * columns + label] = 1;
  });
  if (multiClass === "ovr") return averageArea(subject, table, scores, average);
  const areas: number[] = [];
  const weights: number[] = [];
  const count = (code: number) => truth.reduce((sum, label) => sum + Number(label === code), 0);
  for (let a = 0; a < columns; a++) {
    for (let b = a + 1; b < columns; b++) {
      areas.push((areaBelow(truth, a, b, columnOf(scores, a)) + areaBelow(truth, b, a, columnOf(scores, b))) / 2);
      weights.push(average === "weighted" ? count(a) + count(b) : 1);
    }
  }
  return meanBy(areas, weights);
}

function areaOfLabels(subject: string, yTrue: IndicatorLike, yScore: ScoresLike, average: string): number {
  const table = readIndicator(`${subject}: yTrue`, yTrue);
  const scores = readMatrix(`${subject}: scores`, yScore as MatrixLike);
  if (scores.rows !== table.rows || scores.columns !== table.columns) {
    throw new ShapeError(
      `${subject}: there must be one score for each label of each sample, [${table.rows}, ${table.columns}]; ` +
        `received [${scores.rows}, ${scores.columns}].`,
    );
  }
  return averageArea(subject, table, scores, average);
}

/** The areas of columns, of rows, or of everything at once. */
function averageArea(subject: string, table: Indicator, scores: Matrix, average: string): number {
  const { rows, columns } = table;
  const areaOf = (what: string, truth: Int32Array, values: Float64Array) => {
    const positives = truth.reduce((sum, one) => sum + one, 0);
    if (positives > 0 && positives < truth.length) return areaBelow(truth, 1, 0, values);
    throw new ArgumentError(
      `${subject}: both 0 and 1 must occur in ${what} of yTrue; received ${positives} times 1 of ${truth.length}.`,
    );
  };
  if (average === "micro") return areaOf("the whole", Int32Array.from(table.data), Float64Array.from(scores.data));
  const bySample = average === "samples";
  const areas: number[] = [];
  const weights: number[] = [];
  for (let part = 0; part < (bySample ? rows : columns); part++) {
    const places = Array.from({ length: bySample ? columns : rows }, (_, i) =>
      bySample ? part * columns + i : i * columns + part,
    );
    const truth = Int32Array.from(places, (at) => table.data[at] as number);
    const name = `${bySample ? "row" : "column"} ${part}`;
    areas.push(
      areaOf(
        name,
        truth,
        Float64Array.from(places, (at) => scores.data[at] as number),
      ),
    );
    weights.push(average === "weighted" ? truth.reduce((sum, one) => sum + one, 0) : 1);
  }
  return meanBy(areas, weights);
}

function meanBy(values: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, i) => sum + value * (weights[i] as number), 0) / total;
}

function columnOf({ data, rows, columns }: Matrix, j: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * columns + j] as number);
}

export interface RocCurve {
  readonly falsePositiveRate: readonly number[];
  readonly truePositiveRate: readonly number[];
  /** The score from which on a sample counts as positive; Infinity at the first point. */
  readonly thresholds: readonly number[];
}

/** One point per different score, from the highest down, after (0, 0). The positive class is the second. */
export function rocCurve(yTrue: LabelsLike, yScore: ScoresLike): RocCurve {
  checkArity("rocCurve", arguments.length, 2);
  const { truth, scores, classes } = readScored("rocCurve", yTrue, yScore);
  if (classes.length !== 2) throw new ArgumentError(`rocCurve: needs two classes; received ${classes.length}.`);
  const positives = truth.filter((label) => label === 1).length;
  const score = (i: number) => scores.data[2 * i + 1] as number;
  const order = [...truth.keys()].sort((a, b) => score(b) - score(a));
  const curve = { falsePositiveRate: [0], truePositiveRate: [0], thresholds: [Infinity] };
  let hits = 0;
  order.forEach((i, place) => {
    hits += truth[i] as number;
    const next = order[place + 1];
    if (next !== undefined && score(next) === score(i)) return;
    curve.falsePositiveRate.push((place + 1 - hits) / (truth.length - positives));
    curve.truePositiveRate.push(hits / positives);
    curve.thresholds.push(score(i));
  });
  return curve;
}

/** Mann-Whitney: ranks of the positives among positives and negatives, ties sharing their mean rank. */
function areaBelow(truth: Int32Array, positive: number, negative: number | null, scores: Float64Array): number {
  const taken = [...truth.keys()].filter((i) => negative === null || truth[i] === positive || truth[i] === negative);
  const order = taken.sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let rankSum = 0;
  let positives = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && scores[order[to] as number] === scores[order[from] as number]) to++;
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i++) {
      if (truth[order[i] as number] !== positive) continue;
      rankSum += rank;
      positives++;
    }
    from = to;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
}

/** Labels as places among the classes, and a column of scores per class; `single` are those of one score per sample. */
function readScored(subject: string, yTrue: LabelsLike, yScore: ScoresLike, given?: readonly Label[]) {
  const labels = readLabels(`${subject}: yTrue`, yTrue);
  const classes = given === undefined ? classesOf(labels) : readClasses(subject, given);
  const { scores, single } = readScores(subject, yScore);
  if (scores.rows !== labels.length) {
    throw new ShapeError(
      `${subject}: there must be one row of scores per label; received ${scores.rows} for ${labels.length}.`,
    );
  }
  if (scores.columns !== classes.length) {
    throw new ShapeError(
      `${subject}: there must be one column of scores per class; received ${scores.columns} for ${describe([...classes])}; ` +
        "pass labels where yTrue lacks some.",
    );
  }
  return { truth: indicesOf(`${subject}: yTrue`, labels, classes), scores, classes, single };
}

/** A list of one number per sample, or a single column, becomes the two columns 1 - p and p. */
function readScores(
  subject: string,
  scores: ScoresLike,
): { readonly scores: Matrix; readonly single?: readonly number[] } {
  const flat = scores instanceof Tensor ? scores.rank === 1 : !Array.isArray(scores) || !isList(scores[0]);
  const matrix = flat ? undefined : readMatrix(`${subject}: scores`, scores as MatrixLike);
  if (matrix && matrix.columns > 1) return { scores: matrix };
  const single = matrix
    ? Array.from(matrix.data)
    : (readLabels(`${subject}: scores`, scores as ArrayLike<number>) as readonly number[]);
  const pairs = single.map((p) => [1 - p, p]);
  return { scores: readMatrix(`${subject}: scores`, pairs), single };
}

function rowOf({ data, columns }: Matrix, i: number): Float32Array | Float64Array {
  return data.subarray(i * columns, (i + 1) * columns);
}
