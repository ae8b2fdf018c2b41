// What all optimizers share: two phases, state as variables of the graph, one update node for all parameters.

import { ArgumentError, checkNumber, describe, ShapeError } from "../errors.js";
import { gradients } from "../graph/gradients.js";
import { type Graph, isNode, isVariable } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { checkUpdate, type UpdateFunction, type UpdateState } from "../ops/update.js";
import { formatShape, type Shape } from "../tensor/shape.js";
import { clippingOf, type GradientPair } from "./clipping.js";
import type { OptimizerOptions } from "./options.js";

/** What makes one optimizer differ from another. */
export interface Rule {
  /** The default rate. */
  readonly learningRate: number;
  /** State kept per parameter, with the value it begins with. */
  readonly slots: Readonly<Record<string, number>>;
  readonly update: (variables: readonly Node[], gradients: readonly Node[], state: UpdateState) => Node;
}

/** The rule of an update and its constants. */
export function ruleOf<H extends object>(learningRate: number, update: UpdateFunction<H>, hyper: H): Rule {
  return {
    learningRate,
    slots: update.record.update.slots(hyper),
    update: (variables, gradients, state) => update(variables, gradients, state, hyper),
  };
}

export class Optimizer {
  readonly name: string;
  readonly learningRate: number | Node;
  readonly #rule: Rule;
  readonly #clip: (pairs: readonly GradientPair[]) => readonly GradientPair[];

  /** `kind` names it in messages. The options are checked by the function that makes it, those in here apart. */
  constructor(kind: string, options: OptimizerOptions, rule: Rule) {
    const { learningRate = rule.learningRate, name = kind } = options;
    if (!isNode(learningRate)) checkRate(kind, learningRate);
    else if (learningRate.shape.length !== 0 || learningRate.dtype !== "float32") {
      throw new ShapeError(
        `${kind}: learningRate must be a float32 scalar; ${learningRate.name} is ${learningRate.dtype} ` +
          `${formatShape(learningRate.shape)}.`,
      );
    }
    this.name = name;
    this.learningRate = learningRate;
    this.#rule = rule;
    this.#clip = clippingOf(kind, options);
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

  /** An update node that changes every variable by its gradient, clipped first where the options say so. */
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
    const rateNode = isNode(this.learningRate) ? this.learningRate : null;
    const [nodes, made] = [pairs.map(({ variable }) => variable), pairs.map(({ gradient }) => gradient)];
    checkUpdate(this.name, nodes, made, rateNode);
    return graph.scope(this.name, () => {
      // In order of creation, so that the slots lie in memory as the variables do.
      const ordered = [...this.#clip(pairs)].sort((a, b) => a.variable.id - b.variable.id);
      const variables = ordered.map(({ variable }) => variable);
      const { learningRate } = this;
      const rate = isNode(learningRate)
        ? learningRate
        : graph.variable("learningRate", learningRate, { shape: [], trainable: false });
      const step = graph.variable("step", 0, { shape: [], trainable: false, dtype: "int32" });
      const slots = Object.entries(this.#rule.slots).map(([slot, initial]) =>
        variables.map((variable) =>
          graph.variable(`${variable.name}/${slot}`, initial, {
            shape: variable.shape as Shape,
            trainable: false,
            group: `${step.name}/${slot}`,
          }),
        ),
      );
      const gradientNodes = ordered.map(({ gradient }) => gradient);
      return this.#rule.update(variables, gradientNodes, { rate, slots, step });
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
