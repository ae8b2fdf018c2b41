// What a layer is: a name, and nodes added to a graph behind a given node.

import type { Node } from "../ops/op.js";

export interface Layer {
  /** What kind of layer: `Dense`. */
  readonly kind: string;
  /** Its scope in the graph; by default the kind in lower case, numbered. */
  readonly name: string | undefined;
  /** Adds the layer behind `x` and returns its result and its variables. Fails with ShapeError where x does not fit. */
  apply(x: Node): { readonly y: Node; readonly variables: readonly Node[] };
}
