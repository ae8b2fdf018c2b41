// A layer as part of a model: where it stands in the graph, and whether it is trained.

import { checkFlag, StateError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import type { AppliedLayer, LayerOptions } from "../../nn/layers/layer.js";
import type { Node } from "../../ops/op.js";
import { requireUntrained } from "../loop/trainings.js";

export class ModelLayer {
  /** What kind of layer: `Dense`. */
  readonly kind: string;
  /** What it was made with: `{ units: 300, activation: "relu" }`. */
  readonly options: LayerOptions;
  /** The full name of its scope in the graph: `hidden1`. */
  readonly name: string;
  /** Kernel and bias, running means, ... */
  readonly variables: readonly Node[];
  /** For each use of the layer in the model, in order, the nodes it is applied to. */
  readonly inputs: readonly (readonly Node[])[];
  /** One for each use. */
  readonly outputs: readonly Node[];
  readonly #graph: Graph;

  constructor(graph: Graph, { kind, options, name, variables, uses }: AppliedLayer) {
    this.kind = kind;
    this.options = options;
    this.name = name;
    this.variables = variables;
    this.inputs = uses.map(({ inputs }) => inputs);
    this.outputs = uses.map(({ output }) => output);
    this.#graph = graph;
  }

  /** The layer's result; StateError where it is used several times, see `outputs`. */
  get output(): Node {
    const [output, second] = this.outputs as readonly [Node, Node?];
    if (second === undefined) return output;
    throw new StateError(`Layer ${this.name}: it is used ${this.outputs.length} times; choose one of its outputs.`);
  }

  /**
   * False while all its variables are frozen. Setting it freezes or thaws them; StateError while a fit trains one of them.
   */
  get trainable(): boolean {
    return this.variables.length === 0 || this.variables.some((variable) => !this.#graph.isFrozen(variable));
  }
  set trainable(trainable: boolean) {
    checkFlag(`Layer ${this.name}: trainable`, trainable);
    requireUntrained(`Layer ${this.name}: trainable`, this.#graph, this.variables);
    this.#graph.setFrozen(this.variables, !trainable);
  }
}
