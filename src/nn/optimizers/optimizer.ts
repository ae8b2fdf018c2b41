// What all optimizers share: two phases, state as variables of the graph, one update node for all parameters.

import {
  ArgumentError,
  checkArity,
  checkNumber,
  checkOptions,
  describe,
  ShapeError,
  StateError,
} from "../../errors.js";
import { gradients } from "../../graph/gradients.js";
import { type Graph, isNode, isVariable } from "../../graph/graph.js";
import { affine } from "../../ops/arithmetic.js";
import { checkNode, type Node } from "../../ops/op.js";
import { checkUpdate, type UpdateFunction, type UpdateState } from "../../ops/update.js";
import { formatShape, type Shape } from "../../tensor/shape.js";
import type { Description } from "../description.js";
import type { Accumulated } from "./accumulation.js";
import { clippingOf, type GradientPair } from "./clipping.js";
import type { LearningRate, OptimizerOptions } from "./options.js";

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

/** What functions such as `accumulateGradients` add to an optimizer. */
export interface Extensions {
  /** A factor of the rate for each variable among the pairs. */
  readonly factors?: (pairs: readonly GradientPair[]) => (variable: Node) => number;
  /** Adds the gradients up before they are clipped and applied. */
  readonly accumulate?: (graph: Graph, pairs: readonly GradientPair[]) => Accumulated;
}

interface Extended {
  readonly config: Description;
  readonly extensions: Extensions;
}

/** Variables to train: a list, or as TensorFlow 1 calls it. */
export type VariableChoice = readonly Node[] | { readonly varList: readonly Node[] };

export class Optimizer {
  readonly name: string;
  /** What makes it again; of one that a function has extended, that function's description, which holds the other's. */
  readonly config: Description;
  readonly #options: OptimizerOptions;
  readonly #extensions: Extensions;
  readonly #learningRate: LearningRate;
  readonly #kind: string;
  readonly #rule: Rule;
  readonly #clip: (pairs: readonly GradientPair[]) => readonly GradientPair[];

  /** `kind` names it in messages. The options are checked by the function that makes it, those in here apart. */
  constructor(kind: string, options: OptimizerOptions, rule: Rule, extended?: Extended) {
    const { learningRate = rule.learningRate, name = kind } = options;
    checkRate(kind, learningRate);
    this.name = name;
    this.#learningRate = learningRate;
    this.#options = options;
    this.#extensions = extended?.extensions ?? {};
    this.config = extended?.config ?? { kind, options: options as Description["options"] };
    this.#kind = kind;
    this.#rule = rule;
    this.#clip = clippingOf(kind, options);
    Object.freeze(this);
  }

  get learningRate(): LearningRate {
    return this.#learningRate;
  }
  set learningRate(_: never) {
    throw new StateError(
      `${this.name}: learningRate is set when the optimizer is made; set training.learningRate in a callback, or the ` +
        "variable <name>/learningRate of the session, or compile again.",
    );
  }

  /** The same optimizer, which does more; `by` is the function that extends it, `options` are what else that was given. */
  extended(by: string, options: object, more: Extensions): Optimizer {
    return new Optimizer(this.#kind, this.#options, this.#rule, {
      config: { kind: by, options: { optimizer: this, ...options } },
      extensions: { ...this.#extensions, ...more },
    });
  }

  /** One step downhill on the scalar `loss`: an update node. By default all trainable variables it depends on change. */
  minimize(loss: Node, variables?: VariableChoice): Node {
    checkArity(this.name, arguments.length, 2);
    return this.applyGradients(this.computeGradients(loss, variables));
  }

  /** The gradients of the scalar `loss`, for inspection or change before `applyGradients`. */
  computeGradients(loss: Node, choice?: VariableChoice): GradientPair[] {
    checkArity(this.name, arguments.length, 2);
    checkNode(this.name, "loss", loss);
    const chosen = choice === undefined ? variablesUnder(loss) : choice;
    const variables = Array.isArray(chosen) ? (chosen as readonly Node[]) : readVarList(this.name, chosen);
    if (variables.length === 0) {
      throw new ArgumentError(
        `${this.name}: ${loss.name} depends on no trainable variable; there is nothing to train.`,
      );
    }
    return gradients(loss, variables).map((gradient, i) => ({ gradient, variable: variables[i] as Node }));
  }

