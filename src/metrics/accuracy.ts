// Shares of right decisions.

import { checkInteger, checkOptions } from "../errors.js";
import { affine, subtract } from "../ops/arithmetic.js";
import type { Node } from "../ops/op.js";
import { equal, inTopK } from "../ops/ranking.js";
import { abs } from "../ops/unary.js";
import { binaryDecisions, checkThreshold, classDecisions, classesOf, type Decisions, hasClasses } from "./decisions.js";
import { type Metric, meanMetric } from "./metric.js";

/**
 * For outputs [n, classes] the share of the examples whose largest output, the first of equal ones, is at the label: an
 * integer, or the largest of a row. For other outputs as `binaryAccuracy`.
 */
export function accuracy(): Metric {
  return meanMetric("accuracy", (output, labels) => {
    if (!hasClasses(output)) return agree(binaryDecisions(output, labels));
    const { predicted, actual } = classDecisions("accuracy", output, labels);
    return equal(predicted, actual);
  });
}

export interface ThresholdOption {
  /** The probability above which an output means yes, in (0, 1). Default 0.5. */
  readonly threshold?: number;
}

/** Share of the elements whose output and label, both yes or no, agree. */
export function binaryAccuracy(options: ThresholdOption = {}): Metric {
  checkOptions("binaryAccuracy", options, ["threshold"]);
  const { threshold = 0.5 } = options;
  checkThreshold("binaryAccuracy", threshold);
  return meanMetric("binaryAccuracy", (output, labels) => agree(binaryDecisions(output, labels, threshold)), options);
}

/**
 * Share of the examples whose label is among the k largest outputs of its row; a tie with the k-th counts as in. The name
 * holds k: `top5Accuracy`.
 */
export function topKAccuracy(options: { readonly k?: number } = {}): Metric {
  checkOptions("topKAccuracy", options, ["k"]);
  const { k = 5 } = options;
  checkInteger("topKAccuracy: k", k, 1);
  return meanMetric(
    `top${k}Accuracy`,
    (output, labels) => inTopK(output, classesOf(labels), { k }),
    options,
    "topKAccuracy",
  );
}

function agree({ predicted, actual }: Decisions): Node {
  return affine(abs(subtract(predicted, actual)), { scale: -1, shift: 1 });
}
