// Curves over steps, by uPlot: small, fast, and content with a strict policy. Where the visitor points, or goes with the
// arrow keys, values are read, in all charts of a net at the same step.

import { effect, type ReadonlySignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { axisSteps, decades, FLOOR, floored, powers, shares, writtenSteps } from "./axes.js";
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
  /** The record that is read; null for the last one. */
  readonly at: Signal<number | null>;
  /** Whether the first steps get more room than the last ones. */
  readonly wideFirst: boolean;
  readonly scale: "log" | "share";
  readonly format: (value: number) => string;
}

const FONT = "11px ui-monospace, SFMono-Regular, Menlo, Consolas, 'Noto Sans Mono', 'DejaVu Sans Mono', monospace";

export function Chart(props: ChartProps) {
  const { title, lines, data, at, wideFirst, scale, format } = props;
  const host = useRef<HTMLDivElement>(null);
  const columns = data.value;
  const drawable = columns !== null && columns.length === lines.length + 1 && (columns[0]?.length ?? 0) > 1;
  // The lines of a net are known by their names; a net with others wants a new plot.
  const key = `${lines.map(({ name }) => name)} ${wideFirst}`;
  useEffect(() => {
    const box = host.current as HTMLDivElement;
    const plot = new uPlot(options(props, box.clientWidth, box.clientHeight), empty(lines), box);
    const observer = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: box.clientHeight }));
    observer.observe(box);
    const stop = effect(() => {
      // Colours are functions of it, read while drawing.
      void palette.value;
      const [steps, ...curves] = data.value ?? [];
      const fits = steps !== undefined && curves.length === lines.length && steps.length > 1;
      plot.setData(
        (fits ? [steps, ...(scale === "log" ? curves.map(floored) : curves)] : empty(lines)) as uPlot.AlignedData,
      );
    });
    const stopCursor = effect(() => {
      const step = at.value === null ? undefined : data.peek()?.[0]?.[at.value];
      plot.setCursor({ left: step === undefined ? -10 : plot.valToPos(step, "x"), top: 0 }, false);
    });
    return () => {
      stop();
      stopCursor();
      observer.disconnect();
      plot.destroy();
    };
  }, [key, data]);

  const last = (columns?.[0]?.length ?? 0) - 1;
  const read = at.value === null ? last : Math.min(at.value, last);
  const valueAt = (line: number) => columns?.[line + 1]?.[read];
  const step = columns?.[0]?.[read] ?? 0;
  const texts = lines.map(({ name }, i) => `${name} ${valueAt(i) === undefined ? "" : format(valueAt(i) as number)}`);
  const move = (by: number) => {
    at.value = Math.max(0, Math.min(last, read + by));
  };
  return (
    <figure class="chart">
      <figcaption>
        <span class="title">
          {title} {at.value !== null && drawable && <small>at step {step.toLocaleString("en")}</small>}
        </span>
        {lines.map(({ name, color, dash }, i) => (
          <span key={name} class="key">
            <svg width="18" height="8" aria-hidden="true">
              <line
                x1="0"
                x2="18"
                y1="4"
                y2="4"
                stroke={color(palette.value)}
                stroke-width="2.5"
                stroke-dasharray={dash?.join(" ")}
              />
            </svg>
            {name}
            {(lines.length < 3 || at.value !== null) && (
              <b>{valueAt(i) === undefined ? "" : format(valueAt(i) as number)}</b>
            )}
          </span>
        ))}
      </figcaption>
      <div
        ref={host}
        class={drawable ? "plot" : "plot bare"}
        role="slider"
        tabIndex={0}
        aria-label={`${title}, read along the steps`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={Math.max(0, read)}
        aria-valuetext={drawable ? `step ${step.toLocaleString("en")}: ${texts.join(", ")}` : "no steps yet"}
        onPointerMove={(event) => {
          const box = event.currentTarget.querySelector(".u-over")?.getBoundingClientRect();
          if (!box || !drawable) return;
          at.value = nearest(columns?.[0] as Float64Array, (event.clientX - box.left) / box.width, wideFirst);
        }}
        onPointerLeave={() => {
          at.value = null;
        }}
        onBlur={() => {
          at.value = null;
        }}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -last, End: last }[event.key];
          if (by === undefined || !drawable) return;
          event.preventDefault();
          move(by);
        }}
      >
        {!drawable && <p class="waiting">Curves begin with the first steps.</p>}
      </div>
    </figure>
  );
}

/** The record that lies nearest to a share of the axis. */
function nearest(steps: Float64Array, share: number, wideFirst: boolean): number {
  const place = axisSteps(wideFirst).place;
  const last = steps.at(-1) as number;
  const wanted = share * place(Math.max(1, last));
  let best = 0;
  for (let i = 1; i < steps.length; i++) {
    const better = Math.abs(place(steps[i] as number) - wanted) < Math.abs(place(steps[best] as number) - wanted);
    if (better) best = i;
  }
  return best;
}

function options({ lines, scale, format, wideFirst }: ChartProps, width: number, height: number): uPlot.Options {
  const axis = { stroke: () => css(palette.value.soft), font: FONT, ticks: { show: false } };
  const grid = { stroke: () => css(palette.value.line), width: 1 };
  const steps = axisSteps(wideFirst);
  const isLog = scale === "log";
  return {
    width,
    height,
    // To the right, half of the last label.
    padding: [6, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, bind: unbound },
    scales: {
      x: { time: false, range: (_, __, high) => [0, Math.max(1, high ?? 1)], ...steps.scale },
      y: isLog
        ? { distr: 3, range: (_, low, high) => decades(low, high) }
        : { range: (_, low) => [shares(low)[0] as number, 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        gap: 6,
        splits: (plot: uPlot, __: number, ___: number, high: number) => steps.splits(high, plot.bbox.width),
        filter: all,
        values: (_, values) => values.map(writtenSteps),
      },
      {
        ...axis,
        grid,
        size: 46,
        gap: 4,
        splits: (_: uPlot, __: number, low: number, high: number) => (isLog ? powers(low, high) : shares(low)),
        filter: all,
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

/** The charts move their cursors themselves, all at once. */
const none = () => null;
const unbound = { mousemove: none, mouseenter: none, mouseleave: none, mousedown: none, mouseup: none, dblclick: none };

/** Every line that is drawn has its number. */
const all = (_: uPlot, values: number[]) => values;

function empty(lines: readonly Line[]): uPlot.AlignedData {
  return [[0, 1], ...lines.map(() => [FLOOR, FLOOR].map(() => null))] as unknown as uPlot.AlignedData;
}
