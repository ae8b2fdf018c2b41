// A model as a table.

import { variableAttributes } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { formatShape, type OpenShape, type Shape, sizeOf } from "../tensor/shape.js";

export interface LayerSummary {
  readonly name: string;
  readonly kind: string;
  readonly outputShape: OpenShape;
  readonly variables: readonly Node[];
}

/** Layers with their output shapes and numbers of parameters, one a line. */
export function summaryTable(inputShape: OpenShape, layers: readonly LayerSummary[]): string {
  const parameters = (variables: readonly Node[]) =>
    variables.reduce((sum, variable) => sum + sizeOf(variable.shape as Shape), 0);
  const number = (value: number) => value.toLocaleString("en-US");
  const rows = [
    ["Layer", "Output shape", "Parameters"],
    ["input", formatShape(inputShape), "0"],
    ...layers.map(({ name, kind, outputShape, variables }) => [
      `${name} (${kind})`,
      formatShape(outputShape),
      number(parameters(variables)),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const line = (row: readonly string[]) =>
    `${(row[0] as string).padEnd(widths[0] as number)}  ${(row[1] as string).padEnd(widths[1] as number)}  ${(row[2] as string).padStart(widths[2] as number)}`;
  const rule = "-".repeat(widths.reduce((sum, width) => sum + width, 4));
  const all = layers.flatMap(({ variables }) => variables);
  const trainable = all.filter((variable) => variableAttributes(variable).trainable);
  return [
    line(rows[0] as string[]),
    rule,
    ...rows.slice(1).map(line),
    rule,
    `${number(parameters(all))} parameters, ${number(parameters(trainable))} of them trainable`,
  ].join("\n");
}
