// What a metric is: nodes that a batch is asked for, and a state that takes them in, so that the value over many batches
// is that over all examples at once, however the batches are cut.

import { checkArity } from "../../errors.js";
import type { OutputKind } from "../../ops/labels.js";
import { checkNode, type Node } from "../../ops/op.js";
import { mean } from "../../ops/reductions.js";
import type { TensorData } from "../../tensor/tensor.js";
import { type Description, describedAs } from "../description.js";

/** A mean over the batch, a scalar: what is reported is the mean over all examples. */
export interface Metric {
  readonly name: string;
  /** What makes it again, if it is one of the library's. */
  readonly config?: Description;
  /** `kind` says what a row of outputs means where it cannot be seen: the loss knows. */
  apply(output: Node, labels: Node, kind?: OutputKind): Node;
}

/** Anything else: a value that is no mean over the examples. `T` is a number where `fit` reports it. */
export interface StreamingMetric<T = number> {
  readonly name: string;
  readonly config?: Description;
  /** What each batch is asked for. */
  nodes(output: Node, labels: Node, kind?: OutputKind): readonly Node[];
  /** A state that has seen nothing. */
  start(): MetricState<T>;
}

export interface MetricState<T = number> {
  /** Takes in a batch: the values of the nodes, in their order, and how many examples it has. */
  add(values: readonly TensorData[], examples: number): void;
  /** Over all examples taken in; NaN, or empty, before the first. */
  readonly value: T;
}

/** A metric as one with a state. */
export function streaming<T>(metric: Metric | StreamingMetric<T>): StreamingMetric<T | number> {
  if ("start" in metric) return metric;
  return {
    name: metric.name,
    nodes: (output, labels, kind) => [metric.apply(output, labels, kind)],
    start: () => new Mean(),
  };
}

/** The mean over examples of means over batches. */
class Mean implements MetricState {
  #sum = 0;
  #examples = 0;

  add(values: readonly TensorData[], examples: number): void {
    this.#sum += ((values[0] as TensorData)[0] as number) * examples;
    this.#examples += examples;
  }
  get value(): number {
    return this.#sum / this.#examples;
  }
}

/** A metric that is the mean of one number for each example or element. */
export function meanMetric(
  name: string,
  each: (output: Node, labels: Node, kind?: OutputKind) => Node,
  options: object = {},
  kind = name,
): Metric {
  const apply: Metric["apply"] = (...[output, labels, ...more]) => {
    checkArity(name, more.length + 2, 3);
    checkNode(name, "output", output);
    checkNode(name, "labels", labels);
    return mean(each(output, labels, more[0]));
  };
  return describedAs(kind, options, { name, apply });
}
