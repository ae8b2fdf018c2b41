// What the page shows of a net in training, as signals: each component reads those it needs.

import { signal } from "@preact/signals";
import type { Frame, History, Overview } from "./protocol.js";

export interface Notice {
  readonly kind: "problem" | "news";
  readonly text: string;
  /** A way out, as a button. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

export class View {
  readonly overview = signal<Overview | null>(null);
  readonly playing = signal(false);
  readonly lost = signal(false);
  readonly notice = signal<Notice | null>(null);
  readonly step = signal(0);
  readonly epoch = signal(0);
  readonly pace = signal(0);
  /** Steps a second to keep to, 0 for as many as there can be: at first a pace that can be followed. */
  readonly limit = signal(300);
  /** The record of the history that is read in all charts; null for the last one. */
  readonly read = signal<number | null>(null);
  /** How the axis of steps is spread; null for what suits the pace. */
  readonly axis = signal<"even" | "first" | null>(null);
  readonly history = signal<History | null>(null);
  readonly regions = signal<Frame["regions"]>(null);
  readonly units = signal<Frame["units"]>(null);
  /** The hidden unit whose picture is shown large. */
  readonly inspected = signal<{ readonly layer: number; readonly unit: number } | null>(null);
  /** A picture that the visitor dropped, to be read. */
  readonly picture = signal<File | null>(null);
  readonly probabilities = signal<Float32Array | null>(null);
  readonly confusion = signal<Uint32Array | null>(null);
  readonly busy = signal<string | null>(null);
  /** Which build of the kernels runs. */
  readonly kernels = signal("");

  /** Takes what a frame brings; figures and curves with `curves` only, since nobody reads them sixty times a second. */
  protected display(frame: Frame, curves: boolean): void {
    if (curves) {
      this.step.value = frame.step;
      this.epoch.value = frame.epoch;
      if (frame.playing) this.pace.value = frame.pace;
    }
    if (frame.history) this.history.value = frame.history;
    if (frame.regions) this.regions.value = frame.regions;
    if (frame.units) this.units.value = frame.units;
    if (frame.confusion) this.confusion.value = frame.confusion;
    this.probabilities.value = frame.probabilities ?? this.probabilities.value;
  }
}
