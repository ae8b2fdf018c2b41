// What frozen layers give is computed once, and not a bit of the result changes.

import { afterEach, describe, expect, test, vi } from "vitest";
import {
  add,
  type Callback,
  callbacks,
  dense,
  type FitOptions,
  functional,
  Graph,
  layers,
  type Model,
  sequential,
  weightsHash,
} from "../../../src/index.js";
import { Session } from "../../../src/runtime/session.js";
import { engine } from "../../support/exact-engine.js";
import { x, y } from "../small-classifier.js";

const compiled = { optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] } as const;

const net = (middle: Parameters<typeof sequential>[0] = []) =>
  sequential(
    [
      dense({ units: 16, activation: "relu", name: "lower1" }),
      ...middle,
      dense({ units: 12, activation: "sigmoid", name: "lower2" }),
      layers.dropout({ rate: 0.2 }),
      dense({ units: 8, activation: "relu", name: "upper" }),
      dense({ units: 3, name: "outputs" }),
    ],
    { inputShape: [6], seed: 5, engine },
  ).compile(compiled);

const options: FitOptions = { epochs: 4, batchSize: 8, validationSplit: 0.2 };

afterEach(() => {
  vi.restoreAllMocks();
});

/** The names of the nodes that training steps were fed with, and what fit returned and left. */
async function trained(model: Model, more: FitOptions = {}) {
  const prepare = vi.spyOn(Session.prototype, "prepare");
  const history = await model.fit(x, y, { ...options, ...more });
  const steps = prepare.mock.calls.map(([request]) => request).filter(({ fetches }) => fetches.length > 2);
  prepare.mockRestore();
  const fed = new Set(
    steps.flatMap(({ feeds }) => (feeds ?? []).map((node) => (typeof node === "string" ? node : node.name))),
  );
  return {
    history,
    hash: weightsHash(model),
    fed: [...fed].filter((name) => !/^(labels|training)/.test(name)),
  };
}

/** Trains twice, with and without the cache; what the cached one was fed with. */
async function sameBits(make: () => Model, more: FitOptions = {}): Promise<readonly string[]> {
  const plain = await trained(make(), { ...more, cacheFrozen: false });
  const cached = await trained(make(), more);
  expect(plain.fed).toEqual(["input"]);
  expect(cached.hash).toBe(plain.hash);
  expect(cached.history).toEqual(plain.history);
  return cached.fed;
}

describe("the cache of frozen layers", () => {
  test("feeds the last frozen result, with the same weights and metrics", async () => {
    expect(await sameBits(() => net().freeze(/^lower/))).toEqual(["lower2/sigmoid"]);
    expect(await sameBits(() => net().freeze(/^lower1/))).toEqual(["lower1/relu"]);
    expect(await sameBits(() => net().freeze(/^lower1/), { batchSize: 1, validationSplit: 0.9 })).toEqual([
      "lower1/relu",
    ]);
  });

  test("stands aside where nothing is frozen at the bottom", async () => {
    expect(await sameBits(() => net())).toEqual(["input"]);
    expect(await sameBits(() => net().freeze(/^(lower2|upper)/))).toEqual(["input"]);
  });

  test("goes through frozen batch normalisation, and not through one that learns, nor through dropout", async () => {
    const withNorm = () => net([layers.batchNormalization({ momentum: 0.9, name: "norm" })]);
    expect(await sameBits(() => withNorm().freeze(/^(lower|norm)/))).toEqual(["lower2/sigmoid"]);
    const [fed, ...others] = await sameBits(() => withNorm().freeze(/^lower/));
    expect([fed, ...others]).toEqual(["lower1/relu"]);
    expect(await sameBits(() => net([layers.dropout({ rate: 0.3 })]).freeze(/^lower/))).toEqual(["lower1/relu"]);
    expect(await sameBits(() => net([layers.layerNormalization(), layers.flatten()]).freeze(/^(lower|layer)/))).toEqual(
      ["lower2/sigmoid"],
    );
  });

  test("feeds inputs, too, that the upper layers read directly", async () => {
    const make = () => {
      const graph = new Graph({ seed: 3 });
      const input = graph.placeholder("input", [null, 6]);
      const lower = dense({ units: 5, activation: "relu", name: "lower" }).apply(input);
      const beside = dense({ units: 5, name: "beside" }).apply(input);
      const outputs = dense({ units: 3, name: "outputs" }).apply(add(lower, beside));
      const model = functional({ inputs: input, outputs }, { session: new Session(graph, { engine }) });
      return model.compile(compiled).freeze(/^lower/) as Model;
    };
    expect(await sameBits(make)).toEqual(["input", "lower/relu"]);
  });

  test("keeps within its limit", async () => {
    // 50 examples of 12 numbers of 4 bytes.
    expect((await trained(net().freeze(/^lower/), { cacheFrozen: 50 * 12 * 4 })).fed).toEqual(["lower2/sigmoid"]);
    expect((await trained(net().freeze(/^lower/), { cacheFrozen: 50 * 12 * 4 - 1 })).fed).toEqual(["input"]);
    await expect(net().fit(x, y, { cacheFrozen: true as never })).rejects.toThrow(
      'Model.fit: cacheFrozen must be "auto", false or a number of bytes; received true.',
    );
  });

  test("is filled again when a callback sets the weights under it", async () => {
    const other = net().freeze(/^lower/);
    const setting = (model: Model): Callback => ({
      onEpochEnd: ({ epoch }) => {
        if (epoch !== 2) return;
        const weights = new Map(model.getWeights());
        const kernel = other.getWeights().get("lower1/kernel");
        if (kernel) weights.set("lower1/kernel", kernel);
        weights.get("lower2/kernel")?.data.fill(0.25);
        model.setWeights(weights);
      },
    });
    const [cached, plain] = [net().freeze(/^lower/), net().freeze(/^lower/)];
    await trained(cached, { callbacks: [setting(cached)] });
    await trained(plain, { callbacks: [setting(plain)], cacheFrozen: false });
    expect(weightsHash(cached)).toBe(weightsHash(plain));
  });

  test("lets callbacks see the layers under it", async () => {
    const statistics = callbacks.layerStatistics();
    const { fed } = await trained(net().freeze(/^lower/), { callbacks: [statistics, callbacks.stopOnNaN()] });
    expect(fed).toContain("lower2/sigmoid");
    expect(statistics.records[0]?.layers.map(({ layer }) => layer)).toEqual([
      ...["lower1", "lower2", "dropout", "upper", "outputs"],
    ]);
  });
});
