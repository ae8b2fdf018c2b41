// An abort is heard whatever is waited for: a callback, a source, a validation, the clean-up at the end.

import { describe, expect, test } from "vitest";
import { type Callback, dense, type FitOptions, type Model, sequential } from "../../src/index.js";
import { engine } from "../support/exact-engine.js";
import { smallClassification } from "../support/small-classification.js";

const { x, y } = smallClassification(20, 4, 3);
const never = new Promise<never>(() => {});
const reason = new Error("enough");

function classifier(): Model {
  return sequential([dense({ units: 3 })], { inputShape: [4], seed: 1, engine }).compile({
    optimizer: "sgd",
    loss: "sparseCategoricalCrossentropy",
  });
}

/** Aborts soon after, and gives what the promise rejects with. */
async function aborted(begin: (signal: AbortSignal) => Promise<unknown>, after = 5): Promise<unknown> {
  const controller = new AbortController();
  const result = begin(controller.signal);
  setTimeout(() => controller.abort(reason), after);
  return await result.then(
    () => "it resolved",
    (error: unknown) => error,
  );
}

describe("an abort is heard while", () => {
  const hooks: (keyof Callback)[] = ["onTrainBegin", "onEpochBegin", "onStepEnd", "onEpochEnd", "onTrainEnd"];
  test.each(hooks)("%s of a callback never settles; the next callback is not called for it any more", async (hook) => {
    const model = classifier();
    const called: string[] = [];
    const second = hook === "onTrainEnd" ? {} : { [hook]: () => called.push("second") };
    const ended = { onTrainEnd: () => called.push("ended") };
    const fit = (signal: AbortSignal) =>
      model.fit(x, y, { callbacks: [{ [hook]: () => never }, second, ended], signal });
    expect(await aborted(fit)).toBe(reason);
    expect(called).toEqual(["ended"]);
    // The model is free for another fit.
    await model.fit(x, y);
  });

  test("onStep and onEpochEnd never settle", async () => {
    for (const options of [{ onStep: () => never }, { onEpochEnd: () => never }] as unknown as FitOptions[]) {
      expect(await aborted((signal) => classifier().fit(x, y, { ...options, signal }))).toBe(reason);
    }
  });

  test("the next batch never comes, and the source is closed", async () => {
    let closed = 0;
    const source = (batches: number) => () => ({
      next: () => (batches-- > 0 ? Promise.resolve({ done: false as const, value: [x, y] as const }) : never),
      return: () => {
        closed++;
        return never;
      },
    });
    expect(await aborted((signal) => classifier().fit(source(0) as never, { signal }))).toBe(reason);
    expect(await aborted((signal) => classifier().fit(source(2) as never, { signal }))).toBe(reason);
    expect(closed).toBe(2);
    expect(await aborted((signal) => classifier().evaluate(source(2) as never, { signal }))).toBe(reason);
    expect(closed).toBe(3);
    const validationData = source(1) as never;
    expect(await aborted((signal) => classifier().fit(x, y, { validationData, signal }), 500)).toBe(reason);
    expect(closed).toBe(4);
  });

  test("an async generator waits within", async () => {
    async function* batches() {
      yield [x, y] as const;
      await never;
    }
    expect(await aborted((signal) => classifier().fit(batches, { signal, epochs: 3 }))).toBe(reason);
  });

  test("a fit waits for its turn", async () => {
    const model = classifier();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = model.fit(x, y, { callbacks: [{ onEpochEnd: () => held }] });
    expect(await aborted((signal) => model.fit(x, y, { queue: true, signal }))).toBe(reason);
    release();
    await first;
  });
});

test("after an abort the end of the training is waited for two seconds, not for ever", async () => {
  const model = classifier();
  const controller = new AbortController();
  let saved = false;
  const slow = {
    onTrainEnd: async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      saved = true;
    },
  };
  const stuck = { onTrainEnd: () => never };
  const onStep = () => controller.abort(reason);
  const fit = model.fit(x, y, { onStep, callbacks: [slow, stuck], signal: controller.signal });
  await expect(fit).rejects.toBe(reason);
  expect(saved).toBe(true);
});

test("an evaluation ends after the batch in progress", async () => {
  const model = classifier();
  const controller = new AbortController();
  let batches = 0;
  function* source() {
    for (; batches < 1000; batches++) {
      if (batches === 3) controller.abort(reason);
      yield [x, y] as const;
    }
  }
  await expect(model.evaluate(source, { signal: controller.signal })).rejects.toBe(reason);
  expect(batches).toBeLessThan(5);
  await expect(model.evaluate(x, y, { signal: controller.signal })).rejects.toBe(reason);
  await expect(model.evaluate(x, y, { signal: 3 as never })).rejects.toThrow(
    /signal must be an AbortSignal; received 3/,
  );
});
