// A model as a table.

import type { Graph } from "../../graph/graph.js";
import type { AppliedLayer } from "../../nn/layers/layer.js";
import type { Node } from "../../ops/op.js";
import { formatShape, type Shape, sizeOf } from "../../tensor/shape.js";

/** Layers with their output shapes and numbers of parameters, one a line; a shared layer once, with its last output. */
export function summaryTable(
  graph: Graph,
  inputs: readonly Node[],
  layers: readonly AppliedLayer[],
  variables: readonly Node[],
): string {
  const count = (of: readonly Node[]) => of.reduce((sum, variable) => sum + sizeOf(variable.shape as Shape), 0);
  const number = (value: number) => value.toLocaleString("en-US");
  const ofLayers = new Set(layers.flatMap((layer) => layer.variables));
  const others = variables.filter((variable) => !ofLayers.has(variable));
  const rows = [
    ["Layer", "Output shape", "Parameters"],
    ...inputs.map(({ name, shape }) => [name, formatShape(shape), "0"]),
    ...layers.map(({ name, kind, uses, variables: own }) => [
      `${name} (${kind})`,
      formatShape(uses.at(-1)?.output.shape ?? []),
      number(count(own)),
    ]),
    ...others.map((variable) => [variable.name, formatShape(variable.shape), number(count([variable]))]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const line = (row: readonly string[]) =>
    `${(row[0] as string).padEnd(widths[0] as number)}  ${(row[1] as string).padEnd(widths[1] as number)}  ${(row[2] as string).padStart(widths[2] as number)}`;
  const rule = "-".repeat(widths.reduce((sum, width) => sum + width, 4));
  const trainable = variables.filter((variable) => graph.isTrainable(variable));
  return [
    line(rows[0] as string[]),
    rule,
    ...rows.slice(1).map(line),
    rule,
    `${number(count(variables))} parameters, ${number(count(trainable))} of them trainable`,
  ].join("\n");
}
