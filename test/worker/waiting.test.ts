// No call waits for ever: messages that are lost, workers that never answer or die, arrays that are gone, aborts.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { classifier, hostFile, inWorker, lanewise, modelInWorker, x, y } from "./built.js";

const { ArgumentError, StateError } = lanewise;
const never = new Promise<never>(() => {});
const reason = new Error("enough");
const run = promisify(execFile);
const features = () => Float32Array.from(x.data);
const labels = () => Int32Array.from(y.data);

describe("arrays that were moved already", () => {
  test("are refused at once, and the model goes on", async () => {
    const there = await inWorker(classifier());
    const [data, target] = [features(), labels()];
    await there.fit(data, target, { arrays: "move" });
    for (const arrays of ["move", "copy"] as const) {
      const again = there.fit(data, target, { arrays });
      await expect(again).rejects.toThrow(ArgumentError);
      await expect(again).rejects.toThrow(
        /^WorkerModel\.fit: the array is empty: its buffer was moved to another thread/,
      );
      await expect(there.predict(data, { arrays })).rejects.toThrow(/^WorkerModel\.predict: the array is empty/);
    }
    await expect(there.evaluate(data, target)).rejects.toThrow(/^WorkerModel\.evaluate: the array is empty/);
    await expect(there.fit(features(), labels(), { validationData: [data, target] })).rejects.toThrow(/is empty/);
    await expect(there.trainOnBatch(data, target)).rejects.toThrow(/^WorkerModel\.trainOnBatch: the array is empty/);
    await there.fit(features(), labels());
  });

  test("a batch that is gone ends the fit", async () => {
    const there = await inWorker(classifier());
    const data = features();
    function* batches() {
      structuredClone(data.buffer, { transfer: [data.buffer] });
      yield [data, labels()] as const;
    }
    await expect(there.fit(batches as never)).rejects.toThrow(/^WorkerModel\.fit: a batch: the array is empty/);
    await there.fit(features(), labels());
  });
});

test("a message that cannot be read rejects its call, and no other", async () => {
  const worker = new Worker(hostFile);
  const there = await inWorker(classifier(), { worker });
  // What Node 20 sends of a buffer that was moved already: a message that the other side cannot read.
  const post = worker.postMessage.bind(worker);
  let lose = false;
  worker.postMessage = (message: unknown, moved?: never) => {
    if (lose) worker.emit("lost", message);
    else post(message, moved);
  };
  const lost = new Promise<{ number: number }>((resolve) => worker.once("lost", resolve as never));
  const other = there.summary();
  lose = true;
  const predicted = there.predict(x);
  const { number } = await lost;
  worker.emit("message", { lanewiseLost: number });
  await expect(predicted).rejects.toThrow(StateError);
  await expect(predicted).rejects.toThrow(/could not be read on the other side/);
  lose = false;
  expect(await other).toContain("dense");
  expect((await there.predict(x)).shape).toEqual([90, 3]);
});

test("what comes back and cannot be read rejects its call", async () => {
  const worker = new Worker(hostFile);
  const there = await inWorker(classifier(), { worker });
  const posted: unknown[] = [];
  const post = worker.postMessage.bind(worker);
  worker.postMessage = (message: unknown, moved?: never) => {
    posted.push(message);
    post(message, moved);
  };
  const listeners = worker.listeners("message");
  worker.removeAllListeners("message");
  const hash = there.weightsHash();
  // The answer comes and is unreadable.
  worker.once("message", () => {
    for (const listener of listeners) worker.on("message", listener as never);
    worker.emit("messageerror", new Error("cannot be read"));
  });
  await expect(hash).rejects.toThrow(/could not be read on the other side/);
  expect(posted.some((message) => "lanewiseLost" in (message as object))).toBe(true);
  expect(await there.weightsHash()).toHaveLength(16);
});

