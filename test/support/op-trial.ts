// One op of the registry in a graph of its own: placeholders for its inputs, values that fit a sample, its result and
// its gradients as nodes to run on a build.

import { Graph } from "../../src/graph/graph.js";
import type { Node, OpRecord, Sample } from "../../src/ops/op.js";
import { resultsOf } from "../../src/ops/results.js";
import { Session } from "../../src/runtime/session.js";
import { type Shape, sizeOf } from "../../src/tensor/shape.js";
import type { Tensor, TensorData } from "../../src/tensor/tensor.js";
import type { BuildName } from "../../src/wasm/host.js";
import { engineOf } from "./builds.js";
import { floatsApart, randomFloats, randomFloatsOffZero, randomIntegers } from "./random-values.js";

/** Values by the name of the input; `dy` is what comes into the gradients. */
export type Values = Readonly<Record<string, TensorData>>;

export class OpTrial {
  readonly y: Node;
  /** Its further results. */
  readonly results: readonly Node[];
  /** For each input that has a gradient rule, the node it makes. */
  readonly gradients: Readonly<Record<string, Node>>;
  readonly #inputs: Record<string, Node> = {};
  readonly #session: Session;

  constructor(record: OpRecord, sample: Sample, build: BuildName) {
    const graph = new Graph();
    for (const input of record.inputs) {
      this.#inputs[input] = graph.placeholder(input, sample.inputs[input] as Shape, record.inputTypes?.[input]);
    }
    const attributes = attributesOf(record, sample);
    const inputs = record.inputs.map((input) => this.#inputs[input] as Node);
    this.y = graph.apply(record, inputs, attributes);
    this.results = resultsOf(this.y);
    const given = { ...this.#inputs, y: this.y, dy: graph.placeholder("dy", this.y.shape) };
    const nodes = { ...given, ...(record.shared && { shared: record.shared(given, attributes) }) };
    const rules = Object.entries(record.vjp ?? {});
    this.gradients = Object.fromEntries(
      rules.map(([input, rule]) => [
        input,
        rule!(nodes as Required<typeof nodes>, attributes, { results: this.y.results ?? {}, dresults: {} }),
      ]),
    );
    this.#inputs.dy = given.dy;
    this.#session = new Session(graph, { engine: engineOf(build) });
  }

  run(node: Node, values: Values): Tensor {
    const feeds = Object.entries(values).map(([input, data]) => [this.#inputs[input] as Node, data] as const);
    return this.#session.run(node, feeds);
  }
}

export function attributesOf(record: OpRecord, sample: Sample): object {
  const given = sample.attributes ?? {};
  return record.attributes ? record.attributes(given) : given;
}

/** Values for every input of the sample; floats keep away from 0. */
export function valuesFor(record: OpRecord, sample: Sample): Values {
  return Object.fromEntries(
    record.inputs.map((input, i) => {
      const size = sizeOf(sample.inputs[input] as Shape);
      const integers = record.inputTypes?.[input] === "int32";
      if (integers) return [input, randomIntegers(size, i, sample.below?.[input] ?? 1)];
      if (sample.apart !== undefined) return [input, floatsApart(size, i, sample.apart)];
      const range = sample.range?.[input];
      return [input, range ? randomFloats(size, i, ...range) : randomFloatsOffZero(size, i)];
    }),
  );
}

/** `matmul of a [3, 4], b [4, 5] {"transposeA":true}` */
export function subjectOf(record: OpRecord, sample: Sample): string {
  const inputs = record.inputs.map((input) => `${input} [${sample.inputs[input]?.join(", ")}]`).join(", ");
  const attributes = sample.attributes ? ` ${JSON.stringify(sample.attributes)}` : "";
  return `${record.name}${inputs ? ` of ${inputs}` : ""}${attributes}`;
}
