// Observable Plot and dagre, loaded by the first picture that needs them: who imports `lanewise/plot` without them hears
// what to install, and from a typed error.

import type * as Dagre from "@dagrejs/dagre";
import type * as ObservablePlot from "@observablehq/plot";
import { StateError } from "../index.js";

/** There after `loadPlot`. */
export let Plot: typeof ObservablePlot;

export async function loadPlot(subject: string): Promise<void> {
  // Bundlers let an import of what is not installed pass where it is awaited directly inside `try`.
  try {
    Plot ??= await import("@observablehq/plot");
  } catch (cause) {
    throw missing(subject, "@observablehq/plot linkedom", cause);
  }
}

export async function loadDagre(subject: string): Promise<typeof Dagre> {
  try {
    return await import("@dagrejs/dagre");
  } catch (cause) {
    throw missing(subject, "@dagrejs/dagre linkedom", cause);
  }
}

function missing(subject: string, packages: string, cause: unknown): StateError {
  return new StateError(`${subject}: needs packages beside Lanewise; npm install ${packages}.`, { cause });
}
