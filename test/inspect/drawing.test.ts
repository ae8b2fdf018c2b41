// A graph as a table and as DOT, which Graphviz itself reads.

import { instance } from "@viz-js/viz";
import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { graphDot } from "../../src/inspect/dot.js";
import { nodesUnder } from "../../src/inspect/extent.js";
import { graphSummary } from "../../src/inspect/summary.js";
import { accumulateGradients } from "../../src/nn/optimizers/accumulation.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import { relu } from "../../src/ops/activations.js";
import { matmul } from "../../src/ops/matmul.js";
import { mean } from "../../src/ops/reductions.js";

const viz = await instance();

interface Drawing {
  readonly objects?: readonly { readonly name: string; readonly label?: string; readonly nodes?: readonly number[] }[];
  readonly edges?: readonly { readonly tail: number; readonly head: number; readonly style?: string }[];
}

/** What Graphviz understood. */
function drawn(dot: string) {
  const { objects = [], edges = [] } = viz.renderJSON(dot) as Drawing;
  const nameOf = (i: number) => objects[i]?.name as string;
  return {
    nodes: objects.filter(({ name }) => !name.startsWith("cluster")).map(({ name }) => name),
    clusters: objects.filter(({ name }) => name.startsWith("cluster")).map(({ label }) => label),
    edges: edges.map(({ tail, head, style }) => `${nameOf(tail)} ${style ? "changes" : "->"} ${nameOf(head)}`),
  };
}

function net() {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 3]);
  const hidden = graph.scope("dnn", () =>
    graph.scope("hidden", () => relu(matmul(x, graph.variable("kernel", 0.5, { shape: [3, 2] })))),
  );
  const loss = mean(hidden, { name: "loss" });
  return { graph, x, hidden, loss };
}

describe("the table", () => {
  test("has a line for each node, and counts", () => {
    const { graph, loss } = net();
    sgd().minimize(loss);
    expect(graphSummary(loss)).toBe(
      [
        "Node               Op           Shape      Inputs",
        "---------------------------------------------------------------",
        "x                  placeholder  [null, 3]",
        "dnn/hidden/kernel  variable     [3, 2]",
        "dnn/hidden/matmul  matmul       [null, 2]  x, dnn/hidden/kernel",
        "dnn/hidden/relu    relu         [null, 2]  dnn/hidden/matmul",
        "loss               mean         []         dnn/hidden/relu",
        "",
        "5 nodes; variables hold 6 numbers, 6 of them trainable",
      ].join("\n"),
    );
    expect(graphSummary(graph)).toContain(
      `${graph.nodes().length} nodes; variables hold 8 numbers, 6 of them trainable`,
    );
    expect(graphSummary(graph, { pattern: /^sgd/ })).toMatch(/sgd\/step +variable +\[\] int32\n/);
  });

  test("refusals", () => {
    const { graph } = net();
    expect(() => graphSummary(graph, { pattern: /outputs/ })).toThrow(
      /^graphSummary: no node matches \/outputs\/; there are x, dnn/,
    );
    expect(() => graphSummary("graph" as never)).toThrow(
      new ArgumentError('graphSummary: it takes a graph, a node or several; received "graph".'),
    );
    expect(() => graphSummary([])).toThrow(
      new ArgumentError("graphSummary: it takes a graph, a node or several; received []."),
    );
  });
});

test("what nodes depend on, in order, updates with the variables they change", () => {
  const { loss, hidden, graph } = net();
  const names = (nodes: Parameters<typeof nodesUnder>[0]) => nodesUnder(nodes).map(({ name }) => name);
  expect(names(hidden)).toEqual(["x", "dnn/hidden/kernel", "dnn/hidden/matmul", "dnn/hidden/relu"]);
  const update = sgd().minimize(loss, graph.trainable());
  expect(names(update)).toEqual(expect.arrayContaining(["dnn/hidden/kernel", "sgd/learningRate", "sgd/sgdUpdate"]));
  expect(names([update, loss])).toContain("loss");
  expect(() => nodesUnder("loss" as never)).toThrow(
    new ArgumentError('nodesUnder: it takes a graph, a node or several; received "loss".'),
  );
});

describe("DOT", () => {
  test("holds every node with its scopes, edges by the flow of values, updates to what they change", () => {
    const { graph, loss } = net();
    const update = sgd().minimize(loss);
    const { nodes, clusters, edges } = drawn(graphDot([loss, update]));
    expect(nodes).toEqual(expect.arrayContaining(["x", "dnn/hidden/kernel", "loss", "sgd/sgdUpdate"]));
    expect(clusters).toEqual(expect.arrayContaining(["dnn", "hidden", "gradients", "sgd"]));
    expect(edges).toEqual(
      expect.arrayContaining([
        "x -> dnn/hidden/matmul",
        "dnn/hidden/kernel -> dnn/hidden/matmul",
        "dnn/hidden/relu -> loss",
        "sgd/sgdUpdate changes dnn/hidden/kernel",
      ]),
    );
    expect(drawn(graphDot(graph)).nodes).toHaveLength(graph.nodes().length);
  });

  test("draws deep scopes as one node each", () => {
    const { loss } = net();
    expect(drawn(graphDot(loss, { depth: 0 }))).toEqual({
      nodes: ["x", "dnn/", "loss"],
      clusters: [],
      edges: ["x -> dnn/", "dnn/ -> loss"],
    });
    expect(drawn(graphDot(loss, { depth: 1 }))).toMatchObject({ clusters: ["dnn"], edges: expect.arrayContaining([]) });
    expect(drawn(graphDot(loss, { depth: 1 })).nodes).toContain("dnn/hidden/");
  });

  test("shows the companions of an update", () => {
    const { graph, loss } = net();
    const update = accumulateGradients(sgd(), 2).minimize(loss);
    expect(drawn(graphDot(update)).edges).toContain("sgd/assign changes sgd/dnn/hidden/kernel/gradientSum");
    expect(graph.nodes(/gradientSum$/)).toHaveLength(1);
  });

  test("survives any name", () => {
    const graph = new Graph();
    const odd = ['a "quoted" name', "back\\slash", "two\nlines", "a;b{c}", "<html>", "-> x", "ü→λ"];
    for (const name of odd) relu(graph.placeholder(name, [null]), { name: `${name} out` });
    const { nodes, edges } = drawn(graphDot(graph));
    expect(nodes).toHaveLength(2 * odd.length);
    expect(edges).toHaveLength(odd.length);
  });

  test("refusals", () => {
    const { graph } = net();
    expect(() => graphDot(graph, { depth: -1 })).toThrow(
      new ArgumentError("graphDot: depth must be a non-negative integer; received -1."),
    );
    expect(() => graphDot(graph, { rankdir: "LR" } as object)).toThrow(
      new ArgumentError('graphDot: options must be an object with depth; received "rankdir".'),
    );
  });
});
