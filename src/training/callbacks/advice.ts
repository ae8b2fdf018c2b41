// Why is it not learning? What a training shows of the usual mistakes, in plain words. The rules are in adviceRules.ts.

import { checkArity, checkCallback, checkFlag, checkOptions } from "../../errors.js";
import type { Node } from "../../ops/op.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type Evidence, type Finding, findAll } from "./adviceRules.js";
import type { Callback, Training } from "./callback.js";
import { measureLayers, probeOf } from "./layerStatistics.js";

export interface AdviceOptions {
  /** Takes one line for each finding when the training ends. Default: console.log. */
  readonly write?: (line: string) => unknown;
  /** Throws nothing away: false keeps silent, and `findings` alone tell. Default true. */
  readonly print?: boolean;
}

export interface AdviceCallback extends Callback {
  /** What was seen in the last training, the most likely cause first; empty where nothing is wrong, or before its end. */
  readonly findings: readonly Finding[];
}

/**
 * Looks at the data of the first step, at the losses of all, and at the layers after the last; then says what it sees and
 * what to try: unscaled features or labels, an output that does not fit its loss, dead or saturated units, gradients that
 * vanish or explode, a rate too high or too low, labels of one class, a validation split of sorted labels, a metric that
 * cannot be met. Costs about a step at each end of the training.
 */
export function advice(options: AdviceOptions = {}): AdviceCallback {
  checkArity("advice", arguments.length, 1);
  checkOptions("advice", options, ["write", "print"]);
  const { write = console.log, print = true } = options;
  checkCallback("advice: write", write);
  checkFlag("advice: print", print);
  let findings: readonly Finding[] = [];
  let before: ReadonlyMap<Node, Tensor> = new Map();
  let feeds: ReadonlyMap<Node, Tensor> | null = null;
  let losses: number[] = [];
  return {
    get findings() {
      return findings;
    },
    onTrainBegin: ({ model, nodes }) => {
      const variables = [...nodes.gradients.keys()];
      before = new Map(model.session.run(variables).map((value, i) => [variables[i] as Node, value]));
      [findings, feeds, losses] = [[], null, []];
    },
    onStepEnd: (training) => {
      losses.push(training.loss);
      feeds ??= training.feeds();
    },
    onTrainEnd: (training) => {
      if (feeds === null) return;
      findings = findAll(gather(training, feeds, losses, before));
      if (print) for (const { message } of findings) write(`advice: ${message}`);
    },
  };
}

/** What the rules read. The layers are measured now: their nodes are made when the training has ended. */
function gather(
  training: Training,
  feeds: ReadonlyMap<Node, Tensor>,
  losses: readonly number[],
  before: ReadonlyMap<Node, Tensor>,
): Evidence {
  const { model, nodes, labels, metrics } = training;
  const probes = model.layers.map((layer) => probeOf(layer, nodes));
  const last = new Set(nodes.outputs);
  const layers = measureLayers(training, probes, 0.01).map((statistics, i) => {
    const { outputs } = model.layers[i] as (typeof model.layers)[number];
    return {
      ...statistics,
      isOutput: outputs.some((node) => last.has(node)),
      activation: outputs.at(-1)?.op.name ?? "",
    };
  });
  const variables = [...before.keys()];
  const after = model.session.run(variables);
  let [moved, size] = [0, 0];
  variables.forEach((variable, i) => {
    const old = (before.get(variable) as Tensor).data;
    (after[i] as Tensor).data.forEach((value, j) => {
      moved += (value - (old[j] as number)) ** 2;
      size += (old[j] as number) ** 2;
    });
  });
  return {
    features: nodes.inputs.flatMap((node) => feeds.get(node) ?? []),
    outputs: nodes.outputs.map((node, i) => ({
      node,
      loss: nodes.losses[i] as (typeof nodes.losses)[number],
      train: labels.train?.[i] ?? null,
      validation: labels.validation?.[i] ?? null,
    })),
    layers,
    losses,
    movement: size === 0 ? Infinity : Math.sqrt(moved / size),
    metrics: Object.keys(metrics),
    normalizes: layers.some(({ kind }) => /Normalization/.test(kind)),
  };
}
