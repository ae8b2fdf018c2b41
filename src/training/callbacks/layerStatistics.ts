// What goes on in the layers while they learn: gradients that vanish or explode, units that are saturated or dead.

import { checkArity, checkCallback, checkInteger, checkNumber, checkOptions } from "../../errors.js";
import { gradients } from "../../graph/gradients.js";
import type { Graph } from "../../graph/graph.js";
import type { Node } from "../../ops/op.js";
import { sum } from "../../ops/reductions.js";
import { logSoftmax, softmax } from "../../ops/softmax.js";
import { sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Callback, TrainedLayer, Training, TrainingNodes } from "./callback.js";

export interface LayerStatistics {
  /** The name of the layer. */
  readonly layer: string;
  readonly kind: string;
  /** Of the gradients of all its variables together, as the optimizer gets them; null where none is trained. */
  readonly gradientNorm: number | null;
  /** Over all results of the layer for the batch. */
  readonly activationMean: number;
  readonly activationVariance: number;
  /** Share of the activations whose slope is below the threshold; null for a layer without activation function. */
  readonly saturation: number | null;
  /** Units saturated for every example of the batch, and of how many. Null as above. */
  readonly deadUnits: number | null;
  readonly units: number;
}

export interface LayerStatisticsOptions {
  /** Measures after every so many steps. Default null: after each epoch, on its last batch. */
  readonly everySteps?: number | null;
  /** Below this slope, in absolute value, an activation is saturated. Default 0.01: a sigmoid beyond +-4.6. */
  readonly slope?: number;
  /** Gets each measurement. */
  readonly onStatistics?: (record: StatisticsRecord) => unknown;
}

export interface StatisticsRecord {
  readonly epoch: number;
  readonly step: number;
  /** In the order of the layers. */
  readonly layers: readonly LayerStatistics[];
}

export interface LayerStatisticsCallback extends Callback {
  /** All measurements of the last training. */
  readonly records: readonly StatisticsRecord[];
}

/**
 * Measures the layers in training mode on the batch of the step that has been made, with the weights after it. Costs about
 * a step each time.
 */
export function layerStatistics(options: LayerStatisticsOptions = {}): LayerStatisticsCallback {
  checkArity("layerStatistics", arguments.length, 1);
  checkOptions("layerStatistics", options, ["everySteps", "slope", "onStatistics"]);
  const { everySteps = null, slope = 0.01, onStatistics } = options;
  if (everySteps !== null) checkInteger("layerStatistics: everySteps", everySteps, 1);
  checkNumber("layerStatistics: slope", slope, 0);
  checkCallback("layerStatistics: onStatistics", onStatistics);
  let records: StatisticsRecord[] = [];
  let probes: readonly Probe[] = [];
  const measure = (training: Training) => {
    const record = { epoch: training.epoch, step: training.step, layers: measureLayers(training, probes, slope) };
    records.push(record);
    return onStatistics?.(record);
  };
  return {
    get records() {
      return records;
    },
    onTrainBegin: ({ model, nodes }) => {
      records = [];
      probes = model.layers.map((layer) => probeOf(layer, nodes));
    },
    ...(everySteps === null
      ? { onEpochEnd: measure }
      : {
          onStepEnd: (training: Training) => (training.stepsMade % everySteps === 0 ? measure(training) : undefined),
        }),
  };
}

/** The nodes that tell about a layer. */
export interface Probe {
  readonly layer: TrainedLayer;
  readonly output: Node;
  readonly gradients: readonly Node[];
  /** The derivative of each activation by its input. */
  readonly slopes: Node | null;
}

/** By the graph of a model: nodes are made once, however often it is trained. */
const slopesOf = /* @__PURE__ */ new WeakMap<Node, Node>();

export function probeOf(layer: TrainedLayer, { gradients: all }: TrainingNodes): Probe {
  const output = layer.outputs[layer.outputs.length - 1] as Node;
  return {
    layer,
    output,
    gradients: layer.variables.flatMap((variable) => all.get(variable) ?? []),
    slopes: isActivation(output) ? slopes(output) : null,
  };
}

/** True for a function of one input, element by element, that can be differentiated. */
function isActivation({ op, inputs: [x, ...others], shape }: Node): boolean {
  const rowwise = op === softmax.record || op === logSoftmax.record;
  const differentiable = op.vjp !== undefined && op.alias === undefined && !rowwise;
  return x !== undefined && others.length === 0 && differentiable && sameShape(x.shape, shape);
}

/** dy/dx of each element: the gradient of the sum, since each y depends on its own x. */
function slopes(y: Node): Node {
  const known = slopesOf.get(y);
  if (known) return known;
  const made = (y.graph as Graph).scope("layerStatistics", () => gradients(sum(y), [y.inputs[0] as Node])[0] as Node);
  slopesOf.set(y, made);
  return made;
}

/** The statistics of the layers on the batch of the last step, with the weights after it. */
export function measureLayers(training: Training, probes: readonly Probe[], slope: number): LayerStatistics[] {
  const wanted = probes.flatMap(({ output, gradients: made, slopes: of }) => [output, ...made, ...(of ? [of] : [])]);
  const fetches = [...new Set(wanted)];
  const values = training.model.session.run(fetches, training.feeds());
  const read = (node: Node) => values[fetches.indexOf(node)] as Tensor;
  return probes.map(({ layer, output, gradients: made, slopes: of }) => {
    const { mean, variance } = momentsOf(read(output));
    const { saturation, deadUnits } = of ? saturationOf(read(of), slope) : { saturation: null, deadUnits: null };
    return {
      layer: layer.name,
      kind: layer.kind,
      gradientNorm: made.length === 0 ? null : norm(made.map(read)),
      activationMean: mean,
      activationVariance: variance,
      saturation,
      deadUnits,
      units: output.shape[output.shape.length - 1] ?? 1,
    };
  });
}

function norm(values: readonly Tensor[]): number {
  let squares = 0;
  for (const { data } of values) for (const value of data) squares += value * value;
  return Math.sqrt(squares);
}

function momentsOf({ data, size }: Tensor): { mean: number; variance: number } {
  let total = 0;
  for (const value of data) total += value;
  const mean = total / size;
  let squares = 0;
  for (const value of data) squares += (value - mean) ** 2;
  return { mean, variance: squares / size };
}

/** Units lie along the last axis. */
function saturationOf({ data, size, shape }: Tensor, slope: number): { saturation: number; deadUnits: number } {
  const units = shape[shape.length - 1] ?? 1;
  const alive = new Uint8Array(units);
  let saturated = 0;
  for (let i = 0; i < size; i++) {
    if (Math.abs(data[i] as number) < slope) saturated++;
    else alive[i % units] = 1;
  }
  return { saturation: saturated / size, deadUnits: alive.filter((each) => each === 0).length };
}
