// What to show of a graph: all of it, or what some nodes depend on.

import { ArgumentError, checkArity, describe } from "../errors.js";
import { Graph, isNode } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { isUpdate, type UpdateAttributes, withCompanions } from "../ops/update.js";

/** A graph, or nodes of one with everything that they depend on. */
export type GraphExtent = Graph | Node | readonly Node[];

/** The nodes and everything that they depend on, in order of creation: what to draw of a graph that also trains. */
export function nodesUnder(nodes: Node | readonly Node[]): readonly Node[] {
  checkArity("nodesUnder", arguments.length, 1);
  return nodesOf("nodesUnder", nodes);
}

/** The nodes, in order of creation. Updates depend on the variables they change. */
export function nodesOf(subject: string, extent: GraphExtent): readonly Node[] {
  if (extent instanceof Graph) return extent.nodes();
  const roots = (Array.isArray(extent) ? extent : [extent]) as readonly Node[];
  const stray = roots.findIndex((node) => !isNode(node));
  if (stray >= 0 || roots.length === 0) {
    throw new ArgumentError(
      `${subject}: it takes a graph, a node or several; received ${describe(stray >= 0 ? roots[stray] : extent)}.`,
    );
  }
  const found = new Set<Node>();
  const stack = [...roots];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    stack.push(...node.inputs);
    if (isUpdate(node)) stack.push(...(node.attributes as UpdateAttributes).variables, ...withCompanions([node]));
  }
  return [...found].sort((a, b) => a.id - b.id);
}
