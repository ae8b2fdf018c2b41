// Ending a training whose numbers are no longer finite, and saying what made them so.

import { checkArity, checkInteger, checkOptions, describe } from "../../errors.js";
import { isConstant, isPlaceholder, isVariable } from "../../graph/graph.js";
import type { Node } from "../../ops/op.js";
import { isUpdate, type UpdateAttributes } from "../../ops/update.js";
import type { Session } from "../../runtime/session.js";
import { firstNonFinite } from "../../tensor/finite.js";
import { formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Callback, Training } from "./callback.js";

export interface StopOnNaNOptions {
  /**
   * Steps between copies of the variables. To find the culprit the steps since the last copy are made once more, for
   * which their batches are kept: a smaller number takes more time, a larger one more memory. Default 20.
   */
  readonly everySteps?: number;
}

/** Why a training ended: the first node, in the order of computation, with a value that is not finite. */
export class NonFiniteError extends Error {
  override readonly name = "NonFiniteError";
  /** From 1, as is the step within it. */
  readonly epoch: number;
  readonly step: number;
  /** Its op is `node.op.name`. */
  readonly node: Node;
  /** The name of the layer that the node belongs to; null where it is none's, such as the loss. */
  readonly layer: string | null;

  constructor(message: string, at: { epoch: number; step: number; node: Node; layer: string | null }) {
    super(message);
    this.epoch = at.epoch;
    this.step = at.step;
    this.node = at.node;
    this.layer = at.layer;
  }
}

interface Moment {
  readonly epoch: number;
  readonly step: number;
  readonly feeds: ReadonlyMap<Node, Tensor>;
}

/**
 * Looks at the loss of every step, and at the weights every `everySteps`. Where one is NaN or infinite, `fit` rejects with
 * a NonFiniteError that names op, node and layer, and the variables are set back to those before that step.
 */
export function stopOnNaN(options: StopOnNaNOptions = {}): Callback {
  checkArity("stopOnNaN", arguments.length, 1);
  checkOptions("stopOnNaN", options, ["everySteps"]);
  const { everySteps = 20 } = options;
  checkInteger("stopOnNaN: everySteps", everySteps, 1);
  let snapshot: ReadonlyMap<Node, Tensor> = new Map();
  let moments: Moment[] = [];
  const keep = ({ model }: Training) => {
    snapshot = variablesOf(model.session);
    moments = [];
  };
  const check = (training: Training) => {
    const bad = !Number.isFinite(training.loss) || !weightsFinite(training);
    if (bad) throw findCulprit(training, snapshot, moments);
    keep(training);
  };
  return {
    onTrainBegin: keep,
    onStepEnd: (training) => {
      const { epoch, step, loss } = training;
      moments.push({ epoch, step, feeds: training.feeds() });
      if (!Number.isFinite(loss) || moments.length === everySteps) check(training);
    },
    onEpochEnd: (training) => {
      if (moments.length > 0) check(training);
    },
    onTrainEnd: () => {
      snapshot = new Map();
      moments = [];
    },
  };
}

function variablesOf(session: Session): ReadonlyMap<Node, Tensor> {
  const variables = session.graph.variables();
  const values = session.run(variables);
  return new Map(variables.map((variable, i) => [variable, values[i] as Tensor]));
}

function weightsFinite({ model: { session }, nodes }: Training): boolean {
  const variables = nodes.updates.flatMap(({ attributes }) => (attributes as UpdateAttributes).variables);
  return session.run(variables).every((value) => firstNonFinite(value) < 0);
}

/** Makes the steps again, and looks into each before it changes the variables. */
function findCulprit(training: Training, before: ReadonlyMap<Node, Tensor>, moments: readonly Moment[]): Error {
  const { session } = training.model;
  const { updates, projection, loss } = training.nodes;
  session.set(before);
  for (const { epoch, step, feeds } of moments) {
    const nodes = computedFrom([loss, ...updates.flatMap(({ inputs }) => inputs)], feeds);
    const values = session.run(nodes, feeds);
    const at = values.findIndex((value) => firstNonFinite(value) >= 0);
    if (at >= 0) {
      const [node, value] = [nodes[at] as Node, values[at] as Tensor];
      return report(training, node, value, epoch, step);
    }
    const state = variablesOf(session);
    session.run(updates, feeds);
    if (projection) session.run(projection);
    // Finite gradients and yet: the update itself overflowed.
    const after = variablesOf(session);
    const overflown = [...after].find(([, value]) => firstNonFinite(value) >= 0);
    if (overflown) {
      session.set(state);
      return report(training, overflown[0], overflown[1], epoch, step);
    }
  }
  return new Error("stopOnNaN: the loss was not finite, but made again, the steps gave finite numbers.");
}

/** What a run computes for the fetches, in its order; float32 only, since integers are finite. */
function computedFrom(fetches: readonly Node[], feeds: ReadonlyMap<Node, Tensor>): Node[] {
  const seen = new Set<Node>();
  const stack = [...fetches];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (!feeds.has(node)) stack.push(...node.inputs);
  }
  const given = (node: Node) => isPlaceholder(node) || isConstant(node) || isUpdate(node);
  const nodes = [...seen].filter((node) => node.dtype === "float32" && !given(node) && !feeds.has(node));
  // Variables come first: what is computed from one that is not finite is not to blame.
  return nodes.sort((a, b) => Number(isVariable(b)) - Number(isVariable(a)) || a.id - b.id);
}

function report(training: Training, node: Node, value: Tensor, epoch: number, step: number): NonFiniteError {
  const index = firstNonFinite(value);
  const layer = layerOf(training, node);
  const what = isVariable(node) ? "the variable" : `the op ${node.op.name}`;
  const where = layer === null ? "" : ` of layer ${layer}`;
  const message =
    `stopOnNaN: in epoch ${epoch}, step ${step}, ${what}${where} became ${describe(value.data[index])}: ${node.name}, ` +
    `${formatShape(value.shape)}, at index ${index}; the weights are those before that step.`;
  return new NonFiniteError(message, { epoch, step, node, layer });
}

/** The layer whose scope the node is in; for a gradient, that of its variable, or of what it reads. */
function layerOf({ model: { layers }, nodes: { gradients } }: Training, node: Node): string | null {
  const inScope = ({ name }: Node) => layers.find((layer) => name.startsWith(`${layer.name}/`))?.name ?? null;
  const own = inScope(node);
  if (own !== null) return own;
  const [variable] = [...gradients].find(([, gradient]) => gradient === node) ?? [];
  if (variable !== undefined) return inScope(variable);
  const read = [...node.inputs].sort((a, b) => b.id - a.id).map(inScope);
  return read.find((layer) => layer !== null) ?? null;
}
