// Augmentation: pictures against a float64 reference, and what example i is given in epoch e depends on seed, i and e alone.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { Graph } from "../../../src/graph/graph.js";
import { dataset, layers, type Model, sequential } from "../../../src/index.js";
import type { Layer } from "../../../src/nn/layers/index.js";
import { exampleKeys, exampleNormals, exampleUniforms, keysOf } from "../../../src/ops/examples.js";
import type { Node } from "../../../src/ops/op.js";
import { Session } from "../../../src/runtime/session.js";
import { philox, seedKey, streamOf } from "../../../src/tensor/random.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { builds, engineOf } from "../../support/builds.js";
import { expectClose } from "../../support/compare-floats.js";
import { randomFloats } from "../../support/random-values.js";

const SEED = 7;

/** The layer while training, on pictures whose keys are given. */
function augmented(layer: Layer, x: Tensor, keys: readonly (readonly [number, number])[], training = true): Tensor {
  const graph = new Graph({ seed: SEED });
  const input = graph.placeholder("x", [null, ...x.shape.slice(1)]);
  const y = layer.apply(input);
  const session = new Session(graph, { engine: engineOf(builds[0] as never) });
  const fed = new Tensor(Int32Array.from(keys.flat()), [keys.length, 2]);
  return session.run(
    y,
    [
      [input, x],
      [keysOf(input), fed],
    ] as never,
    { training },
  );
}

/** The uniform numbers of an example, from another implementation of the generator. */
function uniforms(layer: string, [example, epoch]: readonly [number, number], count: number): number[] {
  const words = new Uint32Array(4);
  philox(words, 0, epoch, streamOf(`${layer}/augmentation`), example, ...seedKey(SEED));
  return Array.from(words.subarray(0, count), (word) => (word >>> 8) / 2 ** 24);
}

const pixel: Record<string, (i: number, extent: number) => number> = {
  constant: (i, extent) => (i < 0 || i >= extent ? -1 : i),
  nearest: (i, extent) => Math.min(Math.max(i, 0), extent - 1),
  wrap: (i, extent) => ((i % extent) + extent) % extent,
  reflect: (i, extent) => {
    const t = ((i % (2 * extent)) + 2 * extent) % (2 * extent);
    return t < extent ? t : 2 * extent - 1 - t;
  },
};

/** One picture read through a matrix, in float64 and from the definition: no padding, no folding of coordinates. */
function warped(x: ArrayLike<number>, [h, w, c]: readonly number[], m: readonly number[], mode: string, fill: number) {
  const [height, width, channels] = [h as number, w as number, c as number];
  const [a, b, cc, d, e, f] = m as [number, number, number, number, number, number];
  const find = pixel[mode] as (i: number, extent: number) => number;
  const at = (row: number, column: number, channel: number) => {
    const [i, j] = [find(row, height), find(column, width)];
    return i < 0 || j < 0 ? fill : (x[(i * width + j) * channels + channel] as number);
  };
  const y: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const s = a * column + b * row + cc;
      const t = d * column + e * row + f;
      const [j, i] = [Math.floor(s), Math.floor(t)];
      for (let k = 0; k < channels; k++) {
        const upper = at(i, j, k) * (1 - (s - j)) + at(i, j + 1, k) * (s - j);
        const lower = at(i + 1, j, k) * (1 - (s - j)) + at(i + 1, j + 1, k) * (s - j);
        y.push(upper * (1 - (t - i)) + lower * (t - i));
      }
    }
  }
  return y;
}

