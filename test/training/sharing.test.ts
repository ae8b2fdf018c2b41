// What goes on beside a fit: turns of the event loop, other fits of the same model, other models of the same graph.

import { describe, expect, test } from "vitest";
import { dense, functional, Graph, type Model, Session, StateError, sequential, weightsHash } from "../../src/index.js";
import { engine } from "../support/exact-engine.js";
import { smallClassification } from "../support/small-classification.js";

const { x, y } = smallClassification(20, 4, 3);
const classify = { optimizer: "sgd", loss: "sparseCategoricalCrossentropy" } as const;

function classifier(): Model {
  return sequential([dense({ units: 3 })], { inputShape: [4], seed: 1, engine }).compile(classify);
}

/** Two heads on one layer, in one graph; and a net of its own beside them. */
function heads() {
  const graph = new Graph({ seed: 1 });
  const session = new Session(graph, { engine });
  const input = graph.placeholder("x", [null, 4]);
  const base = dense({ units: 5, name: "base" }).apply(input);
  const [a, b, other] = [base, base, input].map((from, i) =>
    functional({ inputs: input, outputs: dense({ units: 3, name: `head${i}` }).apply(from) }, { session }).compile(
      classify,
    ),
  );
  return { a, b, other } as { a: Model; b: Model; other: Model };
}

describe("yieldEvery", () => {
  async function turns(yieldEvery: number | undefined): Promise<number> {
    let count = 0;
    let going = true;
    const turn = () => {
      count++;
      if (going) setImmediate(turn);
    };
    setImmediate(turn);
    await classifier().fit(x, y, { batchSize: 1, epochs: 20, ...(yieldEvery !== undefined && { yieldEvery }) });
    going = false;
    return count;
  }

  test("0 gives way after each step, Infinity never, less than the default more often", async () => {
    expect(await turns(0)).toBeGreaterThanOrEqual(400);
    const never = await turns(Infinity);
    expect(never).toBeLessThan(10);
    expect(await turns(undefined)).toBeLessThan(400);
  });

  test("gives the same bits, and must be a number from 0 on", async () => {
    const [often, seldom] = [classifier(), classifier()];
    await often.fit(x, y, { epochs: 3, yieldEvery: 0 });
    await seldom.fit(x, y, { epochs: 3, yieldEvery: Infinity });
    expect(weightsHash(often)).toBe(weightsHash(seldom));
    for (const yieldEvery of [-1, Number.NaN, "12"]) {
      await expect(classifier().fit(x, y, { yieldEvery: yieldEvery as number })).rejects.toThrow(
        /^Model\.fit: yieldEvery must be a finite number at least 0; received/,
      );
    }
  });
});

describe("a second fit", () => {
  test("waits with queue: true, in the order of the calls; without, it is refused", async () => {
    const model = classifier();
    const order: number[] = [];
    const fits = [1, 2, 3, 4].map((n) => model.fit(x, y, { queue: true, epochs: n }).then(() => order.push(n)));
    await expect(model.fit(x, y)).rejects.toThrow(
      new StateError("Model.fit: this model is being trained; wait for that fit to end."),
    );
    await Promise.all(fits);
    expect(order).toEqual([1, 2, 3, 4]);
    const alone = classifier();
    for (const epochs of [1, 2, 3, 4]) await alone.fit(x, y, { epochs });
    expect(weightsHash(model)).toBe(weightsHash(alone));
  });

  test("comes after one that failed, and builds or takes what that one built", async () => {
    const model = sequential([dense({ units: 3 })], { seed: 1, engine }).compile(classify);
    const failing = model.fit(x, y, {
      onEpochEnd: () => {
        throw new Error("stop");
      },
    });
    const second = model.fit(x, y, { queue: true });
    await expect(failing).rejects.toThrow("stop");
    expect((await second).loss).toHaveLength(1);
    await expect(model.fit(x, y, { queue: 1 as never })).rejects.toThrow("Model.fit: queue must be true or false");
  });
});

describe("a model that shares weights with one in training", () => {
  const shared = /: a model that shares its graph is being trained; wait for that fit to end\.$/;

  test("is not trained, set to another state or frozen meanwhile", async () => {
    const { a, b, other } = heads();
    const [state, stateOfOther] = [b.getState(), other.getState()];
    const undisturbed = heads().a;
    await undisturbed.fit(x, y, { epochs: 3 });
    let tried = 0;
    const onEpochEnd = () => {
      tried++;
      expect(() => b.setState(state)).toThrow(shared);
      expect(() => other.setState(stateOfOther)).toThrow(shared);
      expect(() => b.trainOnBatch(x, y)).toThrow(shared);
      expect(() => b.freeze()).toThrow(shared);
      expect(() => b.unfreeze(/base/)).toThrow(shared);
      for (const model of [a, b]) {
        expect(() => {
          (model.layer("base") as { trainable: boolean }).trainable = false;
        }).toThrow(shared);
      }
      expect(() => a.compile(classify)).toThrow(StateError);
      expect(() => a.setState(state)).toThrow(StateError);
      expect(() => a.freeze()).toThrow(StateError);
    };
    const fit = a.fit(x, y, { epochs: 3, onEpochEnd });
    await expect(b.fit(x, y)).rejects.toThrow(shared);
    await fit;
    expect(tried).toBe(3);
    expect(weightsHash(a)).toBe(weightsHash(undisturbed));
    await b.fit(x, y);
    b.setState(state);
  });

  test("waits with queue: true; one that shares none goes on beside it", async () => {
    const { a, b, other } = heads();
    const order: string[] = [];
    await Promise.all([
      a.fit(x, y, { epochs: 50, yieldEvery: 0 }).then(() => order.push("a")),
      b.fit(x, y, { queue: true }).then(() => order.push("b")),
      other.fit(x, y).then(() => order.push("other")),
    ]);
    expect(order).toEqual(["other", "a", "b"]);
  });

  test("setWeights counts from the next step on", async () => {
    const [set, plain] = [classifier(), classifier()];
    const first = set.getWeights();
    const back = () => set.setWeights(first);
    const [one, two] = (await set.fit(x, y, { epochs: 2, batchSize: 20, shuffle: false, onEpochEnd: back }))
      .loss as number[];
    expect(two).toBe(one);
    await plain.fit(x, y, { epochs: 2, batchSize: 20, shuffle: false });
    expect(weightsHash(set)).not.toBe(weightsHash(plain));
    expect(set.getWeights()).toEqual(first);
  });
});
