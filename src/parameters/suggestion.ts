// The nearest known name to a misspelt one. Used wherever parameters are named.

/** Levenshtein's distance: insertions, deletions and exchanges of one letter, case ignored. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchange = (above[j - 1] as number) + Number(a[i - 1] !== b[j - 1]);
      row.push(Math.min((above[j] as number) + 1, (row[j - 1] as number) + 1, exchange));
    }
    above = row;
  }
  return above[b.length] as number;
}

/** `did you mean "alpha"?`, or the list of names where none is near (more than a third of the letters differ). */
export function suggestName(wrong: string, names: readonly string[]): string {
  const ranked = names
    .map((name) => ({ name, away: distance(wrong.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.away - b.away);
  const [nearest] = ranked;
  if (nearest !== undefined && nearest.away <= Math.max(2, wrong.length / 3)) return `did you mean "${nearest.name}"?`;
  return names.length === 0 ? "it has none." : `it has ${names.join(", ")}.`;
}
