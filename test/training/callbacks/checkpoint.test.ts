import { describe, expect, test } from "vitest";
import { callbacks, earlyStopping } from "../../../src/index.js";
import { classifier, x, y } from "../small-classifier.js";
import { scripted } from "./scripted.js";

const { checkpoint } = callbacks;

describe("checkpoint", () => {
  test("hands over states after epochs and steps, and says which is the best", async () => {
    const saved: string[] = [];
    const save = async (state: { training: { epoch: number; step: number } }, at: { best: boolean; epoch: number }) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      saved.push(`${state.training.epoch}.${state.training.step}${at.best ? " best" : ""}`);
    };
    const monitored = { monitor: "score", mode: "min", save } as const;
    await classifier().fit(x, y, {
      epochs: 4,
      batchSize: 10,
      callbacks: [checkpoint({ ...monitored }), scripted([3, 4, 1, 2])],
    });
    expect(saved.splice(0)).toEqual(["1.0 best", "2.0", "3.0 best", "4.0"]);
    await classifier().fit(x, y, {
      epochs: 4,
      callbacks: [checkpoint({ ...monitored, bestOnly: true }), scripted([3, 4, 1, 2])],
    });
    expect(saved.splice(0)).toEqual(["1.0 best", "3.0 best"]);
    // The best epoch, the first, is not saved: the best is one of those that are.
    await classifier().fit(x, y, {
      epochs: 4,
      callbacks: [checkpoint({ ...monitored, everyEpochs: 2 }), scripted([1, 3, 4, 2])],
    });
    expect(saved.splice(0)).toEqual(["2.0 best", "4.0 best"]);
    await classifier().fit(x, y, {
      epochs: 3,
      batchSize: 10,
      callbacks: [checkpoint({ save, everySteps: 4, everyEpochs: 3 })],
    });
    expect(saved).toEqual(["0.4", "1.3", "2.2", "3.0"]);
  });

  test("sees what the other callbacks have become, wherever it stands", async () => {
    const states: unknown[] = [];
    const stop = earlyStopping({ monitor: "loss", patience: 9 });
    const save = ({ training }: { training: { callbacks: Record<string, unknown> } }) =>
      states.push((training.callbacks.earlyStopping as { best: number }).best);
    const { loss } = await classifier().fit(x, y, { epochs: 2, callbacks: [checkpoint({ save }), stop] });
    expect(states).toEqual(loss);
  });

  test("needs something to save with", () => {
    expect(() => checkpoint({} as never)).toThrow(
      "checkpoint: save must be a function of the state; received undefined.",
    );
  });
});
