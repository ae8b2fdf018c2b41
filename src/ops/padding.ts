// Padding: a constant around x, or x itself continued.

import { ArgumentError, readName } from "../errors.js";
import { padRepeating, type RepeatingMode, repeatingModes } from "./alongAxis.js";
import { checkCounts, padConstant, padShape } from "./layout.js";
import { checkNode, type Node, type OpOptions, readOptions } from "./op.js";

export interface PadAttributes {
  /** How many elements go before x along each axis. */
  readonly before: readonly number[];
  /** How many go after it. */
  readonly after: readonly number[];
  /**
   * `"constant"`, the default: `value`. `"reflect"`: x mirrored at its last element, which is not repeated; `"symmetric"`: it
   * is; `"edge"`: the last element again and again; `"wrap"`: x from its other end. Names as in NumPy; PyTorch says
   * `"replicate"` for edge and `"circular"` for wrap.
   */
  readonly mode: RepeatingMode | "constant";
  /** What `"constant"` adds. Default 0. */
  readonly value: number;
}

const aliases = { replicate: "edge", nearest: "edge", circular: "wrap", mirror: "reflect", zeros: "constant" } as const;

/** x with so many elements before and after it along each axis; an open axis gets none. */
export function pad(x: Node, options: OpOptions<PadAttributes>): Node {
  checkNode("pad", "x", x);
  readOptions("pad", arguments, 1, ["before", "after", "mode", "value"]);
  const { mode = "constant", name, ...given } = options;
  const read = readName("pad: mode", mode, ["constant", ...repeatingModes], aliases);
  const named = name !== undefined && { name };
  if (read === "constant") return padConstant(x, { ...given, ...named });
  if (given.value !== undefined) {
    throw new ArgumentError(`pad: value goes with mode "constant" only; received mode ${JSON.stringify(read)}.`);
  }
  const { before = [], after = [] } = given;
  checkCounts("pad: before", before, 0);
  checkCounts("pad: after", after, 0);
  padShape(x.shape, before, after);
  return padRepeating(x, read, before, after, name);
}
