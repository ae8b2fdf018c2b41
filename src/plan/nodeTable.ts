// Values by node, in an array by id: ids are dense within a graph, and a Map of all its nodes would cost more than what a
// plan does with them.

import type { Graph } from "../graph/graph.js";
import type { Node } from "../ops/op.js";

export class NodeTable<V> {
  readonly #values: (V | undefined)[];

  /** For the nodes that the graph of `one` has now; without one there are none. */
  constructor(one: Node | undefined) {
    this.#values = new Array(one === undefined ? 0 : (one.graph as Graph).nodes().length);
  }

  get({ id }: Node): V | undefined {
    return this.#values[id];
  }

  has({ id }: Node): boolean {
    return this.#values[id] !== undefined;
  }

  set({ id }: Node, value: V): void {
    this.#values[id] = value;
  }
}
