// Precision, recall and F-score by class, label or sample, and their averages. Conventions are those of scikit-learn;
// undefined ratios (0 / 0) count as 0.

import { ArgumentError, checkArity, checkNumber, checkOneOf, checkOptions, describe } from "../../errors.js";
import { type Indicator, isIndicator, type TruthLike } from "../samples/indicator.js";
import { indicesOf, type Label, readLabels } from "../samples/labels.js";
import {
  type ClassOptions,
  checkOccurs,
  marginsOf,
  ratio,
  readClasses,
  readIndicators,
  sum,
  tallyAll,
} from "./confusion.js";

const averages = ["macro", "micro", "weighted", "binary", "samples"] as const;
export type Average = (typeof averages)[number];

export interface PrecisionRecallFscore {
  readonly precision: number;
  readonly recall: number;
  readonly fscore: number;
  /** How many samples belong to the class, or to all of them. */
  readonly support: number;
}

export interface AverageOptions extends ClassOptions {
  /**
   * "macro": mean over classes; "weighted": the same, by support; "micro": of all samples together; "binary": of the
   * class `posLabel`; "samples": mean over samples, if each has several labels.
   */
  readonly average?: Average;
  /** For "binary". Default: 1 or true; of other labels the last. */
  readonly posLabel?: Label;
}

/** Default average "macro". */
export interface FscoreOptions extends AverageOptions {
  /** Recall counts beta times as much as precision. Default 1. */
  readonly beta?: number;
}

/** Precision, recall and F-score of each class, in the order of `labels`; of several labels per sample, of each column. */
export function perClassFscore(
  yTrue: TruthLike,
  yPred: TruthLike,
  options: ClassOptions & { readonly beta?: number } = {},
): readonly (PrecisionRecallFscore & { readonly label: Label })[] {
  checkArity("perClassFscore", arguments.length, 3);
  checkOptions("perClassFscore", options, ["labels", "beta"]);
  const beta = readBeta("perClassFscore", options);
  const counts = countsOf("perClassFscore", yTrue, yPred, options.labels);
  return counts.labels.map((label, i) => ({ label, ...scoresOf(counts, i, beta) }));
}

/** Precision, recall and F-score, averaged over the classes; "macro" by default. */
export function precisionRecallFscore(
  yTrue: TruthLike,
  yPred: TruthLike,
  options: FscoreOptions = {},
): PrecisionRecallFscore {
  checkArity("precisionRecallFscore", arguments.length, 3);
  checkOptions("precisionRecallFscore", options, ["labels", "average", "beta", "posLabel"]);
  return average("precisionRecallFscore", yTrue, yPred, options);
}

/** The share of the positive predictions that are right. `average` is "binary" by default, as in scikit-learn. */
export function precisionScore(yTrue: TruthLike, yPred: TruthLike, options: AverageOptions = {}): number {
  checkArity("precisionScore", arguments.length, 3);
  return ofBinary("precisionScore", yTrue, yPred, options).precision;
}

/** The share of the positive samples that were found. `average` is "binary" by default, as in scikit-learn. */
export function recallScore(yTrue: TruthLike, yPred: TruthLike, options: AverageOptions = {}): number {
  checkArity("recallScore", arguments.length, 3);
  return ofBinary("recallScore", yTrue, yPred, options).recall;
}

/** The harmonic mean of precision and recall. `average` is "binary" by default, as in scikit-learn. */
export function f1Score(yTrue: TruthLike, yPred: TruthLike, options: AverageOptions = {}): number {
  checkArity("f1Score", arguments.length, 3);
  return ofBinary("f1Score", yTrue, yPred, options).fscore;
}

function ofBinary(subject: string, yTrue: TruthLike, yPred: TruthLike, options: AverageOptions) {
  checkOptions(subject, options, ["labels", "average", "posLabel"]);
  return average(subject, yTrue, yPred, { average: "binary", ...options });
}

function average(subject: string, yTrue: TruthLike, yPred: TruthLike, options: FscoreOptions): PrecisionRecallFscore {
  const { average: kind = "macro", labels } = options;
  checkOneOf(`${subject}: average`, kind, averages);
  const beta = readBeta(subject, options);
  if (options.posLabel !== undefined) readLabels(`${subject}: posLabel`, [options.posLabel]);
  const counts = countsOf(subject, yTrue, yPred, labels);
  if (kind === "samples") return ofSamples(subject, counts, beta);
  if (kind === "micro") return fscoreOf(sum(counts.hits), sum(counts.predicted), sum(counts.actual), beta);
  const classes = counts.labels.map((_, i) => scoresOf(counts, i, beta));
  if (kind === "binary") {
    return classes[positiveClass(subject, counts, options.posLabel)] ?? { ...NOTHING, support: 0 };
  }
  return meanOf(classes, kind === "macro" ? classes.map(() => 1) : counts.actual);
}

const NOTHING = { precision: 0, recall: 0, fscore: 0 };

