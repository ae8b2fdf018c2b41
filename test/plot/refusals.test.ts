// Pictures refuse what cannot be drawn, before anything is loaded or drawn.

import { expect, test } from "vitest";
import { ArgumentError, Tensor } from "../../src/index.js";
import * as plot from "../../src/plot/index.js";

const functions: Readonly<Record<string, unknown>> = { ...plot };
const image = new Tensor(new Float32Array(4), [1, 4]);
const cases: Readonly<Record<string, readonly [name: keyof typeof plot, ...given: unknown[]]>> = {
  "a number for a history": ["learningCurves", 5],
  "a list for a history": ["learningCurves", [1, 2]],
  "an empty history": ["learningCurves", {}],
  "texts for values": ["learningCurves", { loss: ["a"] }],
  "an unknown option": ["learningCurves", { loss: [1] }, { titel: "x" }],
  "a width of nothing": ["learningCurves", { loss: [1] }, { width: 0 }],
  "a width without end": ["learningCurves", { loss: [1] }, { width: Infinity }],
  "a title that is none": ["learningCurves", { loss: [1] }, { title: 5 }],
  "a number for options": ["learningCurves", { loss: [1] }, 5],
  "no curves": ["functionCurves", []],
  "a function for curves": ["functionCurves", Math.sin],
  "a curve without label": ["functionCurves", [{ y: Math.sin }]],
  "an interval in reverse": ["functionCurves", [{ label: "a", y: Math.sin }], { domain: [1, 0] }],
  "a range of one": ["functionCurves", [{ label: "a", y: Math.sin }], { range: [1] }],
  "groups that are none": ["histograms", 5],
  "no group": ["histograms", {}],
  "half a bin": ["histograms", { a: [1] }, { bins: 0.5 }],
  "a search that is none": ["searchPlot", {}],
  "trials that are none": ["searchPlot", { trials: [5] }],
  "a matrix that is none": ["confusionPlot", [[1]]],
  "a row too short": ["confusionPlot", { labels: [1, 2], counts: [[1, 2], [3]] }],
  "names that are none": ["confusionPlot", { labels: [1], counts: [[1]] }, { classNames: [1] }],
  "images that are a list": ["imageGrid", [[1]], { imageShape: [1, 1] }],
  "no shape of images": ["imageGrid", image, {}],
  "no options": ["imageGrid", image],
  "colors that are none": ["imageGrid", image, { imageShape: [2, 2], colors: "red" }],
  "a number for predict": ["decisionRegions", 5],
  "a domain that is none": ["decisionRegions", () => [1], { xDomain: 5 }],
  "a number for a value": ["contours", 5],
  "nodes that are none": ["graphPlot", 5],
  "a node that is none": ["graphPlot", [5]],
  "a filter that is none": ["graphPlot", [{ op: {} }], { filter: 5 }],
};

test.each(Object.entries(cases))("%s", async (_, [name, ...given]) => {
  const call = async () => (functions[name] as (...given: unknown[]) => unknown)(...given);
  await expect(call()).rejects.toThrow(ArgumentError);
  await expect(call()).rejects.toThrow(new RegExp(`^${name}`));
});
