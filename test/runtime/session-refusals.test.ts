// What sessions refuse: each with its class and message, before anything runs.

import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { glorotUniform } from "../../src/nn/initializers/index.js";
import { adam } from "../../src/nn/optimizers/adam.js";
import { add } from "../../src/ops/arithmetic.js";
import { sparseSoftmaxCrossEntropy } from "../../src/ops/crossEntropy.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { inTopK } from "../../src/ops/ranking.js";
import { mean } from "../../src/ops/reductions.js";
import type { Feeds } from "../../src/runtime/session.js";
import { tensor } from "../../src/tensor/tensor.js";
import { sessionOf } from "../graph/line.js";

describe("refusals, made before anything runs", () => {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 2]);
  const z = graph.placeholder("z", [null, 3]);
  const labels = graph.placeholder("labels", [null], "int32");
  graph.placeholder("fixed", [2, 2]);
  const w = graph.variable("w", glorotUniform(), { shape: [2, 3] });
  const logits = add(matmul(x, w), z);
  const loss = mean(sparseSoftmaxCrossEntropy(logits, labels), { name: "loss" });
  const top = inTopK(logits, labels, { name: "top" });
  const update = adam().minimize(loss);
  const foreign = new Graph().placeholder("foreign", [1]);
  const session = sessionOf(graph);
  const good = { x: [[1, 2]], z: [[1, 2, 3]], labels: [2] };
  const variables = graph.variables();

  function refuses(Kind: typeof ArgumentError | typeof ShapeError, message: string, run: () => unknown): void {
    const before = session.hash(variables);
    expect(run).toThrow(new Kind(message));
    expect(session.hash(variables)).toBe(before);
  }

  test.each([
    ["an unknown fetch", ["lossy"], good, 'Graph: there is no node "lossy"; it has 20 nodes.'],
    [
      "an unknown fed name",
      [loss],
      { ...good, label: [1] },
      'Graph: there is no node "label"; similar names are labels.',
    ],
    ["a fetch that is no node", [7], good, "Session.run: a fetch must be a node or its name; received 7."],
    ["no fetch", [undefined], good, "Session.run: a fetch must be a node or its name; received undefined."],
    ["a feed that is no node", [loss], [[null, 1]], "Session.run: a feed must be a node or its name; received null."],
    ["a fetch of another graph", [foreign], good, "Session.run: fetch foreign is a node of another graph."],
    ["a feed of another graph", [loss], [[foreign, [1]]], "Session.run: feed foreign is a node of another graph."],
    [
      "a node fed twice",
      [loss],
      [
        ["x", [[1, 2]]],
        [x, [[1, 2]]],
      ],
      "Session.run: feeds must name a node once; received x twice.",
    ],
    ["an update fed", [loss], [[update, 1]], "Session.run: adamUpdate is an update and cannot be fed."],
    ["feeds that are none", [loss], 5, "Session.run: feeds must be pairs, a Map or an object; received 5."],
    ["feeds that are null", [loss], null, "Session.run: feeds must be pairs, a Map or an object; received null."],
    [
      "a value that is none",
      [loss],
      { ...good, x: "12" },
      'Session.run: the value fed to x: values must be numbers; received "12" at index 0.',
    ],
    [
      "a placeholder not fed",
      [update],
      { x: [[1, 2]], labels: [2] },
      "Session.run: z must be fed, since adam/adamUpdate depends on it.",
    ],
    [
      "a placeholder not fed, of two fetches",
      ["loss", top],
      { z: [[1, 2, 3]], labels: [2] },
      "Session.run: x must be fed, since loss, top depends on it.",
    ],
    [
      "labels that are no integers",
      [update],
      { ...good, labels: [1.5] },
      "Session.run: the value fed to labels: int32 values must be integers in [-2^31, 2^31); received 1.5 at index 0.",
    ],
    [
      "labels that are NaN",
      [update],
      { ...good, labels: [Number.NaN] },
      "Session.run: the value fed to labels: int32 values must be integers in [-2^31, 2^31); received NaN at index 0.",
    ],
    [
      "labels too large for the ranking",
      [top],
      { ...good, labels: [3] },
      "inTopK: labels must be integers in [0, 3); received 3 at index 0.",
    ],
    [
      "negative labels for the ranking",
      [top],
      { ...good, labels: [-1] },
      "inTopK: labels must be integers in [0, 3); received -1 at index 0.",
    ],
  ])("%s", (_, fetches, feeds, message) => {
    refuses(ArgumentError, message.replace("adamUpdate is", `${update.name} is`), () =>
      session.run(fetches as Node[], feeds as unknown as Feeds),
    );
  });

  test.each([
    ["too large", [0, 3], 1, 3],
    ["negative", [-1, 0], 0, -1],
  ])("labels %s for the loss", (_, wrong, index, value) => {
    const feeds = {
      x: [
        [1, 2],
        [3, 4],
      ],
      z: new Float32Array(6),
      labels: wrong,
    };
    const text = `labels must be integers in [0, 3); received ${value} at index ${index}.`;
    refuses(ArgumentError, `sparseSoftmaxCrossEntropy: ${text}`, () => session.run([loss, update], feeds));
    refuses(ArgumentError, `sparseSoftmaxCrossEntropyGradient: ${text}`, () => session.run(update, feeds));
  });

  test.each([
    ["another rank", { ...good, x: [1, 2] }, "x must have shape [null, 2]; received [2]."],
    ["another extent", { ...good, x: [[1, 2, 3]] }, "x must have shape [null, 2]; received [1, 3]."],
    [
      "flat values that fill no rows",
      { ...good, x: new Float32Array(3) },
      "x must have shape [null, 2]; received 3 values.",
    ],
    ["too few rows where the batch is fixed", { fixed: [[1, 2]] }, "fixed must have shape [2, 2]; received [1, 2]."],
    [
      "flat values of another number",
      { fixed: new Float32Array(6) },
      "fixed must have shape [2, 2]; received 6 values.",
    ],
    ["a tensor of another shape", { w: tensor([1, 2, 3, 4, 5, 6]) }, "w must have shape [2, 3]; received [6]."],
  ])("%s", (_, feeds, message) => {
    refuses(ShapeError, `Session.run: the value fed to ${message}`, () => session.run(w, feeds as Feeds));
  });

  test("unequal batches", () => {
    refuses(ShapeError, "Session.run: all feeds must have one batch extent; z has 1, labels has 2.", () =>
      session.run(update, { ...good, labels: [1, 2] }),
    );
    refuses(ShapeError, "Session.run: all feeds must have one batch extent; labels has 1, z has 2.", () =>
      session.run(update, { labels: [1], z: new Float32Array(6), x: [[1, 2]] }),
    );
  });

  test("rows of unequal length", () => {
    refuses(
      ShapeError,
      "Session.run: the value fed to x: all rows must have equal length; expected 2 values on axis 1, received a row of 1.",
      () => session.run(update, { ...good, x: [[1, 2], [3]] }),
    );
  });

  test("get, set and hash of what is no variable", () => {
    refuses(ArgumentError, "Session: x is no variable but placeholder.", () => session.get(x));
    refuses(ArgumentError, "Session: loss is no variable but mean.", () => session.hash([w, "loss"]));
    refuses(ArgumentError, "Session: fixed is no variable but placeholder.", () =>
      session.set({
        fixed: [
          [1, 2],
          [3, 4],
        ],
      }),
    );
    refuses(ArgumentError, "Session.run: variable foreign is a node of another graph.", () => session.get(foreign));
    refuses(ArgumentError, 'Graph: there is no node "bias"; it has 20 nodes.', () => session.get("bias"));
  });

  test("and the session works on", () => {
    const before = session.hash(variables);
    expect(session.run(loss, good).item()).toBeGreaterThan(0);
    expect(session.hash(variables)).toBe(before);
    session.run(update, good);
    expect(session.hash(variables)).not.toBe(before);
  });
});
