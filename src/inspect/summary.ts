// A graph as a table: every node with its op, shape and inputs.

import { checkArity, checkOptions } from "../errors.js";
import { isVariable, variableAttributes } from "../graph/graph.js";
import { matching } from "../graph/pattern.js";
import type { Node } from "../ops/op.js";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.js";
import { type GraphExtent, nodesOf } from "./extent.js";
import { formatCount, formatTable } from "./table.js";

export interface GraphSummaryOptions {
  /** Only the nodes whose name matches. */
  readonly pattern?: RegExp;
}

/**
 * The nodes of a graph, or of what some nodes depend on, one a line, and the number of parameters:
 * `graphSummary(loss)` shows the way from the inputs to the loss and leaves out gradients and updates.
 */
export function graphSummary(extent: GraphExtent, options: GraphSummaryOptions = {}): string {
  checkArity("graphSummary", arguments.length, 2);
  checkOptions("graphSummary", options, ["pattern"]);
  const all = nodesOf("graphSummary", extent);
  const nodes = options.pattern === undefined ? all : matching("graphSummary", "node", all, options.pattern);
  const rows = nodes.map((node) => [
    node.name,
    node.op.name,
    `${formatShape(node.shape)}${node.dtype === "int32" ? " int32" : ""}`,
    node.inputs.map(({ name }) => name).join(", "),
  ]);
  const variables = nodes.filter(isVariable);
  const trainable = variables.filter((variable) => variableAttributes(variable).trainable);
  return [
    formatTable(["Node", "Op", "Shape", "Inputs"], rows),
    "",
    `${formatCount(nodes.length)} nodes; variables hold ${formatCount(sizeOfAll(variables))} numbers, ` +
      `${formatCount(sizeOfAll(trainable))} of them trainable`,
  ].join("\n");
}

function sizeOfAll(variables: readonly Node[]): number {
  return variables.reduce((sum, { shape }) => sum + sizeOf(shape as Shape), 0);
}
