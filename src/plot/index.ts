// Front door of `lanewise/plot`: pictures as SVG text, in Node and in pages; toPNG for bitmaps. Made with Observable
// Plot; needs its packages installed (see docs/guide.md).

export { type Curve, type CurveOptions, functionCurves, learningCurves } from "./curves.js";
export type { FigureOptions } from "./figure.js";
export { type GraphPlotOptions, graphPlot } from "./graphPlot.js";
export { type HistogramOptions, histograms } from "./histograms.js";
export { type ConfusionPlotOptions, confusionPlot, type ImageGridOptions, imageGrid } from "./matrices.js";
export { type PngOptions, toPNG } from "./png.js";
export { contours, type DecisionOptions, decisionRegions, type Predict, type RegionOptions } from "./regions.js";
export { type PlottedTrial, searchPlot } from "./searchPlot.js";
