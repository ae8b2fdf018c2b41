// The nets of the benches as users write them: with the graph in their hands, and as a Model. Both name their layers
// alike, so that one seed gives both the same weights.

import {
  type Activation,
  adam,
  argmax,
  dense,
  type Engine,
  equal,
  Graph,
  type Model,
  mean,
  type Node,
  type Optimizer,
  Session,
  sequential,
  sgd,
  sparseSoftmaxCrossEntropy,
} from "../src/index.js";

const SEED = 1;

/** Training steps of the benches barely move the weights: a net that has learnt all would be slow with tiny numbers. */
export const BENCH_RATE = 1e-6;

/** The update rules that the baselines know. */
export type Rule = "sgd" | "adam";

export function optimizerOf(rule: Rule, learningRate: number): Optimizer {
  return rule === "sgd" ? sgd({ learningRate }) : adam({ learningRate, formulation: "pytorch", epsilon: 1e-8 });
}

/** Dense layers with ReLU between them; the first size is that of the inputs. */
function layersOf(sizes: readonly number[]) {
  return sizes.slice(1).map((units, i) => {
    const activation: Activation = i < sizes.length - 2 ? "relu" : null;
    return dense({ units, activation });
  });
}

export interface NetGraph {
  readonly session: Session;
  readonly x: Node;
  readonly labels: Node;
  readonly logits: Node;
  readonly loss: Node;
  readonly accuracy: Node;
  readonly update: Node;
  /** Kernel and bias of each layer in turn. */
  readonly variables: readonly Node[];
}

export function netGraph(engine: Engine, sizes: readonly number[], optimizer: Optimizer): NetGraph {
  const graph = new Graph({ seed: SEED });
  const x = graph.placeholder("input", [null, sizes[0] as number]);
  const logits = layersOf(sizes).reduce<Node>((y, layer) => layer.apply(y), x);
  const variables = graph.trainable();
  const labels = graph.placeholder("labels", [null], "int32");
  const loss = mean(sparseSoftmaxCrossEntropy(logits, labels));
  const accuracy = mean(equal(argmax(logits), labels));
  const update = optimizer.minimize(loss);
  return { session: new Session(graph, { engine }), x, labels, logits, loss, accuracy, update, variables };
}

export function netModel(engine: Engine, sizes: readonly number[], optimizer: Optimizer): Model {
  return sequential(layersOf(sizes), { inputShape: [sizes[0] as number], seed: SEED, engine }).compile({
    optimizer,
    loss: "sparseCategoricalCrossentropy",
  });
}

/** One training step per call on the batches in turn, written in before each run. `report` is computed as well. */
export function trainer(
  net: NetGraph,
  batches: readonly { readonly x: Float32Array; readonly labels: Int32Array }[],
  report: readonly Node[] = [],
): () => void {
  const batch = batches[0]?.labels.length as number;
  const executable = net.session.prepare({ fetches: [...report, net.update], feeds: [net.x, net.labels], batch });
  let next = 0;
  return () => {
    const { x, labels } = batches[next] as (typeof batches)[number];
    next = next + 1 === batches.length ? 0 : next + 1;
    executable.input(net.x).set(x);
    executable.input(net.labels).set(labels);
    executable.run();
    for (const node of report) executable.scalar(node);
  };
}

/** Loss on one batch, nothing changed. */
export function lossOn({ session, x, labels, loss }: NetGraph, batch: { x: Float32Array; labels: Int32Array }): number {
  return session.run(loss, [
    [x, batch.x],
    [labels, batch.labels],
  ]).data[0] as number;
}

/** The weights as the baselines take them. */
export function layerWeights({ session, variables }: NetGraph): { kernel: Float32Array; bias: Float32Array }[] {
  const values = session.run(variables).map(({ data }) => data as Float32Array);
  return Array.from({ length: values.length / 2 }, (_, layer) => ({
    kernel: values[2 * layer] as Float32Array,
    bias: values[2 * layer + 1] as Float32Array,
  }));
}
