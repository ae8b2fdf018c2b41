// In a page: workers that take much memory, one after the other, and trainings of many steps. `next` goes on.

import { dense, init, sequential } from "../../../src/index.js";
import { modelInWorker, type WorkerModel } from "../../../src/worker/index.js";

const rows = 50_000;
const x = new Float32Array(rows * 100).fill(0.5);

const held = globalThis as unknown as { opened: WorkerModel | undefined };

/** `open` leaves a worker that holds 200 MB; `close` ends it; `cycle` does both, so many times. */
export default async function ({ act, times = 1 }: { act: "open" | "close" | "cycle"; times?: number }) {
  await init();
  for (let i = 0; i < times; i++) {
    if (act !== "close") {
      // One plan over all rows has 50,000 * 1,000 numbers between its two layers.
      const model = sequential([dense({ units: 1000 }), dense({ units: 1 })], { inputShape: [100] });
      held.opened = await modelInWorker(model);
      const { size } = await held.opened.predict(x, { batchSize: rows });
      if (size !== rows) throw new Error(`${size} results`);
    }
    if (act !== "open") await held.opened?.close();
  }
}
