// The few statistics of the benches. Times on a shared machine have a long tail on one side, so: medians, never means.

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[half] as number;
  return ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2;
}

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Summary of a[i] / b[i]: the two were measured side by side in round i, so what slowed both falls out. */
export function ratios(a: readonly number[], b: readonly number[]): Summary {
  if (a.length !== b.length) throw new RangeError(`ratios: as many of both; received ${a.length} and ${b.length}.`);
  return summarize(a.map((value, i) => value / (b[i] as number)));
}
