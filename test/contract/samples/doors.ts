// Sample calls of the small entry points: benchmark, datasets, models, plot, TensorBoard and workers.

import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { SummaryWriter } from "../../../src/io/tensorboard.js";
import * as models from "../../../src/models/index.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { fakeMnist, gzipAll } from "../../data/datasets/fake-mnist.js";
import {
  call,
  callback,
  create,
  flag,
  instead,
  integer,
  nullable,
  options,
  path,
  positive,
  signal,
  type Table,
  text,
  value,
  word,
} from "../kinds.js";
import { aModel, bytes, engine, file, folder, graph, metadata, model } from "./fixtures.js";

const split = call(options({ testFraction: positive(0.2), seed: integer(1) }));

for (const [name, content] of Object.entries(gzipAll(fakeMnist()))) file(`mnist/${name}`, content);
const idx = call(
  options(
    {
      dir: path(folder("mnist")),
      checksums: value(false, "{}"),
      signal: signal(),
      onProgress: callback(),
    },
    ["dir"],
  ),
);

export const benchmarkTable: Table = {
  benchmark: call(options({ seconds: positive(0.001), signal: signal() })),
};

export const datasetsTable: Table = { digits: split, iris: split, mnist: idx, fashionMnist: idx };

const saved = file("model.safetensors", models.modelToBytes(model));
await models.saveLayersModel(model, folder("layers-model"));
const reading = options({ engine, maxBytes: integer(1e6) });

export const modelsTable: Table = {
  modelToBytes: call(aModel(), options({ metadata: metadata(), optimizerState: flag() })),
  modelFromBytes: call(
    bytes(() => models.modelToBytes(model)),
    options({ engine }),
  ),
  saveModel: call(aModel(), path(folder("saved.safetensors")), options({ metadata: metadata() })),
  loadModel: call(path(saved), reading),
  encodeLayersModel: call(aModel()),
  decodeLayersModel: call(
    value(() => models.encodeLayersModel(model)),
    options({ engine }),
  ),
  saveLayersModel: call(aModel(), path(folder("saved-layers"))),
  loadLayersModel: call(path(folder("layers-model/model.json")), reading),
};

const figure = { title: text("title"), width: integer(300), height: integer(200) };
const interval = value(() => [0, 1]);
const labelled = { xLabel: text("a"), yLabel: text("b") };
const lists = value(() => ({ loss: [3, 2, 1] }));
const names = value(() => ["a", "b"], "[]");
const regions = {
  x: value(() => [
    [0, 0],
    [1, 1],
  ]),
  y: value(() => [0, 1], "[]"),
  xDomain: interval,
  yDomain: interval,
  ...labelled,
  classNames: names,
  ...figure,
};
const curves = options({ domain: interval, range: interval, ...labelled, ...figure });

export const plotTable: Table = {
  functionCurves: call(
    value(() => [{ label: "x", y: (x: number) => x }]),
    curves,
  ),
  learningCurves: call(lists, curves),
  histograms: call(lists, options({ bins: integer(4), domain: interval, xLabel: text("a"), ...figure })),
  graphPlot: call(
    value(() => graph.nodes().slice(0, 3)),
    options({ filter: callback(() => true), title: text("title") }),
  ),
  confusionPlot: call(
    value(() => ({
      labels: [0, 1],
      counts: [
        [1, 0],
        [0, 1],
      ],
    })),
    options({ classNames: names, ...figure }),
  ),
  imageGrid: call(
    value(() => new Tensor(Float32Array.of(0, 1, 1, 0), [1, 4])),
    options(
      {
        imageShape: value(() => [2, 2]),
        labels: names,
        columns: integer(1),
        limit: integer(4),
        colors: word("diverging"),
        ...figure,
      },
      ["imageShape"],
    ),
  ),
  decisionRegions: call(
    value(() => (points: number[][]) => points.map(([a = 0]) => Number(a > 0.5))),
    options({ ...regions, line: value(() => ({ weights: [1, 1], intercept: -1 })) }),
  ),
  contours: call(
    value(() => (a: number, b: number) => a + b, "function"),
    options(regions),
  ),
  searchPlot: call(
    value(() => ({ trials: [{ parameters: { a: 1 }, score: 0.5 }] })),
    options(figure),
  ),
  toPNG: call(
    value('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"></svg>'),
    options({ scale: positive(1) }),
  ),
};

export const tensorboardTable: Table = {
  SummaryWriter: create(options({ logdir: path(folder("runs")), now: value(() => () => 1000) })),
  tensorBoard: call(
    instead(
      options({ logdir: path(folder("runs")), histogramEpochs: nullable(integer(1)), graph: flag() }, ["logdir"]),
      ["logdir"],
      "writer",
      value(() => new SummaryWriter()),
    ),
  ),
};

const hostFile = new URL("../../../dist/worker/host.js", import.meta.url);
if (!existsSync(hostFile)) throw new Error("dist/ is missing; build it with `npm run build`.");
/** As good as a worker for calls that are refused. */
const unused = { postMessage: () => {}, addEventListener: () => {}, terminate: () => {} };
let workers = 0;
/** A worker that runs the program of workers, as a bundler makes it; the calls that must work come first. */
const worker = value(() => (workers++ < 2 ? startHost() : unused));
export const startHost = () => new Worker(hostFile);
const modelFile = bytes(() => models.modelToBytes(model));
export const workerTable: Table = {
  modelInWorker: call(modelFile, options({ worker, timeout: positive(20_000), signal: signal() }, ["worker"])),
};
