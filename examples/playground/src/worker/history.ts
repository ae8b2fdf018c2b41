// The curves of a training: at most MOST records, however long it lasts. They are thinned by their distance, partly on an
// even axis and mostly on a logarithmic one, so that the first thousand steps, in which a net learns, stay as full as the
// last hundred thousand, in which little happens.

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
/** Steps up to which the logarithmic axis is nearly even. */
const BEND = 10;
/** What the logarithmic axis counts, beside 1 for the even one. */
const LOG_WEIGHT = 2;
/** Places go from 0 to 1 + LOG_WEIGHT: this far apart, three quarters of MOST fit. */
const GAP = (1 + LOG_WEIGHT) / (0.75 * MOST);
/** Records should not lie farther apart than this share of the steps so far, whatever a record costs. */
const WIDEST = 0.06;

/** Where a step stands among `last` steps: its share of an even axis, plus its weighted share of a logarithmic one. */
function place(step: number, last: number): number {
  return step / last + (LOG_WEIGHT * Math.log1p(step / BEND)) / Math.log1p(last / BEND);
}

export class TrainingHistory {
  #records: HistoryRecord[];

  constructor(records: readonly HistoryRecord[] = []) {
    this.#records = [...records];
  }

  get records(): readonly HistoryRecord[] {
    return this.#records;
  }

  /** The step from which a record is due: from then on it would not be thinned out at once. */
  get due(): number {
    const last = this.#records.at(-1)?.step;
    if (last === undefined) return 0;
    const perStep = place(last + 1, last + 1) - place(last, last + 1);
    return last + Math.max(1, Math.floor(GAP / 2 / perStep));
  }

  /** The step from which a record is missed. */
  get overdue(): number {
    const last = this.#records.at(-1)?.step;
    return last === undefined ? 0 : Math.ceil((1 + WIDEST) * last) + 3;
  }

  add(record: HistoryRecord): void {
    this.#records.push(record);
    if (this.#records.length >= MOST) this.#records = thinned(this.#records);
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

/** Those that stand far enough from the one kept before; the first and the last stay. */
function thinned(records: readonly HistoryRecord[]): HistoryRecord[] {
  const last = (records.at(-1) as HistoryRecord).step;
  let kept = -GAP;
  return records.filter(({ step }, i) => {
    const here = place(step, last);
    if (here - kept < GAP && i < records.length - 1) return false;
    kept = here;
    return true;
  });
}

/** Records from a file, which may say anything: those of a net with that number of dense layers, in order; null if they are not. */
export function readRecords(value: unknown, layers: number, steps: number): HistoryRecord[] | null {
  if (!Array.isArray(value) || value.length > MOST) return null;
  const finite = (number: unknown): number is number => typeof number === "number" && Number.isFinite(number);
  let before = -1;
  const records: HistoryRecord[] = [];
  for (const record of value as readonly (Partial<HistoryRecord> | null)[]) {
    const { step, loss, testLoss, accuracy, testAccuracy, gradients, time } = record ?? {};
    const numbers = [step, loss, testLoss, accuracy, testAccuracy, time];
    if (!numbers.every(finite) || !Array.isArray(gradients) || gradients.length !== layers) return null;
    if (!gradients.every(finite) || (step as number) <= before || (step as number) > steps) return null;
    before = step as number;
    records.push({
      step: before,
      loss: loss as number,
      testLoss: testLoss as number,
      accuracy: accuracy as number,
      testAccuracy: testAccuracy as number,
      gradients: [...gradients],
      time: time as number,
    });
  }
  return records;
}
