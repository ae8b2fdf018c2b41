// Numbers in cells: a confusion matrix, and weights as images.

import type { PlotOptions } from "@observablehq/plot";
import { ArgumentError, checkArity, describe } from "../errors.js";
import { Tensor } from "../index.js";
import { checkFigure, checkPositive, checkTexts, isNumbers, isRecord } from "./checks.js";
import { draw, type FigureOptions } from "./figure.js";
import { loadPlot, Plot } from "./observable.js";

export interface ConfusionPlotOptions extends FigureOptions {
  /** What the classes are called. Default: their labels. */
  readonly classNames?: readonly string[];
}

/** A confusion matrix of `lanewise/estimators`: rows are true classes, columns predicted ones, the shade a row's share. */
export async function confusionPlot(
  matrix: { readonly labels: readonly unknown[]; readonly counts: readonly (readonly number[])[] },
  options: ConfusionPlotOptions = {},
): Promise<string> {
  checkArity("confusionPlot", arguments.length, 2);
  const { labels, counts } = (isRecord(matrix) ? matrix : {}) as Partial<typeof matrix>;
  const square = Array.isArray(labels) && Array.isArray(counts) && counts.length === labels.length;
  if (!square || counts.some((row: unknown) => !isNumbers(row) || row.length !== labels.length)) {
    throw new ArgumentError(
      `confusionPlot: needs a confusion matrix, { labels, counts }, a row and a column for each label; received ${describe(matrix)}.`,
    );
  }
  checkFigure("confusionPlot", options, ["classNames"]);
  checkTexts("confusionPlot: classNames", options.classNames);
  await loadPlot("confusionPlot");
  const { classNames = labels.map(String), width = 520, height = 520 } = options;
  const cells = (counts as readonly (readonly number[])[]).flatMap((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    return row.map((count, j) => ({ truth: classNames[i], predicted: classNames[j], count, share: count / total }));
  });
  const plot: PlotOptions = {
    marginLeft: 70,
    marginRight: 16,
    x: { label: "predicted", domain: classNames as string[] },
    y: { label: "true", domain: classNames as string[] },
    color: { type: "sqrt", scheme: "Blues", domain: [0, 1] },
    marks: [
      Plot.cell(cells, { x: "predicted", y: "truth", fill: "share", inset: 0.5 }),
      Plot.text(cells, {
        x: "predicted",
        y: "truth",
        text: ({ count }: (typeof cells)[number]) => (count === 0 ? "" : String(count)),
        fill: ({ share }: (typeof cells)[number]) => (share > 0.4 ? "white" : "black"),
      }),
    ],
  };
  return await draw({ ...options, width, height }, plot);
}

export interface ImageGridOptions extends FigureOptions {
  /** Height and width of one image. */
  readonly imageShape: readonly [height: number, width: number];
  /** Above each image. */
  readonly labels?: readonly string[];
  /** Images side by side. Default: as many as make a square. */
  readonly columns?: number;
  /** At most so many images are shown. Default 25. */
  readonly limit?: number;
  /** "diverging" is blue below 0 and red above, for weights; "gray" is black on white. Default "gray". */
  readonly colors?: "gray" | "diverging";
}

/** Shades that an image is drawn with; pixels of one shade are one path. */
const SHADES = 24;

