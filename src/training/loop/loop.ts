// The loops behind `evaluate` and `predict`: batches in, kernel calls, what is reported out.

import { isPromise } from "../../data/pipeline/flow.js";
import { type HostSignal, heard } from "../../host/signal.js";
import { Tensor } from "../../tensor/tensor.js";
import type { Batches } from "../input/batches.js";
import type { Features } from "../input/examples.js";
import type { Trainable } from "../model/trainable.js";
import { type LossAndMetrics, reportNodes, Tally } from "./tally.js";
import type { TurnClock } from "./yield.js";

/** The reports over all batches of an epoch. Changes nothing. Rejects with the signal's reason when that aborts. */
export async function evaluateAll(
  model: Trainable,
  batches: Batches,
  clock: TurnClock,
  signal: HostSignal | undefined,
): Promise<LossAndMetrics> {
  const { session, sampleWeight, weighted } = model;
  const fetches = reportNodes(model);
  const tally = new Tally(model);
  batches.begin({ order: 0, epoch: 0, step: 0 });
  for (;;) {
    const next = batches.next();
    const count = isPromise(next) ? await heard(next, signal) : next;
    if (count === 0) return tally.metrics;
    const { nodes } = batches;
    const switches = nodes.includes(sampleWeight) ? [weighted] : [];
    const executable = session.prepare({ fetches, feeds: [...nodes, ...switches], batch: count });
    batches.write(executable);
    for (const node of switches) executable.input(node)[0] = 1;
    executable.run();
    tally.add(executable, count);
    if (clock.due) await clock.give();
    signal?.throwIfAborted();
  }
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
    inputs.forEach((input, i) => {
      const { data, width } = features[i] as Features;
      executable.input(input).set(data.subarray(from * width, (from + count) * width));
    });
    executable.run();
    outputs.forEach((output, i) => {
      parts[i]?.push(executable.output(output));
    });
  }
  return parts.map(concatenate);
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
