// Reverse-mode differentiation: the gradients of a node are more nodes of the same graph, made by the rules in the op
// records. Only paths that lead to what is asked for are followed.

import { ArgumentError, checkArity, checkOptions, describe, ShapeError } from "../errors.js";
import { add } from "../ops/arithmetic.js";
import type { Node, RuleResults } from "../ops/op.js";
import { broadcastTo } from "../ops/reductions.js";
import { isResult, makerOf, resultName } from "../ops/results.js";
import { formatShape, sameShape } from "../tensor/shape.js";
import { type Graph, isNode } from "./graph.js";

export interface GradientOptions {
  /** For an `of` that is no scalar: what each of its elements counts, a node of its shape. The gradient is then that of
   * sum(of * upstream). */
  readonly upstream?: Node;
}

/**
 * The gradient of the scalar `of` with respect to any node, of the shape of that node; a list of nodes gives a list.
 * Comparisons, stopGradient and whatever is int32 pass none, so a path ends there. Fails with ArgumentError where `of` does
 * not depend on a node on any other path, or an op on the way has no gradient, as gradients themselves mostly have not.
 */
export function gradients(of: Node, withRespectTo: Node, options?: GradientOptions): Node;
export function gradients(of: Node, withRespectTo: readonly Node[], options?: GradientOptions): Node[];
export function gradients(
  of: Node,
  withRespectTo: Node | readonly Node[],
  options: GradientOptions = {},
): Node | Node[] {
  checkArity("gradients", arguments.length, 3);
  if (!Array.isArray(withRespectTo)) return gradients(of, [withRespectTo as Node], options)[0] as Node;
  checkOptions("gradients", options, ["upstream"]);
  const { upstream } = options;
  for (const node of [of, ...withRespectTo, ...(upstream === undefined ? [] : [upstream])]) {
    if (!isNode(node)) throw new ArgumentError(`gradients: each must be a node; received ${describe(node)}.`);
    if (node.graph !== of.graph) throw new ArgumentError(`gradients: ${node.name} belongs to another graph.`);
  }
  if (upstream === undefined && of.shape.length !== 0) {
    throw new ShapeError(
      `gradients: ${of.name} must be a scalar; its shape is ${formatShape(of.shape)}. Take its mean first, or give upstream.`,
    );
  }
  if (upstream !== undefined && !sameShape(upstream.shape, of.shape)) {
    throw new ShapeError(
      `gradients: upstream must have the shape of ${of.name}, ${formatShape(of.shape)}; received ${formatShape(upstream.shape)}.`,
    );
  }
  const graph = of.graph as Graph;
  const onPath = nodesBetween(of, withRespectTo);
  const gradientOf = new Map<Node, Node>();
  /** Of further results, by the node whose call makes them. */
  const gradientsOfResults = new Map<Node, Record<string, Node>>();
  return graph.scope("gradients", () => {
    if (onPath.has(of)) gradientOf.set(of, upstream ?? graph.constant(`${localName(of)}/one`, 1, { shape: [] }));
    // Ids order the graph: every consumer of a node is visited before the node itself.
    for (const node of [...onPath].sort((a, b) => b.id - a.id)) {
      const dy = gradientOf.get(node);
      const dresults = gradientsOfResults.get(node);
      if (dy === undefined && dresults === undefined) continue;
      if (isResult(node)) {
        const maker = makerOf(node);
        gradientsOfResults.set(maker, { ...gradientsOfResults.get(maker), [resultName(node)]: dy as Node });
        continue;
      }
      const nodes = nodesOfRules(node, dy ?? zerosLike(node));
      const further: RuleResults = { results: node.results ?? {}, dresults: dresults ?? {} };
      node.inputs.forEach((input, i) => {
        if (!onPath.has(input)) return;
        const contribution = gradientThrough(node, i, nodes, further);
        const sum = gradientOf.get(input);
        gradientOf.set(input, sum === undefined ? contribution : add(sum, contribution));
      });
    }
    return withRespectTo.map((node) => {
      const gradient = gradientOf.get(node);
      if (gradient === undefined) {
        const ends = nodesBetween(of, [node], () => true).has(of);
        const rule = ends ? "depends" : "does not depend";
        const path = ends ? " only through ops that pass no gradient, as comparisons and argmax" : "";
        throw new ArgumentError(`gradients: ${of.name} ${rule} on ${node.name}${path}.`);
      }
      return gradient;
    });
  });
}

type RuleNodes = Readonly<Record<string, Node>> & { y: Node; dy: Node; shared: Node };

/** What the rules of an op are given; `shared` is made when the first of them reads it. */
function nodesOfRules(y: Node, dy: Node): RuleNodes {
  const nodes: Record<string, Node> = { y, dy };
  y.op.inputs.forEach((each, i) => {
    nodes[each] = y.inputs[i] as Node;
  });
  let shared: Node | undefined;
  return Object.defineProperty(nodes, "shared", {
    get: () => {
      shared ??= y.op.shared?.(nodes as RuleNodes, y.attributes);
      return shared;
    },
  }) as RuleNodes;
}

function gradientThrough(node: Node, input: number, nodes: RuleNodes, further: RuleResults): Node {
  const name = node.op.inputs[input] as string;
  const rule = node.op.vjp?.[name];
  if (rule === undefined) {
    const second = /(^|\/)gradients(_\d+)?\//.test(node.name);
    const remedy = second ? "; it is a gradient itself: those of second order are not supported" : "";
    throw new ArgumentError(
      `gradients: ${node.op.name} (${node.name}) has no gradient with respect to ${name}${remedy}.`,
    );
  }
  return rule(nodes, node.attributes, further);
}

/** What is int32 has no gradient: the path ends there, as in a comparison. */
function passesGradient({ op, dtype }: Node): boolean {
  return !op.stopsGradient && dtype === "float32";
}

/** `of` and everything under it that depends on one of `targets`. */
function nodesBetween(of: Node, targets: readonly Node[], passes = passesGradient): Set<Node> {
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
    const through = passes(node) && node.inputs.some((input) => depends.get(input) === true);
    depends.set(node, wanted.has(node) || through);
    stack.pop();
  }
  return new Set([...depends].filter(([, leads]) => leads).map(([node]) => node));
}

/** The gradient of a value that nobody reads, though a further result of its op is read. */
function zerosLike({ graph, shape }: Node): Node {
  return broadcastTo(graph.constant("noGradient", 0, { shape: [] }), { shape });
}

function localName(node: Node): string {
  return node.name.slice(node.name.lastIndexOf("/") + 1);
}
