// A graph in the DOT language, which Graphviz and many others draw: scopes as boxes, values flowing along the edges.

import { checkArity, checkInteger, checkOptions } from "../errors.js";
import { isConstant, isPlaceholder, isVariable } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { isUpdate, type UpdateAttributes } from "../ops/update.js";
import { formatShape } from "../tensor/shape.js";
import { type GraphExtent, nodesOf } from "./extent.js";

export interface GraphDotOptions {
  /** Scopes nested deeper are drawn as one node each; 0 draws every outermost scope so. Default: none is. */
  readonly depth?: number;
}

/** One node of the drawing: a node of the graph, or a scope drawn as one. */
interface Vertex {
  readonly id: string;
  readonly scope: readonly string[];
  readonly label: string;
  readonly style: string;
}

/** A graph, or what some nodes depend on, as DOT: `graphDot(loss, { depth: 1 })`. Dashed edges lead to what is updated. */
export function graphDot(extent: GraphExtent, options: GraphDotOptions = {}): string {
  checkArity("graphDot", arguments.length, 2);
  checkOptions("graphDot", options, ["depth"]);
  const { depth = Number.MAX_SAFE_INTEGER } = options;
  checkInteger("graphDot: depth", depth, 0);
  const nodes = nodesOf("graphDot", extent);
  const vertices = new Map<string, Vertex>();
  const vertexOf = new Map<Node, Vertex>();
  for (const node of nodes) {
    const vertex = makeVertex(node, depth);
    if (!vertices.has(vertex.id)) vertices.set(vertex.id, vertex);
    vertexOf.set(node, vertices.get(vertex.id) as Vertex);
  }
  const edges = new Set<string>();
  const connect = (from: Node, to: Node, attributes: string): void => {
    const [a, b] = [vertexOf.get(from), vertexOf.get(to)];
    if (a && b && a !== b) edges.add(`  ${a.id} -> ${b.id} [${attributes}];`);
  };
  for (const node of nodes) {
    for (const input of node.inputs) connect(input, node, `label=${quote(formatShape(input.shape))}`);
    if (!isUpdate(node)) continue;
    const { variables } = node.attributes as UpdateAttributes;
    for (const variable of variables) connect(node, variable, "style=dashed, constraint=false");
  }
  return [
    "digraph {",
    '  rankdir=BT; fontname="sans-serif"; fontsize=11;',
    '  node [fontname="sans-serif", fontsize=10]; edge [fontname="sans-serif", fontsize=8];',
    ...drawScope([...vertices.values()], [], "  "),
    ...edges,
    "}",
    "",
  ].join("\n");
}

function makeVertex(node: Node, depth: number): Vertex {
  const scope = node.name.split("/").slice(0, -1);
  if (scope.length > depth) {
    const path = scope.slice(0, depth + 1);
    const label = path[depth] as string;
    return { id: quote(`${path.join("/")}/`), scope: path.slice(0, depth), label: quote(label), style: "shape=box3d" };
  }
  const name = node.name.slice(node.name.lastIndexOf("/") + 1);
  const saysItself = name === node.op.name || node.op.forward === undefined;
  const lines = saysItself ? [name] : [name, node.op.name];
  const label = quote([...lines, formatShape(node.shape)].join("\n"));
  return { id: quote(node.name), scope, label, style: styleOf(node) };
}

function styleOf(node: Node): string {
  if (isPlaceholder(node)) return "shape=box, peripheries=2";
  if (isVariable(node)) return "shape=cylinder";
  if (isConstant(node)) return "shape=plaintext";
  return isUpdate(node) ? "shape=hexagon" : 'shape=box, style="rounded"';
}

/** The vertices in the scope, then its inner scopes as boxes. */
function drawScope(vertices: readonly Vertex[], path: readonly string[], indent: string): string[] {
  const within = vertices.filter(({ scope }) => path.every((name, i) => scope[i] === name));
  const own = within.filter(({ scope }) => scope.length === path.length);
  const inner = new Set(within.flatMap(({ scope }) => scope.slice(path.length, path.length + 1)));
  return [
    ...own.map(({ id, label, style }) => `${indent}${id} [label=${label}, ${style}];`),
    ...[...inner].flatMap((name) => [
      `${indent}subgraph ${quote(`cluster/${[...path, name].join("/")}`)} {`,
      `${indent}  label=${quote(name)};`,
      ...drawScope(within, [...path, name], `${indent}  `),
      `${indent}}`,
    ]),
  ];
}

/** A string of DOT. */
function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
