// What the calls around the kernels cost, each by itself: graphs that compute next to nothing. The figures stand for
// themselves and are compared with nothing here.

import { adam, add, dense, type Engine, Graph, RandomStream, Session, sequential, tensor } from "../../src/index.js";
import { interleave } from "../interleave.js";
import type { Row } from "../report.js";
import { summarize } from "../statistics.js";
import type { Suite } from "../suite.js";

const SIZE = 4;

export const calls: Suite = {
  name: "calls",
  title: "public calls that compute next to nothing (the fastest build with the bits of all)",
  run: async ({ engines, timing }) => {
    const build = (["wide", "simd", "scalar"] as const).find((each) => engines.has(each)) ?? "scalar";
    const cases = makeCases(engines.get(build) as Engine);
    const timings = await interleave(
      cases.map(([name, run]) => ({ name, run })),
      timing,
    );
    return timings.map(({ name, rounds }): Row => {
      const microseconds = rounds.map((nanoseconds) => nanoseconds / 1000);
      return { suite: "calls", case: name, build, metric: "µs", ...summarize(microseconds) };
    });
  },
};

function makeCases(engine: Engine): [name: string, run: () => unknown][] {
  const graph = new Graph();
  const a = graph.placeholder("a", [null, SIZE]);
  const b = graph.variable("b", 1, { shape: [SIZE, SIZE] });
  const sum = add(a, graph.placeholder("c", [null, SIZE]));
  const session = new Session(graph, { engine });
  const values = new Float32Array(SIZE * SIZE);
  const feeds = { a: values, c: values };
  const request = { fetches: [sum], feeds: [a, "c"], batch: SIZE };
  const executable = session.prepare(request);
  const model = sequential([dense({ units: 3 })], { inputShape: [SIZE], engine });
  return [
    ["executable.run, one kernel", () => executable.run()],
    ["executable.output, 16 numbers", () => executable.output(sum)],
    ["session.prepare, known plan", () => session.prepare(request)],
    ["session.run, one kernel", () => session.run(sum, feeds)],
    ["session.get, 16 numbers", () => session.get(b)],
    ["session.hash, 16 numbers", () => session.hash([b])],
    ["model.predict, 4-3, one example", () => model.predict(values.subarray(0, SIZE))],
    [
      "tensor of nested arrays, 2 x 2",
      () =>
        tensor([
          [1, 2],
          [3, 4],
        ]),
    ],
    ["RandomStream.permutation, 150", () => new RandomStream(1, "calls").permutation(150)],
    [
      "sequential and compile, 4-16-3, Adam",
      () =>
        sequential([dense({ units: 16, activation: "relu" }), dense({ units: 3 })], {
          inputShape: [4],
          engine,
        }).compile({
          optimizer: adam(),
          loss: "sparseCategoricalCrossentropy",
        }),
    ],
  ];
}
