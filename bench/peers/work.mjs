// The work that is compared: for each case, every library is prepared, does it once, and is checked against plain
// JavaScript before anything is timed.

import { COURSE_NET, CourseNet } from "../baselines/course-net.ts";
import { plainSpans, softmaxRows } from "../baselines/elementwise.ts";
import { IRIS_NET } from "../baselines/iris-net.ts";
import { matmul } from "../baselines/matmul.ts";
import { checkClose, randomFloats, randomLabels } from "../data.ts";

/** Steps of a net that has learnt all would be slow with tiny numbers: so it barely moves. */
const RATE = 1e-6;

/** Where a library does less or other work than the rest, in a footnote. */
const products = [...[64, 128, 256, 512, 1024].map((n) => [n, n, n]), [50, 784, 300], [50, 100, 10], [1, 784, 300]];

const functions = ["sigmoid", "tanh", "exp", "elu", "gelu"];

export const suites = [
  {
    name: "product",
    title: "Matrix products, GFLOP/s",
    notes:
      "m x k x n in float32, operands in the library's own memory, the result left there. onnxruntime-web is handed one " +
      "operand and gives the result back with every run, which its interface demands; the other operand is a constant.",
    better: "higher",
    cases: products.map(([m, k, n]) => ({
      name: `${m} x ${k} x ${n}`,
      figure: (ns) => (2 * m * k * n) / ns,
      prepare: (libraries) => prepareProduct(libraries, [m, k, n]),
      large: m * k * n >= 2 ** 28,
    })),
  },
  {
    name: "step",
    title: `Training step of ${COURSE_NET.join("-")}, batch 50, steps a second`,
    notes:
      "Softmax cross-entropy, one batch handed over from JavaScript with every step, the loss not fetched, the weights " +
      "changed when the step has returned. All start from the same weights and must have the same after three steps. " +
      "tfjs as it comes multiplies by transposed operands, for which its WebAssembly kernel has no fast path; " +
      "“gradients by hand” transposes first and multiplies then. jax-js runs the whole step under jit. " +
      "onnxruntime-web does not train; brain.js knows no batches and no cross-entropy.",
    better: "higher",
    cases: ["sgd", "adam"].map((rule) => ({
      name: rule === "sgd" ? "SGD" : "Adam",
      figure: (ns) => 1e9 / ns,
      prepare: (libraries) => prepareStep(libraries, COURSE_NET, rule, 50),
    })),
  },
  {
    name: "tiny",
    title: `Training step of ${IRIS_NET.join("-")}, batch 16, Adam, steps a second`,
    notes: "As above, on a net so small that only the cost of the calls counts.",
    better: "higher",
    cases: [
      {
        name: "Adam",
        figure: (ns) => 1e9 / ns,
        prepare: (libraries) => prepareStep(libraries, IRIS_NET, "adam", 16),
      },
    ],
  },
  {
    name: "predict",
    title: `Inference of ${COURSE_NET.join("-")}`,
    notes:
      "From the numbers of a batch in JavaScript to the logits as numbers in JavaScript. brain.js predicts example by " +
      "example, and puts its activation behind the last layer too.",
    better: "higher",
    cases: [1, 256].map((batch) => ({
      name: `batch ${batch}, examples a second`,
      figure: (ns) => (batch * 1e9) / ns,
      prepare: (libraries) => preparePrediction(libraries, batch),
    })),
  },
  {
    name: "elementwise",
    title: "Functions of single elements, ns an element",
    notes:
      "Input and result in the library's own memory; onnxruntime-web hands both over with every run. tfjs has no exact " +
      "GELU: it is composed of erf, a sum and products.",
    better: "lower",
    cases: [
      ...[4096, 1 << 20].flatMap((size) =>
        functions.map((name) => ({
          name: `${name}, ${size.toLocaleString("en-US")}`,
          figure: (ns) => ns / size,
          prepare: (libraries) => prepareMap(libraries, name, [size], plainSpans[name]),
        })),
      ),
      {
        name: "softmax, 256 x 1,000",
        figure: (ns) => ns / 256_000,
        prepare: (libraries) => prepareMap(libraries, "softmax", [256, 1000], (x, y) => softmaxRows(x, y, 1000)),
      },
    ],
  },
];

