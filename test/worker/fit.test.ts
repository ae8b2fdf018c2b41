// What a fit in a worker and its caller tell each other: arrays, reports, callbacks, aborts.

import { describe, expect, test, vi } from "vitest";
import { classifier, inWorker, lanewise, type Model, models, x, y } from "./built.js";

const { weightsHash } = lanewise;

describe("arrays", () => {
  test("are copied, and stay as they are", async () => {
    const there = await inWorker(classifier());
    const before = x.data.slice();
    await there.fit(x.rows(10, 20), y.rows(10, 20));
    expect(x.data).toEqual(before);
  });

  test("are moved where that is asked for", async () => {
    const here = classifier();
    const there = await inWorker(classifier());
    const [features, labels] = [x.data.slice(), y.data.slice()];
    await there.fit(features, labels, { arrays: "move" });
    expect([features.length, labels.length]).toEqual([0, 0]);
    await here.fit(x, y);
    expect(await there.weightsHash()).toBe(weightsHash(here));
    const moved = x.data.slice();
    await there.predict(moved, { arrays: "move" });
    expect(moved.length).toBe(0);
  });

  test("in shared memory cannot be moved", async () => {
    const there = await inWorker(classifier());
    const shared = new Float32Array(new SharedArrayBuffer(x.data.byteLength));
    shared.set(x.data);
    await expect(there.fit(shared, y, { arrays: "move" })).rejects.toThrow(/only an ArrayBuffer can be moved/);
    await there.fit(shared, y);
  });

  test("nested lists of numbers go too", async () => {
    const there = await inWorker(classifier());
    const nested = x.toArray() as number[][];
    expect(await there.predict(nested)).toEqual(classifier().predict(nested));
  });
});

describe("reports", () => {
  test("of every step with an interval of 0", async () => {
    const record = async (train: (onStep: (progress: unknown) => void) => Promise<unknown>) => {
      const heard: unknown[] = [];
      await train((progress) => heard.push(progress));
      return heard;
    };
    const there = await inWorker(classifier());
    const remote = await record((onStep) => there.fit(x, y, { epochs: 2, stepInterval: 0, onStep }));
    const local = await record((onStep) => classifier().fit(x, y, { epochs: 2, onStep }));
    expect(remote).toEqual(local);
    expect(remote).toHaveLength(6);
  });

  test("of some steps, the last among them", async () => {
    const there = await inWorker(classifier());
    const onStep = vi.fn();
    await there.fit(x, y, { epochs: 200, stepInterval: 1e6, onStep });
    expect(onStep).toHaveBeenCalledTimes(2);
    expect(onStep.mock.lastCall?.[0]).toMatchObject({ epoch: 200, step: 3, steps: 3 });
  });

  test("of epochs, for which the training waits", async () => {
    const there = await inWorker(classifier());
    let busy = 0;
    const epochs: number[] = [];
    const onEpochEnd = async (epoch: number, { valLoss }: Readonly<Record<string, number>>) => {
      expect(++busy).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      busy--;
      epochs.push(epoch);
      expect(valLoss).toBeGreaterThan(0);
    };
    await there.fit(x, y, { epochs: 3, validationSplit: 0.3, onEpochEnd });
    expect(epochs).toEqual([1, 2, 3]);
  });
});

