// What holds for the call of every op: options are one object with known names and values that suit them; whatever else
// stands in a call is refused, with what to write instead, and leaves no node in the graph.

import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import * as front from "../../src/index.js";
import * as layers from "../../src/nn/layers/index.js";
import { ops } from "../../src/ops/index.js";
import { type Node, namesOfLayers, type OpRecord } from "../../src/ops/op.js";
import type { Shape } from "../../src/tensor/shape.js";
import { expectRefusal } from "../support/expect-refusal.js";

type Call = (...args: unknown[]) => unknown;

interface Trial {
  readonly name: string;
  readonly call: Call;
  readonly options: readonly string[];
  /** Options with which the call succeeds. */
  readonly good: object;
  /** What stands before the options. */
  readonly inputs: (graph: Graph) => unknown[];
}

const folder = new URL("../../src/ops/", import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)));
const functions = new Map<string, Call>();
for (const [name, value] of modules.flatMap((module) => Object.entries(module as object))) {
  if (typeof value !== "function") continue;
  functions.set(name, value as Call);
  if ("gradient" in value) functions.set(`${name}Gradient`, value.gradient as Call);
}

function placeholders(graph: Graph, record: OpRecord, shapes: Readonly<Record<string, Shape>>): Node[] {
  return record.inputs.map((input) => graph.placeholder(input, shapes[input] as Shape, record.inputTypes?.[input]));
}

/** The functions of all records; a concatenation, whose function takes any number of nodes, stands below. */
const recorded: Trial[] = [...functions].flatMap(([name, call]) => {
  const { record } = call as { record?: OpRecord };
  if (record === undefined || record.samples === undefined || "update" in record) return [];
  const [sample] = record.samples;
  const good = sample?.attributes ?? {};
  const inputs = (graph: Graph) =>
    record.inputs.length === 0 ? [graph] : placeholders(graph, record, sample?.inputs ?? {});
  return [{ name, call, options: record.options ?? [], good, inputs }];
});

/** Functions that put ops together. */
const composed = (
  [
    { name: "less", options: [], inputs: (graph) => [vector(graph), vector(graph)] },
    { name: "lessEqual", options: [], inputs: (graph) => [vector(graph), vector(graph)] },
    { name: "variance", options: ["axis", "keepDims"], inputs: (graph) => [vector(graph)] },
    { name: "flatten", options: [], inputs: (graph) => [vector(graph)] },
    { name: "concatenate", options: ["axis"], inputs: (graph) => [[vector(graph), vector(graph)]] },
    { name: "dropout", options: ["rate"], inputs: (graph) => [vector(graph)] },
    { name: "gaussianNoise", options: ["stddev"], inputs: (graph) => [vector(graph)] },
    { name: "topK", options: ["k"], inputs: (graph) => [vector(graph)] },
    {
      name: "layerNormalization",
      options: ["epsilon"],
      inputs: (graph) => [vector(graph), vector(graph), vector(graph)],
    },
    { name: "flip", options: ["axis"], inputs: (graph) => [vector(graph)] },
    {
      name: "pad",
      options: ["before", "after", "mode", "value"],
      good: { before: [1], after: [2] },
      inputs: (graph) => [vector(graph)],
    },
    {
      name: "resize2d",
      options: ["size", "method", "coordinates"],
      good: { size: 3 },
      inputs: (graph) => [graph.placeholder("picture", [2, 4, 5, 3])],
    },
    {
      name: "conv1d",
      options: ["strides", "padding", "dilations", "groups"],
      inputs: (graph) => [graph.placeholder("sequence", [2, 6, 3]), graph.placeholder("kernel", [2, 3, 4])],
    },
    {
      name: "conv2dTranspose",
      options: ["strides", "padding", "outputPadding", "dilations"],
      inputs: (graph) => [graph.placeholder("picture", [2, 4, 5, 3]), graph.placeholder("kernel", [2, 2, 4, 3])],
    },
    {
      name: "depthwiseConv2d",
      options: ["strides", "padding", "dilations"],
      inputs: (graph) => [graph.placeholder("picture", [2, 4, 5, 3]), graph.placeholder("kernel", [2, 2, 3, 2])],
    },
    ...["maxPool1d", "averagePool1d"].map((name) => ({
      name,
      options: (functions.get(name.replace("1d", "2d")) as unknown as { record: OpRecord }).record.options ?? [],
      inputs: (graph: Graph) => [graph.placeholder("sequence", [2, 6, 3])],
    })),
  ] satisfies (Pick<Trial, "name" | "options" | "inputs"> & { readonly good?: object })[]
).map((trial) => ({
  good: {},
  ...trial,
  call: functions.get(trial.name) as Call,
}));

