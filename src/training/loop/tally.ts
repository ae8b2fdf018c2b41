// What is reported over many batches: means over all examples, and metrics with a state.

import type { MetricState, StreamingMetric } from "../../nn/metrics/metric.js";
import type { Node } from "../../ops/op.js";
import type { Executable } from "../../runtime/executable.js";

/** Values by name: `loss`, `accuracy`, `valLoss`, ... */
export type Metrics = Readonly<Record<string, number>>;

/** The loss, which is always there, and the metrics by name. */
export type LossAndMetrics = Metrics & { readonly loss: number };

/** Under which a metric of the validation data is reported: `accuracy` becomes `valAccuracy`. */
export function inValidation(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** A metric that is no mean over the examples, with the nodes that each batch is asked for. */
export interface Stream {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly start: StreamingMetric["start"];
}

export interface Reports {
  /** Names and scalar nodes, the loss first: means over a batch. */
  readonly reports: readonly (readonly [name: string, node: Node])[];
  readonly streams: readonly Stream[];
}

/** All nodes that a batch is asked for. */
export function reportNodes({ reports, streams }: Reports): Node[] {
  return [...reports.map(([, node]) => node), ...streams.flatMap(({ nodes }) => nodes)];
}

export class Tally {
  /** Of the reports, over the examples so far. */
  readonly sums: Float64Array;
  examples = 0;
  /** Of the last batch. */
  loss = Number.NaN;
  readonly #reports: Reports;
  readonly #nodes: readonly Node[];
  #states: readonly MetricState[];

  constructor(reports: Reports) {
    this.#reports = reports;
    this.#nodes = reports.reports.map(([, node]) => node);
    this.sums = new Float64Array(this.#nodes.length);
    this.#states = reports.streams.map(({ start }) => start());
  }

  reset(): void {
    const { sums } = this;
    for (let i = 0; i < sums.length; i++) sums[i] = 0;
    this.examples = 0;
    if (this.#states.length > 0) this.#states = this.#reports.streams.map(({ start }) => start());
  }

  /** Takes in a batch that has been run. */
  add(executable: Executable, count: number): void {
    const { sums } = this;
    for (let i = 0; i < sums.length; i++) {
      const value = executable.scalar(this.#nodes[i] as Node);
      if (i === 0) this.loss = value;
      sums[i] = (sums[i] as number) + value * count;
    }
    this.examples += count;
    for (let i = 0; i < this.#states.length; i++) {
      const { nodes } = this.#reports.streams[i] as Stream;
      (this.#states[i] as MetricState).add(
        nodes.map((node) => executable.output(node).data),
        count,
      );
    }
  }

  get metrics(): LossAndMetrics {
    const { reports, streams } = this.#reports;
    const entries: [string, number][] = [];
    for (let i = 0; i < reports.length; i++) {
      const [name] = reports[i] as (typeof reports)[number];
      entries.push([name, (this.sums[i] as number) / this.examples]);
    }
    for (let i = 0; i < streams.length; i++) {
      entries.push([(streams[i] as Stream).name, (this.#states[i] as MetricState).value]);
    }
    return Object.fromEntries(entries) as unknown as LossAndMetrics;
  }
}
