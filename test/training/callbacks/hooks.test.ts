// Callbacks are looked at before the first step: functions that are none, and functions that would never be called.

import { describe, expect, test } from "vitest";
import { ArgumentError, callbacks, dense, type Model, metrics, sequential, weightsHash } from "../../../src/index.js";
import { mean } from "../../../src/ops/reductions.js";
import { engine } from "../../support/exact-engine.js";
import { smallClassification } from "../../support/small-classification.js";

const { x, y } = smallClassification(20, 4, 3);
function classifier(chosen: readonly unknown[] = []): Model {
  return sequential([dense({ units: 3 })], { inputShape: [4], seed: 1, engine }).compile({
    optimizer: "sgd",
    loss: "sparseCategoricalCrossentropy",
    metrics: chosen as never,
  });
}

class Inherited {
  onBatchEnd(): void {}
}

describe("refused before any step", () => {
  const listed =
    "the functions that fit calls are onTrainBegin, onEpochBegin, onStepEnd, onEpochEnd, onTrainEnd; received";
  test.each([
    ["a hook that is a number", { onStepEnd: 3 }, "onStepEnd must be a function; received 3."],
    ["a hook that is null", { onTrainEnd: null }, "onTrainEnd must be a function; received null."],
    ["a state that is none", { getState: {} }, "getState must be a function; received an object."],
    ["an order that is none", { last: "yes" }, 'last must be true or false; received "yes".'],
    ["a name that is none", { name: 5 }, "name must be a string; received 5."],
    ["another case", { onEpochend() {} }, `${listed} "onEpochend"; did you mean "onEpochEnd"?`],
    ["snake case", { on_epoch_end() {} }, `${listed} "on_epoch_end"; did you mean "onEpochEnd"?`],
    ["small letters", { onepochend() {} }, `${listed} "onepochend"; did you mean "onEpochEnd"?`],
    ["the word of Keras", { onBatchEnd() {} }, `${listed} "onBatchEnd"; did you mean "onStepEnd"?`],
    ["a class with it", new Inherited(), `${listed} "onBatchEnd"; did you mean "onStepEnd"?`],
    ["a slip of the pen", { onEpochEnds() {} }, `${listed} "onEpochEnds"; did you mean "onEpochEnd"?`],
  ])("%s", async (_, callback, message) => {
    const model = classifier();
    const before = weightsHash(model);
    await expect(model.fit(x, y, { callbacks: [callbacks.history(), callback as never] })).rejects.toThrow(
      new ArgumentError(`Model.fit: callbacks: ${message}`),
    );
    expect(weightsHash(model)).toBe(before);
  });

  test("what only looks alike is let be", async () => {
    class Listener extends EventTarget {
      on = () => {};
      once = () => {};
      online = true;
      onSomething = 3;
      calls = 0;
      onStepEnd() {
        this.calls++;
      }
    }
    const listener = new Listener();
    await classifier().fit(x, y, { callbacks: [listener], batchSize: 10 });
    expect(listener.calls).toBe(2);
  });
});

describe("metrics of any name", () => {
  const named = (name: string) => ({ name, apply: (output: never) => mean(output, {}) });

  test.each(["constructor", "__proto__", "toString", "hasOwnProperty", "length"])("%s is kept", async (name) => {
    const model = classifier([named(name)]);
    const seen = callbacks.history();
    const own = (values: object) => Object.getOwnPropertyDescriptor(values, name)?.value as unknown;
    const history = await model.fit(x, y, { epochs: 2, callbacks: [seen], validationSplit: 0.5 });
    expect(own(history)).toHaveLength(2);
    expect(own(seen.metrics)).toEqual(own(history));
    expect(history.loss).toHaveLength(2);
    expect(own(await model.evaluate(x, y))).toEqual(expect.any(Number));
    expect(own(model.trainOnBatch(x, y))).toEqual(expect.any(Number));
  });

  test.each([
    ["valLoss", [named("valLoss")], '"valLoss", which fit reports of the validation data'],
    ["valAccuracy", ["accuracy", named("valAccuracy")], '"valAccuracy", which fit reports of the validation data'],
    ["loss", [named("loss")], '"loss" twice'],
    ["one twice", [metrics.accuracy(), named("accuracy")], '"accuracy" twice'],
  ])("%s is taken", (_, chosen, message) => {
    expect(() => classifier(chosen)).toThrow(
      new ArgumentError(`compile: metrics must have names of their own; received ${message}.`),
    );
  });

  test("valLoss alone of other words is not", () => {
    classifier([named("validity"), named("val")]);
  });
});
