// What `compile` is given, looked up, and the nodes that it adds to a model: labels, loss, metrics, penalties, updates.

import { ArgumentError, checkNumber, checkOptions, describe, ShapeError } from "../../errors.js";
import { type Graph, isNode } from "../../graph/graph.js";
import type { AppliedLayer } from "../../nn/layers/layer.js";
import { getLoss, type Loss, type LossAlias, type LossFunction, type LossName } from "../../nn/losses/index.js";
import {
  getMetric,
  type Metric,
  type MetricAlias,
  type MetricFunction,
  type MetricName,
  type StreamingMetric,
} from "../../nn/metrics/index.js";
import { getOptimizer, type OptimizerName } from "../../nn/optimizers/index.js";
import type { Optimizer } from "../../nn/optimizers/optimizer.js";
import { add, affine } from "../../ops/arithmetic.js";
import { isExampleKeys, type Node } from "../../ops/op.js";
import { assign } from "../../ops/update.js";
import type { Session } from "../../runtime/session.js";
import { formatShape, sameShape } from "../../tensor/shape.js";
import { inValidation, type Stream } from "../loop/tally.js";
import { type Anatomy, updatesOf } from "./anatomy.js";
import { type Form, flatten, type Like } from "./structure.js";
import type { Trainable } from "./trainable.js";

/** A name, in any spelling, a loss, or the formula of one. */
export type LossChoice = LossName | LossAlias | Loss | LossFunction;
export type MetricChoices = readonly (MetricName | MetricAlias | Metric | StreamingMetric | MetricFunction)[];

/** `O` is the structure of the model's outputs: where that is a list or a record, so may be loss and metrics. */
export interface CompileOptions<O = Node> {
  readonly optimizer: OptimizerName | Optimizer;
  /** One for all outputs, or one for each. Minimised is their weighted sum, and the penalties of the layers with it. */
  readonly loss: LossChoice | Like<O, LossChoice>;
  /** For each output a number from 0 on. Default 1. */
  readonly lossWeights?: Like<O, number>;
  /** Reported beside the loss: a list for all outputs, or a list for each. Default none. */
  readonly metrics?: MetricChoices | Like<O, MetricChoices>;
}

/** What to compute for one output. */
interface Goal {
  readonly loss: Loss;
  readonly weight: number;
  readonly metrics: readonly (Metric | StreamingMetric)[];
}

export interface Recipe {
  readonly optimizer: Optimizer;
  /** One for each output. */
  readonly goals: readonly Goal[];
}

/** The nodes that a recipe is for. */
export interface Body extends Anatomy {
  readonly session: Session;
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
}

/** Fails with ArgumentError where a name is unknown or the structure is not that of the outputs. */
export function readRecipe(options: CompileOptions<never>, form: Form): Recipe {
  checkOptions("compile", options, ["optimizer", "loss", "lossWeights", "metrics"]);
  const { optimizer, loss, lossWeights, metrics = [] } = options as CompileOptions<unknown>;
  const count = form.keys?.length ?? 1;
  const forEach = <T>(name: string, choice: unknown, isOne: boolean): readonly T[] =>
    isOne || form.keys === null ? Array(count).fill(choice) : flatten<T>(`compile: ${name}`, choice, form);
  const losses = forEach<LossChoice>(
    "loss",
    loss,
    typeof loss === "string" || typeof (loss as Loss)?.apply === "function",
  );
  const weights = forEach<number>("lossWeights", lossWeights ?? 1, lossWeights === undefined);
  const listOfOne = Array.isArray(metrics) && !(metrics.length > 0 && metrics.every(Array.isArray));
  const lists = forEach<MetricChoices>("metrics", metrics, listOfOne);
  // What it says is read when a model is built and trained: changing it later would change nothing, without a word.
  return Object.freeze({
    goals: Object.freeze(
      losses.map((each, i) => {
        const weight = weights[i];
        checkNumber("compile: lossWeights", weight, 0);
        const list = lists[i];
        if (!Array.isArray(list)) {
          throw new ArgumentError(`compile: metrics must be a list; received ${describe(list)}.`);
        }
        return Object.freeze({
          loss: getLoss(each),
          weight,
          metrics: Object.freeze(list.map((metric) => getMetric(metric))),
        });
      }),
    ),
    optimizer: getOptimizer(optimizer),
  });
}

