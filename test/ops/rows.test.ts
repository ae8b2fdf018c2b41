// Ops work row by row: where an open first extent goes in and comes out, row i of the result depends on row i of what was
// open, and on nothing else of it. The exceptions say so, or have a switch, such as dropout, whose mask has a place. Training relies on that when it computes the frozen part of a model once and shuffles
// the results (src/training/frozenPrefix.ts).

import { describe, expect, test } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import { ops } from "../../src/ops/index.js";
import type { OpRecord, Sample } from "../../src/ops/op.js";
import { Session } from "../../src/runtime/session.js";
import { formatShape, type Shape } from "../../src/tensor/shape.js";
import { Tensor, type TensorData } from "../../src/tensor/tensor.js";
import { builds, engineOf, isExact } from "../support/builds.js";
import { attributesOf, subjectOf, valuesFor } from "../support/op-trial.js";

/** For a sample of an op, the inputs with equally many rows that may be open together so that the result is. */
function openings(record: OpRecord, sample: Sample): readonly (readonly string[])[] {
  const rowsOf = (input: string) => sample.inputs[input]?.[0] ?? 0;
  const extents = new Set(record.inputs.map(rowsOf).filter((rows) => rows > 1));
  const together = [...extents].map((rows) => record.inputs.filter((input) => rowsOf(input) === rows));
  return together.filter((open) => {
    const shapes = record.inputs.map((input) => {
      const shape = sample.inputs[input] as Shape;
      return [input, open.includes(input) ? [null, ...shape.slice(1)] : shape] as const;
    });
    try {
      const [first, ...others] = record.shape(Object.fromEntries(shapes), attributesOf(record, sample));
      return first === null && !others.includes(null);
    } catch {
      return false;
    }
  });
}

const trials = ops
  .filter((record) => record.switch === undefined && !record.isExampleKeys)
  .flatMap((record) =>
    record.samples.flatMap((sample) => openings(record, sample).map((open) => ({ record, sample, open }))),
  );

function reversed(data: TensorData, rows: number): TensorData {
  const width = data.length / rows;
  const result = data.slice();
  for (let row = 0; row < rows; row++) {
    result.set(data.subarray((rows - 1 - row) * width, (rows - row) * width), row * width);
  }
  return result;
}

function result(
  { record, sample, open }: (typeof trials)[number],
  build: (typeof builds)[number],
  back: boolean,
): Tensor {
  const graph = new Graph();
  const values = valuesFor(record, sample);
  const nodes = record.inputs.map((input) => {
    const shape = sample.inputs[input] as Shape;
    const opened = open.includes(input) ? [null, ...shape.slice(1)] : shape;
    return graph.placeholder(input, opened, record.inputTypes?.[input] ?? "float32");
  });
  const feeds = nodes.map((node) => {
    const data = values[node.name] as TensorData;
    const shape = sample.inputs[node.name] as Shape;
    const swap = back && open.includes(node.name);
    return [node, new Tensor(swap ? reversed(data, shape[0] as number) : data, shape)] as const;
  });
  const y = graph.apply(record, nodes, attributesOf(record, sample));
  return new Session(graph, { engine: engineOf(build) }).run(y, feeds);
}

describe.each(builds.filter(isExact))("%s", (build) => {
  test.each(trials.map((trial) => [`${subjectOf(trial.record, trial.sample)}, open: ${trial.open}`, trial] as const))(
    "%s",
    (_, trial) => {
      const forward = result(trial, build, false);
      const backward = result(trial, build, true);
      expect(backward.shape, formatShape(forward.shape)).toEqual(forward.shape);
      expect(reversed(backward.data, forward.shape[0] as number)).toEqual(forward.data);
    },
  );
});

test("matrix products, activations and arithmetic are among them", () => {
  const names = new Set(trials.map(({ record }) => record.name));
  for (const name of ["matmul", "biasAdd", "relu", "elu", "add", "softmax", "gather"]) expect(names).toContain(name);
});
