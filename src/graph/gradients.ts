// Reverse-mode differentiation: the gradients of a node are more nodes of the same graph, made by the rules in the op
// records. Only paths that lead to what is asked for are followed.

import { ArgumentError, ShapeError } from "../errors.js";
import { add } from "../ops/arithmetic.js";
import type { Node } from "../ops/op.js";
import { formatShape } from "../tensor/shape.js";
import type { Graph } from "./graph.js";

/**
 * The gradient of the scalar `of` with respect to each node, of the shape of that node.
 * Fails with ArgumentError where `of` does not depend on a node, or an op on the way has no gradient.
 */
export function gradients(of: Node, withRespectTo: readonly Node[]): Node[] {
  if (of.shape.length !== 0) {
    throw new ShapeError(
      `gradients: ${of.name} must be a scalar; its shape is ${formatShape(of.shape)}. Take its mean first.`,
    );
  }
  const graph = of.graph as Graph;
  for (const node of withRespectTo) {
    if (node.graph !== graph) throw new ArgumentError(`gradients: ${node.name} belongs to another graph.`);
  }
  const onPath = nodesBetween(of, withRespectTo);
  const gradientOf = new Map<Node, Node>();
  return graph.scope("gradients", () => {
    if (onPath.has(of)) gradientOf.set(of, graph.constant(`${localName(of)}/one`, 1, { shape: [] }));
    // Ids order the graph: every consumer of a node is visited before the node itself.
    for (const node of [...onPath].sort((a, b) => b.id - a.id)) {
      const dy = gradientOf.get(node);
      if (dy === undefined) continue;
      node.inputs.forEach((input, i) => {
        if (!onPath.has(input)) return;
        const contribution = gradientThrough(node, i, dy);
        const sum = gradientOf.get(input);
        gradientOf.set(input, sum === undefined ? contribution : add(sum, contribution));
      });
    }
    return withRespectTo.map((node) => {
      const gradient = gradientOf.get(node);
      if (gradient === undefined) {
        throw new ArgumentError(`gradients: ${of.name} does not depend on ${node.name}.`);
      }
      return gradient;
    });
  });
}

function gradientThrough(node: Node, input: number, dy: Node): Node {
  const name = node.op.inputs[input] as string;
  const rule = node.op.vjp?.[name];
  if (rule === undefined) {
    throw new ArgumentError(`gradients: ${node.op.name} (${node.name}) has no gradient with respect to ${name}.`);
  }
  const nodes: Record<string, Node> = { y: node, dy };
  node.op.inputs.forEach((each, i) => {
    nodes[each] = node.inputs[i] as Node;
  });
  return rule(nodes as Readonly<Record<string, Node>> & { y: Node; dy: Node }, node.attributes);
}

/** `of` and everything under it that depends on one of `targets`. */
function nodesBetween(of: Node, targets: readonly Node[]): Set<Node> {
  const wanted = new Set(targets);
  const depends = new Map<Node, boolean>();
  // An explicit stack: graphs may be deeper than the call stack.
  const stack: Node[] = [of];
  while (stack.length > 0) {
    const node = stack[stack.length - 1] as Node;
    const open = node.inputs.filter((input) => !depends.has(input));
    if (open.length > 0 && !depends.has(node)) {
      stack.push(...open);
      continue;
    }
    const through = !node.op.stopsGradient && node.inputs.some((input) => depends.get(input) === true);
    depends.set(node, wanted.has(node) || through);
    stack.pop();
  }
  return new Set([...depends].filter(([, leads]) => leads).map(([node]) => node));
}

function localName(node: Node): string {
  return node.name.slice(node.name.lastIndexOf("/") + 1);
}
