// Curves over steps, by uPlot: small, fast, and content with a strict policy.

import { effect, type ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { css, type Palette, palette } from "./palette.js";

export interface Line {
  readonly name: string;
  readonly color: (palette: Palette) => string;
  readonly dash?: readonly number[];
  readonly width?: number;
}

interface ChartProps {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Steps, then a column for each line; null while there are none. */
  readonly data: ReadonlySignal<readonly Float64Array[] | null>;
  readonly log?: boolean;
  readonly format: (value: number) => string;
}

const FONT = "11px ui-monospace, SFMono-Regular, Menlo, Consolas, 'Noto Sans Mono', 'DejaVu Sans Mono', monospace";

export function Chart({ title, lines, data, log = false, format }: ChartProps) {
  const ref = useRef<HTMLDivElement>(null);
  // The lines of a net are known by their names; a net with others wants a new plot.
  const key = lines.map(({ name }) => name).join();
  useEffect(() => {
    const host = ref.current as HTMLDivElement;
    const plot = new uPlot(options({ lines, log, format }, host.clientWidth, host.clientHeight), empty(lines), host);
    const observer = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: host.clientHeight }));
    observer.observe(host);
    const stop = effect(() => {
      // Colours are functions of it, read while drawing.
      void palette.value;
      const columns = data.value;
      const fits = columns !== null && columns.length === lines.length + 1;
      const [at, ...curves] = columns ?? [];
      plot.setData((fits ? [at, ...(log ? curves.map(floored) : curves)] : empty(lines)) as uPlot.AlignedData);
    });
    return () => {
      stop();
      observer.disconnect();
      plot.destroy();
    };
  }, [key, data]);
  const last = data.value?.map((column) => column.at(-1) ?? 0);
  return (
    <figure class="chart">
      <figcaption>
        <span class="title">{title}</span>
        {lines.map(({ name, color, dash }, i) => (
          <span key={name} class="key">
            <svg width="16" height="8" aria-hidden="true">
              <line
                x1="0"
                x2="16"
                y1="4"
                y2="4"
                stroke={color(palette.value)}
                stroke-width="2"
                stroke-dasharray={dash?.join(" ")}
              />
            </svg>
            {name}
            {lines.length < 3 && <b>{last?.[i + 1] === undefined ? "–" : format(last[i + 1] as number)}</b>}
          </span>
        ))}
      </figcaption>
      <div ref={ref} class="plot" role="img" aria-label={`${title} over steps`} />
    </figure>
  );
}

function options(
  { lines, log, format }: Pick<ChartProps, "lines" | "log" | "format">,
  width: number,
  height: number,
): uPlot.Options {
  const axis = { stroke: () => css(palette.value.soft), font: FONT, ticks: { show: false } };
  const grid = { stroke: () => css(palette.value.line), width: 1 };
  return {
    width,
    height,
    padding: [6, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false },
      y: log ? { distr: 3, range: (_, low, high) => decades(low, high) } : {},
    },
    axes: [
      { ...axis, grid: { show: false }, size: 22, gap: 2, space: 70, values: (_, values) => values.map(steps) },
      {
        ...axis,
        grid,
        size: 46,
        gap: 4,
        space: 26,
        ...(log && { splits: (_: uPlot, __: number, low: number, high: number) => powers(low, high), filter: all }),
        values: (_, values) => values.map((value) => (value === null ? "" : format(value))),
      },
    ],
    series: [
      {},
      ...lines.map(({ color, dash, width = 2 }) => ({
        stroke: () => color(palette.value),
        width,
        points: { show: false },
        ...(dash && { dash: [...dash] }),
      })),
    ],
  };
}

/** Below this a curve says no more. */
const FLOOR = 1e-6;

/** Whole powers of ten around the values. */
function decades(low: number | null, high: number | null): [number, number] {
  const least = Math.max(FLOOR, low ?? 0.01);
  const from = 10 ** Math.floor(Math.log10(least));
  return [from, Math.max(10 * from, 10 ** Math.ceil(Math.log10(Math.max(high ?? 1, least))))];
}

/** At most four powers of ten. */
function powers(low: number, high: number): number[] {
  const [from, to] = [Math.round(Math.log10(low)), Math.round(Math.log10(high))];
  const by = Math.ceil((to - from) / 4);
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => 10 ** (from + i * by));
}

/** Every line that is drawn has its number. */
const all = (_: uPlot, values: number[]) => values;

const floored = (column: Float64Array) => column.map((value) => Math.max(FLOOR, value));

function empty(lines: readonly Line[]): uPlot.AlignedData {
  return [[0, 1], ...lines.map(() => [null, null])] as unknown as uPlot.AlignedData;
}

function steps(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return value >= 1000 ? `${Number((value / 1000).toPrecision(3))}k` : String(value);
}
