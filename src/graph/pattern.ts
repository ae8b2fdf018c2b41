// Nodes by a pattern over their names. A pattern that matches nothing is a mistake, and says what there is.

import { ArgumentError, describe } from "../errors.js";
import type { Node } from "../ops/op.js";

/** The nodes whose names match, at least one. `subject` asks, `kind` says what the nodes are. */
export function matching(subject: string, kind: string, nodes: readonly Node[], pattern: RegExp): Node[] {
  if (!(pattern instanceof RegExp)) {
    throw new ArgumentError(`${subject}: the pattern must be a regular expression; received ${describe(pattern)}.`);
  }
  const found = nodes.filter(({ name }) => {
    // A pattern with the flag g remembers a position.
    pattern.lastIndex = 0;
    return pattern.test(name);
  });
  if (found.length > 0) return found;
  const names = nodes.slice(0, SHOWN).map(({ name }) => name);
  const more = nodes.length > SHOWN ? ` and ${nodes.length - SHOWN} more` : "";
  const known = nodes.length > 0 ? `there are ${names.join(", ")}${more}` : "there is none at all";
  throw new ArgumentError(`${subject}: no ${kind} matches ${pattern}; ${known}.`);
}

/** Names that a message shows. */
const SHOWN = 8;
