import { describe, expect, test, vi } from "vitest";
import { type Callback, callbacks, weightsHash } from "../../../src/index.js";
import { classifier, x, y } from "../small-classifier.js";

const { pausable } = callbacks;

describe("pausable", () => {
  test("holds the training between steps, and an abort ends the pause", async () => {
    const control = pausable();
    const steps: number[] = [];
    const abort = new AbortController();
    const watch: Callback = {
      onStepEnd: ({ stepsMade }) => {
        steps.push(stepsMade);
        if (stepsMade === 3 || stepsMade === 6) control.pause();
      },
    };
    const model = classifier();
    const fit = model.fit(x, y, { epochs: 4, batchSize: 10, callbacks: [watch, control], signal: abort.signal });
    await vi.waitFor(() => expect(steps).toHaveLength(3));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([steps.length, control.paused]).toEqual([3, true]);
    control.resume();
    await vi.waitFor(() => expect(steps).toHaveLength(6));
    abort.abort();
    await expect(fit).rejects.toThrow(/abort/i);
    expect(steps).toHaveLength(6);
    await expect(model.fit(x, y)).resolves.toBeDefined();
  });

  test("changes no bit of the result", async () => {
    const control = pausable();
    const watch: Callback = {
      onStepEnd: () => {
        control.pause();
        setTimeout(() => control.resume(), 1);
      },
    };
    const held = classifier();
    await held.fit(x, y, { epochs: 2, batchSize: 10, callbacks: [watch, control] });
    const free = classifier();
    await free.fit(x, y, { epochs: 2, batchSize: 10 });
    expect(weightsHash(held)).toBe(weightsHash(free));
  });
});
