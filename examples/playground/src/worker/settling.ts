// Whether a training has come to rest: a page that nobody watches any more should not heat a room.

import type { HistoryRecord } from "./history.js";

/** Steps after which a rest can be told from a pause in the learning; nets that still err often may find a way later. */
const FEWEST_STEPS = 6000;
const FEWEST_WHILE_WRONG = 40_000;
/** Share of the training examples from which a net counts as one that has found its way. */
const MOSTLY_RIGHT = 0.9;
/** Records in each of the stretches that are compared. */
const FEWEST_RECORDS = 6;
/** A loss this many times the usual one is a leap, as some optimizers make. */
const LEAP = 2;
/** By less than these shares of the loss, and of the examples, the last stretch must be better. */
const LESS_LOSS = 0.05;
const MORE_RIGHT = 0.002;

/**
 * True where the last half of the steps since `from` was not better than the quarter before it, in loss and in accuracy,
 * of the training part and of the test part. Where all training examples are right, their loss may go on falling for
 * ever: it then does not count.
 */
export function hasSettled(records: readonly HistoryRecord[], from = 0): boolean {
  const last = records.at(-1)?.step ?? 0;
  const right = (records.at(-1)?.accuracy ?? 0) >= MOSTLY_RIGHT;
  if (last - from < (right ? FEWEST_STEPS : FEWEST_WHILE_WRONG)) return false;
  const between = (low: number, high: number) =>
    records.filter(({ step }) => step > from + low * (last - from) && step <= from + high * (last - from));
  const [before, now] = [between(0.25, 0.5), between(0.5, 1)];
  if (before.length < FEWEST_RECORDS || now.length < FEWEST_RECORDS) return false;
  const less = (pick: Pick) => median(now, pick) < (1 - LESS_LOSS) * median(before, pick);
  const more = (pick: Pick) => median(now, pick) > median(before, pick) + MORE_RIGHT;
  // In the middle of a leap nobody wants to be left.
  if ((records.at(-1)?.loss ?? 0) > LEAP * median(now, ({ loss }) => loss)) return false;
  const learnt = now.every(({ accuracy }) => accuracy === 1);
  return !(
    (!learnt && less(({ loss }) => loss)) ||
    less(({ testLoss }) => testLoss) ||
    more(({ accuracy }) => accuracy) ||
    more(({ testAccuracy }) => testAccuracy)
  );
}

type Pick = (record: HistoryRecord) => number;

function median(records: readonly HistoryRecord[], pick: Pick): number {
  const values = records.map(pick).sort((a, b) => a - b);
  return values[values.length >> 1] as number;
}
