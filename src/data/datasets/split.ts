// The hold-out split of the embedded datasets: stratified, seeded, the same on every platform. Used by iris and digits.

import { ArgumentError, checkInteger, checkOptions, describe } from "../../errors.js";
import { RandomStream } from "../../tensor/random.js";
import { Tensor } from "../../tensor/tensor.js";
import type { Examples } from "./dataset.js";

export interface SplitOptions {
  /**
   * The part of the rows held out for testing, in [0, 1); 0.2 by default. 0 leaves the test part empty and
   * the training part in the order of the file.
   */
  readonly testFraction?: number;
  /** Decides which rows are held out and the order of both parts: an integer in [0, 2^53); 0 by default. */
  readonly seed?: number;
}

/**
 * Splits off `round(testFraction * count)` rows so that every class gives its share, to within one row, and keeps at
 * least one row for training. Both parts come shuffled.
 *
 * @throws ArgumentError for options out of range; `subject` names the dataset in the message.
 */
export function stratifiedSplit(
  subject: string,
  all: Examples,
  options: SplitOptions,
): { train: Examples; test: Examples } {
  checkOptions(subject, options, ["testFraction", "seed"]);
  const { testFraction = 0.2, seed = 0 } = options;
  checkInteger(`${subject}: seed`, seed, 0);
  if (!(typeof testFraction === "number" && testFraction >= 0 && testFraction < 1)) {
    throw new ArgumentError(
      `${subject}: testFraction must be a number in [0, 1); received ${describe(testFraction)}. For all rows in train, pass 0.`,
    );
  }
  const labels = all.y.data;
  if (testFraction === 0) return { train: all, test: take(all, []) };

  // One permutation chooses, another orders: the order in which classes fill up would show in the first alone.
  const random = new RandomStream(seed, "datasets/split");
  const quotas = testQuotas(labels, testFraction);
  const held = new Uint8Array(labels.length);
  for (const row of random.permutation(labels.length)) {
    const label = labels[row] as number;
    const quota = quotas[label] as number;
    if (quota === 0) continue;
    quotas[label] = quota - 1;
    held[row] = 1;
  }
  const order = random.permutation(labels.length);
  return {
    train: take(
      all,
      order.filter((row) => held[row] === 0),
    ),
    test: take(
      all,
      order.filter((row) => held[row] === 1),
    ),
  };
}

/** Test rows per class: the whole part of each share, then one more where the remainder is largest (Hare's method). */
function testQuotas(labels: ArrayLike<number>, testFraction: number): number[] {
  const counts: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  const shares = counts.map((count) => testFraction * count);
  const quotas = shares.map(Math.floor);
  const wanted = Math.round(testFraction * labels.length);
  let missing = wanted - quotas.reduce((sum, quota) => sum + quota, 0);
  const remainder = (label: number): number => (shares[label] as number) - (quotas[label] as number);
  // The sort is stable: of equal remainders, the lower label comes first.
  const byRemainder = [...shares.keys()].sort((a, b) => remainder(b) - remainder(a));
  for (const label of byRemainder) {
    if (missing <= 0) break;
    if ((quotas[label] as number) + 1 >= (counts[label] as number)) continue;
    quotas[label] = (quotas[label] as number) + 1;
    missing--;
  }
  return quotas;
}

/** The given rows, in the given order, copied. */
function take({ x, y }: Examples, rows: ArrayLike<number>): Examples {
  const features = x.shape[1] as number;
  const takenX = new Float32Array(rows.length * features);
  const takenY = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    takenX.set(x.data.subarray(row * features, (row + 1) * features), i * features);
    takenY[i] = y.data[row] as number;
  }
  return { x: new Tensor(takenX, [rows.length, features]), y: new Tensor(takenY, [rows.length]) };
}