/** Adds the nodes; `names` are those of the outputs, null where there is but one. */
export function makeTrainable(body: Body, { goals, optimizer }: Recipe, names: readonly string[] | null): Trainable {
  const { session, inputs, outputs, layers, nodes } = body;
  const { graph } = session;
  checkNames(goals, names, layers);
  const labels: Node[] = [];
  const parts: Node[] = [];
  const metrics: (readonly [name: string, node: Node])[] = [];
  const streams: Stream[] = [];
  // Fed, and computed with, by trainings with weights only.
  const sampleWeight = graph.placeholder("sampleWeight", [null]);
  const weighted = graph.constant("weighted", 0, { shape: [] });
  goals.forEach(({ loss, metrics: chosen }, i) => {
    const output = outputs[i] as Node;
    const name = prefixed(names?.[i]);
    const label = graph.placeholder(name("labels"), loss.labelShape(output.shape), loss.labelType);
    labels.push(label);
    parts.push(graph.scope(name("loss"), () => loss.apply(output, label, { sampleWeight, weighted })));
    for (const metric of chosen) {
      if ("start" in metric) {
        const nodes = graph.scope(name(metric.name), () => metric.nodes(output, label, loss.outputKind));
        streams.push({ name: name(metric.name), nodes, start: () => metric.start() });
        continue;
      }
      const node = graph.scope(name(metric.name), () => metric.apply(output, label, loss.outputKind));
      checkReport(metric.name, node, graph);
      metrics.push([name(metric.name), node]);
    }
  });
  const data = sumOf(parts.map((part, i) => scaled(part, (goals[i] as Goal).weight)));
  const penalties = penaltiesOf(layers, graph);
  const total = penalties ? add(data, penalties) : data;
  const losses = names === null ? [] : parts.map((part, i) => [prefixed(names[i])("loss"), part] as const);
  const variables = body.variables.filter((variable) => graph.isTrainable(variable));
  return {
    session,
    inputs,
    outputs,
    labels,
    losses: goals.map(({ loss }) => loss),
    reports: [
      ["loss", total],
      ...losses,
      ...(penalties ? [["dataLoss", data] as const, ["penalty", penalties] as const] : []),
      ...metrics,
    ],
    streams,
    sampleWeight,
    weighted,
    variables,
    update: variables.length > 0 ? optimizer.minimize(total, variables) : null,
    keys: [...nodes].filter(isExampleKeys),
    moreUpdates: () => updatesOf(graph, nodes),
    projection: projectionOf(layers, graph),
  };
}

/** `loss` of the output `digit` is `digitLoss`. */
function prefixed(output: string | undefined): (name: string) => string {
  if (output === undefined) return (name) => name;
  return (name) => `${output}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function checkNames(goals: readonly Goal[], outputs: readonly string[] | null, layers: readonly AppliedLayer[]): void {
  const penalised = layers.some((layer) => layer.regularizers.length > 0 || layer.activityRegularizer);
  const names = goals.flatMap(({ metrics }, i) => {
    const of = prefixed(outputs?.[i]);
    return [...(outputs ? [of("loss")] : []), ...metrics.map(({ name }) => of(name))];
  });
  names.unshift("loss", ...(penalised ? ["dataLoss", "penalty"] : []));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new ArgumentError(`compile: metrics must have names of their own; received ${describe(twice)} twice.`);
  }
  const taken = names.find((name) => names.some((other) => name === inValidation(other)));
  if (taken !== undefined) {
    throw new ArgumentError(
      `compile: metrics must have names of their own; received ${describe(taken)}, which fit reports of the validation data.`,
    );
  }
}

function scaled(part: Node, weight: number): Node {
  return weight === 1 ? part : affine(part, { scale: weight });
}

function sumOf(nodes: readonly Node[]): Node {
  return nodes.reduce((sum, node) => add(sum, node));
}

/** The sum of what layers ask to be added to the loss; frozen variables add nothing. */
function penaltiesOf(layers: readonly AppliedLayer[], graph: Graph): Node | null {
  const pairs = layers.flatMap(({ regularizers, activityRegularizer: activity, uses }) => [
    ...regularizers.filter(([variable]) => graph.isTrainable(variable)),
    ...(activity ? uses.map(({ output }) => [output, activity] as const) : []),
  ]);
  if (pairs.length === 0) return null;
  return graph.scope("penalty", () =>
    sumOf(
      pairs.map(([x, regularizer]) => {
        const penalty = regularizer(x);
        checkMade(`compile: the regularizer of ${x.name} must return a scalar`, penalty, graph, []);
        return penalty;
      }),
    ),
  );
}

/** An update that brings variables back within their constraints, to be made after each step. */
function projectionOf(layers: readonly AppliedLayer[], graph: Graph): Node | null {
  const pairs = layers.flatMap(({ constraints }) => constraints).filter(([variable]) => graph.isTrainable(variable));
  if (pairs.length === 0) return null;
  return graph.scope("constraints", () => {
    const values = pairs.map(([variable, constraint]) => {
      const value = constraint(variable);
      checkMade(`compile: the constraint of ${variable.name} must keep its shape`, value, graph, variable.shape);
      return value;
    });
    const step = graph.variable("step", 0, { shape: [], trainable: false, dtype: "int32" });
    const variables = pairs.map(([variable]) => variable);
    return assign(variables, values, { rate: null, slots: [], step }, {});
  });
}

/** Fails unless what a metric made is a float32 scalar of the model's graph. */
function checkReport(name: string, node: unknown, graph: Graph): void {
  if (!isNode(node) || node.graph !== graph) {
    throw new ArgumentError(
      `compile: metric ${name} must return a node of the model's graph; received ${describe(node)}.`,
    );
  }
  if (node.shape.length > 0 || node.dtype !== "float32") {
    throw new ShapeError(
      `compile: metric ${name} must be a float32 scalar, such as a mean; received ${node.dtype} ${formatShape(node.shape)}.`,
    );
  }
}

/** Fails unless `node` is a node of the graph with that shape. */
function checkMade(rule: string, node: unknown, graph: Graph, shape: Node["shape"]): void {
  if (!isNode(node) || node.graph !== graph) throw new ArgumentError(`${rule}; received ${describe(node)}.`);
  if (!sameShape(node.shape, shape)) throw new ShapeError(`${rule}; received ${formatShape(node.shape)}.`);
}