  /** An update node that changes every variable by its gradient, clipped first where the options say so. */
  applyGradients(pairs: readonly GradientPair[]): Node {
    checkArity(this.name, arguments.length, 1);
    const { name, learningRate } = this;
    const graph = checkPairs(name, pairs, learningRate);
    const { factors: factorsOf, accumulate } = this.#extensions;
    const factorOf = factorsOf?.(pairs) ?? (() => 1);
    return graph.scope(name, () => {
      const rate = isNode(learningRate)
        ? learningRate
        : graph.variable("learningRate", typeof learningRate === "number" ? learningRate : learningRate(0), {
            shape: [],
            trainable: false,
          });
      // In order of creation, so that sums and slots lie in memory as the variables do.
      const ordered = [...pairs].sort((a, b) => a.variable.id - b.variable.id);
      const sums = accumulate?.(graph, ordered);
      const clipped = this.#clip(sums?.pairs ?? ordered);
      const factors = [...new Set(clipped.map(({ variable }) => factorOf(variable)))];
      const updates: Node[] = [];
      for (const factor of factors) {
        const members = clipped.filter(({ variable }) => factorOf(variable) === factor);
        const isLast = updates.length === factors.length - 1;
        updates.push(
          this.#update(graph, members, {
            rate: factor === 1 ? rate : affine(rate, { scale: factor }),
            ...(sums && { accumulation: sums.of(members) }),
            // The last update stands for all.
            ...(isLast && { companions: [...updates, ...(sums ? [sums.adding] : [])] }),
            ...(isLast && typeof learningRate === "function" && { schedule: { rate, valueAt: learningRate } }),
          }),
        );
      }
      return updates[updates.length - 1] as Node;
    });
  }

  /** The update of variables that have one rate. */
  #update(graph: Graph, pairs: readonly GradientPair[], state: Omit<UpdateState, "slots" | "step">): Node {
    const variables = pairs.map(({ variable }) => variable);
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
    const nodes = pairs.map(({ gradient }) => gradient);
    return this.#rule.update(variables, nodes, { ...state, slots, step });
  }
}

export function checkOptimizer(subject: string, optimizer: unknown): void {
  if (optimizer instanceof Optimizer) return;
  throw new ArgumentError(`${subject}: it takes an optimizer, such as sgd(); received ${describe(optimizer)}.`);
}

/** Fails unless the pairs are gradients of variables that can be updated together; the graph they belong to. */
function checkPairs(name: string, pairs: readonly GradientPair[], learningRate: LearningRate): Graph {
  if (!Array.isArray(pairs)) {
    throw new ArgumentError(`${name}: applyGradients needs a list of pairs; received ${describe(pairs)}.`);
  }
  const [first] = pairs;
  if (first === undefined) throw new ArgumentError(`${name}: applyGradients needs at least one gradient.`);
  const seen = new Set<Node>();
  for (const { variable } of pairs) {
    if (!isNode(variable) || !isVariable(variable)) {
      throw new ArgumentError(`${name}: only variables can be updated; received ${describe(variable?.name)}.`);
    }
    if (seen.has(variable)) throw new ArgumentError(`${name}: ${variable.name} has two gradients.`);
    seen.add(variable);
  }
  const graph = first.variable.graph as Graph;
  const stray = [...pairs.flatMap(({ variable, gradient }) => [variable, gradient]), learningRate].find(
    (node) => isNode(node) && node.graph !== graph,
  );
  if (stray !== undefined) {
    throw new ArgumentError(
      `${name}: variables, gradients and learning rate must belong to one graph; ${(stray as Node).name} is of another.`,
    );
  }
  const [variables, made] = [pairs.map(({ variable }) => variable), pairs.map(({ gradient }) => gradient)];
  checkUpdate(name, variables, made, isNode(learningRate) ? learningRate : null);
  return graph;
}

function readVarList(name: string, choice: unknown): readonly Node[] {
  checkOptions(`${name}: variables`, choice, ["varList"]);
  const { varList } = choice as { varList?: unknown };
  if (Array.isArray(varList)) return varList;
  throw new ArgumentError(`${name}: varList must be a list of variables; received ${describe(varList)}.`);
}

function checkRate(kind: string, rate: LearningRate): void {
  if (isNode(rate)) {
    if (rate.shape.length === 0 && rate.dtype === "float32") return;
    throw new ShapeError(
      `${kind}: learningRate must be a float32 scalar; ${rate.name} is ${rate.dtype} ${formatShape(rate.shape)}.`,
    );
  }
  const first: unknown = typeof rate === "function" ? rate(0) : rate;
  checkNumber(`${kind}: learningRate`, first, 0);
  if (Math.fround(first) === Infinity) {
    throw new ArgumentError(`${kind}: learningRate must be finite as a float32; received ${first}.`);
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
