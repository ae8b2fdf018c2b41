// Programs: what a plan is written down as, without a memory, and what a person reads of one.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { concreteShape, Graph, isConstant, isVariable } from "../../src/graph/graph.js";
import { program } from "../../src/inspect/programTable.js";
import { accumulateGradients } from "../../src/nn/optimizers/accumulation.js";
import { adam } from "../../src/nn/optimizers/adam.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import { exponentialDecay } from "../../src/nn/schedules/index.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { makePlan } from "../../src/plan/plan.js";
import { addressAt, type KernelCall, locate, type Program, writeProgram } from "../../src/plan/program.js";
import { type Shape, sizeOf } from "../../src/tensor/shape.js";
import { addressParameters as addressParametersNow } from "../../src/wasm/engine.js";
import { line, rows, sessionOf } from "../graph/line.js";
import { choose, type RandomGraph, randomGraph, recipes } from "../graph/random-graphs.js";
import { builds, engineOf } from "../support/builds.js";
import { engine } from "../support/exact-engine.js";

const { kernels } = engine.instantiate();
const addressParameters = addressParametersNow();

/** Permanent values one after the other, as a session without a memory would place them. */
function layOut({ graph }: Pick<RandomGraph, "graph">) {
  const addresses = new Map<Node, number>();
  let end = 1024;
  for (const node of graph.nodes()) {
    if (!isVariable(node) && !isConstant(node)) continue;
    addresses.set(node, end);
    end += 4 * sizeOf(node.shape as Shape);
  }
  return { addressOf: (node: Node) => addresses.get(node) as number, end };
}

function written(random: RandomGraph, fetches: readonly Node[], feeds: readonly Node[], batch: number) {
  const { addressOf, end } = layOut(random);
  const shapeOf = (node: Node) => concreteShape(node, batch);
  const spansOf = () => [];
  const plan = makePlan({ fetches, feeds, batch }, spansOf);
  const made = writeProgram({ plan, fetches, feeds, shapeOf, kernels, addressOf, packingOf: () => null });
  return { made, permanentEnd: end };
}

/** The addresses among the arguments of a call. */
function addressesOf({ kernel, args }: KernelCall) {
  return args.flatMap((arg, i) => {
    const address = (addressParameters[kernel] >> i) & 1 ? addressAt(arg as number) : null;
    return address === null ? [] : [address];
  });
}

test("every address lies within its part of memory, and nothing else is taken for one", () => {
  fc.assert(
    fc.property(
      recipes,
      fc.array(fc.nat(), { maxLength: 5 }),
      fc.integer({ min: 0, max: 9 }),
      (recipe, picks, batch) => {
        const random = randomGraph(recipe);
        const fetches = choose(random.nodes, [...picks, random.nodes.length - 1]);
        const { made, permanentEnd } = written(random, fetches, random.placeholders, batch);
        const ends = { permanent: permanentEnd, arena: made.arenaBytes, workspace: made.workspaceBytes };
        for (const instruction of made.instructions) {
          const call = instruction as KernelCall;
          expect(call.kind).toBe("kernel");
          for (const { base, offset } of addressesOf(call)) {
            expect(offset).toBeGreaterThanOrEqual(0);
            // A value of no elements lies at the end of what is before it.
            expect(offset).toBeLessThanOrEqual(ends[base]);
            expect(offset % 4).toBe(0);
          }
          call.args.forEach((arg, i) => {
            if (((addressParameters[call.kernel] >> i) & 1) === 0) expect(addressAt(Number(arg))).toBeNull();
          });
        }
      },
    ),
    { seed: 5, numRuns: 100 },
  );
});

test("the kernels' declarations say which parameters are addresses", () => {
  expect(addressParameters).toMatchObject({ relu: 0b11, elu: 0b101, affine: 0b11, gemmWorkspace: 0, increment: 1 });
  for (const build of builds) expect(Object.keys(engineOf(build).instantiate().kernels)).toEqual(Object.keys(kernels));
});

test("an address is found from the starts of the parts", () => {
  const random = randomGraph([[0, 1, 2]]);
  const { made } = written(random, random.nodes.slice(-1), random.placeholders, 2);
  const [slot] = [...made.slots.values()];
  const ptr = slot?.ptr as number;
  expect(addressAt(ptr)?.base).toBe("arena");
  expect(locate(ptr, [0, 5000, 9000]) - locate(ptr, [0, 4000, 9000])).toBe(1000);
  expect(locate(0, [0, 5000, 9000])).toBe(0);
  expect(addressAt(2 ** 31)).toBeNull();
});

