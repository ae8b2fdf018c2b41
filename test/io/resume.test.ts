// A training that goes on from a file: in another build, from the end of an epoch and from within one, watched all the while.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callbacks, dense, layers, type Model, sequential, weightsHash } from "../../src/index.js";
import { checkpointFolder, loadCheckpoint, saveCheckpoint } from "../../src/io/index.js";
import { SummaryWriter, tensorBoard } from "../../src/io/tensorboard.js";
import { RandomStream } from "../../src/tensor/random.js";
import { Tensor } from "../../src/tensor/tensor.js";
import { type Engine, init } from "../../src/wasm/engine.js";
import { readEvents } from "./tensorboard/event-reader.js";

let [simd, scalar]: Engine[] = [];
let folder: string;
beforeAll(async () => {
  scalar = await init({ build: "scalar" });
  simd = await init({ build: "simd" });
  folder = await mkdtemp(path.join(tmpdir(), "lanewise-resume-"));
});
afterAll(() => rm(folder, { recursive: true }));

const random = new RandomStream(11, "examples");
const x = new Tensor(
  Float32Array.from({ length: 60 * 6 }, () => random.uniform() - 0.5),
  [60, 6],
);
const y = Int32Array.from({ length: 60 }, () => random.below(3));
const EPOCHS = 6;

/** Everything with a state of its own: slots, moving averages, dropout, shuffling. */
function net(engine: Engine | undefined, seed = 1): Model {
  const model = sequential(
    [
      dense({ units: 10, activation: "relu" }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.3 }),
      dense({ units: 3 }),
    ],
    { inputShape: [6], seed, ...(engine && { engine }) },
  );
  return model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
}

const train = (model: Model, options: object) => model.fit(x, y, { epochs: EPOCHS, batchSize: 8, ...options });

describe("a training from a checkpoint", () => {
  test("ends with the bits of one that never stopped, from any epoch, in another build", async () => {
    const kept = checkpointFolder(path.join(folder, "epochs"), { keep: EPOCHS });
    const save = callbacks.checkpoint({ save: kept.save, monitor: "loss" });
    const whole = net(simd);
    await train(whole, { callbacks: [save] });
    const names = (await readdir(path.join(folder, "epochs"))).filter((name) => name.startsWith("checkpoint"));
    expect(names).toHaveLength(EPOCHS);

    for (const name of names.slice(0, -1)) {
      const { state } = await loadCheckpoint<Parameters<Model["setState"]>[0]["training"]>(
        path.join(folder, "epochs", name),
      );
      const resumed = net(scalar);
      resumed.setState(state);
      await train(resumed, {
        initialEpoch: state.training.epoch,
        callbacks: [callbacks.checkpoint({ save: () => {}, monitor: "loss" })],
      });
      expect(weightsHash(resumed)).toBe(weightsHash(whole));
    }
    expect((await kept.best())?.info).toMatchObject({ best: true });
  });

  test("from within an epoch too", async () => {
    const file = path.join(folder, "step.safetensors");
    const whole = net(simd);
    await train(whole, {});
    const stopped = net(simd);
    const abort = new AbortController();
    const save = callbacks.checkpoint({
      everySteps: 19,
      everyEpochs: null,
      monitor: "loss",
      save: async (state) => {
        await saveCheckpoint(state, file);
        abort.abort();
      },
    });
    await expect(train(stopped, { callbacks: [save], signal: abort.signal })).rejects.toThrow();
    const { state } = await loadCheckpoint<Parameters<Model["setState"]>[0]["training"]>(file);
    expect(state.training).toMatchObject({ epoch: 2, step: 3, stepsMade: 19 });
    const resumed = net(scalar);
    resumed.setState(state);
    await train(resumed, { initialEpoch: 2 });
    expect(weightsHash(resumed)).toBe(weightsHash(whole));
  });
});

test("TensorBoard gets a point for each epoch", async () => {
  const logdir = path.join(folder, "runs");
  const writer = new SummaryWriter({ logdir });
  await train(net(simd), { callbacks: [tensorBoard({ writer, histogramEpochs: 3 })] });
  const events = readEvents(await readFile(path.join(logdir, writer.fileName)));
  const values = events.flatMap(({ step, summary }) =>
    (summary?.value ?? []).map((value: { tag: string }) => ({ step, ...value })),
  );
  expect(values.filter(({ tag }) => tag === "accuracy").map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(values.filter(({ tag }) => tag === "learningRate")[0].simple_value).toBeCloseTo(0.001);
  expect(values.filter(({ tag }) => tag === "dense/kernel").map(({ step }) => step)).toEqual([3, 6]);
});
