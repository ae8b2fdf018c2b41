// What is raced: each discipline gives every contender the same input, and a result that is compared before any time is
// taken.

import {
  dense,
  type Engine,
  Graph,
  losses,
  matmul,
  type Node,
  RandomStream,
  Session,
  sequential,
  sgd,
  sigmoid,
  tanh,
} from "lanewise";
import { addProduct, PlainNet, sigmoid as plainSigmoid, tanh as plainTanh } from "./javascript.js";

export interface Runner {
  /** Does the work once. */
  readonly run: () => void;
  /** What the work gives, computed anew from the same start. */
  readonly result: () => Float32Array;
}

export interface Discipline {
  readonly name: string;
  readonly what: string;
  readonly unit: string;
  /** Units of work in one run. */
  readonly amount: number;
  /** Largest difference from plain JavaScript, as a share of the largest value, that rounding explains. */
  readonly tolerance: number;
  readonly javascript: () => Runner;
  readonly kernels: (engine: Engine) => Runner;
}

const SIZE = 256;
const VALUES = 65_536;
const NET = [784, 300, 100, 10] as const;
const BATCH = 50;
const RATE = 0.01;
/** Steps that both nets make from the same weights before these are compared. */
const COMPARED_STEPS = 3;

/** The array that a run writes to, after one. */
function resultIn(run: () => void, y: Float32Array): () => Float32Array {
  return () => {
    run();
    return y;
  };
}

function numbers(count: number, stream: string, from: number, to: number): Float32Array {
  const random = new RandomStream(1, `race/${stream}`);
  return Float32Array.from({ length: count }, () => from + (to - from) * random.uniform());
}

const product: Discipline = {
  name: "Matrix product",
  what: `${SIZE} × ${SIZE} times ${SIZE} × ${SIZE}`,
  unit: "GFLOP/s",
  amount: (2 * SIZE ** 3) / 1e9,
  tolerance: 1e-4,
  javascript: () => {
    const y = new Float32Array(SIZE ** 2);
    const run = () => {
      y.fill(0);
      addProduct(numbersA, numbersB, y, [SIZE, SIZE, SIZE]);
    };
    return { run, result: resultIn(run, y) };
  },
  kernels: (engine) =>
    onGraph(
      engine,
      [
        [SIZE, SIZE, numbersA],
        [SIZE, SIZE, numbersB],
      ],
      ([a, b]) => matmul(a as Node, b as Node),
    ),
};
const numbersA = numbers(SIZE ** 2, "a", -1, 1);
const numbersB = numbers(SIZE ** 2, "b", -1, 1);
const values = numbers(VALUES, "x", -6, 6);

function activation(
  name: string,
  plain: (x: Float32Array, y: Float32Array) => void,
  op: (x: Node) => Node,
): Discipline {
  return {
    name,
    what: `of ${VALUES.toLocaleString("en")} values`,
    unit: "million/s",
    amount: VALUES / 1e6,
    tolerance: 1e-6,
    javascript: () => {
      const y = new Float32Array(VALUES);
      const run = () => plain(values, y);
      return { run, result: resultIn(run, y) };
    },
    kernels: (engine) => onGraph(engine, [[1, VALUES, values]], ([x]) => op(x as Node)),
  };
}

/** One op over placeholders of those shapes, with those values. */
function onGraph(
  engine: Engine,
  inputs: readonly (readonly [number, number, Float32Array])[],
  op: (nodes: readonly Node[]) => Node,
): Runner {
  const graph = new Graph();
  const nodes = inputs.map(([rows, columns], i) => graph.placeholder(`input${i}`, [rows, columns]));
  const output = op(nodes);
  // Fetched too, so that no run writes over the inputs.
  const executable = new Session(graph, { engine }).prepare({ fetches: [output, ...nodes], feeds: nodes });
  const feed = () => {
    for (const [i, [, , data]] of inputs.entries()) executable.input(nodes[i] as Node).set(data);
  };
  feed();
  return {
    run: () => executable.run(),
    result: () => {
      feed();
      executable.run();
      return executable.output(output).data as Float32Array;
    },
  };
}

const pixels = numbers(BATCH * NET[0], "pixels", 0, 1);
const labels = Int32Array.from({ length: BATCH }, (_, i) => (7 * i) % NET[3]);

/** The course's net, by the same seed for everyone. */
function courseNet(engine?: Engine) {
  const hidden = NET.slice(1, -1).map((units) => dense({ units, activation: "relu", kernelInitializer: "heNormal" }));
  return sequential([...hidden, dense({ units: NET[3] })], {
    inputShape: [NET[0]],
    seed: 1,
    ...(engine && { engine }),
  });
}

const trainingStep: Discipline = {
  name: "Training step",
  what: `${NET.join("-")} net, ReLU, ${BATCH} pictures, SGD`,
  unit: "steps/s",
  amount: 1,
  tolerance: 1e-4,
  javascript: () => {
    const start = [...courseNet().getWeights().values()].map(({ data }) => data as Float32Array);
    const weights = Array.from({ length: start.length / 2 }, (_, i) => ({
      kernel: start[2 * i] as Float32Array,
      bias: start[2 * i + 1] as Float32Array,
    }));
    const racing = new PlainNet(weights, BATCH);
    return {
      run: () => racing.step(pixels, labels, RATE),
      result: () => {
        const net = new PlainNet(weights, BATCH);
        for (let i = 0; i < COMPARED_STEPS; i++) net.step(pixels, labels, RATE);
        return joined(net.layers.flatMap(({ kernel, bias }) => [kernel, bias]));
      },
    };
  },
  kernels: (engine) => {
    const make = () => {
      const model = courseNet(engine);
      const { graph, session, input, output } = model;
      const y = graph.placeholder("labels", [null], "int32");
      const update = sgd({ learningRate: RATE }).minimize(losses.sparseCategoricalCrossentropy().apply(output, y));
      const executable = session.prepare({ fetches: [update], feeds: [input, y], batch: BATCH });
      const run = () => {
        // A run may use the place of its inputs for something else.
        executable.input(input).set(pixels);
        executable.input(y).set(labels);
        executable.run();
      };
      return { model, run };
    };
    return {
      run: make().run,
      result: () => {
        const { model, run } = make();
        for (let i = 0; i < COMPARED_STEPS; i++) run();
        return joined([...model.getWeights().values()].map(({ data }) => data as Float32Array));
      },
    };
  },
};

function joined(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

export const disciplines: readonly Discipline[] = [
  product,
  activation("Sigmoid", plainSigmoid, sigmoid),
  activation("Tanh", plainTanh, tanh),
  trainingStep,
];
