// Training gives way: to timers while it runs, and to whoever aborts it.

import { describe, expect, test, vi } from "vitest";
import { dense, type FitOptions, type Model, StateError, sequential, sgd, weightsHash } from "../../src/index.js";
import { nextTurn } from "../../src/training/loop/yield.js";
import { engine } from "../support/exact-engine.js";
import { smallClassification } from "../support/small-classification.js";

const few = smallClassification(20, 4, 3);
const many = smallClassification(50_000, 4, 3);

function classifier(): Model {
  const layers = [dense({ units: 16, activation: "relu" }), dense({ units: 3 })];
  return sequential(layers, { inputShape: [4], seed: 1, engine }).compile({
    optimizer: sgd({ learningRate: 0.01 }),
    loss: "sparseCategoricalCrossentropy",
  });
}
const stepsMade = (model: Model) => model.session.get("sgd/step").item();

/** Milliseconds that this process has computed: time in which others have the processors does not count. */
function clock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Counts the times the event loop comes round while `work` runs, and the longest wait in between. */
async function turnsDuring(work: () => Promise<unknown>): Promise<{ turns: number; longest: number; took: number }> {
  let turns = 0;
  let longest = 0;
  const start = clock();
  let last = start;
  const timer = setInterval(() => {
    const now = clock();
    longest = Math.max(longest, now - last);
    last = now;
    turns++;
  }, 1);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  const end = clock();
  return { turns, longest: Math.max(longest, end - last), took: end - start };
}

describe("timers fire during", () => {
  test.each([
    ["one long epoch", many, { epochs: 1, batchSize: 2 }],
    ["many short epochs", few, { epochs: 8000, batchSize: 10 }],
    ["many short epochs with validation", few, { epochs: 4000, validationData: [few.x, few.y] }],
  ] as [string, typeof few, FitOptions][])("%s", async (_, { x, y }, options) => {
    const { turns, longest, took } = await turnsDuring(() => classifier().fit(x, y, options));
    // Turns are promised every 12 ms; a busy machine may take some of them.
    expect(turns).toBeGreaterThan(took / 120);
    expect(longest).toBeLessThan(Math.max(250, 0.8 * took));
    expect(took).toBeGreaterThan(40);
  });

  test("a long evaluation", async () => {
    const model = classifier();
    const { turns, took } = await turnsDuring(() => model.evaluate(many.x, many.y, { batchSize: 2 }));
    expect(turns).toBeGreaterThan(took / 120);
  });
});

test("a large array is looked through to its end, before anything changes", async () => {
  const model = classifier();
  const before = weightsHash(model);
  const count = 700_000;
  const x = new Float32Array(4 * count).fill(0.5);
  const y = new Int32Array(count);
  x[4 * 650_000 + 2] = Number.NaN;
  const message = "features must be finite; received NaN in example 650000, feature 2.";
  await expect(model.fit(x, y)).rejects.toThrow(`Model.fit: ${message}`);
  await expect(model.evaluate(x, y)).rejects.toThrow(`Model.evaluate: ${message}`);
  const validationData = [x, y] as const;
  await expect(model.fit(few.x, few.y, { validationData })).rejects.toThrow(`Model.fit: validationData: ${message}`);
  expect(weightsHash(model)).toBe(before);
  await model.fit(few.x, few.y);
});

test("a model is not compiled anew while it is trained", async () => {
  const model = classifier();
  const fit = model.fit(few.x, few.y);
  expect(() => model.compile({ optimizer: "adam", loss: "meanSquaredError" })).toThrow(
    new StateError("Model.compile: this model is being trained; wait for that fit to end."),
  );
  await fit;
  const same = classifier();
  await same.fit(few.x, few.y);
  expect(weightsHash(model)).toBe(weightsHash(same));
});

test("what runs in between does not disturb the training", async () => {
  const undisturbed = classifier();
  await undisturbed.fit(few.x, few.y, { epochs: 2000 });
  const model = classifier();
  let done = false;
  const training = model.fit(few.x, few.y, { epochs: 2000 }).finally(() => {
    done = true;
  });
  let runs = 0;
  while (!done) {
    model.predict(few.x, { batchSize: 1 + (runs % 20) });
    await model.evaluate(few.x, few.y);
    // Memory moves under the running fit.
    model.graph.variable("late", runs, { shape: [1000] });
    model.session.get("late");
    runs++;
    await nextTurn();
  }
  await training;
  expect(runs).toBeGreaterThan(0);
  expect(weightsHash(model)).toBe(weightsHash(undisturbed));
});