describe("callbacks", () => {
  const { earlyStopping } = lanewise;
  test("stop the training, bring back weights and change the rate, as here", async () => {
    const run = async (model: { fit: Model["fit"] }) => {
      const stop = earlyStopping({ monitor: "loss", patience: 2 });
      const history = await model.fit(x, y, {
        epochs: 30,
        callbacks: [
          lanewise.callbacks.learningRate((epoch) => (epoch < 3 ? 0.05 : 50)),
          lanewise.callbacks.reduceOnPlateau({ monitor: "loss" }),
          stop,
        ],
      });
      return { history, best: stop.best, bestEpoch: stop.bestEpoch };
    };
    const here = classifier();
    const there = await inWorker(classifier());
    const [remote, local] = [await run(there as never), await run(here)];
    expect(remote).toEqual(local);
    expect(local.history.loss?.length).toBeLessThan(30);
    expect(await there.weightsHash()).toBe(weightsHash(here));
  });

  test("see every hook, in order", async () => {
    const record = async (model: { fit: Model["fit"] }) => {
      const seen: unknown[] = [];
      const hooks = ["onTrainBegin", "onEpochBegin", "onStepEnd", "onEpochEnd", "onTrainEnd"] as const;
      const note = (hook: string) => (training: import("../../src/index.js").Training) => {
        const { epoch, step, stepsMade, metrics, learningRate } = training;
        seen.push([hook, { epoch, step, stepsMade, metrics, learningRate }]);
      };
      await model.fit(x, y, { epochs: 2, callbacks: [Object.fromEntries(hooks.map((hook) => [hook, note(hook)]))] });
      return seen;
    };
    const there = await inWorker(classifier());
    expect(await record(there as never)).toEqual(await record(classifier()));
  });

  test("that throw end the training with their own error", async () => {
    const there = await inWorker(classifier());
    const mine = new RangeError("mine");
    const onTrainEnd = vi.fn();
    const callbacks = [
      {
        onEpochEnd: () => {
          throw mine;
        },
      },
      { onTrainEnd },
    ];
    await expect(there.fit(x, y, { epochs: 3, callbacks })).rejects.toBe(mine);
    expect(onTrainEnd).toHaveBeenCalledTimes(1);
    const onStep = () => {
      throw mine;
    };
    await expect(there.fit(x, y, { epochs: 1e6, onStep })).rejects.toBe(mine);
    await there.fit(x, y);
  });

  test("hear that the graph is not here", async () => {
    const there = await inWorker(classifier());
    const fit = there.fit(x, y, { callbacks: [lanewise.callbacks.stopOnNaN()] });
    await expect(fit).rejects.toThrow(/^Training\.model\.session: the graph of a training in a worker is not here/);
  });
});

describe("an abort", () => {
  test("ends the fit with the signal's reason; the model goes on", async () => {
    const there = await inWorker(classifier());
    const aborter = new AbortController();
    const reason = new RangeError("enough");
    const onStep = vi.fn(() => aborter.abort(reason));
    await expect(there.fit(x, y, { epochs: 1e7, signal: aborter.signal, onStep })).rejects.toBe(reason);
    expect(onStep).toHaveBeenCalled();
    await there.fit(x, y);
  });

  test("before the fit changes nothing", async () => {
    const there = await inWorker(classifier());
    const before = await there.weightsHash();
    const reason = new RangeError("never");
    await expect(there.fit(x, y, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await there.weightsHash()).toBe(before);
  });
});

describe("what Model refuses", () => {
  const { ArgumentError } = lanewise;
  // As plain objects some would come to the worker empty, and say nothing.
  const strangers = [new Date(), new Map([[0, 1]]), new Set([1]), /x/, null, 5, "heavy", () => 1];

  test("a WorkerModel refuses too, with nothing changed", async () => {
    const there = await inWorker(classifier());
    const before = await there.weightsHash();
    for (const classWeight of strangers as never[]) {
      const received = String(classWeight);
      await expect(there.fit(x, y, { classWeight }), received).rejects.toThrow(ArgumentError);
      await expect(there.trainOnBatch(x, y, { classWeight }), received).rejects.toThrow(ArgumentError);
    }
    for (const options of strangers as never[]) {
      await expect(there.toBytes(options), String(options)).rejects.toThrow(ArgumentError);
    }
    await expect(there.fit(x, y, { verbose: true })).rejects.toThrow(
      new ArgumentError(
        "WorkerModel.fit: verbose must be false, for the worker has no terminal; received true; callbacks.progress() shows " +
          "lines here.",
      ),
    );
    expect(await there.weightsHash()).toBe(before);
  });

  test("the file of a model in a worker keeps the optimizer's state on request", async () => {
    const there = await inWorker(classifier());
    await there.fit(x, y);
    const here = models.modelFromBytes(await there.toBytes({ optimizerState: true }));
    await Promise.all([here.fit(x, y), there.fit(x, y)]);
    expect(await there.weightsHash()).toBe(weightsHash(here));
  });
});
