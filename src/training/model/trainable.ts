// A model that is ready to train: the nodes of a training step.

import type { Loss } from "../../nn/losses/loss.js";
import type { Node } from "../../ops/op.js";
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
  /** The variables that `update` changes. */
  readonly variables: readonly Node[];
  /** The optimizer's; null where there is nothing to train. */
  readonly update: Node | null;
  /** Updates to make with it: moving averages, counters. Which they are depends on what is frozen. */
  readonly moreUpdates: () => readonly Node[];
  /** An update to make after each step, which brings variables back within their constraints. */
  readonly projection: Node | null;
}

/** The scalars that are 1 in a training step with these feeds. */
export function switchesOf({ session, sampleWeight, weighted }: Trainable, feeds: readonly Node[]): Node[] {
  const { graph } = session;
  return [...(graph.knowsTraining ? [graph.training] : []), ...(feeds.includes(sampleWeight) ? [weighted] : [])];
}