describe("an abort", () => {
  test("before the first step changes nothing", async () => {
    const model = classifier();
    const before = weightsHash(model);
    const reason = new RangeError("mine");
    await expect(model.fit(few.x, few.y, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(weightsHash(model)).toBe(before);
    expect(stepsMade(model)).toBe(0);
  });

  test.each([
    ["long epochs", many, { epochs: 100, batchSize: 2 }],
    ["short epochs", few, { epochs: 200_000, batchSize: 10 }],
    ["epochs with a long validation", few, { epochs: 300, validationData: [many.x, many.y] as const }],
  ] as [string, typeof few, FitOptions][])(
    "by a timer ends %s soon, and the model can be used and trained again",
    async (_, { x, y }, options) => {
      const model = classifier();
      const aborter = new AbortController();
      let abortedAt = 0;
      let stepsBefore = 0;
      const timer = setInterval(() => {
        stepsBefore = stepsMade(model);
        if (stepsBefore === 0) return;
        clearInterval(timer);
        abortedAt = clock();
        aborter.abort();
      }, 30);
      await expect(model.fit(x, y, { ...options, signal: aborter.signal })).rejects.toMatchObject({
        name: "AbortError",
      });
      expect(clock() - abortedAt).toBeLessThan(500);
      expect(stepsMade(model)).toBeGreaterThan(0);
      expect(stepsMade(model)).toBeLessThanOrEqual(stepsBefore + 1);
      expect(model.predict(few.x).data.every(Number.isFinite)).toBe(true);
      const steps = stepsMade(model);
      await model.fit(few.x, few.y, { batchSize: 20 });
      expect(stepsMade(model)).toBe(steps + 1);
    },
  );

  test("in a callback lets no further step begin", async () => {
    const model = classifier();
    const aborter = new AbortController();
    const onStep = vi.fn(({ epoch, step }: { epoch: number; step: number }) => {
      if (epoch === 2 && step === 3) aborter.abort();
    });
    const fit = model.fit(few.x, few.y, { epochs: 5, batchSize: 4, onStep, signal: aborter.signal });
    await expect(fit).rejects.toMatchObject({ name: "AbortError" });
    expect(onStep).toHaveBeenCalledTimes(8);
    expect(stepsMade(model)).toBe(8);
  });

  test("at the end of an epoch lets no further epoch begin", async () => {
    const model = classifier();
    const aborter = new AbortController();
    const onEpochEnd = vi.fn((epoch: number) => {
      if (epoch === 2) aborter.abort();
    });
    const fit = model.fit(few.x, few.y, { epochs: 5, batchSize: 4, onEpochEnd, signal: aborter.signal });
    await expect(fit).rejects.toMatchObject({ name: "AbortError" });
    expect(onEpochEnd).toHaveBeenCalledTimes(2);
    expect(stepsMade(model)).toBe(10);
  });

  test("leaves the weights of the steps made", async () => {
    const model = classifier();
    const aborter = new AbortController();
    await model
      .fit(few.x, few.y, {
        epochs: 5,
        batchSize: 4,
        shuffle: false,
        onStep: ({ epoch, step }) => {
          if (epoch === 1 && step === 5) aborter.abort();
        },
        signal: aborter.signal,
      })
      .catch(() => {});
    const once = classifier();
    await once.fit(few.x, few.y, { batchSize: 4, shuffle: false });
    expect(weightsHash(model)).toBe(weightsHash(once));
  });
});

test("where there is no setImmediate, messages give the turn", async () => {
  vi.stubGlobal("setImmediate", undefined);
  try {
    const order: string[] = [];
    setTimeout(() => order.push("timer"), 0);
    for (let i = 0; i < 200 && order.length === 0; i++) {
      await nextTurn();
    }
    expect(order).toEqual(["timer"]);
  } finally {
    vi.unstubAllGlobals();
  }
});

test.each([
  ["setImmediate", []],
  ["messages, in pages", ["setImmediate"]],
  ["timers, in bare engines", ["setImmediate", "MessageChannel"]],
])("other tasks have their turn by %s", async (_, missing) => {
  for (const name of missing) vi.stubGlobal(name, undefined);
  try {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const end = performance.now() + 10_000;
    while (turns < 3 && performance.now() < end) await nextTurn();
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(3);
  } finally {
    vi.unstubAllGlobals();
  }
});
