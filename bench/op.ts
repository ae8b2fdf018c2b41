// One op, or a few, between placeholders and a fetched result: its inputs are written once, and a run is its kernel calls
// alone.

import { type Engine, Graph, type Node, Session, type Shape } from "../src/index.js";

export interface Input {
  readonly shape: Shape;
  readonly values: Float32Array;
}

export interface PreparedOp {
  readonly run: () => void;
  /** What the last run computed. */
  readonly result: () => Float32Array;
}

/** `make` is given a placeholder for each input. What it returns is fetched; `result` reads the first node. */
export function prepareOp(
  engine: Engine,
  inputs: Readonly<Record<string, Input>>,
  make: (...nodes: Node[]) => Node | readonly Node[],
): PreparedOp {
  const graph = new Graph({ seed: 1 });
  const fed = Object.entries(inputs).map(([name, { shape, values }]) => ({
    node: graph.placeholder(name, shape),
    values,
  }));
  const made = make(...fed.map(({ node }) => node));
  const fetches = Array.isArray(made) ? (made as readonly Node[]) : [made as Node];
  const session = new Session(graph, { engine });
  const feeds = fed.map(({ node }) => node);
  // Fetched too, the inputs stay as they are: an op that may would write its result over them, and take it for the next input.
  const executable = session.prepare({ fetches: [...fetches, ...feeds], feeds });
  for (const { node, values } of fed) executable.input(node).set(values);
  return {
    run: () => executable.run(),
    result: () => executable.output(fetches[0] as Node).data as Float32Array,
  };
}
