import { describe, expect, test } from "vitest";
import { ArgumentError, type Callback, earlyStopping, type FitOptions, weightsHash } from "../../../src/index.js";
import { classifier, x, y } from "../small-classifier.js";
import { scripted } from "./scripted.js";

describe("earlyStopping", () => {
  const stopping = { monitor: "score", mode: "min" } as const;
  async function epochsWith(options: Parameters<typeof earlyStopping>[0], values: readonly number[]) {
    const stop = earlyStopping({ ...stopping, ...options });
    const model = classifier();
    const weights: string[] = [];
    const { loss } = await model.fit(x, y, {
      epochs: values.length,
      callbacks: [scripted(values), stop, { onEpochEnd: () => void weights.push(weightsHash(model)) }],
    });
    return { epochs: loss?.length, stop, restoredFrom: weights.indexOf(weightsHash(model)) + 1 };
  }

  test("waits for patience epochs without improvement and brings back the best weights", async () => {
    const { epochs, stop, restoredFrom } = await epochsWith({ patience: 2 }, [5, 3, 4, 3.5, 2, 1]);
    expect(epochs).toBe(4);
    expect([stop.best, stop.bestEpoch, restoredFrom]).toEqual([3, 2, 2]);
  });

  test("counts only what is better by minDelta, and knows which way is better", async () => {
    expect((await epochsWith({ patience: 2, minDelta: 1 }, [5, 4.5, 4.2, 3, 3])).epochs).toBe(3);
    expect((await epochsWith({ patience: 2, mode: "max" }, [1, 2, 1, 1, 9])).restoredFrom).toBe(2);
    expect((await epochsWith({}, [3, 2, 2, 1])).epochs).toBe(3);
    expect((await epochsWith({ patience: 1 }, [Number.NaN, Number.NaN, 1])).epochs).toBe(1);
  });

  test("goes on waiting until the baseline is beaten", async () => {
    expect((await epochsWith({ patience: 3, baseline: 2 }, [5, 4, 3, 1])).epochs).toBe(3);
    expect((await epochsWith({ patience: 3, baseline: 2 }, [5, 1, 3, 3, 3, 3])).epochs).toBe(5);
  });

  test("leaves the last weights where it is told to", async () => {
    expect((await epochsWith({ patience: 2, restoreBest: false }, [5, 3, 4, 3.5, 2])).restoredFrom).toBe(4);
  });

  test.each(["the last epoch", "an abort", "an error", "stop"])(
    "brings back the best weights after %s",
    async (end) => {
      const model = classifier();
      const abort = new AbortController();
      let best = "";
      const ending: Callback = {
        onEpochEnd: ({ epoch }) => {
          if (epoch === 2) best = weightsHash(model);
        },
        onStepEnd: (training) => {
          if (training.epoch < 4 || training.step < 3) return;
          if (end === "an abort") abort.abort();
          if (end === "an error") throw new Error("a broken disk");
          if (end === "stop") training.stop("enough");
        },
      };
      const options: FitOptions = { epochs: 4, batchSize: 10, signal: abort.signal };
      const fit = model.fit(x, y, {
        ...options,
        callbacks: [scripted([2, 1, 3, 4]), earlyStopping({ ...stopping, patience: 9 }), ending],
      });
      await (end === "an abort" || end === "an error" ? expect(fit).rejects.toThrow(/abort|disk/i) : fit);
      expect(weightsHash(model)).toBe(best);
    },
  );

  test("names the metrics there are, and the remedy", async () => {
    await expect(classifier().fit(x, y, { callbacks: [earlyStopping()] })).rejects.toThrow(
      'earlyStopping: monitor must be one of "loss", "accuracy"; received "valLoss"; give fit validationData or validationSplit.',
    );
    expect(() => earlyStopping({ patience: -1 })).toThrow(
      "earlyStopping: patience must be a non-negative integer; received -1.",
    );
    expect(() => earlyStopping({ mode: "up" as never })).toThrow(
      'earlyStopping: mode must be one of "min", "max"; received "up".',
    );
    expect(() => earlyStopping({ wait: 1 } as never)).toThrow(ArgumentError);
  });
});
