// A training that can be held and let go on.

import { checkArity } from "../../errors.js";
import type { Callback, Training } from "./callback.js";

export interface Pausable extends Callback {
  /** Holds the training after the step in progress. */
  pause(): void;
  resume(): void;
  readonly paused: boolean;
}

/** `pause()` and `resume()` for the fit that gets it among its callbacks. An abort ends a pause. */
export function pausable(): Pausable {
  checkArity("pausable", arguments.length, 0);
  let release: (() => void) | null = null;
  let held: Promise<void> | null = null;
  return {
    pause() {
      checkArity("pausable: pause", arguments.length, 0);
      held ??= new Promise((resolve) => {
        release = resolve;
      });
    },
    resume() {
      checkArity("pausable: resume", arguments.length, 0);
      release?.();
      release = held = null;
    },
    get paused() {
      return held !== null;
    },
    onTrainBegin: ({ signal }) => (held === null ? undefined : untilReleased(held, signal)),
    onStepEnd: ({ signal }) => (held === null ? undefined : untilReleased(held, signal)),
  };
}

function untilReleased(held: Promise<void>, signal: Training["signal"]): Promise<void> {
  if (signal === undefined) return held;
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
    held.then(done);
    if (signal.aborted) done();
  });
}
