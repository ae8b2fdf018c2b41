// Where numbers stand on the axes of a chart, and which of them are written there.

/** Below this a curve says no more. */
export const FLOOR = 1e-6;
/** Steps up to which the axis with wide first steps is nearly even. */
const BEND = 10;

interface StepAxis {
  /** How uPlot is to spread them. */
  readonly scale: { readonly distr?: 4; readonly asinh?: number };
  readonly place: (step: number) => number;
  readonly splits: (last: number, width: number) => number[];
}

export function axisSteps(wideFirst: boolean): StepAxis {
  if (!wideFirst) return { scale: {}, place: (step) => step, splits: (last, width) => evenSteps(last, width / 90) };
  return {
    scale: { distr: 4, asinh: BEND },
    place: (step) => Math.asinh(step / BEND),
    splits: (last) => [0, ...Array.from({ length: 9 }, (_, i) => 10 ** (i + 1)).filter((step) => step <= last)],
  };
}

/** 0 and multiples of 1, 2 or 5 times a power of ten, some `count` of them. */
function evenSteps(last: number, count: number): number[] {
  const least = last / Math.max(2, Math.min(8, count));
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const by = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 10 * power;
  return Array.from({ length: Math.floor(last / by) + 1 }, (_, i) => i * by);
}

/** 1200 as 1.2k. */
export function writtenSteps(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return value >= 1000 ? `${Number((value / 1000).toPrecision(3))}k` : String(value);
}

/** Whole powers of ten around the values. */
export function decades(low: number | null, high: number | null): [number, number] {
  const least = Math.max(FLOOR, low ?? 0.01);
  const from = 10 ** Math.floor(Math.log10(least));
  return [from, Math.max(10 * from, 10 ** Math.ceil(Math.log10(Math.max(high ?? 1, least))))];
}

/** At most four powers of ten. */
export function powers(low: number, high: number): number[] {
  const [from, to] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  const by = Math.max(1, Math.ceil((to - from) / 4));
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => 10 ** (from + i * by));
}

/** Shares from a round one below `low` up to 1. */
export function shares(low: number | null): number[] {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25].find((by) => (1 - (low ?? 0)) / by <= 4) ?? 0.25;
  const count = Math.max(1, Math.min(4, Math.ceil((1 - (low ?? 0)) / step - 1e-9)));
  return Array.from({ length: count + 1 }, (_, i) => Number((1 - (count - i) * step).toFixed(2)));
}

export const floored = (column: Float64Array) => column.map((value) => Math.max(FLOOR, value));
