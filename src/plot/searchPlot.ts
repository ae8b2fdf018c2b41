// The trials of a search as parallel coordinates: an axis for each parameter, a line for each trial, good ones dark.

import type { PlotOptions } from "@observablehq/plot";
import { ArgumentError, checkArity, describe } from "../errors.js";
import { checkFigure, isRecord } from "./checks.js";
import { draw, type FigureOptions } from "./figure.js";
import { loadPlot, Plot } from "./observable.js";

/** What is drawn of a trial; results of `lanewise/estimators` have it. */
export interface PlottedTrial {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly score: number;
}

interface Axis {
  readonly name: string;
  /** From 0 at the bottom to 1 at the top. */
  place(trial: PlottedTrial): number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** Failed trials are left out. */
export async function searchPlot(
  results: { readonly trials: readonly PlottedTrial[] },
  options: FigureOptions = {},
): Promise<string> {
  checkArity("searchPlot", arguments.length, 2);
  const trials: unknown = results?.trials;
  const isTrial = (trial: unknown): trial is PlottedTrial => isRecord(trial) && isRecord(trial.parameters);
  if (!Array.isArray(trials) || !trials.every(isTrial)) {
    throw new ArgumentError(`searchPlot: needs the results of a search, { trials }; received ${describe(results)}.`);
  }
  checkFigure("searchPlot", options);
  await loadPlot("searchPlot");
  const drawn = trials.filter(({ score }) => Number.isFinite(score)).sort((a, b) => a.score - b.score);
  if (drawn.length === 0) throw new ArgumentError("searchPlot: needs at least one trial that did not fail.");
  const names = Object.keys((drawn[0] as PlottedTrial).parameters);
  const axes = [
    ...names.map((name) => axisOf(name, drawn, ({ parameters }) => parameters[name])),
    axisOf("score", drawn, ({ score }) => score),
  ];
  const score = axes[axes.length - 1] as Axis;
  const lines = drawn.flatMap((trial, i) =>
    axes.map((axis, j) => ({ trial: i, x: j, y: axis.place(trial), score: score.place(trial) })),
  );
  const ticks = axes.flatMap(({ ticks }, x) => ticks.map(({ at, label }) => ({ x, at, label })));
  const plot: PlotOptions = {
    marginLeft: 70,
    marginRight: 70,
    x: { axis: null, domain: [0, axes.length - 1] },
    y: { axis: null, domain: [0, 1] },
    color: { type: "linear", scheme: "YlGnBu", domain: [-0.3, 1] },
    marks: [
      Plot.ruleX(axes.keys(), { stroke: "#888888" }),
      Plot.line(lines, { x: "x", y: "y", z: "trial", stroke: "score", strokeWidth: 1.8, curve: "bump-x" }),
      Plot.text(ticks, {
        x: "x",
        y: "at",
        text: "label",
        dx: -6,
        textAnchor: "end",
        fontSize: 10,
        fill: "#333333",
        stroke: "white",
        strokeWidth: 3,
      }),
      Plot.text(axes, { x: (_: Axis, i: number) => i, y: () => 0, text: "name", dy: 20, fontSize: 12 }),
    ],
  };
  return await draw({ width: Math.max(480, 170 * axes.length), ...options }, plot);
}

/** Numbers on a line, logarithmic where they are positive and span more than a factor of 50; everything else in steps. */
function axisOf(name: string, trials: readonly PlottedTrial[], pick: (trial: PlottedTrial) => unknown): Axis {
  const values = trials.map(pick);
  if (values.every((value): value is number => typeof value === "number")) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const log = low > 0 && high / low > 50;
    const scale = log ? Math.log : (value: number) => value;
    const place = (value: number) => (high === low ? 0.5 : (scale(value) - scale(low)) / (scale(high) - scale(low)));
    const between = (t: number) => (log ? low * (high / low) ** t : low + t * (high - low));
    const marks = high === low ? [low] : [0, 0.25, 0.5, 0.75, 1].map(between);
    return {
      name,
      place: (trial) => place(pick(trial) as number),
      ticks: marks.map((value) => ({ at: place(value), label: Number(value.toPrecision(2)).toString() })),
    };
  }
  const texts = [...new Set(values.map((value) => JSON.stringify(value) ?? String(value)))].sort();
  const place = (text: string) => (texts.length === 1 ? 0.5 : texts.indexOf(text) / (texts.length - 1));
  return {
    name,
    place: (trial) => place(JSON.stringify(pick(trial)) ?? String(pick(trial))),
    ticks: texts.map((text) => ({ at: place(text), label: text.replaceAll('"', "") })),
  };
}
