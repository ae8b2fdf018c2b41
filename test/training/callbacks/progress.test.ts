// Callbacks that would never be called are refused; progress in a terminal, and where none is wanted.

import { afterEach, describe, expect, test, vi } from "vitest";
import { ArgumentError, callbacks, type FitOptions, weightsHash } from "../../../src/index.js";
import "../../../src/node.js";
import { classifier, x, y } from "../small-classifier.js";

const fitWith = (given: unknown, options: FitOptions = {}) =>
  classifier().fit(x, y, { ...options, callbacks: given as callbacks.Callback[] });

describe("callbacks", () => {
  test("are a list, or one", async () => {
    const seen: number[] = [];
    await fitWith({ onEpochEnd: ({ epoch }: callbacks.Training) => void seen.push(epoch) }, { epochs: 2 });
    expect(seen).toEqual([1, 2]);
    class Own {
      onStepEnd({ step }: callbacks.Training) {
        seen.push(step);
      }
    }
    await fitWith([new Own()], { batchSize: 50 });
    expect(seen.length).toBeGreaterThan(2);
  });

  test.each([
    [{ onBatchEnd() {} }, '"onBatchEnd"; did you mean "onStepEnd"?'],
    [{ onTrainBatchEnd() {} }, '"onTrainBatchEnd"; did you mean "onStepEnd"?'],
    [{ on_epoch_end() {} }, '"on_epoch_end"; did you mean "onEpochEnd"?'],
    [{ onEpochEnds() {} }, 'did you mean "onEpochEnd"?'],
    [{ onEpochEnd: (_epoch: number, _logs: object) => {} }, "takes one argument, the training"],
    [[{ onStepEnd: 3 }], "onStepEnd must be a function; received 3."],
    [[null], "callbacks must be a list of callbacks"],
    [callbacks.earlyStopping, "received [function earlyStopping]"],
    ["progress", "callbacks must be a list of callbacks"],
    [
      class {
        static onEpochEnd() {}
      },
      "callbacks must be a list of callbacks",
    ],
  ])("%o is refused before anything is trained", async (given, message) => {
    const model = classifier();
    const before = weightsHash(model);
    const fit = model.fit(x, y, { callbacks: given as never });
    await expect(fit).rejects.toThrow(ArgumentError);
    await expect(fit).rejects.toThrow(message);
    expect(weightsHash(model)).toBe(before);
  });

  test("monitor is found in any spelling, and by the short names of Keras", async () => {
    for (const monitor of ["val_loss", "valLoss", "val_acc", "VAL_ACCURACY"]) {
      await fitWith([callbacks.earlyStopping({ monitor, patience: 5 })], { validationSplit: 0.2 });
    }
    await expect(fitWith([callbacks.earlyStopping({ monitor: "val_los" })], { validationSplit: 0.2 })).rejects.toThrow(
      'did you mean "valLoss"?',
    );
  });
});

describe("progress", () => {
  const { isTTY } = process.stdout;
  afterEach(() => {
    process.stdout.isTTY = isTTY;
    vi.restoreAllMocks();
  });
  const linesOf = async (options: FitOptions, terminal: boolean) => {
    process.stdout.isTTY = terminal;
    const lines: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
    await classifier().fit(x, y, { epochs: 3, ...options });
    return lines.filter((line) => line.startsWith("epoch"));
  };

  test("is shown in a terminal, in whole lines, the last epoch among them", async () => {
    const lines = await linesOf({}, true);
    expect(lines.at(-1)).toMatch(/^epoch 3\/3 {2}loss \d\.\d{4} {2}accuracy/);
    for (const line of lines) for (const sign of ["\r", "\n", "\u001b"]) expect(line).not.toContain(sign);
  });

  test.each<[FitOptions, boolean, boolean]>([
    [{}, false, false],
    [{ verbose: false }, true, false],
    [{ verbose: 0 }, true, false],
    [{ verbose: true }, false, true],
    [{ verbose: 1 }, false, true],
    [{ verbose: 2 }, false, true],
    [{ onEpochEnd: () => {} }, true, false],
    [{ onStep: () => {} }, true, false],
    [{ callbacks: [callbacks.progress({ write: () => {} })] }, true, false],
    [{ onEpochEnd: () => {}, verbose: true }, true, true],
  ])("%o, in a terminal: %s; shown: %s", async (options, terminal, shown) => {
    expect((await linesOf(options, terminal)).length > 0).toBe(shown);
  });

  test("verbose is a flag", async () => {
    for (const wrong of ["yes", 3, null]) {
      await expect(classifier().fit(x, y, { verbose: wrong as never })).rejects.toThrow(
        "verbose must be true or false",
      );
    }
  });
});
