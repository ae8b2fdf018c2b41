// Functions of two features, seen from above: the regions that a classifier decides on, and the contours of a value.

import type { ContourOptions, Markish, PlotOptions } from "@observablehq/plot";
import { ArgumentError, checkArity, checkOptions, describe } from "../errors.js";
import { Tensor } from "../index.js";
import { checkFigure, checkFunction, checkTexts, isNumbers } from "./checks.js";
import { colorOf, draw, type FigureOptions } from "./figure.js";
import { loadPlot, Plot } from "./observable.js";

type Label = number | string | boolean;

export interface RegionOptions extends FigureOptions {
  /** Samples drawn as points: rows of two features. */
  readonly x?: Tensor | readonly ArrayLike<number>[];
  /** Their labels. */
  readonly y?: ArrayLike<Label>;
  /** What is shown of the first feature. Default: that of the points, and a little more. */
  readonly xDomain?: readonly [low: number, high: number];
  readonly yDomain?: readonly [low: number, high: number];
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** What the classes are called, in the order of the labels. */
  readonly classNames?: readonly string[];
}

export interface DecisionOptions extends RegionOptions {
  /** A line w0 x + w1 y + b = 0, such as a perceptron's. */
  readonly line?: { readonly weights: ArrayLike<number>; readonly intercept: number };
}

/** Predicts for rows of two features. */
export type Predict = (points: number[][]) => ArrayLike<Label> | Promise<ArrayLike<Label>>;

const regionOptions = ["x", "y", "xDomain", "yDomain", "xLabel", "yLabel", "classNames"];
const COLUMNS = 240;
const ROWS = 160;

/** The regions in which `predict` says each label, with points and a line over them. */
export async function decisionRegions(predict: Predict, options: DecisionOptions = {}): Promise<string> {
  checkArity("decisionRegions", arguments.length, 2);
  checkFunction("decisionRegions: predict", predict);
  checkFigure("decisionRegions", options, [...regionOptions, "line"]);
  checkTexts("decisionRegions: classNames", options.classNames);
  if (options.line !== undefined) checkLine(options.line);
  await loadPlot("decisionRegions");
  const { points, labels, domains } = readPoints("decisionRegions", options);
  const [cells, width, height] = cellsOf(domains);
  const predicted = await predict(cells.map(({ centre }) => centre));
  if (!isLabels(predicted) || predicted.length !== cells.length) {
    throw new ArgumentError(
      `decisionRegions: predict must give a label for each of ${cells.length} points; received ${describe(predicted)}.`,
    );
  }
  const classes = [...new Set([...Array.from(predicted), ...labels])].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const { classNames = classes.map(String), line } = options;
  const marks = [
    Plot.rect(runsOf(cells, predicted, width), {
      x1: "x1",
      x2: "x2",
      y1: "y1",
      y2: (run: Run) => run.y1 + height,
      fill: (run: Run) => colorOf(classes.indexOf(run.label)),
      fillOpacity: 0.25,
      shapeRendering: "crispEdges",
    }),
    ...(line ? [boundary(line, domains)] : []),
    pointMark(points, (i) => colorOf(classes.indexOf(labels[i] as Label))),
  ];
  const legend = classes.map((label, i) => ({ label: classNames[i] ?? String(label), color: colorOf(i) }));
  return await draw(options, { ...scales(options, domains), marks }, legend);
}

