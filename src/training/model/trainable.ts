// A model that is ready to train: the nodes of a training step.

import { isVariable } from "../../graph/graph.js";
import type { Loss } from "../../nn/losses/loss.js";
import type { Node } from "../../ops/op.js";
import { rateOf, type UpdateAttributes, withCompanions } from "../../ops/update.js";
import type { Session } from "../../runtime/session.js";
import type { Reports } from "../loop/tally.js";

export interface Trainable extends Reports {
  readonly session: Session;
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
  /** For each output, its labels and its loss. */
  readonly labels: readonly Node[];
  readonly losses: readonly Loss[];
  /** Weights of the examples, which the losses read while `weighted` is not 0. */
  readonly sampleWeight: Node;
  readonly weighted: Node;
  /** The keys of examples that augmentation reads: the number of the example and the epoch. */
  readonly keys: readonly Node[];
  /** The variables that `update` changes. */
  readonly variables: readonly Node[];
  /** The optimizer's; null where there is nothing to train. */
  readonly update: Node | null;
  /** Updates to make with it: moving averages, counters. Which they are depends on what is frozen. */
  readonly moreUpdates: () => readonly Node[];
  /** An update to make after each step, which brings variables back within their constraints. */
  readonly projection: Node | null;
}

/** What the updates of a step keep beside the weights, in order of creation: rates, counts, slots, sums. */
export function keptBy({ update, moreUpdates, projection }: Trainable, weights: readonly Node[]): readonly Node[] {
  const updates = [...(update ? [update] : []), ...moreUpdates(), ...(projection ? [projection] : [])];
  const kept = new Set<Node>();
  for (const each of withCompanions(updates)) {
    const { variables, slots, step, accumulation } = each.attributes as UpdateAttributes;
    for (const node of [...variables, ...slots.flat(), step]) kept.add(node);
    if (accumulation) for (const node of [accumulation.counter, ...accumulation.sums]) kept.add(node);
    // A rate may be a multiple of a variable.
    for (let rate = rateOf(each); rate !== null; rate = rate.inputs[0] ?? null) kept.add(rate);
  }
  const own = new Set(weights);
  return [...kept].filter((node) => isVariable(node) && !own.has(node)).sort((a, b) => a.id - b.id);
}

/** The scalars that are 1 in a training step with these feeds. */
export function switchesOf({ session, sampleWeight, weighted }: Trainable, feeds: readonly Node[]): Node[] {
  const { graph } = session;
  return [...(graph.knowsTraining ? [graph.training] : []), ...(feeds.includes(sampleWeight) ? [weighted] : [])];
}
