// The classification report as scikit-learn prints it.

import { checkOptions } from "../errors.js";
import type { Label, LabelsLike } from "../samples/labels.js";
import { accuracyScore, type PrecisionRecallFscore, perClassFscore, precisionRecallFscore } from "./confusion.js";

export interface ClassificationReport {
  readonly classes: readonly (PrecisionRecallFscore & { readonly label: Label })[];
  readonly accuracy: number;
  readonly macro: PrecisionRecallFscore;
  readonly weighted: PrecisionRecallFscore;
  /** The report as a table. */
  toString(): string;
}

export interface ReportOptions {
  /** What the classes are called, in their order. Default: the labels. */
  readonly targetNames?: readonly string[];
  /** Decimals in the table. Default 2. */
  readonly digits?: number;
}

/** Precision, recall and F1 of each class and averaged. Prints as a table. */
export function classificationReport(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: ReportOptions = {},
): ClassificationReport {
  checkOptions("classificationReport", options, ["targetNames", "digits"]);
  const { targetNames, digits = 2 } = options;
  const classes = perClassFscore(yTrue, yPred);
  const accuracy = accuracyScore(yTrue, yPred);
  const macro = precisionRecallFscore(yTrue, yPred, { average: "macro" });
  const weighted = precisionRecallFscore(yTrue, yPred, { average: "weighted" });

  const cells = ({ precision, recall, fscore, support }: PrecisionRecallFscore) => [
    ...[precision, recall, fscore].map((value) => value.toFixed(digits)),
    String(support),
  ];
  const rows = [
    ["", "precision", "recall", "f1-score", "support"],
    [],
    ...classes.map((scores, i) => [targetNames?.[i] ?? String(scores.label), ...cells(scores)]),
    [],
    ["accuracy", "", "", accuracy.toFixed(digits), String(macro.support)],
    ["macro avg", ...cells(macro)],
    ["weighted avg", ...cells(weighted)],
  ];
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  const line = ([name = "", ...values]: string[]) =>
    [`${name.padStart(width)} `, ...values.map((value) => value.padStart(10))].join("").trimEnd();
  return { classes, accuracy, macro, weighted, toString: () => rows.map(line).join("\n") };
}
