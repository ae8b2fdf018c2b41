// The frozen part of a training step: what it computes from its inputs, example by example, with nothing that changes from
// step to step. It can be computed once for all examples, and its results fed ever after.

import { isConstant, isVariable } from "../graph/graph.js";
import { isExampleKeys, type Node } from "../ops/op.js";
import { isUpdate, type UpdateAttributes } from "../ops/update.js";
import { isZeroed, schedule, viewed } from "./schedule.js";

export interface FrozenPart {
  /** What the rest of the step reads of it, in topological order; an input that is read directly is among them. */
  readonly ends: readonly Node[];
  /** The variables that it depends on. */
  readonly variables: readonly Node[];
}

/**
 * The frozen part of a run with these fetches and feeds, `inputs` being those of the feeds that hold one row per example.
 * Null where it depends on no variable: then there is nothing worth keeping.
 *
 * An op belongs to it if it works row by row: an open first extent goes in and comes out. test/ops/rows.test.ts holds that
 * true of all ops without a switch.
 */
export function frozenPart(
  fetches: readonly Node[],
  feeds: readonly Node[],
  inputs: readonly Node[],
): FrozenPart | null {
  const fed = new Set(feeds);
  const order = schedule(fetches, fed);
  const changing = new Set(order.filter(isUpdate).flatMap(changedBy));
  const fixed = new Set<Node>();
  const rows = new Set(inputs);
  const ends = new Set<Node>();
  for (const node of order) {
    if (fed.has(node)) continue;
    const read = inputsRead(node, fed);
    if (isVariable(node) ? !changing.has(node) : isConstant(node) || isZeroed(node)) fixed.add(node);
    else if (!isUpdate(node) && !isVariable(node) && read.every((input) => fixed.has(input))) fixed.add(node);
    else if (worksByRows(node, read, fixed, rows)) rows.add(node);
    else for (const input of read) if (rows.has(input)) ends.add(input);
  }
  for (const fetch of fetches) if (rows.has(fetch)) ends.add(fetch);
  const sorted = [...ends].sort((a, b) => a.id - b.id);
  const variables = variablesUnder(sorted, fed);
  return variables.length === 0 ? null : { ends: sorted, variables };
}

/** What a node reads in a run: the one input whose value it is, or all. */
function inputsRead(node: Node, fed: ReadonlySet<Node>): readonly Node[] {
  const view = viewed(node, fed);
  return view === null ? node.inputs : [view];
}

function variablesUnder(nodes: readonly Node[], fed: ReadonlySet<Node>): Node[] {
  const seen = new Set<Node>();
  const stack = [...nodes];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (!fed.has(node)) stack.push(...inputsRead(node, fed));
  }
  return [...seen].filter(isVariable);
}

function changedBy(update: Node): readonly Node[] {
  const { variables, slots, step } = update.attributes as UpdateAttributes;
  return [...variables, ...slots.flat(), step];
}

function worksByRows(node: Node, read: readonly Node[], fixed: ReadonlySet<Node>, rows: ReadonlySet<Node>): boolean {
  // A switch that may be on: dropout, whose mask depends on the place of a row in its batch.
  if (isUpdate(node) || isExampleKeys(node) || (node.op.switch !== undefined && read === node.inputs)) return false;
  const open = read.filter((input) => !fixed.has(input));
  return [node, ...open].every(isRows) && open.every((input) => rows.has(input));
}

/** True for a shape whose first extent, and no other, is the batch. */
function isRows({ shape: [first, ...others] }: Node): boolean {
  return first === null && !others.includes(null);
}
