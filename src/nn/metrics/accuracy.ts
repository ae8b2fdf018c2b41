// Shares of right decisions.

import { checkArity, checkInteger, checkNoOptions, checkOptions, ShapeError } from "../../errors.js";
import { affine, subtract } from "../../ops/arithmetic.js";
import type { Node } from "../../ops/op.js";
import { equal, inTopK } from "../../ops/ranking.js";
import { abs } from "../../ops/unary.js";
import { binaryDecisions, checkThreshold, classDecisions, classesOf, type Decisions, kindOf } from "./decisions.js";
import { type Metric, meanMetric } from "./metric.js";

/**
 * For outputs that tell classes apart, `categoricalAccuracy`; else `binaryAccuracy`. Rows of outputs [n, k] speak of
 * classes, unless the loss is one of independent answers, such as binaryCrossentropy, or the outputs are sigmoids: with
 * labels that are rows too, each element then counts by itself.
 */
export function accuracy(): Metric {
  checkNoOptions("accuracy", arguments);
  return meanMetric("accuracy", (output, labels, kind) =>
    kindOf(output, labels, kind) === "classes"
      ? sameClass("accuracy", output, labels)
      : agree(binaryDecisions("accuracy", output, labels)),
  );
}

/**
 * Share of the examples whose largest output, the first of equal ones, is at the label: an integer, or the largest number
 * of a row.
 */
export function categoricalAccuracy(): Metric {
  checkNoOptions("categoricalAccuracy", arguments);
  return meanMetric("categoricalAccuracy", (output, labels) => sameClass("categoricalAccuracy", output, labels));
}

function sameClass(name: string, output: Node, labels: Node): Node {
  const { predicted, actual } = classDecisions(name, output, labels);
  return equal(predicted, actual);
}

export interface ThresholdOption {
  /** The probability above which an output means yes, in (0, 1). Default 0.5. */
  readonly threshold?: number;
}

/** Share of the elements whose output and label, both yes or no, agree. */
export function binaryAccuracy(options: ThresholdOption = {}): Metric {
  checkArity("binaryAccuracy", arguments.length, 1);
  checkOptions("binaryAccuracy", options, ["threshold"]);
  const { threshold = 0.5 } = options;
  checkThreshold("binaryAccuracy", threshold);
  const each = (output: Node, labels: Node) => agree(binaryDecisions("binaryAccuracy", output, labels, threshold));
  return meanMetric("binaryAccuracy", each, options);
}

/**
 * Share of the examples whose label is among the k largest outputs of its row; a tie with the k-th counts as in. The name
 * holds k: `top5Accuracy`. Fails with ShapeError for independent answers, of which several may be yes.
 */
export function topKAccuracy(options: { readonly k?: number } = {}): Metric {
  checkArity("topKAccuracy", arguments.length, 1);
  checkOptions("topKAccuracy", options, ["k"]);
  const { k = 5 } = options;
  checkInteger("topKAccuracy: k", k, 1);
  return meanMetric(
    `top${k}Accuracy`,
    (output, labels, kind) => {
      if (kindOf(output, labels, kind) === "classes") {
        return inTopK(output, classesOf("topKAccuracy", output, labels), { k });
      }
      throw new ShapeError(
        "topKAccuracy: the output must tell classes apart, [null, classes]; it is a yes or no each, of which several may be right.",
      );
    },
    options,
    "topKAccuracy",
  );
}

function agree({ predicted, actual }: Decisions): Node {
  return affine(abs(subtract(predicted, actual)), { scale: -1, shift: 1 });
}