function vector(graph: Graph): Node {
  return graph.placeholder("v", [4]);
}

const trials: Trial[] = [...recorded, ...composed];

test("every record and every function of ops that is exported is tried here", () => {
  const tried = new Set(recorded.map(({ call }) => (call as unknown as { record: OpRecord }).record));
  const missing = ops.filter((record) => !tried.has(record) && record.name !== "concatenate");
  expect(missing.map(({ name }) => name)).toEqual([]);
  const names = new Set(trials.map(({ name }) => name));
  const exported = Object.entries(front).filter(([name, value]) => functions.get(name) === value);
  expect(exported.map(([name]) => name).filter((name) => !names.has(name))).toEqual([]);
  expect(exported.length).toBeGreaterThan(60);
});

test("a record names the options that its attributes have", () => {
  for (const record of ops) {
    const attributes = record.attributes?.(record.samples[0]?.attributes ?? {}) ?? {};
    expect(Object.keys(attributes).sort(), record.name).toEqual([...(record.options ?? [])].sort());
  }
});

/** Fails unless the call is refused by a typed error and leaves the graph as it was. */
function refused(what: string, graph: Graph, call: () => unknown, kinds: readonly unknown[] = [ArgumentError]): string {
  const before = graph.nodes().length;
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  expect(
    kinds.some((kind) => thrown instanceof (kind as typeof ArgumentError)),
    `${what}: ${thrown}`,
  ).toBe(true);
  expect(graph.nodes().length, `${what}: nodes`).toBe(before);
  return (thrown as Error).message;
}

