// A training that was interrupted and goes on from its state ends with the same bits as one that was not.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  callbacks,
  dataset,
  dense,
  earlyStopping,
  type FitOptions,
  type ModelState,
  ShapeError,
  StateError,
  sequential,
  weightsHash,
} from "../../src/index.js";
import { engine } from "../support/exact-engine.js";
import { EPOCHS, optionsOf, packState, restless, unpackState } from "./restless-model.js";
import { classifier, x, y } from "./small-classifier.js";

const run = promisify(execFile);

/** Trains to the end, taking the state when `when` says so, by way of JSON. */
async function stateAt(when: (epoch: number, step: number) => boolean, options: FitOptions = {}): Promise<ModelState> {
  const model = restless();
  let packed: string | null = null;
  const take = { last: true, onStepEnd: look, onEpochEnd: look };
  function look({ epoch, step, metrics }: { epoch: number; step: number; metrics: object }) {
    if (packed === null && when(epoch, "valLoss" in metrics ? 0 : step)) packed = packState(model.getState());
  }
  await model.fit(x, y, { ...optionsOf(), ...options, callbacks: [...[optionsOf().callbacks ?? []].flat(), take] });
  if (packed === null) throw new Error("the state was never taken");
  return unpackState(packed);
}

async function hashOf(state: ModelState | null, options: FitOptions = {}): Promise<string> {
  const model = restless();
  if (state !== null) model.setState(state);
  await model.fit(x, y, { ...optionsOf(), initialEpoch: state?.training.epoch ?? 0, ...options });
  return model.session.hash(model.graph.variables());
}

describe("a training that goes on from its state", () => {
  test("between epochs has the same variables as one without a break", async () => {
    const whole = await hashOf(null);
    const state = await stateAt((epoch, step) => epoch === 4 && step === 0);
    expect(state.training).toMatchObject({ epoch: 4, step: 0, stepsMade: 16, epochsTrained: 4 });
    expect(await hashOf(state)).toBe(whole);
    // And it is the state that does it.
    expect(await hashOf(null, { epochs: EPOCHS - 4 })).not.toBe(whole);
  });

  test("within an epoch, too, with the same metrics", async () => {
    const whole = restless();
    const history = await whole.fit(x, y, optionsOf());
    const state = await stateAt((epoch, step) => epoch === 3 && step === 2);
    expect(state.training).toMatchObject({ epoch: 2, step: 2, stepsMade: 10, epochsTrained: 2, examples: 26 });
    const model = restless();
    model.setState(state);
    const rest = await model.fit(x, y, { ...optionsOf(), initialEpoch: 2 });
    expect(weightsHash(model)).toBe(weightsHash(whole));
    for (const [name, values] of Object.entries(history)) expect(rest[name], name).toEqual(values.slice(2));
  });

  test("in another process", async () => {
    const state = await stateAt((epoch, step) => epoch === 6 && step === 1);
    const script = fileURLToPath(new URL("restless-model.ts", import.meta.url));
    const child = run(process.execPath, [...process.execArgv, "--import", "tsx", script, "resume"], {
      maxBuffer: 2 ** 26,
    });
    child.child.stdin?.end(packState(state));
    expect((await child).stdout.trim()).toBe(await hashOf(null));
  });

  test("after an abort, by the same model", async () => {
    const model = restless();
    const stop = new AbortController();
    const options = optionsOf();
    const onStep: FitOptions["onStep"] = ({ epoch, step }) => {
      if (epoch === 5 && step === 3) stop.abort();
    };
    await expect(model.fit(x, y, { ...options, callbacks: [], onStep, signal: stop.signal })).rejects.toThrow(/abort/i);
    const state = model.getState();
    expect(state.training).toMatchObject({ epoch: 4, step: 3 });
    model.setState(state);
    await model.fit(x, y, { ...options, callbacks: [], initialEpoch: 4 });
    expect(model.session.hash(model.graph.variables())).toBe(await hashOf(null, { callbacks: [] }));
  });

  test("reads a generator on from where it was", async () => {
    const batches = () =>
      dataset([x, y], { seed: 3 })
        .shuffle(50)
        .map((example) => example)
        .batch(13);
    const trainOn = async (state: ModelState | null, options: FitOptions) => {
      const model = restless();
      if (state !== null) model.setState(state);
      const source = options.stepsPerEpoch === undefined ? batches() : () => batches().epoch(0);
      await model.fit(source as never, options);
      return model;
    };
    for (const stepsPerEpoch of [undefined, 3]) {
      const more = stepsPerEpoch === undefined ? {} : { stepsPerEpoch };
      const whole = await trainOn(null, { epochs: 5, ...more });
      const first = await trainOn(null, { epochs: 2, ...more });
      const second = await trainOn(first.getState(), { epochs: 5, initialEpoch: 2, ...more });
      expect(weightsHash(second)).toBe(weightsHash(whole));
    }
  });

  test("may begin anew with the weights of the state", async () => {
    const state = await stateAt((epoch, step) => epoch === 3 && step === 2);
    const model = restless();
    model.setState(state);
    const history = await model.fit(x, y, { epochs: 2, batchSize: 7 });
    expect(history.loss).toHaveLength(2);
    expect(model.getState().training).toMatchObject({ epoch: 2, step: 0, epochsTrained: 4, stepsMade: 16 });
  });
});

