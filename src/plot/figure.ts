// A picture under construction: Observable Plot draws, in the page's document or in one of linkedom's where there is no
// page; title and legend join the same SVG, so that a picture is one element and one file.

import type { PlotOptions } from "@observablehq/plot";
import { StateError } from "../index.js";
import { Plot } from "./observable.js";

export interface FigureOptions {
  /** Above the picture. */
  readonly title?: string;
  /** Pixels. Default 640. */
  readonly width?: number;
  /** Pixels, header included. Default 400. */
  readonly height?: number;
}

/** The names of the options, for pictures that add their own. */
export const figureOptions = ["title", "width", "height"];

export interface LegendItem {
  readonly label: string;
  readonly color: string;
  /** A line of this dash pattern instead of a dot. */
  readonly dash?: string;
}

/** Told apart by readers who do not see red and green apart (Okabe & Ito 2008). */
export const palette = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442", "#999999"];

export const colorOf = (i: number): string => palette[i % palette.length] as string;

const FONT = "Inter, system-ui, sans-serif";
const LINE = 20;

/**
 * The SVG of a plot, with its title and legend above it.
 * @internal
 */
export async function draw(
  figure: FigureOptions,
  plot: PlotOptions,
  legend: readonly LegendItem[] = [],
): Promise<string> {
  const document = await findDocument();
  const { width = 640, height = 400, title } = figure;
  const header = (title ? LINE + 4 : 0) + (legend.length > 0 ? LINE : 0);
  const svg = Plot.plot({
    document,
    width,
    height,
    marginTop: header + 24,
    marginLeft: 56,
    marginBottom: 40,
    ...plot,
    style: { fontFamily: FONT, fontSize: "12px", background: "white" },
  }) as unknown as SVGElement;
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("font-family", FONT);
  svg.setAttribute("font-size", "12");
  svg.removeAttribute("style");
  for (const old of svg.querySelectorAll("style")) old.remove();
  const shapes = [
    shape(document, "rect", { width, height, fill: "white" }),
    ...(title ? [text(document, 16, LINE, title, { "font-size": 15, "font-weight": 600 })] : []),
    ...legendShapes(document, legend, header - 6),
  ];
  const below = svg.firstChild;
  for (const child of shapes) svg.insertBefore(child, below);
  return svg.outerHTML;
}

function legendShapes(document: Document, legend: readonly LegendItem[], y: number): Element[] {
  let x = 16;
  return legend.flatMap(({ label, color, dash }) => {
    const mark =
      dash === undefined
        ? shape(document, "circle", { cx: x + 6, cy: y - 4, r: 5, fill: color })
        : shape(document, "line", {
            x1: x - 4,
            x2: x + 16,
            y1: y - 4,
            y2: y - 4,
            stroke: color,
            "stroke-width": 2.5,
            "stroke-dasharray": dash,
          });
    const name = text(document, x + 20, y, label, {});
    x += 40 + 7 * label.length;
    return [mark, name];
  });
}

/** @internal */
export function text(document: Document, x: number, y: number, content: string, attributes: object): Element {
  const element = shape(document, "text", { x, y, fill: "#222222", "text-anchor": "start", ...attributes });
  element.textContent = content;
  return element;
}

/** @internal */
export function shape(document: Document, name: string, attributes: object): Element {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/**
 * The page's document, or a new one.
 * @internal
 */
export async function findDocument(): Promise<Document> {
  if (typeof document !== "undefined") return document;
  try {
    // webpack would warn of what a page never needs.
    const { parseHTML } = await import(/* webpackIgnore: true */ "linkedom");
    return parseHTML("<html><body></body></html>").document as unknown as Document;
  } catch (cause) {
    throw new StateError("lanewise/plot: needs a document, which Node has not; npm install linkedom.", { cause });
  }
}
