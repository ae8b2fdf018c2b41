// Bar charts of a suite as SVG: a group of bars for each case, a bar for each variant, with the range as a thin line.

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { type Row, type Variant, variantNames, variants } from "./report.js";
import { formatNumber } from "./table.js";

/** Distinct for readers who do not see red and green apart (Okabe & Ito 2008). */
const colors: Readonly<Record<Variant, string>> = {
  javascript: "#999999",
  scalar: "#e69f00",
  simd: "#0072b2",
  relaxed: "#009e73",
  wide: "#cc79a7",
};

const BAR = 16;
const LABELS = 300;

/** The rows of one metric, as an `<svg>` element with a title for readers of screens. */
export function barChart(rows: readonly Row[], metric: string): string {
  const present = variants.filter((variant) => rows.some(({ build }) => build === variant));
  const cases = [...new Set(rows.map((row) => row.case))];
  const bars = rows.map((row) => ({ ...row, variant: variantNames[row.build] }));
  const { document } = parseHTML("<html><body></body></html>");
  const chart = Plot.plot({
    document,
    className: "bars",
    width: 900,
    height: cases.length * (present.length + 1) * BAR + 60,
    marginLeft: LABELS,
    marginRight: 80,
    x: { label: metric, grid: true, zero: true },
    y: { axis: null, domain: present.map((variant) => variantNames[variant]), padding: 0.1 },
    fy: { label: null, domain: cases, padding: 0.25 },
    color: {
      domain: present.map((variant) => variantNames[variant]),
      range: present.map((variant) => colors[variant]),
    },
    marks: [
      Plot.axisFy({ anchor: "left", label: null, dx: -LABELS + 10, textAnchor: "start", fontSize: 11 }),
      Plot.barX(bars, { x: "median", y: "variant", fy: "case", fill: "variant" }),
      Plot.ruleY(bars, { x1: "min", x2: "max", y: "variant", fy: "case", stroke: "#333333" }),
      Plot.text(bars, {
        x: "max",
        y: "variant",
        fy: "case",
        text: (row: Row) => formatNumber(row.median),
        dx: 5,
        textAnchor: "start",
        fontSize: 10,
      }),
      Plot.ruleX([0]),
    ],
  });
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-label", `${metric} by case and variant`);
  return chart.outerHTML;
}

/** The variants with their colours, as HTML. */
export function legend(present: readonly Variant[]): string {
  const entries = present.map(
    (variant) => `<span><i style="background:${colors[variant]}"></i>${variantNames[variant]}</span>`,
  );
  return `<p class="legend">${entries.join(" ")}</p>`;
}
