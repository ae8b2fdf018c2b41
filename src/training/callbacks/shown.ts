// How a training shows itself in a terminal. The front door of Node says how when it is loaded; pages, which have no
// terminal, do not carry that code.

import type { Callback } from "./callback.js";

let make: (() => Callback) | null = null;

/** From now on `fit` shows its progress with such a callback, when it is asked to or stands in a terminal. */
export function showTrainingsWith(callback: () => Callback): void {
  make = callback;
}

/** True where `fit` can show its progress. */
export function showsTrainings(): boolean {
  return make !== null;
}

/** What shows a training; null where the host has nothing to show it in. */
export function shownTraining(): Callback | null {
  return make?.() ?? null;
}