describe("warps", () => {
  test("are those of the float64 reference, in any shape and fill mode", () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 5 }),
    );
    const factor = fc.integer({ min: -90, max: 90 }).map((x) => x / 100);
    const fillMode = fc.constantFrom("constant", "nearest", "reflect", "wrap");
    const kind = fc.constantFrom("rotation", "translation", "zoom", "shear");
    const property = fc.property(shape, factor, factor, fillMode, kind, (extents, p, q, mode, what) => {
      const [height, width] = extents;
      const options = { fillMode: mode as never, fillValue: 0.3 };
      const [layer, m] = {
        rotation: () => {
          const [cos, sin] = [Math.cos(2 * Math.PI * p), Math.sin(2 * Math.PI * p)];
          return [layers.randomRotation({ factor: [p, p], ...options }), [cos, -sin, 0, sin, cos, 0]] as const;
        },
        translation: () =>
          [
            layers.randomTranslation({ heightFactor: [p, p], widthFactor: [q, q], ...options }),
            [1, 0, -q * width, 0, 1, -p * height],
          ] as const,
        zoom: () =>
          [
            layers.randomZoom({ heightFactor: [p, p], widthFactor: [q, q], ...options }),
            [1 + q, 0, 0, 0, 1 + p, 0],
          ] as const,
        shear: () =>
          [layers.randomShear({ xFactor: [p, p], yFactor: [q, q], ...options }), [1, p, 0, q, 1, 0]] as const,
      }[what]!() as unknown as readonly [Layer, number[]];
      if (what !== "translation") {
        const [x, y] = [(width - 1) / 2, (height - 1) / 2];
        m[2] = x - (m[0] as number) * x - (m[1] as number) * y;
        m[5] = y - (m[3] as number) * x - (m[4] as number) * y;
      }
      const picture = randomFloats(
        extents.reduce((size, n) => size * n),
        1,
        0,
        1,
      );
      const y = augmented(layer, new Tensor(picture, [1, ...extents]), [[0, 0]]);
      // Coordinates are rounded to float32: a hundred-thousandth of a pixel, times a slope of at most 1.
      expectClose(`${what} ${mode} ${extents}`, y.data, warped(picture, extents, m, mode, 0.3), 3e-5);
    });
    fc.assert(property, { numRuns: 200, seed: 3 });
  });

  test("the angle is drawn for each example by its key, counterclockwise", () => {
    const x = new Tensor(Float32Array.of(0, 0, 1, 0, 0, 0, 0, 0, 0), [1, 3, 3, 1]);
    const quarter = augmented(layers.randomRotation({ factor: [0.25, 0.25] }), x, [[0, 0]]);
    expect([...quarter.data].map((value) => Math.round(value))).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);

    const picture = randomFloats(35, 2, 0, 1);
    const both = new Tensor(Float32Array.of(...picture, ...picture), [2, 5, 7, 1]);
    const keys = [
      [12, 3],
      [5, 4],
    ] as const;
    const y = augmented(layers.randomRotation({ factor: 0.1 }), both, keys);
    keys.forEach((key, i) => {
      const turn = 2 * Math.PI * (-0.1 + 0.2 * (uniforms("randomRotation", key, 1)[0] as number));
      const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
      const matrix = [cos, -sin, 3 - 3 * cos + 2 * sin, sin, cos, 2 - 3 * sin - 2 * cos];
      expectClose(
        "rotation",
        y.data.subarray(35 * i, 35 * (i + 1)),
        warped(picture, [5, 7, 1], matrix, "reflect", 0),
        3e-5,
      );
    });
  });

  test("a flip moves pixels and leaves their bits alone; each direction with probability 1/2", () => {
    const picture = [1, 2, 3, 4, 5, 6];
    const count = 400;
    const x = new Tensor(
      Float32Array.from({ length: 6 * count }, (_, i) => picture[i % 6] as number),
      [count, 2, 3, 1],
    );
    const keys = Array.from({ length: count }, (_, i) => [i, 0] as const);
    const y = augmented(layers.randomFlip(), x, keys);
    const counts = new Map<string, number>();
    for (let i = 0; i < count; i++) {
      const key = [...y.data.subarray(6 * i, 6 * i + 6)].join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["123456", "321654", "456123", "654321"]);
    // Binomial with 1/4: 100 +- 8.7; five deviations.
    for (const times of counts.values()) expect(Math.abs(times - 100)).toBeLessThan(44);
    const horizontal = augmented(layers.randomFlip({ mode: "horizontal" }), x, keys);
    expect(new Set(Array.from({ length: count }, (_, i) => horizontal.data.slice(6 * i, 6 * i + 6).join()))).toEqual(
      new Set(["1,2,3,4,5,6", "3,2,1,6,5,4"]),
    );
  });
});

