// Scores of predicted probabilities: log loss, top-k accuracy and the area under the ROC curve.

import { ArgumentError, checkInteger, checkOptions, describe, oneOf, ShapeError } from "../errors.js";
import { classesOf, indicesOf, type Label, type LabelsLike, readLabels } from "../samples/labels.js";
import { type Matrix, type MatrixLike, readMatrix } from "../samples/matrix.js";
import { Tensor } from "../tensor/tensor.js";

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
 * The share of samples whose true class is among the k highest scores. Of equal scores the later class ranks higher, as
 * in scikit-learn; `inTopK` of the engine counts all that tie with the k-th as in.
 */
export function topKAccuracyScore(yTrue: LabelsLike, yScore: ScoresLike, options: TopKOptions = {}): number {
  checkOptions("topKAccuracyScore", options, ["k", "labels"]);
  const { k = 2 } = options;
  checkInteger("topKAccuracyScore: k", k, 1);
  const { truth, scores } = readScored("topKAccuracyScore", yTrue, yScore, options.labels);
  let inTop = 0;
  truth.forEach((label, i) => {
    const row = rowOf(scores, i);
    const own = row[label] as number;
    let above = 0;
    for (let j = 0; j < row.length; j++) {
      if ((row[j] as number) > own || ((row[j] as number) === own && j > label)) above++;
    }
    if (above < k) inTop++;
  });
  return inTop / truth.length;
}

export interface RocAucOptions extends ClassColumns {
  /** Several classes: each against the rest, or the mean over all pairs of two. Default "ovr". */
  readonly multiClass?: "ovr" | "ovo";
}

/**
 * The area under the ROC curve: how often a positive sample scores higher than a negative one, ties counting half.
 * For several classes the unweighted mean (macro).
 */
export function rocAucScore(yTrue: LabelsLike, yScore: ScoresLike, options: RocAucOptions = {}): number {
  checkOptions("rocAucScore", options, ["multiClass", "labels"]);
  const { multiClass = "ovr" } = options;
  if (multiClass !== "ovr" && multiClass !== "ovo") {
    throw new ArgumentError(
      `rocAucScore: multiClass must be ${oneOf(["ovr", "ovo"])}; received ${describe(multiClass)}.`,
    );
  }
  const { truth, scores, classes } = readScored("rocAucScore", yTrue, yScore, options.labels);
  const present = new Set(truth);
  if (present.size < classes.length || present.size < 2) {
    throw new ArgumentError(
      `rocAucScore: every class must occur in yTrue, and at least two; received ${present.size} of ${classes.length}.`,
    );
  }
  const column = (j: number) => Float64Array.from(truth, (_, i) => scores.data[i * scores.columns + j] as number);
  if (classes.length === 2) return areaBelow(truth, 1, 0, column(1));
  const areas: number[] = [];
  classes.forEach((_, a) => {
    if (multiClass === "ovr") areas.push(areaBelow(truth, a, null, column(a)));
    else {
      for (let b = a + 1; b < classes.length; b++) {
        areas.push((areaBelow(truth, a, b, column(a)) + areaBelow(truth, b, a, column(b))) / 2);
      }
    }
  });
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

export interface RocCurve {
  readonly falsePositiveRate: readonly number[];
  readonly truePositiveRate: readonly number[];
  /** The score from which on a sample counts as positive; Infinity at the first point. */
  readonly thresholds: readonly number[];
}

/** One point per different score, from the highest down, after (0, 0). The positive class is the second. */
export function rocCurve(yTrue: LabelsLike, yScore: ScoresLike): RocCurve {
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

/** Labels as places among the classes, and a column of scores per class. */
function readScored(subject: string, yTrue: LabelsLike, yScore: ScoresLike, given?: readonly Label[]) {
  const labels = readLabels(`${subject}: yTrue`, yTrue);
  const classes = given ?? classesOf(labels);
  const scores = readScores(subject, yScore);
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
  return { truth: indicesOf(`${subject}: yTrue`, labels, classes), scores, classes };
}

/** A list of one number per sample becomes the two columns 1 - p and p. */
function readScores(subject: string, scores: ScoresLike): Matrix {
  const flat = scores instanceof Tensor ? scores.rank === 1 : !Array.isArray(scores) || typeof scores[0] === "number";
  if (!flat) return readMatrix(`${subject}: scores`, scores as MatrixLike);
  const values = readLabels(`${subject}: scores`, scores as ArrayLike<number>) as readonly number[];
  return readMatrix(
    `${subject}: scores`,
    values.map((p) => [1 - p, p]),
  );
}

function rowOf({ data, columns }: Matrix, i: number): Float32Array | Float64Array {
  return data.subarray(i * columns, (i + 1) * columns);
}
