// Flatten: each example becomes a row.

import { flatten as toRows } from "../ops/layout.js";
import type { Layer } from "./layer.js";

/** [n, a, b, ...] becomes [n, a * b * ...]. */
export function flatten(options: { readonly name?: string } = {}): Layer {
  return { kind: "Flatten", name: options.name, apply: (x) => ({ y: toRows(x), variables: [] }) };
}