/** The values of a function of two numbers as filled contours, with points over them. */
export async function contours(value: (a: number, b: number) => number, options: RegionOptions = {}): Promise<string> {
  checkArity("contours", arguments.length, 2);
  checkFunction("contours: value", value);
  checkFigure("contours", options, regionOptions);
  checkTexts("contours: classNames", options.classNames);
  await loadPlot("contours");
  const { points, labels, domains } = readPoints("contours", options);
  const [[x1, x2], [y1, y2]] = domains;
  const classes = [...new Set(labels)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const contour = { x1, x2, y1, y2, fill: value, thresholds: 12, stroke: "white", strokeOpacity: 0.4 };
  const plot: PlotOptions = {
    ...scales(options, domains),
    color: { type: "linear", scheme: "RdYlBu", reverse: true },
    marks: [
      Plot.contour(contour as unknown as ContourOptions),
      pointMark(points, (i) => (labels.length > 0 ? colorOf(classes.indexOf(labels[i] as Label)) : "black")),
    ],
  };
  const names = options.classNames ?? classes.map(String);
  return await draw(
    options,
    plot,
    classes.map((_, i) => ({ label: names[i] as string, color: colorOf(i) })),
  );
}

/** A list or a typed array of labels, as estimators give them. */
function isLabels(value: unknown): value is ArrayLike<Label> {
  return (
    isNumbers(value) ||
    (Array.isArray(value) && value.every((each) => ["number", "string", "boolean"].includes(typeof each)))
  );
}

function checkLine(line: unknown): void {
  checkOptions("decisionRegions: line", line, ["weights", "intercept"]);
  const { weights, intercept } = line as NonNullable<DecisionOptions["line"]>;
  if (isNumbers(weights) && weights.length === 2 && typeof intercept === "number") return;
  throw new ArgumentError(
    `decisionRegions: line must be { weights: [w0, w1], intercept }; received ${describe(weights)} and ${describe(intercept)}.`,
  );
}

type Domains = readonly [x: readonly [number, number], y: readonly [number, number]];

interface Cell {
  readonly x1: number;
  readonly y1: number;
  readonly centre: number[];
}

interface Run {
  readonly x1: number;
  x2: number;
  readonly y1: number;
  readonly label: Label;
}

function cellsOf([[x1, x2], [y1, y2]]: Domains): [cells: Cell[], width: number, height: number] {
  const [width, height] = [(x2 - x1) / COLUMNS, (y2 - y1) / ROWS];
  const cells = Array.from({ length: COLUMNS * ROWS }, (_, i) => {
    const [x, y] = [x1 + (i % COLUMNS) * width, y1 + Math.floor(i / COLUMNS) * height];
    return { x1: x, y1: y, centre: [x + width / 2, y + height / 2] };
  });
  return [cells, width, height];
}

/** Cells of one label side by side as one rectangle. */
function runsOf(cells: readonly Cell[], labels: ArrayLike<Label>, width: number): Run[] {
  const runs: Run[] = [];
  cells.forEach(({ x1, y1 }, i) => {
    const last = runs[runs.length - 1];
    const label = labels[i] as Label;
    if (last && i % COLUMNS > 0 && last.label === label) last.x2 = x1 + width;
    else runs.push({ x1, x2: x1 + width, y1, label });
  });
  return runs;
}

function boundary(
  { weights, intercept }: NonNullable<DecisionOptions["line"]>,
  [[x1, x2], [y1, y2]]: Domains,
): Markish {
  const [w0 = 0, w1 = 0] = Array.from(weights);
  const ends =
    Math.abs(w1) * (y2 - y1) >= Math.abs(w0) * (x2 - x1) * 1e-6
      ? [x1, x2].map((x) => [x, -(w0 * x + intercept) / w1])
      : [y1, y2].map((y) => [-(w1 * y + intercept) / w0, y]);
  return Plot.line(ends, { x: "0", y: "1", stroke: "black", strokeWidth: 2, clip: true });
}

function pointMark(points: readonly number[][], color: (i: number) => string): Markish {
  const fill = points.map((_, i) => color(i));
  return Plot.dot(points, { x: "0", y: "1", r: 3.5, fill, stroke: "white", strokeWidth: 0.7, clip: true });
}

function scales({ xLabel = "feature 0", yLabel = "feature 1" }: RegionOptions, [x, y]: Domains): PlotOptions {
  return {
    x: { label: xLabel, labelArrow: "none", domain: x as Iterable<number> },
    y: { label: yLabel, labelArrow: "none", labelAnchor: "center", domain: y as Iterable<number> },
  };
}

function readPoints(subject: string, { x, y, xDomain, yDomain }: RegionOptions) {
  if (x !== undefined && !(x instanceof Tensor) && !(Array.isArray(x) && x.every(isNumbers))) {
    throw new ArgumentError(`${subject}: x must be a Tensor or rows of two features; received ${describe(x)}.`);
  }
  if (y !== undefined && !isLabels(y)) {
    throw new ArgumentError(`${subject}: y must be a list of labels; received ${describe(y)}.`);
  }
  const rows = x === undefined ? [] : ((Array.isArray(x) ? x : (x as Tensor).toArray()) as ArrayLike<number>[]);
  const points = rows.map((row) => Array.from(row));
  const labels = Array.from(y ?? []);
  if (points.some((row) => row.length !== 2)) {
    throw new ArgumentError(`${subject}: x must have two features; received ${points[0]?.length}.`);
  }
  if (labels.length > 0 && labels.length !== points.length) {
    throw new ArgumentError(
      `${subject}: there must be one label per point; received ${labels.length} for ${points.length}.`,
    );
  }
  const around = (axis: number): [number, number] => {
    if (points.length === 0) return [-1, 1];
    const values = points.map((row) => row[axis] as number);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = (high - low) * 0.08 || 1;
    return [low - room, high + room];
  };
  const domains: Domains = [xDomain ?? around(0), yDomain ?? around(1)];
  return { points, labels, domains };
}
