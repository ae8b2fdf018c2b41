// In a page: how long its thread is kept from everything else while a net of MNIST's size is made and trained on it.

import { dense, init, sequential, sgd, Tensor } from "../../../src/index.js";

export default async function (examples: number) {
  const times: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => T) => {
    const start = performance.now();
    const r = await work();
    times[name] = performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return r;
  };
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const e of list.getEntries()) tasks.push(e.duration);
  });
  try {
    observer.observe({ type: "longtask", buffered: true });
  } catch {}
  const x = new Tensor(
    new Float32Array(examples * 784).map((_, i) => (i % 255) / 255),
    [examples, 784],
  );
  const y = new Tensor(
    new Int32Array(examples).map((_, i) => i % 10),
    [examples],
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  tasks.length = 0;
  await timed("init", () => init());
  const model = await timed("model", () =>
    sequential(
      [dense({ units: 300, activation: "relu" }), dense({ units: 100, activation: "relu" }), dense({ units: 10 })],
      { inputShape: [784], seed: 1 },
    ),
  );
  await timed("compile", () =>
    model.compile({
      optimizer: sgd({ learningRate: 0.01 }),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    }),
  );
  const marks: number[] = [];
  let longest = 0;
  let last = performance.now();
  let going = true;
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    const now = performance.now();
    if (now - last > 20) marks.push(Math.round(now - last));
    longest = Math.max(longest, now - last);
    last = now;
    if (going) channel.port2.postMessage(null);
  };
  channel.port2.postMessage(null);
  let first = 0;
  const start = performance.now();
  await timed("fit", () =>
    model.fit(x, y, {
      epochs: 1,
      batchSize: 50,
      onStep: () => {
        first ||= performance.now() - start;
      },
    }),
  );
  await timed("fit2", () => model.fit(x, y, { epochs: 1, batchSize: 50 }));
  await timed("evaluate", () => model.evaluate(x, y));
  going = false;
  channel.port1.close();
  return { times, first, tasks, longest, marks };
}
