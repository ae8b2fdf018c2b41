// The callback that shows a training in TensorBoard: `fit(x, y, { callbacks: [tensorBoard({ logdir: "runs/1" })] })`.

import {
  ArgumentError,
  checkArity,
  checkFlag,
  checkInteger,
  checkOptions,
  describe,
  StateError,
} from "../../errors.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { HasNodes } from "./graph.js";
import { SummaryWriter } from "./writer.js";

export interface TensorBoardOptions {
  /** The folder of this run. */
  readonly logdir?: string;
  /** Or a writer of your own, which may hold hyperparameters, pictures and texts beside; in a page, one in memory. */
  readonly writer?: SummaryWriter;
  /** Writes a histogram of each weight after every so many epochs. Default null: none. */
  readonly histogramEpochs?: number | null;
  /** Whether to write the graph. Default true. */
  readonly graph?: boolean;
}

/** What of a training is shown; `fit` hands such an object to its callbacks. */
export interface Shown {
  readonly epoch: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly learningRate: number;
  readonly model: {
    readonly session: { readonly graph: HasNodes };
    getWeights(): ReadonlyMap<string, Tensor>;
  };
}

/** The metrics and the learning rate after each epoch, the step of their curves being the epoch. */
export function tensorBoard(options: TensorBoardOptions) {
  checkArity("tensorBoard", arguments.length, 1);
  checkOptions("tensorBoard", options, ["logdir", "writer", "histogramEpochs", "graph"]);
  const { logdir, writer: given, histogramEpochs = null, graph = true } = options;
  if ((logdir === undefined) === (given === undefined) || (given !== undefined && !(given instanceof SummaryWriter))) {
    throw new ArgumentError(
      `tensorBoard: pass either logdir, a folder, or writer, a SummaryWriter; received ${describe(logdir)} and ${describe(given)}.`,
    );
  }
  if (histogramEpochs !== null) checkInteger("tensorBoard: histogramEpochs", histogramEpochs, 1);
  checkFlag("tensorBoard: graph", graph);
  const writer = given ?? new SummaryWriter(logdir === undefined ? {} : { logdir });
  let drawn = false;
  return {
    onTrainBegin: ({ model }: Shown): Promise<void> => {
      if (graph && !drawn) writer.graph(model.session.graph);
      drawn = true;
      return writer.flush();
    },
    onEpochEnd: (training: Shown): Promise<void> => {
      const { epoch, metrics, model } = training;
      for (const [name, value] of Object.entries(metrics)) writer.scalar(name, value, epoch);
      const rate = rateOf(training);
      if (rate !== undefined) writer.scalar("learningRate", rate, epoch);
      if (histogramEpochs !== null && epoch % histogramEpochs === 0) {
        for (const [name, value] of model.getWeights()) writer.histogram(name, value, epoch);
      }
      return writer.flush();
    },
    onTrainEnd: (): Promise<void> => writer.flush(),
  };
}

/** Undefined where the graph computes the rate, so that there is no number to read. */
function rateOf(training: Shown): number | undefined {
  try {
    return training.learningRate;
  } catch (error) {
    if (error instanceof StateError) return undefined;
    throw error;
  }
}
