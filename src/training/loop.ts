// The loops behind `fit`, `evaluate` and `predict`: batches in, kernel calls, sums of what is reported.

import { gatherRows } from "../data/batches.js";
import type { Executable } from "../graph/executable.js";
import type { Session } from "../graph/session.js";
import type { Loss } from "../losses/loss.js";
import type { Node } from "../ops/op.js";
import type { HostSignal } from "../signal.js";
import { Tensor } from "../tensor/tensor.js";
import type { Features } from "./examples.js";
import type { TurnClock } from "./yield.js";

/** Values by name: `loss`, `accuracy`, ... */
export type Metrics = Readonly<Record<string, number>>;

/** The nodes of a model that is ready to train. */
export interface Trainable {
  readonly session: Session;
  readonly input: Node;
  readonly output: Node;
  readonly labels: Node;
  readonly loss: Loss;
  /** Names and scalar nodes, the loss first. */
  readonly reports: readonly (readonly [name: string, node: Node])[];
  readonly update: Node;
  /** Training steps planned so far, by batch size. */
  readonly steps: Map<number, Executable>;
}

export interface Examples {
  readonly features: Features;
  readonly labels: Tensor;
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
  const { count: total } = examples.features;
  const { graph } = model.session;
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
  const { count: total } = examples.features;
  const nodes = model.reports.map(([, node]) => node);
  const sums = new Float64Array(nodes.length);
  for (let from = 0; from < total; from += batchSize) {
    const count = Math.min(batchSize, total - from);
    const executable = model.session.prepare({ fetches: nodes, feeds: [model.input, model.labels], batch: count });
    load(executable, model, examples, null, from, count);
    executable.run();
    nodes.forEach((node, i) => {
      sums[i] = (sums[i] as number) + executable.scalar(node) * count;
    });
    if (clock.due) await clock.give();
  }
  return meansOf(model, sums, total);
}

/** The output for each example, `batchSize` of them at a time. */
export function predictAll(
  { session, input, output }: Pick<Trainable, "session" | "input" | "output">,
  { data, count: total, width }: Features,
  batchSize: number,
): Tensor {
  const parts: Tensor[] = [];
  for (let from = 0; from < total; from += batchSize) {
    const count = Math.min(batchSize, total - from);
    const executable = session.prepare({ fetches: [output], feeds: [input], batch: count });
    executable.input(input).set(data.subarray(from * width, (from + count) * width));
    executable.run();
    parts.push(executable.output(output));
  }
  return concatenate(parts);
}

function trainingStep({ session, input, labels, reports, update, steps }: Trainable, batch: number): Executable {
  const known = steps.get(batch);
  if (known) return known;
  const { graph } = session;
  const fetches = [...reports.map(([, node]) => node), update, ...graph.updates];
  const mode = graph.knowsTraining ? [graph.training] : [];
  const executable = session.prepare({ fetches, feeds: [input, labels, ...mode], batch });
  steps.set(batch, executable);
  return executable;
}

function load(
  executable: Executable,
  model: Trainable,
  { features, labels }: Examples,
  order: Uint32Array | null,
  from: number,
  count: number,
): void {
  gatherRows(executable.input(model.input), features.data, order, from, count, features.width);
  gatherRows(executable.input(model.labels), labels.data, order, from, count, labels.size / features.count);
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