async function prepareProduct(libraries, [m, k, n]) {
  const [a, b] = [randomFloats(m * k, "peers/a"), randomFloats(k * n, "peers/b")];
  const expected = new Float32Array(m * n);
  matmul(a, b, expected, [m, k, n]);
  return prepareAll(libraries, "product", async (library) => {
    const { run, read } = await library.product(a, b, [m, k, n]);
    await run();
    checkClose(`${library.name}, ${m} x ${k} x ${n}`, await read(), expected, 1e-6 * k);
    return run;
  });
}

async function prepareMap(libraries, name, shape, plain) {
  const size = shape.reduce((x, y) => x * y);
  const x = randomFloats(size, `peers/${name}`, -4, 4);
  const expected = new Float32Array(size);
  plain(x, expected);
  return prepareAll(libraries, "map", async (library) => {
    const prepared = await library.map(name, x, shape);
    if (prepared === null) return null;
    await prepared.run();
    checkClose(`${library.name}, ${name}`, await prepared.read(), expected, 1e-4);
    return prepared.run;
  });
}

async function prepareStep(libraries, sizes, rule, batch) {
  const layers = layersOf(sizes);
  const batches = Array.from({ length: 10 }, (_, i) => ({
    x: randomFloats(batch * sizes[0], `peers/x${i}`, 0, 1),
    labels: randomLabels(batch, `peers/labels${i}`, sizes.at(-1)),
  }));
  // Checked at a rate that moves the weights by more than the tolerance. Adam makes a whole step of the smallest gradient,
  // which is what rounding has left of it: there libraries differ more.
  const [rate, tolerance] = rule === "sgd" ? [0.1, 2e-5] : [0.001, 2e-4];
  const plain = new CourseNet(layers, batch, rule, rate);
  for (const { x, labels } of batches.slice(0, 3)) plain.step(x, labels);
  return prepareAll(libraries, "trainer", async (library) => {
    const trial = await library.trainer(layers, rule, rate, batch);
    for (const { x, labels } of batches.slice(0, 3)) await trial.step(x, labels);
    const weights = await trial.weights();
    weights.forEach((received, i) => {
      checkClose(`${library.name}, ${rule}, parameter ${i}`, received, plain.parameters[i], tolerance);
    });
    const trainer = await library.trainer(layers, rule, RATE, batch);
    let next = 0;
    return () => {
      const { x, labels } = batches[next];
      next = (next + 1) % batches.length;
      return trainer.step(x, labels);
    };
  });
}

async function preparePrediction(libraries, batch) {
  const layers = layersOf(COURSE_NET);
  const x = randomFloats(batch * COURSE_NET[0], "peers/x", 0, 1);
  const expected = new CourseNet(layers, batch).predict(x);
  const expectedOf = { "brain.js": expected.map((value) => Math.max(value, 0)) };
  return prepareAll(libraries, "predictor", async (library) => {
    const predict = await library.predictor(layers, batch);
    checkClose(`${library.name}, batch ${batch}`, await predict(x), expectedOf[library.name] ?? expected, 1e-4);
    return () => predict(x);
  });
}

/** Uniform within Glorot's limits. */
function layersOf(sizes) {
  return sizes.slice(1).map((units, l) => {
    const limit = Math.sqrt(6 / (sizes[l] + units));
    return {
      kernel: randomFloats(sizes[l] * units, `peers/kernel${l}`, -limit, limit),
      bias: randomFloats(units, `peers/bias${l}`, -0.1, 0.1),
    };
  });
}

/** Name to function, of the libraries that can do it. */
async function prepareAll(libraries, method, prepare) {
  const prepared = new Map();
  for (const library of libraries) {
    const run = library[method] && (await prepare(library));
    if (run) prepared.set(library.name, run);
  }
  return prepared;
}
