// Metrics by name, for `compile`.

import { ArgumentError, describe, oneOf } from "../errors.js";
import { accuracy } from "./accuracy.js";
import type { Metric } from "./metric.js";

export type { Metric } from "./metric.js";

const metrics = { accuracy };

export type MetricName = keyof typeof metrics;

/** A metric from its name; a metric is returned as it is. */
export function getMetric(metric: MetricName | Metric): Metric {
  if (typeof metric === "object" && metric !== null) {
    if (typeof metric.name === "string" && typeof metric.apply === "function") return metric;
    throw new ArgumentError("compile: a metric must have a name and a function apply(output, labels).");
  }
  if (!Object.hasOwn(metrics, metric)) {
    throw new ArgumentError(
      `compile: a metric must be a metric or ${oneOf(Object.keys(metrics))}; received ${describe(metric)}.`,
    );
  }
  return metrics[metric];
}