describe("values", () => {
  const picture = randomFloats(24, 5, 0.2, 0.8);
  const x = new Tensor(picture, [1, 3, 4, 2]);
  const key = [9, 2] as const;

  test("brightness, contrast and cutout by their formulas", () => {
    const [u] = uniforms("randomBrightness", key, 1) as [number];
    const bright = augmented(layers.randomBrightness({ factor: [0.1, 0.6] }), x, [key]);
    expectClose(
      "brightness",
      bright.data,
      picture.map((v) => Math.min(v + 0.1 + 0.5 * u, 1)),
      1e-6,
    );

    const [v] = uniforms("randomContrast", key, 1) as [number];
    const mean = [0, 1].map((k) => picture.reduce((sum, value, i) => (i % 2 === k ? sum + value : sum), 0) / 12);
    const contrast = augmented(layers.randomContrast({ factor: [0.5, 0.25] }), x, [key]);
    const expected = picture.map((value, i) => {
      const middle = mean[i % 2] as number;
      return Math.min(Math.max((value - middle) * (0.5 + 0.75 * v) + middle, 0), 1);
    });
    expectClose("contrast", contrast.data, expected, 1e-6);

    const [r, c] = uniforms("randomCutout", key, 4).slice(2) as [number, number];
    const cut = augmented(layers.randomCutout({ heightFactor: 0.4, widthFactor: 0.25, fillValue: 9 }), x, [key]);
    const blank = picture.map((value, i) => {
      const [row, column] = [Math.floor(i / 8), Math.floor(i / 2) % 4];
      return row === Math.floor(3 * r) && column === Math.floor(4 * c) ? 9 : value;
    });
    expect([...cut.data]).toEqual([...blank]);
  });

  test("noise has its deviation, and stays within the range", () => {
    const flat = new Tensor(new Float32Array(10_000).fill(0.5), [1, 100, 100, 1]);
    const data = Float64Array.from(augmented(layers.randomGaussianNoise({ stddev: 0.1 }), flat, [key]).data);
    const mean = data.reduce((sum, v) => sum + v, 0) / data.length;
    const deviation = Math.sqrt(data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / data.length);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
    expect(Math.abs(deviation - 0.1)).toBeLessThan(0.004);
    const within = augmented(layers.randomGaussianNoise({ stddev: 1, valueRange: [0.4, 0.6] }), flat, [key]);
    expect(Math.fround(0.4)).toBe(Math.min(...within.data));
    expect(Math.fround(0.6)).toBe(Math.max(...within.data));
  });

  test("a crop is a window: at random while training, else the middle", () => {
    const line = new Tensor(Float32Array.of(0, 1, 2, 3, 4), [1, 1, 5, 1]);
    const crop = layers.randomCrop({ height: 1, width: 3 });
    expect([...augmented(crop, line, [key], false).data]).toEqual([1, 2, 3]);
    const seen = new Set(
      Array.from({ length: 40 }, (_, i) =>
        augmented(layers.randomCrop({ height: 1, width: 3 }), line, [[i, 0]]).data.join(""),
      ),
    );
    expect([...seen].sort()).toEqual(["012", "123", "234"]);
  });
});

test("the numbers of an example are Philox's, whatever stands beside it", () => {
  const graph = new Graph();
  const keys = graph.placeholder("keys", [null, 2], "int32");
  const drawn = exampleUniforms(keys, { shape: [6], seed: 2 ** 40 + 3, stream: "s" });
  const normals = exampleNormals(keys, { shape: [6], seed: 2 ** 40 + 3, stream: "s" });
  for (const build of builds) {
    const session = new Session(graph, { engine: engineOf(build) });
    const run = (rows: readonly number[]) => session.run([drawn, normals], [[keys, Int32Array.from(rows)]]);
    const [y, z] = run([4, 1, 70_000, 2]);
    const words = new Uint32Array(4);
    const expected = [
      [4, 1],
      [70_000, 2],
    ].flatMap(([example, epoch]) =>
      [0, 1].flatMap((block) => {
        philox(words, block, epoch as number, streamOf("s"), example as number, ...seedKey(2 ** 40 + 3));
        return [...words].slice(0, block === 0 ? 4 : 2).map((word) => (word >>> 8) / 2 ** 24);
      }),
    );
    expect([...y.data]).toEqual(expected);
    const alone = run([70_000, 2]);
    expect([...alone[0].data]).toEqual([...y.data.subarray(6)]);
    expect([...alone[1].data]).toEqual([...z.data.subarray(6)]);
  }
});

test("without keys, a run numbers the examples of its batch and the steps", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 2, 2, 1]);
  const first = layers.randomFlip().apply(x);
  layers.randomRotation({ factor: 0.1 }).apply(first);
  const keys = keysOf(first);
  expect(keys).toBe(keysOf(x));
  expect(keys.op).toBe(exampleKeys.record);
  const session = new Session(graph, { engine: engineOf(builds[0] as never) });
  const run = () => [...session.run(keys, { x: new Float32Array(12) }, { training: true }).data];
  expect([run(), run()]).toEqual([
    [0, 0, 1, 0, 2, 0],
    [0, 1, 1, 1, 2, 1],
  ]);
});

