import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { epochOrder } from "../../../src/data/pipeline/batches.js";
import { type Dataset, dataset } from "../../../src/data/pipeline/dataset.js";
import { StateError } from "../../../src/errors.js";
import { RandomStream } from "../../../src/tensor/random.js";
import { Tensor, tensor } from "../../../src/tensor/tensor.js";
import { expectRefusal } from "../../support/expect-refusal.js";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
/** Examples [0], [1], ...; from arrays, from a generator, or from an asynchronous one. */
const sources = {
  arrays: (count: number, seed = 0) => dataset([Float32Array.from(numbers(count))], { seed }),
  generator: (count: number, seed = 0) =>
    dataset(
      function* () {
        for (const i of numbers(count)) yield [i] as [number];
      },
      { seed },
    ),
  "asynchronous generator": (count: number, seed = 0) =>
    dataset(
      async function* () {
        for (const i of numbers(count)) yield [i] as [number];
      },
      { seed },
    ),
};
type Numbers = Dataset<readonly [number]>;
const kinds = Object.entries(sources) as [keyof typeof sources, (count: number, seed?: number) => Numbers][];

async function epochOf(data: Numbers, number = 0): Promise<number[]> {
  const values: number[] = [];
  for await (const [value] of data.epoch(number)) values.push(value);
  return values;
}

async function batchesOf(data: Dataset<unknown>, number = 0): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const batch of (data as Dataset<[Tensor]>).epoch(number)) batches.push([...batch[0].data]);
  return batches;
}

