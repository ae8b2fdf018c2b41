// The planner: from fetches and feeds to an ordered list of steps and a place in the arena for every value.
//   schedule  which nodes, in which order        fuse   which of them run as one, which gradients need no place
//   place     which values share memory          Plan   what a program is written from

import { concreteShape } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { isResult } from "../ops/results.js";
import { isUpdate } from "../ops/update.js";
import { sizeOf } from "../tensor/shape.js";
import { type Descends, findDescents, fuse, readersOf, type Step } from "./fuse.js";
import { NodeTable } from "./nodeTable.js";
import { type Placement, place, type SpansOf } from "./place.js";
import { comesFromOutside, schedule } from "./schedule.js";

export interface PlanRequest {
  readonly fetches: readonly Node[];
  readonly feeds: readonly Node[];
  /** The extent that null stands for; null where nothing fed has an open shape. */
  readonly batch: number | null;
  /** Addresses outside the arena at which the values of some nodes are to be made. */
  readonly targets?: ReadonlyMap<Node, number>;
}

export interface Plan extends Placement {
  readonly steps: readonly Step[];
}

export function makePlan(request: PlanRequest, spansOf: SpansOf, descends: Descends = () => false): Plan {
  const { fetches, feeds, batch, targets } = request;
  const fed = new Set(feeds);
  const fetched = new Set(fetches);
  const order = schedule(fetches, fed);
  const updates = order.filter(isUpdate);
  // Further results are made by the steps of other nodes.
  const nodes = order.filter((node) => !isUpdate(node) && !isResult(node) && !comesFromOutside(node, fed));
  const readers = readersOf([...nodes, ...updates], fed);
  const isTarget = (node: Node) => targets?.has(node) === true;
  const unseen = (node: Node) => !fetched.has(node) && !isTarget(node);
  const all = fuse(nodes, readers, fetched, fed);
  const descentsOf = findDescents(all, updates, readers, unseen, descends);
  const moved = new Set([...descentsOf.values()].flat().map(({ step }) => step));
  const steps = all.filter((step) => !moved.has(step));
  const sizes = new NodeTable<number>(fetches[0] ?? feeds[0]);
  const wordsOf = (node: Node): number => {
    let words = sizes.get(node);
    if (words === undefined) {
      words = sizeOf(concreteShape(node, batch));
      sizes.set(node, words);
    }
    return words;
  };
  return { steps, ...place({ steps, updates, descentsOf, feeds, fetched, isTarget, wordsOf, spansOf }) };
}