/** Images from the rows of a tensor [images, height * width], each between its own extremes. */
export async function imageGrid(images: Tensor, options: ImageGridOptions): Promise<string> {
  checkArity("imageGrid", arguments.length, 2);
  if (!(images instanceof Tensor)) {
    throw new ArgumentError(`imageGrid: images must be a Tensor [images, pixels]; received ${describe(images)}.`);
  }
  checkFigure("imageGrid", options, ["imageShape", "labels", "columns", "limit", "colors"]);
  const { imageShape, labels = [], limit = 25, colors = "gray" } = options;
  const isShape =
    Array.isArray(imageShape) &&
    imageShape.length === 2 &&
    imageShape.every((extent) => Number.isSafeInteger(extent) && extent > 0);
  if (!isShape)
    throw new ArgumentError(`imageGrid: imageShape must be [height, width]; received ${describe(imageShape)}.`);
  checkTexts("imageGrid: labels", options.labels);
  checkPositive("imageGrid: columns", options.columns);
  checkPositive("imageGrid: limit", limit);
  if (colors !== "gray" && colors !== "diverging") {
    throw new ArgumentError(`imageGrid: colors must be "gray" or "diverging"; received ${describe(colors)}.`);
  }
  await loadPlot("imageGrid");
  const [rows, columns] = imageShape;
  const [count = 0, size] = images.shape;
  if (images.rank !== 2 || size !== rows * columns) {
    throw new ArgumentError(
      `imageGrid: images must have shape [images, ${rows * columns}] for imageShape [${rows}, ${columns}]; ` +
        `received [${images.shape.join(", ")}].`,
    );
  }
  const drawn = Math.min(count, limit);
  const across = options.columns ?? Math.ceil(Math.sqrt(drawn));
  // Between the pictures a tenth of one; above each, room for its label.
  const [pitchX, pitchY] = [columns * 1.1, labels.length > 0 ? rows + 3 : rows * 1.1];
  const pixels = Array.from({ length: drawn }, (_, image) => {
    const values = images.data.subarray(image * size, (image + 1) * size);
    return shadesOf(values, colors).map((shade, i) => ({
      shade,
      x: (image % across) * pitchX + (i % columns),
      y: Math.floor(image / across) * pitchY + Math.floor(i / columns),
    }));
  }).flat();
  const [w, h] = [across * pitchX, Math.ceil(drawn / across) * pitchY];
  const width = options.width ?? 560;
  const height = options.height ?? Math.round((width - 20) * (h / w)) + (options.title ? 44 : 20);
  const names = Array.from({ length: drawn }, (_, image) => ({
    x: (image % across) * pitchX + columns / 2,
    y: Math.floor(image / across) * pitchY,
    text: labels[image] ?? "",
  }));
  const plot: PlotOptions = {
    marginLeft: 10,
    marginRight: 10,
    marginBottom: 4,
    marginTop: options.title ? 40 : 16,
    x: { axis: null, domain: [0, w] },
    y: { axis: null, domain: labels.length > 0 ? [h - 2, -1] : [h, 0] },
    marks: [
      Plot.rect(pixels, {
        x1: "x",
        x2: ({ x }: Pixel) => x + 1,
        y1: "y",
        y2: ({ y }: Pixel) => y + 1,
        fill: ({ shade }: Pixel) => colorOfShade(shade, colors),
        shapeRendering: "crispEdges",
      }),
      Plot.text(names, { x: "x", y: "y", text: "text", dy: -7, fontSize: 10 }),
    ],
  };
  return await draw({ ...options, width, height }, plot);
}

interface Pixel {
  readonly shade: number;
  readonly x: number;
  readonly y: number;
}

/** From 0 to SHADES: of the range of the values, or, diverging, with 0 in the middle. */
function shadesOf(values: ArrayLike<number>, colors: "gray" | "diverging"): number[] {
  const list = Array.from(values);
  const most = Math.max(...list.map(Math.abs)) || 1;
  const [low, high] = colors === "diverging" ? [-most, most] : [Math.min(...list), Math.max(...list)];
  return list.map((value) => Math.round((SHADES * (value - low)) / (high - low || 1)));
}

function colorOfShade(shade: number, colors: "gray" | "diverging"): string {
  const mix = (from: number, to: number, t: number) => Math.round(from + (to - from) * t);
  const t = shade / SHADES;
  if (colors === "gray") return `rgb(${mix(255, 20, t)},${mix(255, 20, t)},${mix(255, 30, t)})`;
  const [r, g, b] = t < 0.5 ? [0x21, 0x66, 0xac] : [0xb2, 0x18, 0x2b];
  const strength = Math.abs(2 * t - 1);
  return `rgb(${mix(247, r, strength)},${mix(247, g, strength)},${mix(247, b, strength)})`;
}
