// Kernels that do little arithmetic on much memory, against the time in which as many bytes are copied: updates of the
// optimizers on the course's net, the gradient of a bias, batch normalisation, broadcasting addition.

import {
  adam,
  add,
  type Engine,
  Graph,
  layers,
  type Node,
  type Optimizer,
  Session,
  sgd,
  sum,
} from "../../src/index.js";
import { adam as plainAdam, sgd as plainSgd } from "../baselines/course-net.js";
import { addRow, columnSums, normalizeColumns } from "../baselines/elementwise.js";
import { compare, copyLimit, type Limit, microseconds } from "../compare.js";
import { checkClose, randomFloats } from "../data.js";
import { prepareOp } from "../op.js";
import type { Row, Variant } from "../report.js";
import type { Bench, Suite } from "../suite.js";

/** Parameters of 784-300-100-10. */
const PARAMETERS = 266_610;
const ROWS = 256;
const COLUMNS = 1024;

export const memory: Suite = {
  name: "memory",
  title: "kernels that memory limits: as many bytes copied in the same cache",
  limit: "of copy",
  run: async (bench) => [...(await measureUpdates(bench)), ...(await measureRows(bench))],
};

/** Large enough that a step shows in the weights. */
const RATE = 1e-3;

interface Work {
  readonly run: () => void;
  readonly result: () => Float32Array;
}

/** All variants do the same once, are compared, and then timed. */
function measure(
  bench: Bench,
  name: string,
  limit: Limit | null,
  plain: Work,
  ours: (engine: Engine) => Work,
  tolerance = 1e-4,
): Promise<Row[]> {
  plain.run();
  const expected = plain.result().slice();
  const work = new Map<Variant, { run: () => void }>([["javascript", plain]]);
  for (const [gear, engine] of bench.engines) {
    const mine = ours(engine);
    mine.run();
    checkClose(`${name}, ${gear}`, mine.result(), expected, tolerance);
    work.set(gear, mine);
  }
  return compare(bench, { suite: "memory", case: name, work, limit, metrics: [microseconds("call")] });
}

/** A float moves 4 bytes: SGD reads w and g and writes w, momentum moves m twice as well, Adam m and v. */
async function measureUpdates(bench: Bench): Promise<Row[]> {
  const w = randomFloats(PARAMETERS, "memory/w");
  const g = randomFloats(PARAMETERS, "memory/g");
  const slot = () => new Float32Array(PARAMETERS);
  const update = (name: string, moved: number, live: number, optimizer: () => Optimizer, plain: PlainUpdate) =>
    copyLimit(bench, moved * PARAMETERS, live * PARAMETERS).then((limit) => {
      const mine = w.slice();
      const state = [slot(), slot()] as const;
      let step = 0;
      const javascript = { run: () => plain(mine, g, state, ++step), result: () => mine };
      const title = `${name} update, ${PARAMETERS.toLocaleString("en-US")} parameters`;
      return measure(bench, title, limit, javascript, (engine) => updateOf(engine, optimizer(), w, g), 1e-6);
    });
  return [
    ...(await update(
      "SGD",
      12,
      8,
      () => sgd({ learningRate: RATE }),
      (p, d) => plainSgd(p, d, RATE),
    )),
    ...(await update(
      "momentum",
      20,
      12,
      () => sgd({ learningRate: RATE, momentum: 0.9 }),
      (p, d, [m]) => {
        for (let i = 0; i < p.length; i++) {
          m[i] = 0.9 * m[i]! - RATE * d[i]!;
          p[i]! += m[i]!;
        }
      },
    )),
    ...(await update(
      "Adam",
      28,
      16,
      () => adam({ learningRate: RATE, formulation: "pytorch", epsilon: 1e-8 }),
      (p, d, [m, v], step) => plainAdam(p, d, m, v, RATE, step),
    )),
  ];
}

type PlainUpdate = (
  w: Float32Array,
  g: Float32Array,
  slots: readonly [Float32Array, Float32Array],
  step: number,
) => void;

function updateOf(engine: Engine, optimizer: Optimizer, w: Float32Array, g: Float32Array): Work {
  const graph = new Graph({ seed: 1 });
  const variable = graph.variable("w", 0, { shape: [w.length] });
  const gradient = graph.placeholder("g", [g.length]);
  const update = optimizer.applyGradients([{ gradient, variable }]);
  const session = new Session(graph, { engine });
  session.set([[variable, w]]);
  const executable = session.prepare({ fetches: [update], feeds: [gradient] });
  executable.input(gradient).set(g);
  return { run: () => executable.run(), result: () => session.get(variable).data as Float32Array };
}

async function measureRows(bench: Bench): Promise<Row[]> {
  const size = ROWS * COLUMNS;
  const shape = [ROWS, COLUMNS];
  const x = randomFloats(size, "memory/x");
  const b = randomFloats(COLUMNS, "memory/b");
  const sums = new Float32Array(COLUMNS);
  const y = new Float32Array(size);
  const inputs = { x: { shape, values: x } };
  const sizes = `${ROWS} x ${COLUMNS.toLocaleString("en-US")}`;
  // Read x; read x and write y; the same at least for batch normalisation, which has to read x for its mean before.
  const [reading, moving] = [await copyLimit(bench, 4 * size), await copyLimit(bench, 8 * size)];
  return [
    ...(await measure(
      bench,
      `bias gradient, ${sizes}`,
      reading,
      { run: () => columnSums(x, sums), result: () => sums },
      (engine) => prepareOp(engine, inputs, (node) => sum(node as Node, { axis: 0 })),
      1e-3,
    )),
    ...(await measure(
      bench,
      `broadcast add, ${sizes}`,
      moving,
      { run: () => addRow(x, b, y), result: () => y },
      (engine) =>
        prepareOp(engine, { ...inputs, b: { shape: [COLUMNS], values: b } }, (node, row) =>
          add(node as Node, row as Node),
        ),
    )),
    ...(await measure(
      bench,
      `batch normalisation, ${sizes}`,
      moving,
      { run: () => normalizeColumns(x, y, COLUMNS), result: () => y },
      (engine) => batchNormalizationOf(engine, shape, x),
      1e-3,
    )),
  ];
}

/** In training mode, running means included, as in a training step. */
function batchNormalizationOf(engine: Engine, shape: number[], x: Float32Array): Work {
  const graph = new Graph({ seed: 1 });
  const input = graph.placeholder("x", shape);
  const y = layers.batchNormalization().apply(input);
  const { training, updates } = graph;
  const executable = new Session(graph, { engine }).prepare({ fetches: [y, ...updates], feeds: [input, training] });
  executable.input(input).set(x);
  executable.input(training).fill(1);
  return { run: () => executable.run(), result: () => executable.output(y).data as Float32Array };
}
