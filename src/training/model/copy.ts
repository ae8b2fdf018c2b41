// What lies between the ends of a model, made once more: on other values of its graph, where layers share their weights, or
// in another graph, where they have new ones. Models are cloned, moved and applied as layers so.

import { ArgumentError } from "../../errors.js";
import {
  constantValue,
  type Graph,
  isConstant,
  isPlaceholder,
  isVariable,
  variableAttributes,
} from "../../graph/graph.js";
import type { AppliedLayer } from "../../nn/layers/layer.js";
import type { Node } from "../../ops/op.js";
import { isUpdate } from "../../ops/update.js";
import type { Shape } from "../../tensor/shape.js";

/** What is copied. */
export interface Original {
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
  /** Each with its uses within the model. */
  readonly layers: readonly AppliedLayer[];
}

/**
 * The outputs that the model has for other inputs. In another graph layers and variables get the names that `nameOf` gives
 * for theirs. Fails with ShapeError if the inputs do not fit; with ArgumentError if a value that is not made by a layer
 * cannot be made there.
 */
export function copyOnto(
  subject: string,
  { inputs, outputs, layers }: Original,
  given: readonly Node[],
  nameOf: (name: string) => string = (name) => name,
): readonly Node[] {
  const target = given[0]?.graph as Graph;
  const source = inputs[0]?.graph as Graph;
  const copies = new Map(inputs.map((input, i) => [input, given[i] as Node]));
  const makers = new Map(layers.flatMap((layer) => layer.uses.map((use) => [use.output, { layer, use }] as const)));
  const sourcesOf = (node: Node) => makers.get(node)?.use.inputs ?? originsOf(node);
  for (const node of between(copies, outputs, sourcesOf)) {
    const maker = makers.get(node);
    const from = sourcesOf(node).map((each) => copies.get(each) as Node);
    if (maker) copies.set(node, maker.layer.again(from, nameOf(maker.layer.name)));
    else if (target === source && from.every((each, i) => each === sourcesOf(node)[i])) copies.set(node, node);
    else copies.set(node, copyOf(subject, node, from, target, nameOf));
  }
  return outputs.map((output) => copies.get(output) as Node);
}

/** What the outputs need, layers taken whole, in an order in which it can be made. */
function between(
  known: ReadonlyMap<Node, Node>,
  outputs: readonly Node[],
  sourcesOf: (node: Node) => readonly Node[],
): readonly Node[] {
  const needed = new Set<Node>();
  const stack = [...outputs];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (needed.has(node) || known.has(node)) continue;
    needed.add(node);
    stack.push(...sourcesOf(node));
  }
  return [...needed].sort((a, b) => a.id - b.id);
}

/** The inputs of an op; of a variable its initial value, if that is a node. */
function originsOf(node: Node): readonly Node[] {
  if (!isVariable(node)) return node.inputs;
  const { initial } = variableAttributes(node);
  return typeof initial === "number" ? [] : [initial];
}

/** A node that is not a layer's, in the target. */
function copyOf(
  subject: string,
  node: Node,
  from: readonly Node[],
  target: Graph,
  nameOf: (name: string) => string,
): Node {
  const source = node.graph as Graph;
  if (source === target) return isVariable(node) ? node : target.apply(node.op, from, node.attributes, localName(node));
  if (source.knowsTraining && node === source.training) return target.training;
  if (isUpdate(node) || isPlaceholder(node) || node.name === "trainingStep") {
    throw new ArgumentError(`${subject}: all that lies outside of layers must be made by ops; ${node.name} is not.`);
  }
  const name = nameOf(node.name);
  const shape = node.shape as Shape;
  if (isConstant(node)) return target.constant(name, constantValue(node), { shape, dtype: node.dtype });
  if (!isVariable(node)) return target.apply(node.op, from, node.attributes, name);
  const { initial, trainable } = variableAttributes(node);
  const first = typeof initial === "number" ? initial : (from[0] as Node);
  return target.variable(name, first, { shape, trainable, ...(typeof initial === "number" && { dtype: node.dtype }) });
}

function localName({ name }: Node): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Names for the layers of a model in another graph: their own, or all within a scope if one of them is taken there. */
export function freeNames(graph: Graph, layers: readonly AppliedLayer[]): (name: string) => string {
  if (!layers.some(({ name }) => graph.isTaken(name))) return (name) => name;
  const names = graph.nodes().map(({ name }) => name);
  let scope = "model";
  for (let i = 1; names.some((name) => name.startsWith(`${scope}/`)); i++) scope = `model_${i}`;
  return (name) => `${scope}/${name}`;
}
