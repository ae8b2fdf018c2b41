// What lies between the inputs and the outputs of a model: its nodes, variables, layers, and updates.

import { ArgumentError } from "../../errors.js";
import { type Graph, isPlaceholder, isVariable } from "../../graph/graph.js";
import { type AppliedLayer, type LayerUse, layersOf } from "../../nn/layers/layer.js";
import { isExampleKeys, type Node } from "../../ops/op.js";
import type { UpdateAttributes } from "../../ops/update.js";

export interface Anatomy {
  readonly nodes: ReadonlySet<Node>;
  /** Weights: the float variables, in order of creation. Counters are none. */
  readonly variables: readonly Node[];
  /** Each with its uses within the model. */
  readonly layers: readonly AppliedLayer[];
}

/** Fails with ArgumentError where the outputs depend on a placeholder that is not among the inputs. */
export function dissect(subject: string, inputs: readonly Node[], outputs: readonly Node[]): Anatomy {
  const ends = new Set(inputs);
  const nodes = new Set<Node>();
  const stack = [...outputs];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (nodes.has(node)) continue;
    nodes.add(node);
    if (ends.has(node)) continue;
    if (isPlaceholder(node)) {
      const names = inputs.map(({ name }) => name).join(", ");
      throw new ArgumentError(
        `${subject}: the outputs must depend on no placeholder but the inputs, ${names}; they depend on ${node.name}.`,
      );
    }
    // The keys of examples are fed while training: what they stand for does not belong to the model.
    stack.push(...(isExampleKeys(node) ? node.inputs.slice(1) : node.inputs));
  }
  const idle = inputs.find((input, i) => !nodes.has(input) || inputs.indexOf(input) !== i);
  if (idle !== undefined) {
    throw new ArgumentError(
      `${subject}: every input must lead to an output, and be given once; received ${idle.name}.`,
    );
  }
  const variables = [...nodes].filter((node) => isVariable(node) && node.dtype === "float32" && !ends.has(node));
  const within = ({ inputs: from, output }: LayerUse) => nodes.has(output) && from.every((node) => nodes.has(node));
  return {
    nodes,
    variables: variables.sort((a, b) => a.id - b.id),
    layers: layersOf((outputs[0] as Node).graph as Graph)
      .map((layer) => ({ ...layer, uses: layer.uses.filter(within) }))
      .filter(({ uses }) => uses.length > 0),
  };
}

/** The updates of the graph that belong to the model: they are made of its nodes, or count for one of them. */
export function updatesOf(graph: Graph, nodes: ReadonlySet<Node>): readonly Node[] {
  return graph.updates.filter(({ inputs, attributes }) =>
    inputs.length > 0 ? inputs.every((input) => nodes.has(input)) : nodes.has((attributes as UpdateAttributes).step),
  );
}