test("the same program is linked again when the arena moves", () => {
  const { graph, session, x, y } = line();
  const run = session.prepare({ fetches: [y], feeds: [x], batch: 2 });
  const before = run.program;
  run.input(x).set(rows.flat());
  run.run();
  expect([...run.output(y).data]).toEqual([3.5, 1.5]);
  const more = graph.variable("more", 1, { shape: [100, 1000] });
  session.run(more);
  run.input(x).set(rows.flat());
  run.run();
  expect([...run.output(y).data]).toEqual([3.5, 1.5]);
  expect(run.program).toBe(before);
});

describe("what is no single kernel is an instruction of its own", () => {
  const kinds = ({ instructions }: Program) => instructions.map(({ kind }) => kind);

  test("a rate that follows a schedule", () => {
    const { session, x, loss } = line();
    const learningRate = exponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 0.5 });
    const update = sgd({ learningRate }).minimize(loss);
    const [first] = session.prepare({ fetches: [update], feeds: [x], batch: 2 }).program.instructions;
    expect(first).toMatchObject({ kind: "schedule", node: update });
  });

  test("an update of every other step, with what it does inside", () => {
    const { session, x, loss } = line();
    const update = accumulateGradients(adam(), 2).minimize(loss);
    const { instructions } = session.prepare({ fetches: [update], feeds: [x], batch: 2 }).program;
    const every = instructions.find(({ kind }) => kind === "everyNth");
    expect(every).toMatchObject({ every: 2, node: update });
    expect(every && "body" in every && every.body.map(({ kernel }) => kernel)).toEqual([
      "adamUpdate",
      "increment",
      "fill",
      "fill",
    ]);
  });

  test("a matrix that is packed when it has changed", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 40]);
    const w = graph.variable("w", 0.5, { shape: [40, 50] });
    const y = matmul(x, w);
    const made = sessionOf(graph).prepare({ fetches: [y], feeds: [x], batch: 1 }).program;
    expect(kinds(made)).toEqual(["renewal", "kernel"]);
    expect(made.instructions[0]?.makes).toEqual([w]);
  });
});

describe("printed", () => {
  test("one line a call: shapes, bytes, place and what it makes", () => {
    const { session, loss, update } = line();
    const report = program(session, [loss, update], { batch: 2 });
    expect(report.lines.map(({ kernel, shapes, bytes, makes }) => [kernel, shapes, bytes, makes.join()])).toEqual([
      ["gemm", "[2, 2] [2, 1] → [2, 1]", 8, "y"],
      ["sums", "[2, 1] → []", 4, "loss"],
      ["spread", "[] → [2, 1]", 8, "gradients/spread"],
      ["reluGradient", "[2, 1] [2, 1] → [2, 1]", 8, "gradients/reluGradient"],
      ["sums", "[2, 1] → [1]", 4, "gradients/sum"],
      ["gemm", "[2, 2] [2, 1] → [2, 1]", 8, "gradients/matmul"],
      ["sgdUpdate", "[2, 1] [1]", 12, "w,b"],
      ["increment", "[]", 4, "sgd/step"],
    ]);
    expect(report.lines.map(({ place }) => place.split(" ")[0])).toEqual([
      ...Array(6).fill("arena"),
      "permanent",
      "permanent",
    ]);
    const text = String(report);
    expect(text.split("\n")[0]).toMatch(/^ +Kernel +Shapes +Bytes +Place +Makes$/);
    expect(text).toMatch(/7 {2}sgdUpdate +\[2, 1\] \[1\] +12 {2}permanent +w and 1 more\n/);
    expect(text).toContain(`8 calls; arena ${report.arenaBytes} bytes, workspace ${report.workspaceBytes} bytes`);
  });

  test("by name, with the placeholders that are needed as feeds, and nothing runs", () => {
    const { session, w, update } = line();
    expect(program(session, "y").lines.map(({ kernel }) => kernel)).toEqual(["gemm"]);
    program(session, update);
    expect([...session.get(w).data]).toEqual([1, 2]);
  });

  test("what is fed hides what lies below it", () => {
    const { session, product, y, x } = line();
    expect(program(session, y, { feeds: [product] }).lines.map(({ kernel }) => kernel)).toEqual(["broadcast", "relu"]);
    expect(() => program(session, y, { feeds: [] })).toThrow(
      new ArgumentError("Session.run: x must be fed, since y depends on it."),
    );
    expect(program(session, x).lines).toEqual([]);
  });

  test.each([
    [{ batch: -1 }, "program: batch must be a non-negative integer; received -1."],
    [{ feed: [] }, 'received "feed"; did you mean "feeds"?'],
    [5, "received 5."],
  ])("refuses %o", (options, message) => {
    const { session, y } = line();
    expect(() => program(session, y, options as never)).toThrow(message);
  });

  test("refuses what is no session, and nodes of another graph", () => {
    const { session, y } = line();
    expect(() => program({} as never, y)).toThrow("program: session must be a Session; received an object.");
    expect(() => program(session, line().y)).toThrow(ArgumentError);
    expect(() => program(session, 5 as never)).toThrow(ArgumentError);
  });
});
