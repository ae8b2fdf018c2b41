// The nearest known name to a misspelt one. Used wherever parameters are named.

import { nearest } from "../../names.js";

/** `did you mean "alpha"?`, or the list of names where none is near. `aliases` are other names that are taken. */
export function suggestName(wrong: string, names: readonly string[], aliases: readonly string[] = []): string {
  const meant = nearest(wrong, names) ?? nearest(wrong, aliases);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  return names.length === 0 ? "it has none." : `it has ${names.join(", ")}.`;
}
