// What the sample calls share: a graph with nodes of some shapes, small models, data.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as lanewise from "../../../src/index.js";
import { call, flag, integer, number, options, positive, text, value, word } from "../kinds.js";

const { dense, Graph, init, sequential, Session, Tensor } = lanewise;
await init();

export const graph = new Graph({ seed: 1 });
export const x = graph.placeholder("x", [null, 2]);
export const pictures = graph.placeholder("pictures", [null, 6, 6, 2]);
export const sequences = graph.placeholder("sequences", [null, 6, 2]);
export const labels = graph.placeholder("labels", [null], "int32");
export const indices = graph.placeholder("indices", [null, 1], "int32");
export const matrix = graph.variable("matrix", [
  [1, 2],
  [3, 4],
]);
export const row = graph.variable("row", [1, 2]);
export const loss = lanewise.mean(lanewise.square(lanewise.matmul(x, matrix)));
export const session = new Session(graph);
export const feeds = { x: [[1, 2]] };

/** A node of the shared graph, [null, 2] unless another is given. */
export const node = (given: lanewise.Node = x) => value(() => given);
/** The place of an operand, where a number may stand too. */
export const operand = (given: lanewise.Node = x) => value(() => given, "number");
export const nodes = (...given: lanewise.Node[]) => value(() => given);

export const features = [
  [0, 1],
  [1, 0],
  [2, 3],
  [3, 1],
];
export const classes = [0, 1, 1, 0];
/** Four examples of two numbers. */
export const examples = () => value(() => features);
/** Their classes. */
export const targets = () => value(() => classes);

/** A new compiled model with two inputs and two classes. */
export function classifier() {
  const layers = [dense({ units: 3, activation: "relu" }), dense({ units: 2, name: "out" })];
  const model = sequential(layers, { inputShape: [2], seed: 1 });
  return model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
}
export const model = classifier();
export const aModel = () => value(() => model);
export const tensor = () => value(() => new Tensor(Float32Array.of(1, 2), [2]));
export const state = () => value(() => model.getState());
export const weights = () => value(() => model.getWeights());
/** Words by names, which go into a file beside what is saved. */
export const metadata = () => value({ made: "here" }, "{}");
export const bytes = (given: () => unknown = () => Uint8Array.of(1, 2, 3)) => value(given);

export const name = text("named");
/** The options of an op that has no others. */
export const named = options({ name });
/** An axis of a reduction. */
export const axis = value(1, "null", "[]");
export const shape = (given: readonly (number | null)[]) => value(() => given);
export const engine = value(() => session.engine);

const { constraints, initializers, regularizers } = lanewise;
export const initializer = value(() => initializers.zeros(), "function");
export const regularizer = value(() => regularizers.l2(0.1), "function");
export const constraint = value(() => constraints.nonNeg(), "function");
/** The options of every layer. */
export const layer = { name: text("layer"), trainable: flag() };
export const activation = value("relu", "null", "function");
export const denseLayer = call(
  options(
    {
      units: integer(2),
      activation,
      useBias: flag(),
      kernelInitializer: initializer,
      biasInitializer: initializer,
      kernelRegularizer: regularizer,
      biasRegularizer: regularizer,
      activityRegularizer: regularizer,
      kernelConstraint: constraint,
      biasConstraint: constraint,
      ...layer,
    },
    ["units"],
  ),
);
export const monitor = { monitor: text("loss"), mode: word("min"), minDelta: positive(0) };
export const earlyStopping = call(
  options({ patience: integer(1), baseline: number(1), restoreBest: flag(), ...monitor }),
);

/** Files and folders for what reads and writes them, in a folder that goes with the process. */
const root = mkdtempSync(join(tmpdir(), "lanewise-contract-"));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));
export const folder = (file: string) => join(root, file);
/** The path of a file with these bytes. */
export function file(name: string, content: Uint8Array | string): string {
  mkdirSync(dirname(folder(name)), { recursive: true });
  writeFileSync(folder(name), content);
  return folder(name);
}
