// The training step that Node and browsers make in turns: the course's net, batch 50, plain SGD.

type Lanewise = typeof import("../../src/index.js");

export interface Stepper {
  /** Trains for so many milliseconds; gives those of one step. */
  run(milliseconds: number): Promise<number>;
}

export async function makeStepper({ dense, init, sequential, sgd, Tensor }: Lanewise): Promise<Stepper> {
  const engine = await init({ build: "simd" });
  const stack = [
    dense({ units: 300, activation: "relu" }),
    dense({ units: 100, activation: "relu" }),
    dense({ units: 10 }),
  ];
  const model = sequential(stack, { inputShape: [784], seed: 1, engine }).compile({
    optimizer: sgd({ learningRate: 1e-6 }),
    loss: "sparseCategoricalCrossentropy",
  });
  const examples = 1000;
  const x = new Tensor(
    Float32Array.from({ length: examples * 784 }, (_, i) => ((i * 7919) % 255) / 255),
    [examples, 784],
  );
  const y = new Tensor(Int32Array.from({ length: examples }, (_, i) => i % 10));
  const executable = model.session.prepare({
    fetches: model.graph.nodes().filter(({ op }) => op.name === "sgdUpdate"),
    feeds: [model.input, "labels"],
    batch: 50,
  });
  const labels = model.graph.node("labels");
  let from = 0;
  const step = () => {
    executable.input(model.input).set(x.rows(from, from + 50).data);
    executable.input(labels).set(y.rows(from, from + 50).data);
    executable.run();
    from = (from + 50) % examples;
  };
  return {
    run: async (milliseconds) => {
      let best = Infinity;
      const end = performance.now() + milliseconds;
      while (performance.now() < end) {
        const start = performance.now();
        for (let i = 0; i < 50; i++) step();
        best = Math.min(best, (performance.now() - start) / 50);
      }
      return best;
    },
  };
}
