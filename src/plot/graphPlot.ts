// A graph drawn: nodes in layers from inputs to results, laid out by dagre.

import { ArgumentError, checkArity, describe } from "../errors.js";
import type { Node } from "../index.js";
import { checkFigure, checkFunction, isRecord } from "./checks.js";
import { type FigureOptions, findDocument, shape, text } from "./figure.js";
import { loadDagre } from "./observable.js";

export interface GraphPlotOptions extends Pick<FigureOptions, "title"> {
  /** Which nodes are drawn. Default: all; of a training graph that is a lot. */
  readonly filter?: (node: Node) => boolean;
}

const HEIGHT = 38;
const MARGIN = 16;
const colors: Readonly<Record<string, string>> = { placeholder: "#d9ecd0", variable: "#fde2b3", constant: "#eeeeee" };

/** Boxes with name, op and shape; arrows from inputs to the nodes that read them. */
export async function graphPlot(nodes: readonly Node[], options: GraphPlotOptions = {}): Promise<string> {
  checkArity("graphPlot", arguments.length, 2);
  if (!Array.isArray(nodes) || !nodes.every((node) => isRecord(node) && isRecord(node.op))) {
    throw new ArgumentError(`graphPlot: needs a list of nodes, such as graph.nodes(); received ${describe(nodes)}.`);
  }
  checkFigure("graphPlot", options, ["filter"]);
  if (options.filter !== undefined) checkFunction("graphPlot: filter", options.filter);
  const { filter = () => true, title } = options;
  const drawn = nodes.filter(filter);
  if (drawn.length === 0) throw new ArgumentError("graphPlot: needs at least one node; received none.");
  const { graphlib, layout } = await loadDagre("graphPlot");
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 24, ranksep: 28, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of drawn) {
    const lines = linesOf(node);
    const width = 20 + 7.6 * Math.max(...lines.map((line) => line.length));
    graph.setNode(node.name, { width, height: HEIGHT });
  }
  const names = new Set(drawn.map(({ name }) => name));
  for (const node of drawn) {
    for (const input of node.inputs) if (names.has(input.name)) graph.setEdge(input.name, node.name);
  }
  layout(graph);

  const document = await findDocument();
  const top = title ? 30 : 0;
  const { width = 0, height = 0 } = graph.graph();
  const svg = shape(document, "svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width: Math.ceil(width),
    height: Math.ceil(height) + top,
    viewBox: `0 ${-top} ${Math.ceil(width)} ${Math.ceil(height) + top}`,
    "font-family": "Inter, system-ui, sans-serif",
    "font-size": 12,
  });
  svg.append(shape(document, "rect", { y: -top, width: "100%", height: "100%", fill: "white" }));
  if (title) svg.append(text(document, MARGIN, -6, title, { "font-size": 15, "font-weight": 600 }));
  for (const edge of graph.edges()) svg.append(...arrow(document, graph.edge(edge).points));
  for (const node of drawn) svg.append(...box(document, node, graph.node(node.name)));
  return svg.outerHTML;
}

function linesOf({ name, op, shape: extents }: Node): [string, string] {
  return [name, `${op.name} [${extents.map((extent) => extent ?? "null").join(", ")}]`];
}

function box(
  document: Document,
  node: Node,
  { x, y, width, height }: Record<"x" | "y" | "width" | "height", number>,
): Element[] {
  const [name, kind] = linesOf(node);
  const fill = colors[node.op.name] ?? "#dbe8f6";
  const place = { x: x - width / 2, y: y - height / 2, width, height };
  return [
    shape(document, "rect", { ...place, rx: 5, fill, stroke: "#667788" }),
    text(document, x, y - 3, name, { "text-anchor": "middle", "font-weight": 600 }),
    text(document, x, y + 12, kind, { "text-anchor": "middle", "font-size": 10, fill: "#555555" }),
  ];
}

/** A line through the points, with a head at the last. */
function arrow(document: Document, points: readonly { readonly x: number; readonly y: number }[]): Element[] {
  const [before, end] = points.slice(-2) as [{ x: number; y: number }, { x: number; y: number }];
  const angle = Math.atan2(end.y - before.y, end.x - before.x);
  const wing = (turn: number) => `${end.x - 7 * Math.cos(angle + turn)},${end.y - 7 * Math.sin(angle + turn)}`;
  const path = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return [
    shape(document, "polyline", { points: path, fill: "none", stroke: "#889099", "stroke-width": 1.2 }),
    shape(document, "polygon", { points: `${end.x},${end.y} ${wing(0.45)} ${wing(-0.45)}`, fill: "#889099" }),
  ];
}
