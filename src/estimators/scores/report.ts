// The classification report as scikit-learn prints it.

import { ArgumentError, checkArity, checkInteger, checkOptions, describe } from "../../errors.js";
import { isIndicator, type TruthLike } from "../samples/indicator.js";
import { classesOf, type Label, type LabelsLike, readLabels } from "../samples/labels.js";
import { accuracyScore, type ClassOptions } from "./confusion.js";
import { type PrecisionRecallFscore, perClassFscore, precisionRecallFscore } from "./fscores.js";

export interface ClassificationReport {
  readonly classes: readonly (PrecisionRecallFscore & { readonly label: Label })[];
  /** The share of the samples that are wholly right. */
  readonly accuracy: number;
  readonly macro: PrecisionRecallFscore;
  readonly weighted: PrecisionRecallFscore;
  /** Of some of the labels, or of several labels per sample: all predictions together. */
  readonly micro?: PrecisionRecallFscore;
  /** Of several labels per sample: the mean over samples. */
  readonly samples?: PrecisionRecallFscore;
  /** The report as a table. */
  toString(): string;
}

export interface ReportOptions extends ClassOptions {
  /** What the classes are called, in their order. Default: the labels. */
  readonly targetNames?: readonly string[];
  /** Decimals in the table. Default 2. */
  readonly digits?: number;
}

/** Precision, recall and F1 of each class and averaged. Prints as a table. */
export function classificationReport(
  yTrue: TruthLike,
  yPred: TruthLike,
  options: ReportOptions = {},
): ClassificationReport {
  const subject = "classificationReport";
  checkArity(subject, arguments.length, 3);
  checkOptions(subject, options, ["targetNames", "digits", "labels"]);
  const { targetNames, digits = 2, labels } = options;
  checkInteger(`${subject}: digits`, digits, 0);
  const some = labels === undefined ? {} : { labels };
  const classes = perClassFscore(yTrue, yPred, some);
  if (targetNames !== undefined && (!Array.isArray(targetNames) || targetNames.length !== classes.length)) {
    throw new ArgumentError(
      `${subject}: targetNames must name the ${classes.length} classes; received ${describe(targetNames)}.`,
    );
  }
  const averaged = (average: "macro" | "weighted" | "micro" | "samples") =>
    precisionRecallFscore(yTrue, yPred, { average, ...some });
  const accuracy = accuracyScore(yTrue, yPred);
  const macro = averaged("macro");
  const weighted = averaged("weighted");
  const several = isIndicator(yTrue);
  // If every class is in the table, the micro average is the accuracy.
  const whole = !several && (labels === undefined || namesAll(labels, yTrue as LabelsLike, yPred as LabelsLike));
  const micro = whole ? undefined : averaged("micro");
  const samples = several ? averaged("samples") : undefined;

  const cells = ({ precision, recall, fscore, support }: PrecisionRecallFscore) => [
    ...[precision, recall, fscore].map((value) => fixed(value, digits)),
    String(support),
  ];
  const rows = [
    ["", "precision", "recall", "f1-score", "support"],
    [],
    ...classes.map((scores, i) => [targetNames?.[i] ?? String(scores.label), ...cells(scores)]),
    [],
    micro ? ["micro avg", ...cells(micro)] : ["accuracy", "", "", fixed(accuracy, digits), String(macro.support)],
    ["macro avg", ...cells(macro)],
    ["weighted avg", ...cells(weighted)],
    ...(samples ? [["samples avg", ...cells(samples)]] : []),
  ];
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  const line = ([name = "", ...values]: string[]) =>
    [`${name.padStart(width)} `, ...values.map((value) => value.padStart(10))].join("").trimEnd();
  return {
    classes,
    accuracy,
    macro,
    weighted,
    ...(micro && { micro }),
    ...(samples && { samples }),
    toString: () => rows.map(line).join("\n"),
  };
}

/** A number in [0, 1] with so many decimals; halfway between two, the even one, as Python prints. */
function fixed(value: number, digits: number): string {
  // Only odd multiples of a power of two lie halfway.
  const halfway = (value * 2 ** (digits + 1)) % 2 === 1;
  const below = Math.floor(value * 10 ** digits);
  return (halfway ? (below + (below % 2)) / 10 ** digits : value).toFixed(digits);
}

function namesAll(labels: readonly Label[], yTrue: LabelsLike, yPred: LabelsLike): boolean {
  const named = new Set(labels);
  return classesOf([...readLabels("", yTrue), ...readLabels("", yPred)]).every((label) => named.has(label));
}
