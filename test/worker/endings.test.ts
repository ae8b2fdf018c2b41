// What is refused, what fails, and what becomes of calls when their worker ends.

import { Worker } from "node:worker_threads";
import { describe, expect, test, vi } from "vitest";
import { classifier, classify, hostFile, inWorker, lanewise, type Model, modelInWorker, x, y } from "./built.js";

const { dense, layers, losses, sequential, Tensor } = lanewise;

describe("errors", () => {
  const refused: Readonly<Record<string, (model: { fit: Model["fit"]; predict(x: never): unknown }) => unknown>> = {
    "labels that do not fit": (model) => model.fit(x, y.rows(0, 5)),
    "a label out of range": (model) => model.fit(x, new Int32Array(90).fill(7)),
    "features that are not finite": (model) => model.fit(new Float32Array(360).fill(Number.NaN), y),
    "a class weight for no class": (model) => model.fit(x, y, { classWeight: { 7: 2 } }),
    "no epochs": (model) => model.fit(x, y, { epochs: 0 }),
    "features of another width": (model) => model.predict(new Tensor(new Float32Array(6), [2, 3]) as never),
  };

  test.each(Object.entries(refused))("%s: class and message as here", async (_, call) => {
    const there = await inWorker(classifier());
    const errorOf = async (model: unknown) => {
      try {
        await call(model as never);
      } catch (error) {
        return error as Error;
      }
      return undefined;
    };
    const [remote, local] = [await errorOf(there), await errorOf(classifier())];
    expect(local).toBeInstanceOf(Error);
    expect(remote?.constructor).toBe(local?.constructor);
    expect(remote?.message).toBe(local?.message);
  });

  test("an unknown option: the class as here, and a message in the name of the worker's model", async () => {
    const there = await inWorker(classifier());
    const call = there.fit(x, y, { epoch: 3 } as never);
    await expect(call).rejects.toThrow(lanewise.ArgumentError);
    await expect(there.fit(x, y, { epoch: 3 } as never)).rejects.toThrow(
      /^WorkerModel\.fit: options must be an object with epochs, .*, stepInterval, arrays; received "epoch"; did you mean "epochs"\?$/,
    );
  });

  test("compile is needed there too, and two fits at a time are one too many", async () => {
    const there = await inWorker(sequential([dense({ units: 3 })], { inputShape: [4] }));
    await expect(there.fit(x, y)).rejects.toThrow(new lanewise.StateError("Model.fit: call compile() first."));
    await there.compile(classify);
    const first = there.fit(x, y, { epochs: 2 });
    await expect(there.fit(x, y)).rejects.toThrow(
      new lanewise.StateError("WorkerModel.fit: this model is being trained; wait for that fit to end."),
    );
    await first;
    await there.fit(x, y);
  });

  test("what cannot go there is refused before a worker is started", async () => {
    const lambda = sequential([layers.lambda((input) => input), dense({ units: 3 })], { inputShape: [4] });
    await expect(modelInWorker(lambda)).rejects.toThrow(/^modelInWorker: the layers must be of known kinds/);
    const own = classifier({ ...classify, optimizer: lanewise.sgd({ learningRate: () => 1 }) });
    await expect(modelInWorker(own)).rejects.toThrow(/^modelInWorker: functions cannot be sent to a worker/);
    const open = sequential([dense({ units: 3 })]).compile(classify);
    await expect(modelInWorker(open)).rejects.toThrow(lanewise.StateError);
    await expect(modelInWorker("model" as never)).rejects.toThrow(lanewise.ArgumentError);
    await expect(modelInWorker(classifier(), { worker: {} as never })).rejects.toThrow(/worker must be a Worker/);
    const there = await inWorker(classifier());
    const loss = losses.defineLoss({ name: "mine", losses: (output) => output });
    await expect(there.compile({ ...classify, loss })).rejects.toThrow(/the loss "mine" is one of your own/);
    await there.fit(x, y);
  });

  test("bytes that are no model", async () => {
    await expect(modelInWorker(new Uint8Array(100))).rejects.toThrow(lanewise.DataError);
  });

  test("a trained model whose graph holds more than it", async () => {
    const model = classifier();
    await model.fit(x, y);
    model.compile({ ...classify, optimizer: "sgd" });
    await expect(modelInWorker(model)).rejects.toThrow(/must hold nothing but this model, compiled once/);
  });

  test("of a source of batches come back as they are", async () => {
    const there = await inWorker(classifier());
    const mine = new lanewise.DataError("mine: torn");
    const broken = () =>
      (function* () {
        yield [x, y];
        throw mine;
      })();
    await expect(there.fit(broken as never)).rejects.toThrow(mine);
    await there.fit(x, y);
  });
});

describe("the end of the worker", () => {
  const endless = { epochs: 1e7 };

  test("by close: what is under way rejects, so does every later call", async () => {
    const there = await inWorker(classifier());
    const fit = there.fit(x, y, endless);
    const failure = fit.catch((error) => error);
    await there.summary();
    await there.close();
    expect(await failure).toBeInstanceOf(lanewise.StateError);
    expect((await failure).message).toMatch(
      /^WorkerModel\.fit: the model is gone: it has been closed\. Hand a model over/,
    );
    await expect(there.predict(x)).rejects.toThrow(/^WorkerModel\.predict: the model is gone/);
    expect(there.closed).toBe(true);
    await there.close();
  });

  test("by a kill in the middle of a run", async () => {
    const worker = new Worker(hostFile);
    const there = await inWorker(classifier(), { worker });
    const fit = there.fit(x, y, { ...endless, onStep: () => void worker.terminate() });
    await expect(fit).rejects.toThrow(/^WorkerModel\.fit: the model is gone: its worker ended: exit code 1/);
    await expect(there.evaluate(x, y)).rejects.toBeInstanceOf(lanewise.StateError);
  });

  test("that never answers, since it runs another program", async () => {
    const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const failure = modelInWorker(classifier(), { worker }).catch((error) => error);
      await vi.advanceTimersByTimeAsync(61_000);
      const error = await failure;
      expect(error).toBeInstanceOf(lanewise.StateError);
      expect(error.message).toMatch(
        /^modelInWorker: the model is gone: its worker has not answered for 60000 ms; a worker of your own must import/,
      );
    } finally {
      vi.useRealTimers();
    }
  });

  test("by running out of memory", async () => {
    const worker = new Worker(hostFile, { resourceLimits: { maxOldGenerationSizeMb: 24 } });
    const there = await inWorker(classifier(), { worker });
    const many = Array.from({ length: 400_000 }, () => [1, 2, 3, 4]);
    await expect(there.predict(many)).rejects.toThrow(/its worker ended: .*memory/);
  });

  test("frees threads: many come and go", async () => {
    for (let i = 0; i < 20; i++) {
      const there = await modelInWorker(classifier());
      await there.predict(x);
      await there.close();
    }
  });
});
