// What all optimizers share: two phases, state as variables of the graph, one update node for all parameters.

import { ArgumentError, checkNumber, describe, ShapeError } from "../errors.js";
import { gradients } from "../graph/gradients.js";
import { type Graph, isNode, isVariable } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { checkUpdate, type UpdateFunction } from "../ops/update.js";
import { formatShape, type Shape } from "../tensor/shape.js";

/** A gradient and the variable it belongs to. */
export interface GradientPair {
  readonly gradient: Node;
  readonly variable: Node;
}

export interface OptimizerOptions {
  /** A non-negative number, or a scalar node of the graph: then it may be fed or changed from step to step. */
  readonly learningRate?: number | Node;
}

export class Optimizer<H extends object = object> {
  readonly name: string;
  readonly learningRate: number | Node;
  readonly #update: UpdateFunction<H>;
  readonly #hyper: H;

  /** `update` is the rule, `hyper` its constants. */
  constructor(name: string, learningRate: number | Node, update: UpdateFunction<H>, hyper: H) {
    if (!isNode(learningRate)) checkRate(name, learningRate);
    this.name = name;
    this.learningRate = learningRate;
    this.#update = update;
    this.#hyper = hyper;
  }

  /** One step downhill on the scalar `loss`: an update node. By default all trainable variables it depends on change. */
  minimize(loss: Node, variables?: readonly Node[]): Node {
    return this.applyGradients(this.computeGradients(loss, variables));
  }

  /** The gradients of the scalar `loss`, for inspection or change before `applyGradients`. */
  computeGradients(loss: Node, variables: readonly Node[] = variablesUnder(loss)): GradientPair[] {
    if (variables.length === 0) {
      throw new ArgumentError(
        `${this.name}: ${loss.name} depends on no trainable variable; there is nothing to train.`,
      );
    }
    return gradients(loss, variables).map((gradient, i) => ({ gradient, variable: variables[i] as Node }));
  }

  /** An update node that changes every variable by its gradient. */
  applyGradients(pairs: readonly GradientPair[]): Node {
    if (!Array.isArray(pairs)) {
      throw new ArgumentError(`${this.name}: applyGradients needs a list of pairs; received ${describe(pairs)}.`);
    }
    const first = pairs[0] as GradientPair | undefined;
    if (first === undefined) throw new ArgumentError(`${this.name}: applyGradients needs at least one gradient.`);
    const seen = new Set<Node>();
    for (const { variable } of pairs) {
      if (!isNode(variable) || !isVariable(variable)) {
        throw new ArgumentError(`${this.name}: only variables can be updated; received ${describe(variable?.name)}.`);
      }
      if (seen.has(variable)) throw new ArgumentError(`${this.name}: ${variable.name} has two gradients.`);
      seen.add(variable);
    }
    const graph = first.variable.graph as Graph;
    const stray = [...pairs.flatMap(({ variable, gradient }) => [variable, gradient]), this.learningRate].find(
      (node) => isNode(node) && node.graph !== graph,
    );
    if (stray !== undefined) {
      throw new ArgumentError(
        `${this.name}: variables, gradients and learning rate must belong to one graph; ${(stray as Node).name} is of another.`,
      );
    }
    if (isNode(this.learningRate) && this.learningRate.shape.length > 0) {
      const { name, shape } = this.learningRate;
      throw new ShapeError(`${this.name}: learningRate must be a scalar; ${name} is ${formatShape(shape)}.`);
    }
    // In order of creation, so that the slots lie in memory as the variables do.
    const ordered = [...pairs].sort((a, b) => a.variable.id - b.variable.id);
    const variables = ordered.map(({ variable }) => variable);
    const ofVariables = ordered.map(({ gradient }) => gradient);
    const { learningRate } = this;
    checkUpdate(this.#update.record.name, variables, ofVariables, isNode(learningRate) ? learningRate : null);
    return graph.scope(this.name, () => {
      const rate = isNode(learningRate)
        ? learningRate
        : graph.variable("learningRate", learningRate, { shape: [], trainable: false });
      const step = graph.variable("step", 0, { shape: [], trainable: false, dtype: "int32" });
      const slots = this.#update.record.update.slots.map((slot) =>
        variables.map((variable) =>
          graph.variable(`${variable.name}/${slot}`, 0, {
            shape: variable.shape as Shape,
            trainable: false,
            group: `${step.name}/${slot}`,
          }),
        ),
      );
      return this.#update(variables, ofVariables, { rate, slots, step }, this.#hyper);
    });
  }
}

function checkRate(name: string, rate: unknown): void {
  checkNumber(`${name}: learningRate`, rate, 0);
  if (Math.fround(rate) === Infinity) {
    throw new ArgumentError(`${name}: learningRate must be finite as a float32; received ${rate}.`);
  }
}

/** The trainable variables that a node depends on, in order of creation. */
function variablesUnder(node: Node): Node[] {
  const seen = new Set<Node>();
  const stack = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    stack.push(...next.inputs);
  }
  return (node.graph as Graph).trainable().filter((variable) => seen.has(variable));
}
