// Pictures: what is in the SVG, at the right place, and that PNGs are what the SVG says.

import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { ArgumentError, dense, sequential, tensor } from "../../src/index.js";
import { functionCurves, learningCurves } from "../../src/plot/curves.js";
import { graphPlot } from "../../src/plot/graphPlot.js";
import { histograms } from "../../src/plot/histograms.js";
import { confusionPlot, imageGrid } from "../../src/plot/matrices.js";
import { toPNG } from "../../src/plot/png.js";
import { contours, decisionRegions } from "../../src/plot/regions.js";
import { searchPlot } from "../../src/plot/searchPlot.js";

const count = (svg: string, pattern: RegExp) => svg.match(pattern)?.length ?? 0;

/** The color of a pixel of the picture, [r, g, b]. */
async function pixel(svg: string, x: number, y: number): Promise<number[]> {
  const { data, width, channels } = decode(await toPNG(svg, { scale: 1 }));
  return Array.from(data.slice((y * width + x) * channels, (y * width + x) * channels + 3));
}

describe("decision regions", () => {
  const side = (points: number[][]) => points.map(([a = 0, b = 0]) => (a + b > 1 ? "above" : "below"));
  const options = {
    x: [
      [0.1, 0.2],
      [0.9, 0.8],
    ],
    y: ["below", "above"],
    xDomain: [0, 1],
    yDomain: [0, 1],
    line: { weights: [1, 1], intercept: -1 },
    title: "Two halves",
  } as const;

  test("have both colors where the classes are, a dot per sample, the line, the legend and the title", async () => {
    const svg = await decisionRegions(side, options);
    expect(svg).toMatch(/^<svg[^>]* xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain(">Two halves<");
    for (const name of ["above", "below"]) expect(svg).toContain(`>${name}<`);
    const legend = 2;
    expect(count(svg, /<circle /g)).toBe(2 + legend);
    // Left below and right above, in a frame of 640 x 400 with margins; far from dots, line and grid.
    const [below, above] = [await pixel(svg, 80, 300), await pixel(svg, 600, 100)];
    expect(below).not.toEqual(above);
    expect(await pixel(svg, 90, 310)).toEqual(below);
    expect(await pixel(svg, 3, 390)).toEqual([255, 255, 255]);
  });

  test("predict is asked for points within the domain, and may be asynchronous", async () => {
    let asked: number[][] = [];
    await decisionRegions(async (points) => {
      asked = points;
      return side(points);
    }, options);
    expect(asked.length).toBeGreaterThan(10_000);
    expect(asked.flat().every((value) => value > 0 && value < 1)).toBe(true);
  });

  test("contours of a function", async () => {
    const svg = await contours((a, b) => a * b, { xDomain: [0, 1], yDomain: [0, 1] });
    expect(count(svg, /<path /g)).toBeGreaterThan(8);
  });

  test("refuse other numbers of features, and labels without points", async () => {
    await expect(decisionRegions(side, { x: [[1, 2, 3]] })).rejects.toThrow(
      new ArgumentError("decisionRegions: x must have two features; received 3."),
    );
    await expect(contours((a) => a, { x: [[1, 2]], y: [1, 2] })).rejects.toThrow(
      "contours: there must be one label per point; received 2 for 1.",
    );
  });
});

describe("curves", () => {
  test("of functions: one line each, the dashed one dashed", async () => {
    const svg = await functionCurves([
      { label: "sin", y: Math.sin },
      { label: "numeric", y: Math.cos, dashed: true },
    ]);
    expect(count(svg, /aria-label="line"/g)).toBe(2);
    expect(count(svg, /stroke-dasharray="6 5"/g)).toBe(2); // curve and legend
    expect(svg).toContain(">sin<");
  });

  test("of a history: from epoch 1, validation dashed", async () => {
    const svg = await learningCurves({ loss: [3, 2, 1], valLoss: [3.5, 2.5, 2] });
    expect(svg).toContain(">epoch<");
    expect(svg).toContain(">valLoss<");
    expect(count(svg, /stroke-dasharray="6 5"/g)).toBe(2);
  });

  test("refuse values without places", async () => {
    await expect(functionCurves([{ label: "a", y: [1, 2] }])).rejects.toThrow(
      "functionCurves: a needs as many x as y; received 0 for 2.",
    );
  });
});

test("a confusion matrix has its counts and is darkest where a row's share is largest", async () => {
  const counts = [
    [9, 1],
    [0, 4],
  ];
  const svg = await confusionPlot({ labels: ["cat", "dog"], counts });
  for (const number of [9, 1, 4]) expect(svg).toContain(`>${number}<`);
  expect(count(svg, /<rect /g)).toBe(1 + 4);
});

test("images: dark where the values are high", async () => {
  const svg = await imageGrid(tensor([[0, 0, 0, 1]]), { imageShape: [2, 2], width: 100, height: 110 });
  expect(await pixel(svg, 25, 50)).toEqual([255, 255, 255]);
  expect((await pixel(svg, 50, 72))[0]).toBeLessThan(60);
  await expect(imageGrid(tensor([[1, 2]]), { imageShape: [2, 2] })).rejects.toThrow(
    "imageGrid: images must have shape [images, 4] for imageShape [2, 2]; received [1, 2].",
  );
});

test("histograms: a row per group, all values in the bins", async () => {
  const svg = await histograms({ hidden: Float32Array.of(-1, 0, 0, 1), outputs: [0.5] }, { bins: 4 });
  expect(svg).toContain(">hidden<");
  expect(svg).toContain(">outputs<");
  expect(count(svg, /<rect [^>]*fill="#0072b2"/g) + count(svg, /<rect [^>]*fill="#e69f00"/g)).toBe(3 + 1);
});

test("a search: an axis per parameter and the score, a line per trial that did not fail", async () => {
  const trials = [
    { parameters: { rate: 0.001, units: [8] }, score: 0.5 },
    { parameters: { rate: 0.1, units: [16] }, score: 0.9 },
    { parameters: { rate: 1, units: [8] }, score: Number.NaN },
  ];
  const svg = await searchPlot({ trials });
  for (const name of ["rate", "units", "score", "0.001", "[16]"]) expect(svg).toContain(`>${name}<`);
  expect(count(svg, /<path [^>]*stroke="#|<path [^>]*stroke="rgb/g)).toBe(2);
  await expect(searchPlot({ trials: trials.slice(2) })).rejects.toThrow(ArgumentError);
});

test("a graph: a box per node with name, op and shape, an arrow per input", async () => {
  const { graph } = sequential([dense({ units: 3, name: "outputs" })], { inputShape: [4] });
  const nodes = graph.nodes().filter(({ name }) => !name.includes("initial"));
  const svg = await graphPlot(nodes);
  for (const { name, shape } of nodes) {
    expect(svg).toContain(`>${name}<`);
    expect(svg).toContain(`[${shape.map((extent) => extent ?? "null").join(", ")}]<`);
  }
  const inside = new Set(nodes);
  const arrows = nodes.flatMap(({ inputs }) => inputs.filter((input) => inside.has(input))).length;
  expect(count(svg, /<polygon /g)).toBe(arrows);
});

test("PNG: the size of the picture times the scale; text is drawn", async () => {
  const svg = await functionCurves([{ label: "x", y: (x) => x }], { width: 300, height: 200, title: "MMMMMM" });
  const { width, height } = decode(await toPNG(svg, { scale: 2 }));
  expect([width, height]).toEqual([600, 400]);
  const blank = await toPNG(svg.replaceAll("MMMMMM", ""), { scale: 1 });
  expect(Buffer.compare(blank, await toPNG(svg, { scale: 1 }))).not.toBe(0);
  await expect(toPNG("<p>")).rejects.toThrow('toPNG: needs the text of an SVG; received "<p>".');
  await expect(toPNG(svg, { scale: 0 })).rejects.toThrow(
    "toPNG: scale must be a finite number greater than 0 and at most 16; received 0.",
  );
});
