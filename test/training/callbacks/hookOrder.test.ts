import { describe, expect, test, vi } from "vitest";
import { ArgumentError, type Callback, type Training } from "../../../src/index.js";
import { classifier, x, y } from "../small-classifier.js";

describe("hooks", () => {
  test("are called in order, and fit waits for them", async () => {
    const calls: string[] = [];
    const hook = (name: string) => async (training: Training) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      calls.push(`${name} ${training.epoch}/${training.epochs} ${training.step}/${training.steps}`);
    };
    const names = ["onTrainBegin", "onEpochBegin", "onStepEnd", "onEpochEnd", "onTrainEnd"] as const;
    const observer = Object.fromEntries(names.map((name) => [name, hook(name)])) as Callback;
    await classifier().fit(x, y, { epochs: 2, batchSize: 25, callbacks: [observer] });
    expect(calls).toEqual([
      "onTrainBegin 0/2 0/2",
      "onEpochBegin 1/2 0/2",
      "onStepEnd 1/2 1/2",
      "onStepEnd 1/2 2/2",
      "onEpochEnd 1/2 2/2",
      "onEpochBegin 2/2 0/2",
      "onStepEnd 2/2 1/2",
      "onStepEnd 2/2 2/2",
      "onEpochEnd 2/2 2/2",
      "onTrainEnd 2/2 2/2",
    ]);
  });

  test("see what fit reports, and the batch", async () => {
    const seen: number[] = [];
    const model = classifier();
    const { loss } = await model.fit(x, y, {
      batchSize: 50,
      shuffle: false,
      callbacks: [
        {
          onStepEnd: (training) => {
            seen.push(training.loss, training.metrics.loss as number);
            const feeds = training.feeds();
            expect(feeds.get(model.input)).toEqual(x);
            expect([...feeds.values()]).toHaveLength(2);
          },
        },
      ],
    });
    expect(seen).toEqual([loss?.[0], loss?.[0]]);
  });

  test("end the training with their error, onTrainEnd not left out", async () => {
    const ends = vi.fn();
    const failing: Callback = {
      onStepEnd: () => {
        throw new RangeError("enough");
      },
      onTrainEnd: ends,
    };
    const model = classifier();
    await expect(model.fit(x, y, { callbacks: [failing] })).rejects.toThrow("enough");
    expect(ends).toHaveBeenCalledTimes(1);
    await expect(model.fit(x, y)).resolves.toBeDefined();
  });

  test("stop within an epoch, which then is not reported, or at its end", async () => {
    const stopAt = (step: number): Callback => ({
      onStepEnd: (training) => {
        if (training.epoch === 2 && training.step === step) training.stop("enough");
      },
    });
    const within = await classifier().fit(x, y, { epochs: 5, batchSize: 10, callbacks: [stopAt(3)] });
    expect(within.loss).toHaveLength(1);
    const atTheEnd = await classifier().fit(x, y, { epochs: 5, batchSize: 10, callbacks: [stopAt(5)] });
    expect(atTheEnd.loss).toHaveLength(2);
  });

  test("must be in objects", async () => {
    await expect(classifier().fit(x, y, { callbacks: 5 as never })).rejects.toThrow(
      "Model.fit: callbacks must be a list of callbacks; received [5].",
    );
    await expect(classifier().fit(x, y, { callbacks: [5 as never] })).rejects.toThrow(ArgumentError);
  });
});
