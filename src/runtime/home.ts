// Home: the running side of a session, its kernels and memory, and the addresses and first values of what persists.

import { ArgumentError } from "../errors.js";
import { constantValue, type Graph, isConstant, isVariable, variableAttributes } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import type { UpdateAttributes } from "../ops/update.js";
import type { VariableSpan } from "../plan/place.js";
import { LinearMemory } from "../tensor/memory.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Engine, KernelFamily, Kernels } from "../wasm/engine.js";
import { Executable, isResident, type Residence } from "./executable.js";
import { Packings } from "./packings.js";

export class Home implements Residence {
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  readonly packings: Packings;
  readonly extend: (family: KernelFamily) => void;
  readonly #graph: Graph;
  readonly #addresses = new Map<Node, number>();
  #settled = 0;

  constructor(graph: Graph, engine: Engine) {
    const instance = engine.instantiate();
    this.kernels = instance.kernels;
    this.extend = (family) => engine.extend(instance, family);
    this.memory = new LinearMemory(instance.memory);
    this.packings = new Packings(this.memory);
    this.#graph = graph;
  }

  readonly addressOf = (node: Node): number => {
    const address = this.#addresses.get(node);
    if (address === undefined) throw new ArgumentError(`Session: ${node.name} has no value outside a run.`);
    return address;
  };

  /** Variables made since the last time get their addresses, group by group, and their initial values. */
  settle(): void {
    const nodes = this.#graph.nodes();
    if (this.#settled === nodes.length) return;
    const fresh = nodes.slice(this.#settled).filter(isResident);
    const count = nodes.length;
    try {
      this.#placeAll(fresh);
      this.#initialize(fresh.filter(isVariable));
      this.#settled = count;
    } catch (error) {
      // What could not be given its value has no address either: the next call tries again.
      for (const node of fresh) this.#addresses.delete(node);
      throw error;
    }
  }

  #placeAll(fresh: readonly Node[]): void {
    const groups = new Map<string, Node[]>();
    for (const node of fresh) {
      const group = isConstant(node) ? "constant" : variableAttributes(node).group;
      const known = groups.get(group);
      if (known) known.push(node);
      else groups.set(group, [node]);
    }
    // Trainable variables first: they form one block whatever else there is.
    const order = [...groups.keys()].sort((a, b) => Number(b === "trainable") - Number(a === "trainable"));
    for (const group of order) {
      for (const node of groups.get(group) as Node[]) {
        this.#addresses.set(node, this.memory.reserve(sizeOf(node.shape as Shape)));
      }
    }
    for (const node of fresh) if (isConstant(node)) this.#write(node, constantValue(node));
  }

  #initialize(variables: readonly Node[]): void {
    let targets = new Map<Node, number>();
    const makeTargets = () => {
      if (targets.size > 0)
        new Executable({ fetches: [...targets.keys()], feeds: [], batch: null, targets }, this).run();
      targets = new Map();
    };
    for (const variable of variables) {
      const { initial } = variableAttributes(variable);
      const address = this.addressOf(variable);
      const words = sizeOf(variable.shape as Shape);
      if (typeof initial === "number") {
        if (initial !== 0) this.#write(variable, initial);
        continue;
      }
      // What is computed from variables, or has been computed for another, waits until those have their values.
      const made = targets.get(initial);
      if (made !== undefined || initial.inputs.length > 0 || isVariable(initial)) makeTargets();
      if (made !== undefined) this.kernels.copy(made, address, words);
      else if (isResident(initial)) this.kernels.copy(this.addressOf(initial), address, words);
      else targets.set(initial, address);
    }
    makeTargets();
  }

  /** The values of a tensor, or one number in all places. */
  #write(node: Node, value: Tensor | number): void {
    const index = this.addressOf(node) / 4;
    const words = node.dtype === "int32" ? this.memory.i32 : this.memory.f32;
    if (typeof value === "number") words.fill(value, index, index + sizeOf(node.shape as Shape));
    else words.set(value.data, index);
  }

  /** The variables in order of address, cut where they or their slots do not follow each other in memory. */
  readonly spansOf = ({ variables, slots }: UpdateAttributes): readonly VariableSpan[] => {
    const rows = variables.map((variable, i) => [variable, ...slots.map((ofSlot) => ofSlot[i] as Node)]);
    rows.sort(([a], [b]) => this.addressOf(a as Node) - this.addressOf(b as Node));
    const spans: { variables: Node[]; offsets: number[]; words: number }[] = [];
    let ends: number[] = [];
    for (const row of rows) {
      const variable = row[0] as Node;
      const addresses = row.map(this.addressOf);
      const words = sizeOf(variable.shape as Shape);
      let span = spans[spans.length - 1];
      if (span === undefined || addresses.some((address, i) => address !== ends[i])) {
        span = { variables: [], offsets: [], words: 0 };
        spans.push(span);
      }
      span.variables.push(variable);
      span.offsets.push(span.words);
      span.words += words;
      ends = addresses.map((address) => address + words * 4);
    }
    return spans;
  };
}
