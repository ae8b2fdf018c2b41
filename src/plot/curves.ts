// Lines: functions over an interval, and the curves of a training.

import type { PlotOptions } from "@observablehq/plot";
import { ArgumentError, checkArity, describe } from "../errors.js";
import { checkFigure, checkLists, isNumbers, isRecord } from "./checks.js";
import { colorOf, draw, type FigureOptions } from "./figure.js";
import { loadPlot, Plot } from "./observable.js";

export interface Curve {
  readonly label: string;
  /** A function of one number, or its values at the points of `x`. */
  readonly y: ((x: number) => number) | ArrayLike<number>;
  /** Where the values are, if `y` holds values. */
  readonly x?: ArrayLike<number>;
  /** Drawn as dashes, so that a line under it can be seen. Default false. */
  readonly dashed?: boolean;
}

export interface CurveOptions extends FigureOptions {
  /** The interval of functions. Default [-5, 5]. */
  readonly domain?: readonly [low: number, high: number];
  /** What is shown of y. Default: everything. */
  readonly range?: readonly [low: number, high: number];
  readonly xLabel?: string;
  readonly yLabel?: string;
}

/** Curves with a legend: an activation, its derivative and a numeric derivative, for example. */
export async function functionCurves(curves: readonly Curve[], options: CurveOptions = {}): Promise<string> {
  checkArity("functionCurves", arguments.length, 2);
  checkCurves(curves);
  checkFigure("functionCurves", options, ["domain", "range", "xLabel", "yLabel"]);
  await loadPlot("functionCurves");
  const { domain = [-5, 5], range, xLabel = "x", yLabel = "y" } = options;
  const lines = curves.map((curve, i) => ({ ...curve, color: colorOf(i), points: pointsOf(curve, domain) }));
  const legend = lines.map(({ label, color, dashed }) => ({ label, color, dash: dashed ? "6 5" : "" }));
  const plot: PlotOptions = {
    x: { label: xLabel, labelArrow: "none", grid: true },
    y: {
      label: yLabel,
      labelArrow: "none",
      labelAnchor: "center",
      grid: true,
      ...(range ? { domain: range as Iterable<number> } : {}),
    },
    marks: [
      Plot.ruleY([0], { stroke: "#999999" }),
      ...lines.map(({ points, color, dashed }) =>
        Plot.line(points, {
          x: "0",
          y: "1",
          stroke: color,
          strokeWidth: dashed ? 1.5 : 2.5,
          clip: true,
          ...(dashed ? { strokeDasharray: "6 5" } : {}),
        }),
      ),
    ],
  };
  return await draw(options, plot, legend);
}

/** One curve per quantity over the epochs, such as the history that `fit` resolves to: loss, accuracy, valLoss, ... */
export async function learningCurves(
  history: Readonly<Record<string, ArrayLike<number>>>,
  options: CurveOptions = {},
): Promise<string> {
  checkArity("learningCurves", arguments.length, 2);
  checkLists("learningCurves: history", history);
  checkFigure("learningCurves", options, ["domain", "range", "xLabel", "yLabel"]);
  await loadPlot("learningCurves");
  const curves = Object.entries(history).map(([label, values]) => ({
    label,
    x: Array.from(values, (_, i) => i + 1),
    y: values,
    dashed: label.startsWith("val"),
  }));
  return await functionCurves(curves, { xLabel: "epoch", yLabel: "", ...options });
}

function checkCurves(curves: unknown): void {
  if (!Array.isArray(curves) || curves.length === 0) {
    throw new ArgumentError(`functionCurves: needs a list of curves, at least one; received ${describe(curves)}.`);
  }
  for (const curve of curves as readonly unknown[]) {
    const { label, x, y } = (isRecord(curve) ? curve : {}) as Partial<Curve>;
    const fits =
      typeof label === "string" && (typeof y === "function" || isNumbers(y)) && (x === undefined || isNumbers(x));
    if (!fits)
      throw new ArgumentError(
        `functionCurves: a curve must be { label, y }, y a function or numbers; received ${describe(curve)}.`,
      );
  }
}

const SAMPLES = 400;

/** Points in order of x; a break where y is not finite. */
function pointsOf({ label, x, y }: Curve, [low, high]: readonly [number, number]): [number, number][] {
  if (typeof y === "function") {
    return Array.from({ length: SAMPLES + 1 }, (_, i) => {
      const at = low + ((high - low) * i) / SAMPLES;
      return [at, y(at)];
    });
  }
  if (x === undefined || x.length !== y.length) {
    throw new ArgumentError(
      `functionCurves: ${label} needs as many x as y; received ${x?.length ?? 0} for ${y.length}.`,
    );
  }
  return Array.from(y, (value, i) => [x[i] as number, value]);
}
