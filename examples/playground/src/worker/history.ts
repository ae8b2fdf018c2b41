// The curves of a training: at most MOST records, however long it lasts. When they are full every other one goes, and the
// next ones are twice as far apart.

import type { History } from "../engine/protocol.js";

export interface HistoryRecord {
  readonly step: number;
  readonly loss: number;
  readonly testLoss: number;
  readonly accuracy: number;
  readonly testAccuracy: number;
  /** Of each dense layer. */
  readonly gradients: readonly number[];
  /** Milliseconds since 1970. */
  readonly time: number;
}

const MOST = 400;

export class TrainingHistory {
  #records: HistoryRecord[];
  #stride = 1;

  constructor(records: readonly HistoryRecord[] = []) {
    this.#records = [...records];
    const last = records.at(-1);
    while (last && this.#stride * MOST < last.step) this.#stride *= 2;
  }

  get records(): readonly HistoryRecord[] {
    return this.#records;
  }

  /** The step from which a record is due. */
  get due(): number {
    const last = this.#records.at(-1);
    return last === undefined ? 0 : last.step + this.#stride;
  }

  add(record: HistoryRecord): void {
    this.#records.push(record);
    if (this.#records.length < MOST) return;
    // The first stays: it shows where the training began.
    this.#records = this.#records.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  columns(): History {
    const column = (of: (record: HistoryRecord) => number) => Float64Array.from(this.#records, of);
    const layers = this.#records[0]?.gradients.length ?? 0;
    return {
      step: column(({ step }) => step),
      loss: column(({ loss }) => loss),
      testLoss: column(({ testLoss }) => testLoss),
      accuracy: column(({ accuracy }) => accuracy),
      testAccuracy: column(({ testAccuracy }) => testAccuracy),
      gradients: Array.from({ length: layers }, (_, i) => column(({ gradients }) => gradients[i] as number)),
    };
  }
}