/** How often each class or label was right, predicted and true. */
interface Counts {
  readonly labels: readonly Label[];
  readonly hits: readonly number[];
  readonly predicted: readonly number[];
  readonly actual: readonly number[];
  /** How many classes occur, those that were not asked for included. */
  readonly present: number;
  /** Of several labels per sample. */
  readonly table: { readonly truth: Indicator; readonly predicted: Indicator } | null;
}

/** Of some labels, all samples still count: one of another class is a wrong prediction. */
function countsOf(subject: string, yTrue: TruthLike, yPred: TruthLike, given?: readonly Label[]): Counts {
  if (isIndicator(yTrue) || isIndicator(yPred)) return columnCounts(subject, yTrue, yPred, given);
  const labels = given && readClasses(subject, given);
  const matrix = tallyAll(subject, yTrue, yPred, labels);
  const { hits, rows, columns } = marginsOf(matrix.counts);
  const taken = labels ?? matrix.labels;
  if (labels) {
    checkOccurs(
      subject,
      labels,
      matrix.labels.filter((_, i) => (rows[i] as number) > 0),
    );
  }
  const places = [...indicesOf(subject, taken, matrix.labels)];
  const of = (values: readonly number[]) => places.map((place) => values[place] as number);
  const present = rows.filter((row, i) => row + (columns[i] as number) > 0).length;
  return { labels: taken, hits: of(hits), predicted: of(columns), actual: of(rows), present, table: null };
}

function columnCounts(subject: string, yTrue: TruthLike, yPred: TruthLike, given?: readonly Label[]): Counts {
  const table = readIndicators(subject, yTrue, yPred);
  const { columns } = table.truth;
  const labels = given ? readClasses(subject, given) : Array.from({ length: columns }, (_, j) => j);
  const wrong = labels.find(
    (label) => !Number.isInteger(label) || (label as number) < 0 || (label as number) >= columns,
  );
  if (wrong !== undefined) {
    throw new ArgumentError(`${subject}: labels must be columns in [0, ${columns}); received ${describe(wrong)}.`);
  }
  const count = (...tables: Indicator[]) =>
    labels.map((label) => {
      let total = 0;
      for (let at = label as number; at < table.truth.data.length; at += columns) {
        total += Number(tables.every(({ data }) => data[at] === 1));
      }
      return total;
    });
  const { truth, predicted } = table;
  return {
    labels,
    hits: count(truth, predicted),
    predicted: count(predicted),
    actual: count(truth),
    present: labels.length,
    table,
  };
}

function ofSamples(subject: string, { labels, table, actual }: Counts, beta: number): PrecisionRecallFscore {
  if (table === null) {
    throw new ArgumentError(`${subject}: average "samples" needs several labels per sample; received one each.`);
  }
  const { truth, predicted } = table;
  const samples = Array.from({ length: truth.rows }, (_, i) => {
    let [hits, guessed, real] = [0, 0, 0];
    for (const label of labels) {
      const at = i * truth.columns + (label as number);
      hits += (truth.data[at] as number) * (predicted.data[at] as number);
      guessed += predicted.data[at] as number;
      real += truth.data[at] as number;
    }
    return fscoreOf(hits, guessed, real, beta);
  });
  return {
    ...meanOf(
      samples,
      samples.map(() => 1),
    ),
    support: sum(actual),
  };
}

/** The place of the class that counts as positive; -1 if it does not occur. */
function positiveClass(subject: string, { labels, present, table }: Counts, given: Label | undefined): number {
  if (table !== null || present > 2) {
    const received = table === null ? `${present} classes` : "several labels per sample";
    throw new ArgumentError(
      `${subject}: average "binary" needs two classes; received ${received}. Choose "macro", "micro" or "weighted".`,
    );
  }
  const last = labels[labels.length - 1] as Label;
  const one = typeof last === "number" ? 1 : typeof last === "boolean" ? true : last;
  // Where only the other class occurs there is nothing that could be found.
  if (given === undefined && present < 2 && !labels.includes(one)) return -1;
  const positive = given ?? (labels.includes(one) ? one : last);
  return indicesOf(`${subject}: posLabel`, [positive], labels)[0] as number;
}

function meanOf(scores: readonly PrecisionRecallFscore[], weights: readonly number[]): PrecisionRecallFscore {
  const mean = (of: "precision" | "recall" | "fscore") =>
    ratio(sum(scores.map((each, i) => each[of] * (weights[i] as number))), sum(weights));
  const support = sum(scores.map((each) => each.support));
  return { precision: mean("precision"), recall: mean("recall"), fscore: mean("fscore"), support };
}

function scoresOf({ hits, predicted, actual }: Counts, i: number, beta: number): PrecisionRecallFscore {
  return fscoreOf(hits[i] as number, predicted[i] as number, actual[i] as number, beta);
}

function fscoreOf(hits: number, predicted: number, actual: number, beta: number): PrecisionRecallFscore {
  const precision = ratio(hits, predicted);
  const recall = ratio(hits, actual);
  const fscore = ratio((1 + beta ** 2) * hits, beta ** 2 * actual + predicted);
  return { precision, recall, fscore, support: actual };
}

function readBeta(subject: string, { beta = 1 }: { readonly beta?: number }): number {
  checkNumber(`${subject}: beta`, beta, 0);
  return beta;
}
