// One split into a training and a test part.

import {
  ArgumentError,
  checkArity,
  checkFlag,
  checkInteger,
  checkOptions,
  describe,
  ShapeError,
} from "../../errors.js";
import { RandomStream } from "../../tensor/random.js";
import { classesOf, indicesOf, type LabelsLike, readLabels } from "../samples/labels.js";
import { countOf, type Samples, takeRows } from "../samples/rows.js";

export interface TrainTestSplitOptions {
  /** The part of the samples in (0, 1), rounded up, or their number. Default 0.25. */
  readonly testSize?: number;
  /** Default true. */
  readonly shuffle?: boolean;
  /** Labels whose classes should have the same share in both parts. Default none. */
  readonly stratify?: LabelsLike;
  /** The seed. Default 0. */
  readonly randomState?: number;
}

export interface TrainTestSplit<X extends Samples, Y extends Samples> {
  readonly xTrain: X;
  readonly xTest: X;
  readonly yTrain: Y;
  readonly yTest: Y;
}

/** Splits samples and labels alike. */
export function trainTestSplit<X extends Samples, Y extends Samples>(
  x: X,
  y: Y,
  options: TrainTestSplitOptions = {},
): TrainTestSplit<X, Y> {
  checkArity("trainTestSplit", arguments.length, 3);
  const count = countOf("trainTestSplit: x", x);
  const labels = countOf("trainTestSplit: y", y);
  if (labels !== count) {
    throw new ShapeError(`trainTestSplit: x and y must have equally many samples; received ${count} and ${labels}.`);
  }
  const { train, test } = splitIndices(count, options);
  return {
    xTrain: takeRows(x, train),
    xTest: takeRows(x, test),
    yTrain: takeRows(y, train),
    yTest: takeRows(y, test),
  };
}

/** Which of `count` samples are trained on and which are held out. */
export function splitIndices(count: number, options: TrainTestSplitOptions = {}) {
  checkOptions("trainTestSplit", options, ["testSize", "shuffle", "stratify", "randomState"]);
  const { testSize = 0.25, shuffle = true, stratify, randomState = 0 } = options;
  checkFlag("trainTestSplit: shuffle", shuffle);
  checkInteger("trainTestSplit: randomState", randomState, 0);
  const share = typeof testSize === "number" && testSize > 0 && testSize < 1;
  const held = share ? Math.ceil(testSize * count - 1e-9) : testSize;
  if (!Number.isInteger(held) || held < 1 || held >= count) {
    throw new ArgumentError(
      `trainTestSplit: testSize must be a part in (0, 1) or an integer from 1 to ${count - 1}, leaving samples in ` +
        `both parts; received ${describe(testSize)} of ${count}.`,
    );
  }
  if (stratify !== undefined && !shuffle) {
    throw new ArgumentError("trainTestSplit: stratify needs shuffle; received shuffle: false.");
  }
  const samples = Uint32Array.from({ length: count }, (_, i) => i);
  if (!shuffle) return { train: samples.subarray(0, count - held), test: samples.subarray(count - held) };

  const random = new RandomStream(randomState, "splits/trainTestSplit");
  const chosen = random.permutation(count);
  if (stratify === undefined) return { train: chosen.subarray(held), test: chosen.subarray(0, held) };

  const quotas = testQuotas(readLabels("trainTestSplit: stratify", stratify, count), held);
  const train: number[] = [];
  const test: number[] = [];
  for (const i of chosen) {
    const code = quotas.codes[i] as number;
    const open = quotas.open[code] as number;
    (open > 0 ? test : train).push(i);
    if (open > 0) quotas.open[code] = open - 1;
  }
  // The first of `chosen` all went to the test part: another order hides that.
  const mixed = (rows: number[]) => Uint32Array.from(random.permutation(rows.length), (i) => rows[i] as number);
  return { train: mixed(train), test: mixed(test) };
}

/** How many samples of each class are held out: whole parts of the shares, then the largest remainders (Hare). */
function testQuotas(labels: ReturnType<typeof readLabels>, held: number) {
  const classes = classesOf(labels);
  const codes = indicesOf("trainTestSplit", labels, classes);
  const counts = classes.map((_, code) => codes.filter((other) => other === code).length);
  const lonely = counts.findIndex((count) => count < 2);
  if (lonely >= 0) {
    throw new ArgumentError(
      `trainTestSplit: every class of stratify must have at least two samples; ${describe(classes[lonely])} has one.`,
    );
  }
  if (held < classes.length || labels.length - held < classes.length) {
    throw new ArgumentError(
      `trainTestSplit: both parts must have room for the ${classes.length} classes of stratify; ` +
        `received ${held} of ${labels.length} samples to hold out.`,
    );
  }
  const shares = counts.map((count) => (held * count) / labels.length);
  const open = shares.map(Math.floor);
  const missing = held - open.reduce((sum, quota) => sum + quota, 0);
  const remainder = (code: number) => (shares[code] as number) - (open[code] as number);
  const byRemainder = [...open.keys()].sort((a, b) => remainder(b) - remainder(a));
  for (const code of byRemainder.slice(0, missing)) open[code]! += 1;
  return { codes, open };
}