describe("fit", () => {
  const count = 20;
  const x = new Tensor(randomFloats(count * 16, 3, 0, 1), [count, 4, 4, 1]);
  const y = Int32Array.from({ length: count }, (_, i) => i % 2);

  /** What the net saw of each example in each epoch, by the first pixels of the example. */
  async function seen(train: (model: Model, onStepEnd: (training: never) => void) => Promise<unknown>) {
    const augmentation = layers.randomRotation({ factor: 0.2, name: "turn" });
    const noise = layers.randomGaussianNoise({ stddev: 0.1, name: "noise" });
    const model = sequential([augmentation, noise, layers.flatten(), layers.dense({ units: 2 })], {
      inputShape: [4, 4, 1],
      seed: SEED,
    });
    model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    const output = model.layer("noise").output as Node;
    const found = new Map<string, string>();
    await train(model, (training: { epoch: number; feeds(): ReadonlyMap<Node, Tensor> }) => {
      const feeds = training.feeds();
      const given = feeds.get(model.input) as Tensor;
      const changed = model.session.run(output, feeds as never);
      for (let i = 0; i < (given.shape[0] as number); i++) {
        const row = (t: Tensor) => t.data.subarray(16 * i, 16 * (i + 1)).join();
        found.set(`${training.epoch}: ${row(given)}`, row(changed));
      }
    });
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  const fitWith = (options: object) => (model: Model, onStepEnd: (training: never) => void) =>
    model.fit(x, y, { epochs: 3, verbose: 0, ...options, callbacks: [{ onStepEnd }] } as never);

  test("example i in epoch e is the same at any batch size, in any order; another in the next epoch", async () => {
    const expected = await seen(fitWith({ batchSize: 20 }));
    expect(expected.size).toBe(3 * count);
    expect(new Set(expected.values()).size).toBe(3 * count);
    expect(await seen(fitWith({ batchSize: 7 }))).toEqual(expected);
    expect(await seen(fitWith({ batchSize: 1 }))).toEqual(expected);
    expect(await seen(fitWith({ batchSize: 3, shuffle: false }))).toEqual(expected);
    // Batches that come one by one are numbered as they come.
    const flow = dataset([x, y]);
    expect(
      await seen((model, onStepEnd) =>
        model.fit(flow.batch(6) as never, { epochs: 3, callbacks: [{ onStepEnd }] as never }),
      ),
    ).toEqual(expected);
  });

  test("a training that goes on within an epoch sees what it would have seen", async () => {
    const expected = await seen(fitWith({ batchSize: 6 }));
    const halves = await seen(async (model, onStepEnd) => {
      const stop = {
        onStepEnd: (t: { epoch: number; step: number; stop(reason: string): void }) =>
          t.epoch === 2 && t.step === 2 && t.stop("half"),
      };
      await model.fit(x, y, { epochs: 3, batchSize: 6, callbacks: [{ onStepEnd }, stop] as never });
      model.setState(model.getState());
      await model.fit(x, y, { epochs: 3, initialEpoch: 1, batchSize: 6, callbacks: [{ onStepEnd }] as never });
    });
    expect(halves).toEqual(expected);
  });

  test("predictions and evaluation see pictures as they are", async () => {
    const model = sequential([layers.randomRotation({ factor: 0.2 }), layers.randomFlip()], { inputShape: [4, 4, 1] });
    expect([...model.predict(x).data]).toEqual([...x.data]);
  });
});

test("what is refused", () => {
  expect(() => layers.randomRotation({} as never)).toThrow(
    "RandomRotation: factor must be a number, or a pair [low, high], within [-1, 1]; received undefined.",
  );
  expect(() => layers.randomRotation({ factor: [0.3, 0.1] })).toThrow(ArgumentError);
  expect(() => layers.randomRotation({ factor: 0.1, fillMode: "mirror" as never })).toThrow(
    'RandomRotation: fillMode must be one of "constant", "nearest", "reflect", "wrap"; received "mirror".',
  );
  expect(() => layers.randomZoom({ heightFactor: [-1, 0] })).toThrow(
    "RandomZoom: heightFactor must be greater than -1",
  );
  expect(() => layers.randomFlip({ mode: "diagonal" as never })).toThrow("RandomFlip: mode must be one of");
  expect(() => layers.randomCrop({ height: 0, width: 1 })).toThrow("RandomCrop: height must be a positive integer");
  expect(() => layers.randomBrightness({ factor: 2 })).toThrow("RandomBrightness: factor must be");
  expect(() => layers.randomContrast({ factor: -0.1 })).toThrow("RandomContrast: factor must be");
  expect(() => layers.randomContrast({ factor: 0.1, valueRange: [1, 0] })).toThrow("valueRange must be a pair");
  expect(() => layers.randomCutout({ heightFactor: 1.5 })).toThrow("RandomCutout: heightFactor must be");
  expect(() => layers.randomGaussianNoise({ stddev: -1 })).toThrow("RandomGaussianNoise: stddev must be");
  const model = () => sequential([layers.randomRotation({ factor: 0.1 })], { inputShape: [16] });
  expect(model).toThrow(
    "RandomRotation: x must be pictures [examples, height, width, channels], at least one pixel each; received [null, 16].",
  );
});
