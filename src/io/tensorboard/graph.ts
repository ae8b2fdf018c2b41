// A graph as TensorBoard draws it. Used by writer.ts. The graph is passed in; only names, ops, inputs and shapes are known.

import { type Field, mapEntry, message, shape } from "./messages.js";

/** What is drawn of a graph; a Graph is one. */
export interface HasNodes {
  nodes(): readonly {
    readonly name: string;
    readonly op: { readonly name: string };
    readonly inputs: readonly { readonly name: string }[];
    readonly shape: readonly (number | null)[];
    readonly dtype: string;
  }[];
}

const DTYPES: Readonly<Record<string, number>> = { float32: 1, int32: 3 };
/** The version of GraphDef that this is written for. */
const PRODUCER = 1;

/** A GraphDef: a NodeDef for each node, scopes being the parts of names before "/". */
export function graphDef(graph: HasNodes): Uint8Array {
  return message(
    ...graph.nodes().map((node): Field => {
      const outputShape = message([7, "bytes", shape(node.shape)]);
      return [
        1,
        "bytes",
        message(
          [1, "string", node.name],
          [2, "string", node.op.name],
          ...node.inputs.map(({ name }): Field => [3, "string", name]),
          mapEntry(5, "_output_shapes", message([1, "bytes", outputShape])),
          mapEntry(5, "dtype", message([6, "int", DTYPES[node.dtype] ?? 0])),
        ),
      ];
    }),
    [4, "bytes", message([1, "int", PRODUCER])],
  );
}
