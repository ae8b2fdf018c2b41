// What is told about a run: before it, after it, and as one line of JSON.

import type { Dataset } from "../data/datasets/index.js";
import type { Engine, History, Model } from "../index.js";
import type { Speedup } from "./compare.js";
import { count, duration, loss, percent, stepTime } from "./figures.js";
import type { TrainOptions } from "./options.js";
import type { RunLength } from "./pace.js";

/** All that is known when a run has ended. */
export interface Outcome {
  readonly options: TrainOptions;
  readonly run: RunLength;
  readonly testExamples: number;
  readonly engine: Engine;
  readonly host: string;
  readonly history: History;
  /** Spent on training steps. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly weightsHash: string;
  readonly speedup: Speedup | null;
  readonly savedTo: string | null;
}

/** The lines above the summary of the model. */
export function header(options: TrainOptions, data: Dataset, engine: Engine, host: string, run: RunLength): string {
  const { optimizer, learningRate, initializer, seed } = options;
  const { train, test, classNames } = data;
  const sizes = `${count(run.examples)} training and ${count(test.x.shape[0] as number)} test examples`;
  return table([
    ["Dataset", `${data.name}: ${sizes}`],
    ["", `${train.x.shape[1]} features, ${classNames.length} classes`],
    ["Build", `${engine.build} (${engine.reason})`],
    ["Host", host],
    ["Training", `${plural(run.epochs, "epoch")} of ${plural(run.steps, "step")}, batches of ${run.batchSize}`],
    ["", `${optimizer}, learning rate ${learningRate}, ${initializer}, seed ${seed}`],
  ]);
}

/** The lines at the end. */
export function results(outcome: Outcome): string {
  const { options, run, engine, history, speedup, savedTo } = outcome;
  return table([
    ["Test accuracy", `${percent(last(history.valAccuracy))} of ${count(outcome.testExamples)} examples`],
    ["Test loss", loss(last(history.valLoss))],
    ["Training time", `${duration(outcome.seconds)} for ${plural(run.epochs, "epoch")}, evaluation not counted`],
    ["Speed", `${count(outcome.samplesPerSecond)} samples/s`],
    ["Weights hash", outcome.weightsHash],
    ...speedupRows(options, engine, speedup),
    ["Saved to", saidOf(options, savedTo)],
  ]);
}

/** The same in fewer lines, the net in one. */
export function briefHeader(
  options: TrainOptions,
  data: Dataset,
  engine: Engine,
  host: string,
  run: RunLength,
  model: Model,
): string {
  const widths = [data.train.x.shape[1], ...options.hidden, data.classNames.length].join("-");
  const parameters = model.variables.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((size, n) => size * (n ?? 1), 1),
    0,
  );
  const net = table([["Net", `${widths}, ${options.activation}: ${count(parameters)} parameters`]]);
  return `${header(options, data, engine, host, run)}\n${net}\n`;
}

export function briefResults(outcome: Outcome): string {
  const { options, run, engine, history, savedTo } = outcome;
  const accuracy = `${percent(last(history.valAccuracy))} of ${count(outcome.testExamples)} examples`;
  const time = `${duration(outcome.seconds)} for ${plural(run.epochs, "epoch")}`;
  // Its first line says how much; the others how that was measured.
  const [speedup] = speedupRows(options, engine, outcome.speedup);
  return table([
    ["Test accuracy", `${accuracy}, loss ${loss(last(history.valLoss))}`],
    ["Training time", `${time}, ${count(outcome.samplesPerSecond)} samples/s`],
    ["Weights hash", outcome.weightsHash],
    ...(speedup ? [speedup] : []),
    ["Saved to", saidOf(options, savedTo)],
  ]);
}

const saidOf = ({ out }: TrainOptions, savedTo: string | null): string =>
  savedTo ?? (out === null ? "nowhere; --out <file> keeps the model" : "nowhere: it failed");

function speedupRows({ compare }: TrainOptions, { build }: Engine, speedup: Speedup | null): [string, string][] {
  if (!compare) return [];
  if (build === "scalar") return [["Speed-up", "none to measure: this was the scalar build"]];
  if (speedup === null) return [["Speed-up", "not measured"]];
  const { ratio, steps, batchSize, sameWeights } = speedup;
  const [fast, slow] = [stepTime(speedup.stepTime.build), stepTime(speedup.stepTime.scalar)];
  const different =
    build === "relaxed"
      ? "the weights differ, as they may in this build"
      : "the weights differ: please report this defect";
  const weights = sameWeights ? "both builds ended with the same weights" : different;
  return [
    ["Speed-up", `${ratio.toFixed(2)}x, ${build} to scalar: ${fast} against ${slow} a training step`],
    ["", `of this net, batch ${batchSize}: medians of ${steps} steps each, in turns;`],
    ["", weights],
  ];
}

/** One line for machines. */
export function json(outcome: Outcome): string {
  const { options, run, history, speedup } = outcome;
  return JSON.stringify({
    dataset: options.dataset,
    trainExamples: run.examples,
    testExamples: outcome.testExamples,
    hidden: options.hidden,
    activation: options.activation,
    initializer: options.initializer,
    optimizer: options.optimizer,
    learningRate: options.learningRate,
    batchSize: options.batchSize,
    epochs: run.epochs,
    seed: options.seed,
    build: outcome.engine.build,
    host: outcome.host,
    testAccuracy: share(last(history.valAccuracy), outcome.testExamples),
    testLoss: last(history.valLoss),
    perEpoch: (history.loss ?? []).map((value, i) => ({
      epoch: i + 1,
      loss: value,
      accuracy: share(history.accuracy?.[i], run.examples),
      valLoss: history.valLoss?.[i],
      valAccuracy: share(history.valAccuracy?.[i], outcome.testExamples),
    })),
    seconds: outcome.seconds,
    samplesPerSecond: outcome.samplesPerSecond,
    weightsHash: outcome.weightsHash,
    speedup: speedup && { versus: speedup.versus, ratio: speedup.ratio },
    savedTo: outcome.savedTo,
  });
}

/** An accuracy is a number of examples out of all; float32 gives it with noise, 0.8917500010507802 for 53505 / 60000. */
function share<A extends number | undefined>(accuracy: A, examples: number): A {
  if (accuracy === undefined) return accuracy;
  const right = Math.round(accuracy * examples);
  return (Math.abs(right / examples - accuracy) < 1e-6 ? right / examples : accuracy) as A;
}

function last(values: readonly number[] | undefined): number {
  return values?.at(-1) ?? Number.NaN;
}

function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

function table(rows: readonly (readonly [label: string, text: string])[]): string {
  return rows.map(([label, text]) => `${label.padEnd(14)} ${text}`).join("\n");
}
