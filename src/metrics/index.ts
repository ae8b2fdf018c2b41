// Metrics: functions that make them, and names for `compile`.

import { ArgumentError, describe, oneOf } from "../errors.js";
import { accuracy, binaryAccuracy } from "./accuracy.js";
import { meanAbsoluteError, meanSquaredError } from "./errors.js";
import type { Metric, StreamingMetric } from "./metric.js";

export { type ThresholdOption, topKAccuracy } from "./accuracy.js";
export { auc } from "./auc.js";
export { type Average, type AverageOptions, confusionMatrix, f1, precision, recall } from "./confusion.js";
export { logLoss } from "./errors.js";
export { type Meter, meter } from "./meter.js";
export type { Metric, MetricState, StreamingMetric } from "./metric.js";
export { r2 } from "./r2.js";
export { accuracy, binaryAccuracy, meanAbsoluteError, meanSquaredError };

/** Those with a name are in every program with a model, so they are few. */
const metrics = { accuracy, binaryAccuracy, meanSquaredError, meanAbsoluteError };

export type MetricName = keyof typeof metrics;

/** A metric from its name; a metric is returned as it is. */
export function getMetric(metric: MetricName | Metric | StreamingMetric): Metric | StreamingMetric {
  if (typeof metric === "object" && metric !== null) {
    const { name, apply, nodes, start } = metric as Partial<Metric & StreamingMetric>;
    const usable = typeof apply === "function" || (typeof nodes === "function" && typeof start === "function");
    if (typeof name === "string" && usable) return checkNumeric(metric);
    throw new ArgumentError("compile: a metric must have a name and a function apply(output, labels).");
  }
  if (!Object.hasOwn(metrics, metric)) {
    throw new ArgumentError(
      `compile: a metric must be a metric or ${oneOf(Object.keys(metrics))}; received ${describe(metric)}.`,
    );
  }
  return metrics[metric]();
}

/** Fails where the value is no number, such as a matrix: nothing that reads reports could show it. */
function checkNumeric(metric: Metric | StreamingMetric): Metric | StreamingMetric {
  const value: unknown = "start" in metric ? metric.start().value : 0;
  if (typeof value === "number") return metric;
  throw new ArgumentError(
    `compile: a metric must have a number as its value; ${metric.name} has ${describe(value)}; metrics.meter takes it.`,
  );
}
