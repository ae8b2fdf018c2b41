// The loops behind `fit`, `evaluate` and `predict`: batches in, kernel calls, sums of what is reported.

import { gatherRows } from "../data/batches.js";
import type { Executable } from "../graph/executable.js";
import type { Session } from "../graph/session.js";
import type { Loss } from "../losses/loss.js";
import type { Node } from "../ops/op.js";
import type { HostSignal } from "../signal.js";
import { Tensor } from "../tensor/tensor.js";
import type { Examples, Features } from "./examples.js";
import type { TurnClock } from "./yield.js";

/** Values by name: `loss`, `accuracy`, ... */
export type Metrics = Readonly<Record<string, number>>;

/** The nodes of a model that is ready to train. */
export interface Trainable {
  readonly session: Session;
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
  /** For each output, its labels and its loss. */
  readonly labels: readonly Node[];
  readonly losses: readonly Loss[];
  /** Names and scalar nodes, the loss first. */
  readonly reports: readonly (readonly [name: string, node: Node])[];
  /** The variables that `update` changes. */
  readonly variables: readonly Node[];
  /** The optimizer's; null where there is nothing to train. */
  readonly update: Node | null;
  /** Updates to make with it: moving averages, counters. Which they are depends on what is frozen. */
  readonly moreUpdates: () => readonly Node[];
  /** An update to make after each step, which brings variables back within their constraints. */
  readonly projection: Node | null;
  /** Training steps planned so far, by batch size. */
  readonly steps: Map<number, Executable>;
}

export interface EpochOptions {
  readonly batchSize: number;
  /** Null for the order given. */
  readonly order: Uint32Array | null;
  readonly clock: TurnClock;
  readonly signal: HostSignal | undefined;
  readonly report: ((step: number, steps: number, metrics: () => Metrics) => void) | undefined;
}

/** One pass over the examples with an update after each batch; resolves to the means of the reports. */
export async function trainEpoch(model: Trainable, examples: Examples, options: EpochOptions): Promise<Metrics> {
  const { batchSize, order, clock, signal, report } = options;
  const { count: total } = examples;
  const { graph } = model.session;
  const project = model.projection && model.session.prepare({ fetches: [model.projection] });
  const nodes = model.reports.map(([, node]) => node);
  const steps = Math.ceil(total / batchSize);
  const sums = new Float64Array(nodes.length);
  let executable = trainingStep(model, Math.min(batchSize, total));
  for (let step = 1, from = 0; step <= steps; step++, from += batchSize) {
    const count = Math.min(batchSize, total - from);
    if (count !== executable.request.batch) executable = trainingStep(model, count);
    load(executable, model, examples, order, from, count);
    if (graph.knowsTraining) executable.input(graph.training)[0] = 1;
    executable.run();
    for (let i = 0; i < nodes.length; i++) {
      sums[i] = (sums[i] as number) + executable.scalar(nodes[i] as Node) * count;
    }
    project?.run();
    report?.(step, steps, () => meansOf(model, sums, from + count));
    if (clock.due) await clock.give();
    signal?.throwIfAborted();
  }
  return meansOf(model, sums, total);
}

/** The means of the reports over all examples. Changes nothing. */
export async function evaluateAll(
  model: Trainable,
  examples: Examples,
  batchSize: number,
  clock: TurnClock,
): Promise<Metrics> {
  const { count: total } = examples;
  const nodes = model.reports.map(([, node]) => node);
  const feeds = [...model.inputs, ...model.labels];
  const sums = new Float64Array(nodes.length);
  for (let from = 0; from < total; from += batchSize) {
    const count = Math.min(batchSize, total - from);
    const executable = model.session.prepare({ fetches: nodes, feeds, batch: count });
    load(executable, model, examples, null, from, count);
    executable.run();
    nodes.forEach((node, i) => {
      sums[i] = (sums[i] as number) + executable.scalar(node) * count;
    });
    if (clock.due) await clock.give();
  }
  return meansOf(model, sums, total);
}

/** The outputs for each example, `batchSize` of them at a time. */
export function predictAll(
  { session, inputs, outputs }: Pick<Trainable, "session" | "inputs" | "outputs">,
  features: readonly Features[],
  batchSize: number,
): readonly Tensor[] {
  const { count: total } = features[0] as Features;
  const parts: Tensor[][] = outputs.map(() => []);
  for (let from = 0; from < total; from += batchSize) {
    const count = Math.min(batchSize, total - from);
    const executable = session.prepare({ fetches: outputs, feeds: inputs, batch: count });
    loadRows(executable, inputs, features, null, from, count);
    executable.run();
    for (let i = 0; i < outputs.length; i++) parts[i]?.push(executable.output(outputs[i] as Node));
  }
  return parts.map(concatenate);
}

function trainingStep(model: Trainable, batch: number): Executable {
  const { session, inputs, labels, reports, update, steps } = model;
  const known = steps.get(batch);
  if (known) return known;
  const { graph } = session;
  const fetches = [...reports.map(([, node]) => node), ...(update ? [update] : []), ...model.moreUpdates()];
  const mode = graph.knowsTraining ? [graph.training] : [];
  const executable = session.prepare({ fetches, feeds: [...inputs, ...labels, ...mode], batch });
  steps.set(batch, executable);
  return executable;
}

function load(
  executable: Executable,
  { inputs, labels }: Trainable,
  examples: Examples,
  order: Uint32Array | null,
  from: number,
  count: number,
): void {
  loadRows(executable, inputs, examples.features, order, from, count);
  loadRows(executable, labels, examples.labels, order, from, count);
}

function loadRows(
  executable: Executable,
  nodes: readonly Node[],
  values: readonly Features[],
  order: Uint32Array | null,
  from: number,
  count: number,
): void {
  for (let i = 0; i < nodes.length; i++) {
    const { data, width } = values[i] as Features;
    gatherRows(executable.input(nodes[i] as Node), data, order, from, count, width);
  }
}

function meansOf({ reports }: Trainable, sums: Float64Array, count: number): Metrics {
  return Object.fromEntries(reports.map(([name], i) => [name, (sums[i] as number) / count]));
}

function concatenate(parts: readonly Tensor[]): Tensor {
  const [first] = parts as [Tensor];
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, part) => sum + (part.shape[0] as number), 0);
  const width = first.size / (first.shape[0] as number);
  const data = first.dtype === "int32" ? new Int32Array(rows * width) : new Float32Array(rows * width);
  let offset = 0;
  for (const part of parts) {
    data.set(part.data, offset);
    offset += part.size;
  }
  return new Tensor(data, [rows, ...first.shape.slice(1)]);
}