describe("a worker of one's own", () => {
  const program = (source: string) => new Worker(source, { eval: true });

  test("that never answers: a timeout or a signal ends the wait, and the worker", async () => {
    const silent = program(
      "setInterval(() => {}, 1000); require('node:worker_threads').parentPort.on('message', () => {})",
    );
    const gone = new Promise((resolve) => silent.once("exit", resolve));
    await expect(modelInWorker(classifier(), { worker: silent, timeout: 300 })).rejects.toThrow(
      /^modelInWorker: the model is gone: its worker has not answered for 300 ms; .* "lanewise\/worker\/host"/,
    );
    await gone;
    const controller = new AbortController();
    const other = program("setInterval(() => {}, 1000)");
    const opening = modelInWorker(classifier(), { worker: other, timeout: Infinity, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(opening).rejects.toBe(reason);
    await expect(modelInWorker(classifier(), { signal: controller.signal })).rejects.toBe(reason);
    for (const timeout of [0, -1, Number.NaN, "1", 2 ** 40]) {
      await expect(modelInWorker(classifier(), { timeout: timeout as number })).rejects.toThrow(ArgumentError);
    }
  });

  test.each([
    ["throws as it loads", "throw new Error('broken')", /its worker ended: Error: broken/],
    ["ends at once", "process.exit(3)", /its worker ended: exit code 3/],
    ["has nothing to do", "", /its worker ended: exit code 0/],
    ["imports what is not there", "import('not-there')", /its worker ended: Error.*not-there/],
  ])("that %s", async (_, source, message) => {
    await expect(modelInWorker(classifier(), { worker: program(source) })).rejects.toThrow(message);
  });

  test("that has ended before", async () => {
    const worker = program("");
    await new Promise((resolve) => worker.once("exit", resolve));
    await expect(modelInWorker(classifier(), { worker })).rejects.toThrow(/its worker has ended before/);
  });
});

describe("an abort is heard here while there", () => {
  test.each(["onTrainBegin", "onEpochBegin", "onStepEnd", "onEpochEnd"])("%s never settles", async (hook) => {
    const there = await inWorker(classifier());
    const controller = new AbortController();
    const fit = there.fit(x, y, { callbacks: [{ [hook]: () => never }], signal: controller.signal });
    setTimeout(() => controller.abort(reason), 30);
    await expect(fit).rejects.toBe(reason);
    await there.fit(x, y);
  });

  test("a batch or a report never settles", async () => {
    const there = await inWorker(classifier());
    let closed = 0;
    const source = () => ({ next: () => never, return: async () => closed++ });
    const attempts: ((signal: AbortSignal) => Promise<unknown>)[] = [
      (signal) => there.fit(source as never, { signal }),
      (signal) => there.evaluate(source as never, { signal }),
      (signal) => there.fit(x, y, { validationData: source as never, signal }),
      (signal) => there.fit(x, y, { onStep: () => never as never, signal }),
      (signal) => there.fit(x, y, { onStep: () => never as never, stepInterval: 0, signal }),
    ];
    for (const attempt of attempts) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 200);
      await expect(attempt(controller.signal)).rejects.toBe(reason);
    }
    expect(closed).toBe(3);
    await there.fit(x, y);
  });
});

test("a second fit waits for its turn, if it is told to", async () => {
  const there = await inWorker(classifier());
  const order: number[] = [];
  const fits = [1, 2, 3].map((n) => there.fit(x, y, { queue: true, epochs: 2 }).then(() => order.push(n)));
  await expect(there.fit(x, y)).rejects.toThrow(StateError);
  await Promise.all(fits);
  expect(order).toEqual([1, 2, 3]);
  const here = classifier();
  for (let i = 0; i < 3; i++) await here.fit(x, y, { epochs: 2 });
  expect(await there.weightsHash()).toBe(lanewise.weightsHash(here));
});

test("trainOnBatch gives the same bits as here", async () => {
  const there = await inWorker(classifier());
  const here = classifier();
  const options = { sampleWeight: new Float32Array(90).fill(0.5), classWeight: { 0: 1, 1: 2, 2: 1 } };
  for (let i = 0; i < 3; i++) expect(await there.trainOnBatch(x, y, options)).toEqual(here.trainOnBatch(x, y, options));
  expect(await there.weightsHash()).toBe(lanewise.weightsHash(here));
});

test("an idle worker keeps no process running, and a working one does", async () => {
  const program = `
    import { dense, init, sequential } from "${new URL("../index.js", hostFile)}";
    import { modelInWorker } from "${new URL("index.js", hostFile)}";
    await init();
    const model = sequential([dense({ units: 1 })], { inputShape: [1], seed: 1 });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const there = await modelInWorker(model);
    there.fit([[1], [2]], [1, 2], { epochs: 2000 }).then(() => console.log("trained"));
  `;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program], { timeout: 30_000 });
  expect(stdout).toBe("trained\n");
});
