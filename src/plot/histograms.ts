// Histograms, one for each layer or group, on a common axis.

import type { PlotOptions } from "@observablehq/plot";
import { ArgumentError, checkArity } from "../errors.js";
import { checkFigure, checkLists, checkPositive } from "./checks.js";
import { colorOf, draw, type FigureOptions } from "./figure.js";
import { loadPlot, Plot } from "./observable.js";

export interface HistogramOptions extends FigureOptions {
  /** Bins. Default 50. */
  readonly bins?: number;
  /** What is shown. Default: from the least to the greatest value. */
  readonly domain?: readonly [low: number, high: number];
  readonly xLabel?: string;
}

/** The distribution of each group of numbers: weights, activations or gradients by layer. */
export async function histograms(
  groups: Readonly<Record<string, ArrayLike<number>>>,
  options: HistogramOptions = {},
): Promise<string> {
  checkArity("histograms", arguments.length, 2);
  if (typeof groups === "object" && groups !== null && Object.keys(groups).length === 0) {
    throw new ArgumentError("histograms: needs at least one group of numbers; received none.");
  }
  checkLists("histograms: groups", groups);
  checkFigure("histograms", options, ["bins", "domain", "xLabel"]);
  checkPositive("histograms: bins", options.bins);
  await loadPlot("histograms");
  const names = Object.keys(groups);
  const { bins = 50, xLabel = "value" } = options;
  const [low, high] = options.domain ?? extremes(Object.values(groups));
  const width = (high - low) / bins || 1;
  const bars = names.flatMap((group) => {
    const counts = new Float64Array(bins);
    const values = groups[group] as ArrayLike<number>;
    for (let i = 0; i < values.length; i++) {
      const bin = Math.floor(((values[i] as number) - low) / width);
      if (bin >= 0 && bin <= bins) counts[Math.min(bin, bins - 1)]! += 1 / values.length;
    }
    return Array.from(counts, (share, bin) => ({ group, share, x1: low + bin * width, x2: low + (bin + 1) * width }));
  });
  const plot: PlotOptions = {
    marginRight: 16,
    marginLeft: 120,
    x: { label: xLabel, labelArrow: "none", grid: true },
    y: { axis: null },
    fy: { label: null, domain: names, padding: 0.15 },
    marks: [
      Plot.rectY(
        bars.filter(({ share }) => share > 0),
        {
          x1: "x1",
          x2: "x2",
          y: "share",
          fy: "group",
          fill: ({ group }: (typeof bars)[number]) => colorOf(names.indexOf(group)),
          insetLeft: 0.5,
        },
      ),
      Plot.ruleY([0]),
      Plot.axisFy({ anchor: "left", label: null }),
    ],
  };
  return await draw({ height: Math.max(200, 90 * names.length + 60), ...options }, plot);
}

function extremes(groups: readonly ArrayLike<number>[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const values of groups) {
    for (let i = 0; i < values.length; i++) {
      low = Math.min(low, values[i] as number);
      high = Math.max(high, values[i] as number);
    }
  }
  return low <= high ? [low, high] : [0, 1];
}
