import { describe, expect, test } from "vitest";
import {
  type Callback,
  callbacks,
  dense,
  type FitOptions,
  log,
  type Model,
  sequential,
  sgd,
  sqrt,
  Tensor,
  weightsHash,
} from "../../../src/index.js";
import { engine } from "../../support/exact-engine.js";
import { classifier, x, y } from "../small-classifier.js";

const { NonFiniteError, stopOnNaN } = callbacks;

async function failureOf(model: Model, options: FitOptions = {}, inputs = x) {
  const error = await model
    .fit(inputs, y, {
      batchSize: 10,
      ...options,
      callbacks: [stopOnNaN({ everySteps: 3 }), ...[options.callbacks ?? []].flat()],
    })
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  if (!(error instanceof NonFiniteError)) throw error ?? new Error("the training did not fail");
  return error;
}

const net = (activation: Parameters<typeof dense>[0]["activation"], rate = 0.1) =>
  sequential(
    [
      dense({ units: 4, activation: "relu", name: "first" }),
      dense({ units: 5, activation: activation ?? null, name: "second" }),
      dense({ units: 3, name: "outputs" }),
    ],
    { inputShape: [6], seed: 2, engine },
  ).compile({ optimizer: sgd({ learningRate: rate }), loss: "sparseCategoricalCrossentropy" });

describe("stopOnNaN", () => {
  test("names the op and the layer that made it, where and when", async () => {
    const model = net((z) => log(z));
    const before = weightsHash(model);
    const error = await failureOf(model);
    expect([error.node.op.name, error.layer, error.epoch, error.step]).toEqual(["log", "second", 1, 1]);
    expect(error.message).toMatch(
      /^stopOnNaN: in epoch 1, step 1, the op log of layer second became NaN: second\/log, \[10, 5\], at index \d+; the weights are those before that step\.$/,
    );
    expect(weightsHash(model)).toBe(before);
  });

  test("finds it in a gradient", async () => {
    // sqrt(0) is 0, but its slope is infinite: 0 * Infinity.
    const model = net((z) => sqrt(z));
    const weights = new Map(model.getWeights());
    weights.set("second/kernel", new Tensor(new Float32Array(20), [4, 5]));
    model.setWeights(weights);
    const error = await failureOf(model);
    expect([error.node.op.name, error.layer, error.step]).toEqual(["sqrtGradient", "second", 1]);
  });

  test("finds it in an example that comes later, and sets back to the step before", async () => {
    const inputs = new Tensor(x.data.slice(), x.shape);
    inputs.data.fill(3e38, 34 * 6, 35 * 6);
    const model = net("relu");
    const hashes: string[] = [];
    const watch: Callback = { onStepEnd: () => void hashes.push(weightsHash(model)) };
    const error = await failureOf(model, { shuffle: false, callbacks: [watch] }, inputs);
    expect([error.epoch, error.step]).toEqual([1, 4]);
    expect(weightsHash(model)).toBe(hashes[2]);
  });

  test("finds a rate that is too high, in whatever it breaks first", async () => {
    const error = await failureOf(net("relu", 1e30), { epochs: 5 });
    expect(error.layer).not.toBeNull();
    expect(error.message).toContain("the weights are those before that step");
  });

  test("leaves a training that is sound alone, to the bit", async () => {
    const watched = classifier();
    await watched.fit(x, y, { epochs: 3, batchSize: 10, callbacks: [stopOnNaN({ everySteps: 4 })] });
    const plain = classifier();
    await plain.fit(x, y, { epochs: 3, batchSize: 10 });
    expect(weightsHash(watched)).toBe(weightsHash(plain));
    expect(() => stopOnNaN({ everySteps: 0 })).toThrow("stopOnNaN: everySteps must be a positive integer; received 0.");
  });
});
