// In a page: how workers end, and what their callers hear of it.

import { dense, init, StateError, sequential } from "../../../src/index.js";
import { modelInWorker } from "../../../src/worker/index.js";

type Ending = "close" | "terminate" | "abort" | "missing" | "failing" | "silent";

const classifier = () =>
  sequential([dense({ units: 8, activation: "relu" }), dense({ units: 3 })], { inputShape: [4], seed: 1 }).compile({
    optimizer: "adam",
    loss: "sparseCategoricalCrossentropy",
  });
const x = Float32Array.from({ length: 400 }, (_, i) => Math.sin(i));
const y = Int32Array.from({ length: 100 }, (_, i) => i % 3);

export default async function (ending: Ending) {
  await init();
  const message = async (call: Promise<unknown>) => {
    try {
      await call;
    } catch (error) {
      const { name, message } = error as Error;
      return { name, message, isStateError: error instanceof StateError };
    }
    return null;
  };
  const module = { type: "module" } as const;
  if (ending === "missing" || ending === "failing") {
    const address = ending === "missing" ? "/no/such/worker.js" : "/failing-worker.js";
    return { first: await message(modelInWorker(classifier(), { worker: new Worker(address, module) })), later: null };
  }
  const worker = new Worker(ending === "silent" ? "/own-worker.js" : "/dist/worker/host.js", module);
  const inWorker = await modelInWorker(classifier(), { worker });
  const aborter = new AbortController();
  let reports = 0;
  const end = () => {
    if (++reports !== 3) return;
    if (ending === "close") void inWorker.close();
    if (ending === "terminate") worker.terminate();
    if (ending === "abort") aborter.abort();
    if (ending === "silent") worker.postMessage("end yourself");
  };
  const first = await message(inWorker.fit(x, y, { epochs: 1e8, signal: aborter.signal, onStep: end }));
  const later = await message(inWorker.predict(x));
  await inWorker.close();
  return { first, later };
}
