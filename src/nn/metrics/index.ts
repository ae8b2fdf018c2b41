// Metrics: functions that make them, and names for `compile`.

import { ArgumentError, checkArity, describe, readName } from "../../errors.js";
import { fold } from "../../names.js";
import { checkOrder } from "../../ops/labels.js";
import type { Node } from "../../ops/op.js";
import { mean } from "../../ops/reductions.js";
import { accuracy, binaryAccuracy, categoricalAccuracy } from "./accuracy.js";
import { meanAbsoluteError, meanSquaredError } from "./errors.js";
import type { Metric, StreamingMetric } from "./metric.js";

export { type ThresholdOption, topKAccuracy } from "./accuracy.js";
export { type AucOptions, auc } from "./auc.js";
export { type Average, type AverageOptions, confusionMatrix, f1, precision, recall } from "./confusion.js";
export { logLoss } from "./errors.js";
export { type Meter, meter } from "./meter.js";
export type { Metric, MetricState, StreamingMetric } from "./metric.js";
export { r2 } from "./r2.js";
export { accuracy, binaryAccuracy, categoricalAccuracy, meanAbsoluteError, meanSquaredError };

/** Those with a name are in every program with a model, so they are few. */
const metrics = { accuracy, binaryAccuracy, categoricalAccuracy, meanSquaredError, meanAbsoluteError };
/** The short names of Keras, folded. */
const aliases = {
  acc: "accuracy",
  mse: "meanSquaredError",
  mae: "meanAbsoluteError",
  sparsecategoricalaccuracy: "categoricalAccuracy",
} as const;
/** Metrics that are called, not named, with the words of Keras and scikit-learn for them, folded. */
const called: Readonly<Record<string, string>> = {
  auc: "auc",
  rocauc: "auc",
  confusionmatrix: "confusionMatrix",
  f1: "f1",
  f1score: "f1",
  logloss: "logLoss",
  precision: "precision",
  r2: "r2",
  r2score: "r2",
  recall: "recall",
  topkaccuracy: "topKAccuracy",
};

export type MetricName = keyof typeof metrics;
/** A metric by its name, in any spelling: `"accuracy"`, `"acc"`, `"binary_accuracy"`. */
export type MetricAlias = keyof typeof aliases;
/** The formula of a metric: of output and labels, in this order, a scalar, or one number for each example or element. */
export type MetricFunction = (output: Node, labels: Node) => Node;

/** A metric from its name or from a function of nodes; a metric is returned as it is. */
export function getMetric(
  metric: MetricName | MetricAlias | MetricFunction | Metric | StreamingMetric,
): Metric | StreamingMetric {
  checkArity("getMetric", arguments.length, 1);
  if (typeof metric === "function") return metricOf(metric);
  if (typeof metric === "object" && metric !== null) {
    const { name, apply, nodes, start } = metric as Partial<Metric & StreamingMetric>;
    const usable = typeof apply === "function" || (typeof nodes === "function" && typeof start === "function");
    if (typeof name !== "string" || !usable) {
      throw new ArgumentError("compile: a metric must have a name and a function apply(output, labels).");
    }
    checkOrder(`compile: metric ${name}`, apply ?? nodes);
    return checkNumeric(metric);
  }
  const key = typeof metric === "string" ? fold(metric) : "";
  if (Object.hasOwn(called, key)) {
    throw new ArgumentError(
      `compile: this metric is called, not named, so that a page without it does not load it; received ` +
        `${describe(metric)}; use metrics.${called[key]}().`,
    );
  }
  const names = Object.keys(metrics) as MetricName[];
  return metrics[readName("compile: a metric", metric, names, aliases, "a metric or ")]();
}

/** A metric from its formula, under the name of the function. */
function metricOf(compute: MetricFunction): Metric {
  const name = compute.name || "metric";
  if (compute.length === 0) {
    const remedy =
      Object.hasOwn(called, fold(name)) || Object.hasOwn(metrics, name) ? `; call it: metrics.${name}()` : "";
    throw new ArgumentError(
      `compile: a metric must be a function of (output, labels); received function ${name}, which takes nothing${remedy}.`,
    );
  }
  checkOrder(`compile: metric ${name}`, compute);
  return {
    name,
    apply: (output, labels) => {
      const made = compute(output, labels);
      return made?.shape?.length > 0 ? mean(made) : made;
    },
  };
}

/** Fails where the value is no number, such as a matrix: nothing that reads reports could show it. */
function checkNumeric(metric: Metric | StreamingMetric): Metric | StreamingMetric {
  const value: unknown = "start" in metric ? metric.start().value : 0;
  if (typeof value === "number") return metric;
  throw new ArgumentError(
    `compile: a metric must have a number as its value; ${metric.name} has ${describe(value)}; metrics.meter takes it.`,
  );
}