describe.each(trials)("$name", ({ name, call, options, good, inputs }) => {
  test("takes its inputs, an object of options, and a name", () => {
    const graph = new Graph();
    const given = inputs(graph);
    call(...given, good);
    call(...given, { ...good, name: "mine" });
    expect(graph.nodes().some((node) => node.name === "mine")).toBe(true);
  });

  test("refuses what stands in the place of the options", () => {
    const graph = new Graph();
    const given = inputs(graph);
    for (const wrong of [1, 0, -1, true, false, "axis", null, [0], [], () => 1, Number.NaN, 1n, new Float32Array(2)]) {
      refused(`${name}(..., ${String(wrong)})`, graph, () => call(...given, wrong));
    }
    for (const wrong of [new Map(), new Set(), new Date(0), new front.Tensor(new Float32Array(1)), graph]) {
      refused(`${name}(..., ${wrong.constructor.name})`, graph, () => call(...given, wrong));
    }
  });

  test("refuses names that it does not know, and suggests the one that was meant", () => {
    const graph = new Graph();
    const given = inputs(graph);
    for (const wrong of ["bogus", "__proto__x", "constructor", "Name"]) {
      const message = refused(`${name} { ${wrong} }`, graph, () => call(...given, { ...good, [wrong]: 1 }));
      expect(message).toContain(wrong);
    }
    for (const option of options) {
      const snake = option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      for (const near of new Set([option.toUpperCase(), snake])) {
        if (near === option) continue;
        const message = refused(`${name} { ${near} }`, graph, () => call(...given, { ...good, [near]: 1 }));
        expect(message).toContain(`did you mean "${option}"?`);
      }
    }
  });

  test("refuses surplus arguments", () => {
    const graph = new Graph();
    const given = inputs(graph);
    for (const surplus of [
      [good, {}],
      [good, 1],
      [undefined, undefined],
      [1, 2, 3, 4, 5, 6],
      [good, given[0]],
      given,
    ]) {
      refused(`${name} with ${surplus.length} more`, graph, () => call(...given, ...surplus));
    }
  });

  test("refuses to be called without its inputs", () => {
    const graph = new Graph();
    const given = inputs(graph);
    for (let count = 0; count < given.length; count++) {
      refused(`${name} of ${count}`, graph, () => call(...given.slice(0, count)));
    }
    for (const wrong of [
      undefined,
      null,
      {},
      { rate: 0.5 },
      "x",
      true,
      [],
      [1, 2],
      1n,
      () => 1,
      Symbol("x"),
      { data: 1 },
    ]) {
      refused(`${name}(${String(wrong)})`, graph, () => call(wrong, ...given.slice(1)));
      refused(`${name}(${String(wrong)}) alone`, graph, () => call(wrong));
    }
  });

  test.each(options.map((option) => [option]))("refuses values of %s that cannot be one", (option) => {
    const graph = new Graph();
    const given = inputs(graph);
    for (const wrong of [{}, () => 1, Number.NaN, [Number.NaN], ["0"], [[0]], [1.5], true && [true], 1n, Symbol("x")]) {
      const what = `${name} { ${option}: ${Array.isArray(wrong) ? `[${String(wrong)}]` : String(wrong)} }`;
      refused(what, graph, () => call(...given, { ...good, [option]: wrong }), [ArgumentError, ShapeError]);
    }
  });
});

test("a value in the place of options is shown where it belongs", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [2, 3]);
  const calls = front as unknown as Record<string, Call>;
  const rows: [string, unknown[], string][] = [
    ["sum", [1], "sum: options must be an object with axis, keepDims, name; received 1; write { axis: 1 }."],
    ["argmax", [0], "argmax: options must be an object with axis, name; received 0; write { axis: 0 }."],
    [
      "mean",
      [[0, 1], true],
      "mean: options must be an object with axis, keepDims, name; received [0, 1] and true; write { axis: [0, 1], keepDims: true }.",
    ],
    [
      "clip",
      [2, 5],
      "clip: options must be an object with low, high, name; received 2 and 5; write { low: 2, high: 5 }.",
    ],
    [
      "clip",
      [{ min: 2, max: 5 }],
      'clip: options must be an object with low, high, name; received "min"; did you mean "low"?',
    ],
    [
      "transpose",
      [{ perm: [0, 1] }],
      'transpose: options must be an object with axes, name; received "perm"; did you mean "axes"?',
    ],
    ["relu", [1], "relu: options must be an object with name; received 1."],
    ["add", [x, x], "add: takes 2 arguments and an object of options; received a node or a graph as options."],
    ["sum", [{}, 1], "sum: takes one argument and an object of options; received 3 arguments."],
  ];
  for (const [name, args, message] of rows) expectRefusal(() => calls[name]?.(x, ...args), ArgumentError, message);
});

test("an op in the place of a layer names the layer", () => {
  const calls = front as unknown as Record<string, Call>;
  const shared = Object.keys(layers).filter((name) => functions.has(name) && name in front);
  expect([...namesOfLayers].sort()).toEqual(shared.sort());
  for (const name of namesOfLayers) {
    for (const args of [[], [{}], [{ rate: 0.5 }], [0.5]]) {
      expect(() => calls[name]?.(...args), name).toThrow(ArgumentError);
      expect(() => calls[name]?.(...args), name).toThrow(`layers.${name}(...)`);
    }
  }
  expectRefusal(
    () => calls.softplus?.(),
    ArgumentError,
    "softplus: x must be a node of a graph; received undefined; the layer is layers.lambda((x) => softplus(x)).",
  );
});
