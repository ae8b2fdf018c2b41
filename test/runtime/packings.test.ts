// A matrix that a single row is multiplied by is kept packed. Nobody must notice: after each way to change a variable,
// one row gives the bits of the same row in a batch of two, which is multiplied by the matrix as it lies.

import { expect, test } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import { profile } from "../../src/inspect/profile.js";
import { glorotUniform } from "../../src/nn/initializers/index.js";
import { accumulateGradients } from "../../src/nn/optimizers/accumulation.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import { relu } from "../../src/ops/activations.js";
import { biasAdd } from "../../src/ops/arithmetic.js";
import { matmul } from "../../src/ops/matmul.js";
import { mean } from "../../src/ops/reductions.js";
import { type Packing, Packings } from "../../src/runtime/packings.js";
import { type NodeReference, Session } from "../../src/runtime/session.js";
import { LinearMemory } from "../../src/tensor/memory.js";
import type { GrowableMemory } from "../../src/wasm/engine.js";
import { builds, engineOf } from "../support/builds.js";
import { randomFloats } from "../support/random-values.js";

const [inputs, units] = [40, 50];
const values = (seed: number) => randomFloats(inputs * units, seed);

function layer(accumulate = 1) {
  const graph = new Graph({ seed: 1 });
  const x = graph.placeholder("x", [null, inputs]);
  const w = graph.variable("w", glorotUniform(), { shape: [inputs, units] });
  const b = graph.variable("b", 0.25, { shape: [units] });
  const y = relu(biasAdd(matmul(x, w), b), { name: "y" });
  const optimizer = accumulateGradients(sgd({ learningRate: 0.5 }), accumulate);
  return { graph, w, y, update: optimizer.minimize(mean(y)) };
}

const row = randomFloats(inputs, 3);
const one = { x: [[...row]] };
const two = { x: [[...row], [...row]] };

/** The row's result, which has the bits of the same row within a batch, and is not what it was before. */
function look(session: Session, y: NodeReference, before: Float32Array | null): Float32Array {
  const first = session.run(y, one).data as Float32Array;
  const again = session.run(y, one).data;
  const inBatch = session.run(y, two).data.subarray(0, units);
  expect(first).toEqual(inBatch);
  expect(again).toEqual(inBatch);
  if (before !== null) expect(first).not.toEqual(before);
  return first;
}

const kernelsOf = (session: Session, fetch: NodeReference, batch: number) =>
  session.prepare({ fetches: [fetch], feeds: ["x"], batch }).calls.map(({ kernel }) => kernel);

for (const build of builds) {
  const start = (graph: Graph) => new Session(graph, { engine: engineOf(build) });

  test(`${build}: one row reads its matrix packed, several rows and training do not`, () => {
    const { graph, y, update } = layer();
    const session = start(graph);
    expect(kernelsOf(session, y, 1)).toEqual(["gemvPack", "gemvPacked"]);
    expect(kernelsOf(session, y, 2)).toEqual(["gemm"]);
    expect(kernelsOf(session, update, 1)).not.toContain("gemvPacked");
  });

  test(`${build}: it is packed anew after each kind of change, and only then`, () => {
    const { graph, y, update } = layer();
    const session = start(graph);
    let result = look(session, y, null);
    session.set({ w: values(5) });
    result = look(session, y, result);
    session.run(update, two);
    result = look(session, y, result);
    session.run(update, one);
    result = look(session, y, result);
    session.prepare({ fetches: [update], feeds: ["x"], batch: 2 }).run();
    result = look(session, y, result);
    // The updates of a profile are taken back.
    profile(session, update, two, { runs: 2 });
    expect(look(session, y, null)).toEqual(result);
    profile(session, y, one, { runs: 2 });
    expect(look(session, y, null)).toEqual(result);
    // Memory that grows moves what is not permanent.
    session.run(y, { x: Array.from({ length: 3000 }, () => [...row]) });
    expect(look(session, y, null)).toEqual(result);
  });

  test(`${build}: an accumulated update changes it when it is made`, () => {
    const { graph, y, update } = layer(2);
    const session = start(graph);
    const result = look(session, y, null);
    session.run(update, two);
    expect(look(session, y, null)).toEqual(result);
    session.run(update, two);
    look(session, y, result);
  });

  test(`${build}: a matrix that is fed, a constant, the transpose of a variable, and sessions side by side`, () => {
    const { graph, w, y } = layer();
    const [session, other] = [start(graph), start(graph)];
    const result = look(session, y, null);
    const fed = session.run(
      y,
      new Map<NodeReference, unknown>([
        ["x", one.x],
        [w, values(9)],
      ]) as never,
    ).data;
    expect(fed).not.toEqual(result);
    other.set({ w: values(9) });
    expect(other.run(y, one).data).toEqual(fed);
    expect(look(session, y, null)).toEqual(result);

    const constant = matmul(graph.node("x"), graph.constant("c", values(7), { shape: [inputs, units] }));
    look(session, constant, null);
    const square = graph.variable("square", glorotUniform(), { shape: [inputs, inputs] });
    const transposed = matmul(graph.node("x"), square, { transposeB: true });
    expect(session.run(transposed, one).data).toEqual(session.run(transposed, two).data.subarray(0, inputs));
    expect(kernelsOf(session, transposed, 1)).toEqual(["gemm"]);
  });

  test(`${build}: what is read by a row twice is packed once`, () => {
    const { graph, w } = layer();
    const session = start(graph);
    const second = matmul(graph.node("x"), w);
    session.run(second, one);
    const bytes = session.memoryBytes;
    for (let i = 0; i < 20; i++) session.run(matmul(graph.node("x"), w), one);
    expect(session.memoryBytes).toBe(bytes);
  });
}

test("what memory has no room for is not packed, and nothing changes", () => {
  const memory = new LinearMemory(new WebAssembly.Memory({ initial: 1, maximum: 2 }) as GrowableMemory);
  const packings = new Packings(memory);
  const op = matmul.record;
  expect(packings.of({ op }, { id: 1 }, 100_000)).toBeNull();
  expect(memory.bytes).toBe(65536);
  const packing = packings.of({ op }, { id: 2 }, 1000);
  expect(packing).not.toBeNull();
  expect(packings.of({ op }, { id: 2 }, 1000)).toBe(packing);
  let made = 0;
  const renew = packings.renewal(packing as Packing, [() => made++]);
  renew();
  renew();
  expect(made).toBe(1);
  packings.outdate();
  renew();
  expect(made).toBe(2);
});
