// The command `train`: data, net, training, comparison, report.

import type { Dataset } from "../data/datasets/index.js";
import { diagnose, type History, init, type Metrics, type Model, weightsHash } from "../index.js";
import { saveModel } from "../models/index.js";
import { measureSpeedup } from "./compare.js";
import { loadDataset } from "./dataset.js";
import { checkDestination } from "./destination.js";
import { loss } from "./figures.js";
import { buildModel, buildOptimizer } from "./net.js";
import { nextSteps, situation } from "./nextSteps.js";
import { initOptions, type TrainOptions } from "./options.js";
import { Pace, type RunLength } from "./pace.js";
import { isTerminal, type Output, type ProgressView, progressBar, progressLines, silence } from "./progress.js";
import { briefHeader, briefResults, header, json, results } from "./report.js";

export interface Streams {
  readonly stdout: Output;
  readonly stderr: Output;
}

/**
 * Trains, reports and saves. Rejects with the signal's reason when aborted before the end of training; after that the
 * results are still told.
 */
export async function train(options: TrainOptions, streams: Streams, signal: AbortSignal): Promise<void> {
  const engine = await init(initOptions(options.build));
  if (options.out !== null) await checkDestination(options.out);
  const view = openView(options, streams);
  const say = (text: string) => void (options.json || streams.stdout.write(`${text}\n`));
  try {
    if (options.files !== null) view.note(`reading ${options.dataset} ...`);
    const data = await loadDataset(options, signal, view.note);
    const run = lengthOf(options, data);
    const { host } = diagnose();
    const model = buildModel(options, data, engine);
    view.note("");
    const full = `${header(options, data, engine, host, run)}\n\n${model.summary()}\n`;
    // A window too short for the whole header gets a brief one.
    const brief = isTerminal(streams.stdout) && linesOf(full) + run.epochs + LINES_AFTER > rowsOf(streams.stdout);
    say(brief ? briefHeader(options, data, engine, host, run, model) : full);

    const shown = brief ? someEpochs(run.epochs) : null;
    const { history, pace } = await trainModel(
      model,
      options,
      data,
      run,
      { ...view, epoch: chosen(view, shown) },
      signal,
    );
    // What training has found is told even where it cannot be saved.
    const saved = await save(model, options).then(
      (path) => ({ path, error: null }),
      (error: unknown) => ({ path: null, error }),
    );

    if (options.compare && engine.build !== "scalar") view.note("measuring the speed-up over the scalar build ...");
    const speedup = options.compare ? await measureSpeedup(options, data, engine, signal) : null;
    view.stop();
    const outcome = {
      options,
      run,
      testExamples: data.test.x.shape[0] as number,
      engine,
      host,
      history,
      seconds: pace.seconds,
      samplesPerSecond: pace.samplesPerSecond,
      weightsHash: weightsHash(model),
      speedup,
      savedTo: saved.path,
    };
    if (options.json) streams.stdout.write(`${json(outcome)}\n`);
    else {
      const next = nextSteps(situation(saved.path, options.dataset));
      say(`\n${brief ? briefResults(outcome) : results(outcome)}\n\n${next}`);
    }
    if (saved.error !== null) throw saved.error;
  } finally {
    view.stop();
  }
}

/** Lines that follow the epochs: results, next steps, the prompt. */
const LINES_AFTER = 17;
/** Epochs that are printed in a window with few lines. */
const FEW_EPOCHS = 4;

const linesOf = (text: string): number => text.split("\n").length;

/** Terminals that do not say have as many as the first ones had. */
const rowsOf = ({ rows }: Output): number => rows ?? 24;

/** The first and the last epoch, and those between them at even distances. */
function someEpochs(epochs: number): ReadonlySet<number> {
  const last = Math.min(FEW_EPOCHS, epochs) - 1;
  return new Set(Array.from({ length: last + 1 }, (_, i) => Math.round(1 + (i * (epochs - 1)) / Math.max(1, last))));
}

/** Tells the epochs that are wanted; null for all. */
function chosen(view: ProgressView, epochs: ReadonlySet<number> | null): ProgressView["epoch"] {
  return (state) => {
    if (epochs === null || epochs.has(state.epoch)) view.epoch(state);
  };
}

async function trainModel(
  model: Model,
  options: TrainOptions,
  data: Dataset,
  run: RunLength,
  view: ProgressView,
  signal: AbortSignal,
): Promise<{ history: History; pace: Pace }> {
  const { epochs, batchSize } = options;
  model.compile({
    optimizer: buildOptimizer(options),
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const pace = new Pace(run, performance.now());
  const history = await model.fit(data.train.x, data.train.y, {
    verbose: false,
    epochs,
    batchSize,
    validationData: [data.test.x, data.test.y],
    signal,
    onStep({ epoch, step, steps, metrics }) {
      const now = performance.now();
      pace.step(epoch, step, now);
      view.step(now, () => ({
        ...{ epoch, epochs, step, steps: steps as number, ...trained(metrics) },
        samplesPerSecond: pace.samplesPerSecond,
        secondsLeft: pace.secondsLeft(now),
      }));
    },
    onEpochEnd(epoch, metrics) {
      const seconds = pace.endEpoch(performance.now());
      view.epoch({ epoch, epochs, ...trained(metrics), testAccuracy: metrics.valAccuracy ?? Number.NaN, seconds });
      checkLoss(options, epoch, metrics);
    },
  });
  // A run that ends before it has given the event loop a turn has not heard of an abort.
  signal.throwIfAborted();
  view.stop();
  return { history, pace };
}

function trained(metrics: Metrics) {
  return { loss: metrics.loss ?? Number.NaN, accuracy: metrics.accuracy ?? Number.NaN };
}

/** Fails where training has diverged: more epochs would not bring it back. */
function checkLoss({ learningRate }: TrainOptions, epoch: number, metrics: Metrics): void {
  const value = metrics.loss ?? Number.NaN;
  if (Number.isFinite(value)) return;
  throw new Error(
    `training has diverged: the loss is ${loss(value)} after epoch ${epoch}; nothing was saved. ` +
      `Try a --learning-rate smaller than ${learningRate}.`,
  );
}

function lengthOf({ epochs, batchSize }: TrainOptions, { train: { x } }: Dataset): RunLength {
  const examples = x.shape[0] as number;
  return { epochs, steps: Math.ceil(examples / batchSize), examples, batchSize };
}

function openView({ json }: TrainOptions, { stdout, stderr }: Streams): ProgressView {
  const output = json ? stderr : stdout;
  if (isTerminal(output)) return progressBar(output);
  return json ? silence : progressLines(output);
}

/** Saves the model where the options say; returns the path, null for none. */
async function save(model: Model, { out, dataset, hidden, activation, seed }: TrainOptions): Promise<string | null> {
  // Beside the model: what it was trained on, and how.
  const metadata = { dataset, hidden: hidden.join(","), activation, seed: String(seed) };
  if (out !== null) await saveModel(model, out, metadata);
  return out;
}