describe.each(kinds)("a dataset from %s", (_, make) => {
  test("gives what lists give, whatever the stages", async () => {
    const stage = fc.oneof(
      fc.record({ kind: fc.constant("map" as const), by: fc.integer({ min: -3, max: 3 }) }),
      fc.record({ kind: fc.constant("filter" as const), by: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant("take" as const), by: fc.nat(20) }),
      fc.record({ kind: fc.constant("skip" as const), by: fc.nat(20) }),
      fc.record({ kind: fc.constant("repeat" as const), by: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant("prefetch" as const), by: fc.integer({ min: 1, max: 4 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(12), fc.array(stage, { maxLength: 5 }), async (count, stages) => {
        let data: Numbers = make(count);
        let list = numbers(count);
        for (const { kind: stageKind, by } of stages) {
          if (stageKind === "map") {
            data = data.map(([value]) => [value + by] as const);
            list = list.map((value) => value + by);
          } else if (stageKind === "filter") {
            data = data.filter(([value]) => value % by === 0);
            list = list.filter((value) => value % by === 0);
          } else if (stageKind === "take") {
            data = data.take(by);
            list = list.slice(0, by);
          } else if (stageKind === "skip") {
            data = data.skip(by);
            list = list.slice(by);
          } else if (stageKind === "repeat") {
            data = data.repeat(by);
            list = Array.from({ length: by }, () => list).flat();
          } else data = data.prefetch(by);
        }
        expect(await epochOf(data)).toEqual(list);
        expect(data.size ?? list.length).toBe(list.length);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("in batches, the last one smaller or dropped", async () => {
    expect(await batchesOf(make(5).batch(2))).toEqual([[0, 1], [2, 3], [4]]);
    expect(await batchesOf(make(5).batch(2, { dropRemainder: true }))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(await batchesOf(make(4).batch(2))).toHaveLength(2);
    expect(await batchesOf(make(0).batch(2))).toEqual([]);
    expect(make(5).batch(2).size ?? 3).toBe(3);
    expect(make(5).batch(2, { dropRemainder: true }).size ?? 2).toBe(2);
  });

  test("shuffles each epoch by its number and the seed, whatever was read before", async () => {
    const shuffled = (seed: number) => make(40, seed).shuffle(10);
    const epochs = await Promise.all([0, 1, 2].map((epoch) => epochOf(shuffled(5), epoch)));
    for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual(numbers(40));
    expect(new Set(epochs.map(String)).size).toBe(3);
    expect(await epochOf(shuffled(5), 1)).toEqual(epochs[1]);
    expect(await epochOf(shuffled(6), 1)).not.toEqual(epochs[1]);
    // A value cannot come earlier than the buffer lets it.
    for (const epoch of epochs) for (const [at, value] of epoch.entries()) expect(value).toBeLessThan(at + 10);
  });

  test("repeats with an order of its own in each round", async () => {
    const rounds = await epochOf(make(8, 3).shuffle(8).repeat(3));
    expect(rounds).toHaveLength(24);
    expect(rounds.slice(0, 8)).toEqual(await epochOf(make(8, 3).shuffle(8), 0));
    expect(rounds.slice(16)).toEqual(await epochOf(make(8, 3).shuffle(8), 2));
    const endless = make(8, 3).shuffle(8).repeat();
    expect(endless.size).toBe(Infinity);
    expect(await epochOf(endless.take(24))).toEqual(rounds);
    expect(await epochOf(endless.take(24), 1)).not.toEqual(rounds);
    expect(await epochOf(make(0).repeat())).toEqual([]);
  });

  test("hands map random numbers that depend on seed, epoch and place alone", async () => {
    const noisy = (seed: number) => make(6, seed).map((_example, random) => [random.uniform()] as const);
    const first = await epochOf(noisy(1));
    expect(new Set(first).size).toBe(6);
    expect(await epochOf(noisy(1).skip(3))).toEqual(first.slice(3));
    expect(await epochOf(noisy(1), 1)).not.toEqual(first);
    expect(await epochOf(noisy(2))).not.toEqual(first);
    const twice = make(6, 1)
      .map((_example, random) => [random.uniform()] as const)
      .map(([value], random) => [value - random.uniform()] as const);
    expect((await epochOf(twice)).every((difference) => difference !== 0)).toBe(true);
  });
});

describe("shuffling", () => {
  test("of arrays by a buffer that holds all is the order in which fit sees them", async () => {
    const data = dataset([Float32Array.from(numbers(50))]).shuffle(50, 7);
    expect(await epochOf(data, 4)).toEqual([...epochOrder(50, 7, 4)]);
  });

  test("by a buffer that holds all makes every order equally likely", async () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 1200; seed++) {
      const order = String(await epochOf(sources.generator(3).shuffle(3, seed)));
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // 1,200 draws of 6: a standard deviation is 12.9.
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(55);
  });
});

describe("fields", () => {
  test("come as rows of their arrays and go back as batches", async () => {
    const x = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const data = dataset([{ picture: x, word: [7, 8, 9] }, Int32Array.of(0, 1, 1)]);
    expect(data.size).toBe(3);
    const [[fields, label]] = (await data.toArray()) as [readonly [{ picture: Tensor; word: number }, number]];
    expect([...fields.picture.data, fields.word, label]).toEqual([1, 2, 7, 0]);
    const [batch] = await data.skip(1).batch(2).toArray();
    expect(batch?.[0].picture).toEqual(
      tensor([
        [3, 4],
        [5, 6],
      ]),
    );
    expect(batch?.[0].word).toEqual(tensor([8, 9]));
    expect(batch?.[1]).toEqual(tensor([1, 1]));
  });

  test("of int32 tensors stay int32", async () => {
    const words = new Tensor(Int32Array.of(1, 2, 3, 4), [2, 2]);
    const [batch] = await dataset([words]).batch(2).toArray();
    expect(batch?.[0]).toEqual(words);
  });
});

describe("nextBatch", () => {
  const data = () => dataset([Float32Array.from(numbers(10)), Int32Array.from(numbers(10))], { seed: 2 });

  test("goes round and round, in a new order each time", () => {
    const train = data();
    const seen = [3, 4, 5, 8].flatMap((size) => {
      const [x, y] = train.nextBatch(size);
      expect(x.shape).toEqual([size]);
      expect([...y.data]).toEqual([...x.data]);
      return [...x.data];
    });
    expect(seen.slice(0, 10)).toEqual([...epochOrder(10, 2, 0)]);
    expect(seen.slice(10)).toEqual([...epochOrder(10, 2, 1)]);
    expect([...data().nextBatch(10)[0].data]).toEqual(seen.slice(0, 10));
  });

  test("may ask for more than there is", () => {
    expect([...data().nextBatch(25)[0].data].sort((a, b) => a - b)).toHaveLength(25);
  });

  test("is refused where examples do not come at once, or nobody knows how many there are", () => {
    const late = data().map(async (example) => example);
    for (const _ of [1, 2]) {
      expectRefusal(
        () => late.nextBatch(2),
        StateError,
        "Dataset.nextBatch: the examples must come at once; this dataset is asynchronous.",
      );
    }
    expectRefusal(
      () => sources.generator(3).nextBatch(2),
      StateError,
      "Dataset.nextBatch: the dataset must have some known number of examples; this is one whose size only reading tells.",
    );
    expect(() => data().repeat().nextBatch(2)).toThrow("this is one of size Infinity");
    expect(() => data().take(0).nextBatch(2)).toThrow("this is one of size 0");
  });
});

describe("an asynchronous source", () => {
  test("is asked ahead by prefetch, in order, and never twice at once", async () => {
    let asked = 0;
    let running = 0;
    const data = dataset(async function* () {
      for (const i of numbers(6)) {
        expect(++running).toBe(1);
        asked = i + 1;
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        yield [i] as [number];
      }
    });
    const ahead = data.prefetch(3).epoch(0);
    expect((await ahead.next()).value).toEqual([0]);
    await vi.waitFor(() => expect(asked).toBe(4));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(asked).toBe(4);
    const rest: number[] = [];
    for await (const [value] of ahead) rest.push(value);
    expect(rest).toEqual([1, 2, 3, 4, 5]);
  });

  test("is told when reading stops early", async () => {
    let closed = 0;
    const make = async function* () {
      try {
        for (;;) yield [1] as [number];
      } finally {
        closed++;
      }
    };
    for await (const _ of dataset(make).batch(2)) break;
    expect(closed).toBe(1);
    await dataset(make)
      .map((example) => example)
      .take(3)
      .toArray();
    expect(closed).toBe(2);
  });

  test("passes its error on to whoever reads", async () => {
    const broken = dataset(async function* () {
      yield [1] as [number];
      throw new TypeError("line 2");
    });
    await expect(broken.toArray()).rejects.toThrow("line 2");
    await expect(broken.prefetch(4).batch(1).toArray()).rejects.toThrow("line 2");
  });
});

test("RandomStream of map is the public one", async () => {
  const [first] = await dataset([[0]], { seed: 9 })
    .map((_, random) => [random.uint32()] as const)
    .toArray();
  expect(first).toEqual([new RandomStream(9, "map/0/0/0").uint32()]);
});
