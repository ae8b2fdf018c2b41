// The callback: what it writes of a training, driven by hand as `fit` drives it.

import { expect, test } from "vitest";
import { ArgumentError, StateError } from "../../../src/errors.js";
import { Graph } from "../../../src/index.js";
import { SummaryWriter, tensorBoard } from "../../../src/io/tensorboard.js";
import { tensor } from "../../../src/tensor/tensor.js";
import { readEvents } from "./event-reader.js";

const graph = new Graph();
graph.placeholder("x", [null]);
const model = { session: { graph }, getWeights: () => new Map([["dense/kernel", tensor([1, 2])]]) };
const training = (epoch: number) => ({ epoch, metrics: { loss: 1 / epoch, valLoss: 2 }, learningRate: 0.25, model });

test("metrics, rate, weights and graph, the graph once", async () => {
  const writer = new SummaryWriter();
  const callback = tensorBoard({ writer, histogramEpochs: 2 });
  for (let fit = 0; fit < 2; fit++) {
    await callback.onTrainBegin(training(0));
    for (const epoch of [1, 2]) await callback.onEpochEnd(training(2 * fit + epoch));
    await callback.onTrainEnd();
  }
  const events = readEvents(writer.toBytes());
  expect(events.filter(({ graph_def }) => graph_def !== undefined)).toHaveLength(1);
  const told = events.flatMap(({ step, summary }) =>
    (summary?.value ?? []).map(({ tag }: { tag: string }) => `${tag} ${step}`),
  );
  expect(told).toEqual(
    [1, 2, 3, 4].flatMap((epoch) => [
      `loss ${epoch}`,
      `valLoss ${epoch}`,
      `learningRate ${epoch}`,
      ...(epoch % 2 === 0 ? [`dense/kernel ${epoch}`] : []),
    ]),
  );
});

test("leaves out a rate that the graph computes", async () => {
  const writer = new SummaryWriter();
  const computed = {
    ...training(1),
    get learningRate(): number {
      throw new StateError("it is computed.");
    },
  };
  await tensorBoard({ writer }).onEpochEnd(computed);
  const tags = readEvents(writer.toBytes()).flatMap(({ summary }) => summary?.value ?? []);
  expect(tags.map(({ tag }) => tag)).toEqual(["loss", "valLoss"]);
});

test.each([{}, { logdir: "a", writer: new SummaryWriter() }, { writer: {} }, { logdir: "a", histogramEpochs: 0 }])(
  "refuses the options %j",
  (options) => {
    expect(() => tensorBoard(options as never)).toThrow(ArgumentError);
  },
);
