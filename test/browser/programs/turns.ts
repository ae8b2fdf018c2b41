// In a page: how often its thread is free for others while a net of MNIST's size is made and trained on it.

import { dense, init, sequential, sgd, Tensor } from "../../../src/index.js";

/** Counts the turns that others get, and how long they wait for them. */
class Turns {
  count = 0;
  readonly waits: number[] = [];
  readonly #channel = new MessageChannel();
  #last = performance.now();

  constructor() {
    const { port1, port2 } = this.#channel;
    port1.onmessage = () => {
      const now = performance.now();
      this.waits.push(now - this.#last);
      this.#last = now;
      this.count++;
      port2.postMessage(null);
    };
    port2.postMessage(null);
  }

  end(): void {
    this.#channel.port1.close();
  }
}

export default async function ({ examples, epochs }: { examples: number; epochs: number }) {
  const x = new Tensor(new Float32Array(examples * 784).fill(0.5), [examples, 784]);
  const y = new Tensor(new Int32Array(examples).fill(3));
  const frames: number[] = [];
  let going = true;
  const frame = (time: number) => {
    frames.push(time);
    if (going) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const longTasks: number[] = [];
  const observer = new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map(({ duration }) => duration)),
  );
  // Chromium tells of them; Firefox lets the observer be, and hears nothing.
  observer.observe({ type: "longtask" });
  const turns = new Turns();
  await new Promise((resolve) => setTimeout(resolve, 50));

  await init();
  const stack = [
    dense({ units: 300, activation: "relu" }),
    dense({ units: 100, activation: "relu" }),
    dense({ units: 10 }),
  ];
  const model = sequential(stack, { inputShape: [784], seed: 1 });
  model.compile({
    optimizer: sgd({ learningRate: 0.01 }),
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const before = turns.count;
  const from = frames.length;
  const start = performance.now();
  let firstStep = 0;
  await model.fit(x, y, { epochs, batchSize: 50, onStep: () => (firstStep ||= turns.count) });
  const took = performance.now() - start;
  const after = turns.count;
  await model.evaluate(x, y);
  const evaluated = turns.count;
  await new Promise((resolve) => setTimeout(resolve, 50));
  going = false;
  turns.end();
  observer.disconnect();
  return {
    beforeFirstStep: firstStep - before,
    during: after - before,
    inEvaluate: evaluated - after,
    frames: frames.length - from,
    took,
    longestWait: Math.max(...turns.waits),
    longTasks,
  };
}
