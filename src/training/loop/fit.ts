// How a training begins: from data and options to a run.

import { StateError } from "../../errors.js";
import { closed } from "../../host/signal.js";
import type { Callback, ModelState, TrainedModel } from "../callbacks/callback.js";
import { shownTraining } from "../callbacks/shown.js";
import { ArrayBatches, type Batches } from "../input/batches.js";
import type { ExampleReader, Features } from "../input/examples.js";
import { checkWeightable, type WeightedExamples } from "../input/exampleWeights.js";
import { columnsOf, type FitData, isFlowing } from "../input/fitData.js";
import type { BatchSource, FitSettings } from "../input/fitOptions.js";
import { flowBatches } from "../input/flows.js";
import type { Trainable } from "../model/trainable.js";
import { frozenCache } from "./frozenCache.js";
import { evaluateAll } from "./loop.js";
import { Run } from "./run.js";
import { NOT_BEGUN, restoreCallbacks, type Standing } from "./state.js";
import { inValidation, type Metrics } from "./tally.js";
import type { TurnClock } from "./yield.js";

/** Rows at a time where nothing is trained. */
export const INFERENCE_BATCH = 256;

export interface FitRequest {
  readonly model: TrainedModel;
  readonly trainable: Trainable;
  readonly reader: ExampleReader;
  readonly data: FitData;
  readonly settings: FitSettings;
  /** Epochs that the model has been trained for before. */
  readonly epochsTrained: number;
  /** What was set by setState and has not been gone on with; else null. */
  readonly state: ModelState | null;
  /** Since the fit began. */
  readonly clock: TurnClock;
}

export interface PreparedRun {
  readonly run: Run;
  /** Lets go of the data. */
  readonly close: () => unknown;
}

/** The run of a fit. */
export async function prepareRun(request: FitRequest): Promise<PreparedRun> {
  const { model, trainable, settings, data, state, clock } = request;
  const { epochs, initialEpoch, batchSize, shuffle, stepsPerEpoch, cacheBytes, signal } = settings;
  const seed = shuffle ? model.session.graph.seed : null;
  const train = batchesOf("Model.fit", request, data.train, { batchSize, seed, stepsPerEpoch });
  const { validation } = data;
  const held =
    validation && batchesOf("Model.fit: validationData", request, validation, { batchSize: INFERENCE_BATCH });
  const fed = [train, held].filter((batches) => batches instanceof ArrayBatches);
  const cache = train instanceof ArrayBatches ? frozenCache(trainable, fed, cacheBytes) : null;

  const goesOn = state !== null && state.training.epoch === initialEpoch;
  const from = goesOn ? state.training : { ...NOT_BEGUN.position, epoch: initialEpoch };
  if (goesOn) checkPosition(request, train, from);
  const shown = settings.verbose ? shownTraining() : null;
  const callbacks = [...(shown === null ? [] : [shown]), ...ownCallbacks(settings), ...settings.callbacks];
  const run = new Run(
    model,
    trainable,
    train,
    { ...from, epochsTrained: request.epochsTrained },
    {
      epochs,
      callbacks,
      labels: { train: labelsOf(data.train), validation: validation && labelsOf(validation) },
      clock,
      signal,
      prepare: () => cache?.refresh(clock),
      validate: () => (held ? evaluateAll(trainable, held, clock, signal).then(forValidation) : {}),
    },
  );
  if (goesOn) restoreCallbacks(run.callbacks, state);
  return {
    run,
    close: () => closed(Promise.all([train.close(), held?.close()]), signal),
  };
}

/** The labels of arrays; null for batches that come one by one. */
function labelsOf(data: WeightedExamples | BatchSource): readonly Features[] | null {
  return isFlowing(data) ? null : data.labels;
}

interface BatchOptions {
  readonly batchSize: number;
  readonly seed?: number | null;
  readonly stepsPerEpoch?: number | null;
}

/** The batches of arrays or of a source. */
export function batchesOf(
  subject: string,
  { trainable, reader, settings }: Pick<FitRequest, "trainable" | "reader"> & { readonly settings?: FitSettings },
  data: WeightedExamples | BatchSource,
  { batchSize, seed = null, stepsPerEpoch = null }: BatchOptions,
): Batches {
  if (isFlowing(data)) {
    const classWeight = subject === "Model.fit" ? settings?.classWeight : undefined;
    return flowBatches(subject, data, trainable, reader, { classWeight, stepsPerEpoch });
  }
  if (data.weights !== null) checkWeightable(subject, trainable);
  return new ArrayBatches(columnsOf(trainable, data), { batchSize, seed, stepsPerEpoch });
}

/** Fails where a state stands within an epoch of other batches or reports than these. */
function checkPosition(request: FitRequest, batches: Batches, { step, examples, sums }: Standing["position"]): void {
  if (step === 0) return;
  const { batchSize } = request.settings;
  if (batches instanceof ArrayBatches && step * batchSize !== examples) {
    throw new StateError(
      `Model.fit: the state stands within an epoch, behind ${step} batches of ${examples / step} examples; go on with ` +
        `the same batchSize; received ${batchSize}.`,
    );
  }
  const { length } = request.trainable.reports;
  if (sums.length !== length) {
    throw new StateError(
      `Model.fit: the state stands within an epoch and has ${sums.length} sums; go on with the same metrics; there are ${length}.`,
    );
  }
}

/** The options `onStep` and `onEpochEnd` as a callback, before all others. */
function ownCallbacks({ onStep, onEpochEnd }: FitSettings): Callback[] {
  if (onStep === undefined && onEpochEnd === undefined) return [];
  return [
    {
      ...(onStep && {
        onStepEnd: ({ epoch, epochs, step, steps, metrics }) => onStep({ epoch, epochs, step, steps, metrics }),
      }),
      ...(onEpochEnd && { onEpochEnd: ({ epoch, metrics }) => onEpochEnd(epoch, metrics) }),
    },
  ];
}

function forValidation(metrics: Metrics): Metrics {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [inValidation(name), value]));
}
