// A metric in a loop written by hand: nodes to fetch with each batch, and the value over all of them.
//   const auc = meter(metrics.auc(), logits, y);
//   for (const feeds of batches) auc.add(session.run(auc.nodes, feeds));
//   console.log(auc.value);

import { ArgumentError, checkArity, describe } from "../../errors.js";
import { greaterEqual } from "../../ops/arithmetic.js";
import { checkNode, type Node } from "../../ops/op.js";
import { equal } from "../../ops/ranking.js";
import { mean, sum } from "../../ops/reductions.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type Metric, type MetricState, type StreamingMetric, streaming } from "./metric.js";

export class Meter<T> {
  /** What to fetch with each batch. */
  readonly nodes: readonly Node[];
  readonly #metric: StreamingMetric<T>;
  #state: MetricState<T>;

  constructor(metric: StreamingMetric<T>, output: Node, labels: Node) {
    this.nodes = [...metric.nodes(output, labels), countOf(labels?.shape?.[0] === output.shape[0] ? labels : output)];
    this.#metric = metric;
    this.#state = metric.start();
  }

  /** Takes in a batch: the values of `nodes`. */
  add(values: readonly Tensor[]): void {
    checkArity("Meter.add", arguments.length, 1);
    if (!Array.isArray(values) || values.length !== this.nodes.length) {
      throw new ArgumentError(
        `Meter.add: values must be those of the ${this.nodes.length} nodes of ${this.#metric.name}; received ${describe(values)}.`,
      );
    }
    const data = values.map((value: Tensor) => value.data);
    const [examples] = data.pop() as ArrayLike<number> as [number];
    this.#state.add(data, examples);
  }

  /** Over all batches since the start. */
  get value(): T {
    return this.#state.value;
  }

  /** Starts anew. */
  reset(): void {
    checkArity("Meter.reset", arguments.length, 0);
    this.#state = this.#metric.start();
  }
}

export function meter(metric: Metric, output: Node, labels: Node): Meter<number>;
export function meter<T>(metric: StreamingMetric<T>, output: Node, labels: Node): Meter<T>;
export function meter<T>(metric: Metric | StreamingMetric<T>, output: Node, labels: Node): Meter<T | number> {
  checkArity("meter", arguments.length, 3);
  if (typeof metric !== "object" || metric === null || !("start" in metric || typeof metric.apply === "function")) {
    throw new ArgumentError(`meter: metric must be one of metrics; received ${describe(metric)}.`);
  }
  checkNode("meter", "output", output);
  checkNode("meter", "labels", labels);
  return new Meter(streaming(metric), output, labels);
}

/** The number of examples of a batch. */
function countOf(labels: Node): Node {
  const ones = labels.dtype === "int32" ? equal(labels, labels) : greaterEqual(labels, labels);
  const axis = ones.shape.map((_, i) => i).slice(1);
  return sum(axis.length > 0 ? mean(ones, { axis }) : ones);
}
