// One training step by hand: `trainOnBatch`. No epochs, no callbacks, no turn of the event loop.

import type { ClassWeight } from "../../data/pipeline/classWeights.js";
import { checkOptions } from "../../errors.js";
import type { Node } from "../../ops/op.js";
import type { Executable } from "../../runtime/executable.js";
import type { TensorLike } from "../../tensor/tensor.js";
import type { Column } from "../input/batches.js";
import { type ExampleReader, readExamples } from "../input/examples.js";
import { checkWeightable, type WeightedExamples, weighByClass, weighExamples } from "../input/exampleWeights.js";
import { columnsOf } from "../input/fitData.js";
import { switchesOf, type Trainable } from "../model/trainable.js";
import { type LossAndMetrics, reportNodes, Tally } from "./tally.js";

export interface TrainOnBatchOptions {
  /** How much each example counts in the loss: one number from 0 on for each. */
  readonly sampleWeight?: TensorLike;
  /** How much the examples of each class count, by the number of the class; or "balanced": classes count equally. */
  readonly classWeight?: ClassWeight;
}

/** A step for batches of one size, and what is asked of it. */
interface BatchStep {
  readonly executable: Executable;
  readonly project: Executable | null;
  readonly switches: readonly Node[];
  readonly tally: Tally;
  /** Of the graph, when it was planned. */
  readonly freezes: number;
}

/** The batch, checked before anything changes. */
export function readBatch(
  reader: ExampleReader,
  x: unknown,
  y: unknown,
  options: TrainOnBatchOptions | undefined,
): WeightedExamples {
  const subject = "Model.trainOnBatch";
  if (options === undefined) return weighExamples(subject, readExamples(subject, x, y, reader), undefined);
  checkOptions(subject, options, ["sampleWeight", "classWeight"]);
  const { sampleWeight, classWeight } = options;
  const examples = weighExamples(subject, readExamples(subject, x, y, reader), sampleWeight);
  return weighByClass(subject, examples, classWeight, reader);
}

/** Batches of so many sizes are remembered; beyond that the oldest is planned anew. */
const MOST_STEPS = 32;
const steps = new WeakMap<Trainable, Map<number, BatchStep>>();

/** Makes the step; the reports are those of the weights before it. */
export function stepOnBatch(model: Trainable, examples: WeightedExamples): LossAndMetrics {
  if (examples.weights !== null) checkWeightable("Model.trainOnBatch", model);
  const columns = columnsOf(model, examples);
  const { executable, project, switches, tally } = stepFor(model, columns, examples.count);
  for (const { node, data } of columns) executable.input(node).set(data);
  for (const node of switches) executable.input(node)[0] = 1;
  executable.run();
  tally.reset();
  tally.add(executable, examples.count);
  project?.run();
  return tally.metrics;
}

function stepFor(model: Trainable, columns: readonly Column[], count: number): BatchStep {
  const { session, update, moreUpdates, projection } = model;
  const weighted = columns.length > model.inputs.length + model.labels.length;
  const key = 2 * count + Number(weighted);
  const { freezes } = session.graph;
  const ofModel = steps.get(model);
  const known = ofModel?.get(key);
  // What is frozen decides which moving averages are updated.
  if (known !== undefined && known.freezes === freezes) return known;
  const nodes = columns.map(({ node }) => node);
  const switches = switchesOf(model, nodes);
  const fetches = [...reportNodes(model), ...(update ? [update] : []), ...moreUpdates()];
  const made = {
    executable: session.prepare({ fetches, feeds: [...nodes, ...switches], batch: count }),
    project: projection && session.prepare({ fetches: [projection] }),
    switches,
    tally: new Tally(model),
    freezes,
  };
  const all = ofModel ?? new Map<number, BatchStep>();
  if (all.size >= MOST_STEPS) all.delete(all.keys().next().value as number);
  steps.set(model, all.set(key, made));
  return made;
}
