// Colours of canvases, which style sheets do not reach: read from the same custom properties, and anew when the scheme
// changes.

import { signal } from "@preact/signals";

export type Rgb = readonly [red: number, green: number, blue: number];

export interface Palette {
  /** Of classes: told apart in all common forms of colour blindness, with marks of different shapes beside. */
  readonly classes: readonly Rgb[];
  /** Of hidden layers' curves, from the inputs up. */
  readonly layers: readonly Rgb[];
  readonly paper: Rgb;
  readonly card: Rgb;
  readonly ink: Rgb;
  readonly soft: Rgb;
  readonly line: Rgb;
}

function read(): Palette {
  const style = getComputedStyle(document.documentElement);
  const rgb = (name: string): Rgb => {
    const hex = Number.parseInt(style.getPropertyValue(name).trim().slice(1), 16);
    return [(hex >> 16) & 255, (hex >> 8) & 255, hex & 255];
  };
  return {
    classes: ["--class-a", "--class-b", "--class-c"].map(rgb),
    layers: [1, 2, 3, 4, 5, 6].map((layer) => rgb(`--layer-${layer}`)),
    paper: rgb("--paper"),
    card: rgb("--card"),
    ink: rgb("--ink"),
    soft: rgb("--soft"),
    line: rgb("--line"),
  };
}

export const palette = signal(read());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  palette.value = read();
});

export const css = ([r, g, b]: Rgb, alpha = 1) => `rgb(${r} ${g} ${b} / ${alpha})`;

/** From a to b by a share in [0, 1]. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => (a[i] as number) + ((b[i] as number) - (a[i] as number)) * share) as unknown as Rgb;
}