describe("setState refuses, with nothing changed,", () => {
  const state = classifier().getState();
  const refused: [string, unknown, new (...args: never[]) => Error, RegExp][] = [
    ["what is no state", null, ArgumentError, /tensors: weights must be a Map of tensors by name; received undefined/],
    [
      "a state without a position",
      { tensors: new Map() },
      ArgumentError,
      /training must be the position that getState gave/,
    ],
    [
      "a state without a variable",
      { ...state, tensors: new Map([...state.tensors].slice(1)) },
      ArgumentError,
      /missing: dense\/kernel/,
    ],
    [
      "a state with a variable too many",
      { ...state, tensors: new Map([...state.tensors, ["odd", x]]) },
      ArgumentError,
      /not in the model: odd/,
    ],
    [
      "a state of other shapes",
      { ...state, tensors: new Map([...state.tensors, ["dense/kernel", x]]) },
      ShapeError,
      /dense\/kernel is \[6, 8\], received \[50, 6\]/,
    ],
  ];
  test.each(refused)("%s", (_, given, kind, message) => {
    const model = classifier();
    const before = weightsHash(model);
    expect(() => model.setState(given as ModelState)).toThrow(kind);
    expect(() => model.setState(given as ModelState)).toThrow(message);
    expect(weightsHash(model)).toBe(before);
  });

  test("a state for a model without weights, or while fit runs", async () => {
    expect(() => sequential([dense({ units: 2 })], { engine }).setState(state)).toThrow(StateError);
    const model = classifier();
    const fit = model.fit(x, y, { epochs: 3 });
    expect(() => model.setState(state)).toThrow(
      "Model.setState: this model is being trained; wait for that fit to end.",
    );
    await fit;
  });

  test("a state within an epoch, for a fit with other batches or metrics", async () => {
    const within = await stateAt((epoch, step) => epoch === 1 && step === 2);
    const model = restless();
    model.setState(within);
    await expect(model.fit(x, y, { ...optionsOf(), batchSize: 10 })).rejects.toThrow(
      "Model.fit: the state stands within an epoch, behind 2 batches of 13 examples; go on with the same batchSize; received 10.",
    );
    const fewer = restless({ metrics: [] });
    fewer.setState(within);
    await expect(fewer.fit(x, y, optionsOf())).rejects.toThrow(/has 2 sums; go on with the same metrics; there are 1/);
  });
});

test("what callbacks remember goes with the state", async () => {
  const model = classifier();
  const stopping = earlyStopping({ patience: 9 });
  const second = earlyStopping({ patience: 9, monitor: "loss" });
  const record = callbacks.history();
  await model.fit(x, y, { epochs: 3, validationSplit: 0.2, callbacks: [stopping, second, record] });
  const { training, tensors } = unpackState(packState(model.getState()));
  expect(Object.keys(training.callbacks)).toEqual(["earlyStopping", "earlyStopping_1", "history"]);
  expect(training.callbacks.earlyStopping).toEqual({ best: stopping.best, bestEpoch: stopping.bestEpoch, waited: 0 });
  expect(training.callbacks.history).toEqual(record.metrics);
  expect(tensors.has("callbacks/earlyStopping_1/dense/kernel")).toBe(true);
});
