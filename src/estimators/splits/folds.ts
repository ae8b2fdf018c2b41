// KFold and StratifiedKFold: each sample is in the test part of exactly one fold.

import { ArgumentError, checkArity, checkFlag, checkInteger, describe, warn } from "../../errors.js";
import { RandomStream } from "../../tensor/random.js";
import { Parameterized } from "../parameters/parameterized.js";
import { indicesOf, type Label, type LabelsLike, readLabels } from "../samples/labels.js";
import { countOf, type Samples } from "../samples/rows.js";

/** Indices of samples, ascending. */
export interface Fold {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** Splits samples into folds; `y` is needed only where classes matter. */
export interface Splitter {
  split(x: Samples, y?: LabelsLike): readonly Fold[];
}

export interface FoldParameters {
  /** At least 2. Default 5. */
  readonly nSplits: number;
  /** Mix the samples (of each class) first. Default false: in the order given. */
  readonly shuffle: boolean;
  /** The seed of the mixing. Default 0. */
  readonly randomState: number;
}

const defaults: FoldParameters = { nSplits: 5, shuffle: false, randomState: 0 };

function check(subject: string, { nSplits, shuffle, randomState }: FoldParameters): void {
  checkInteger(`${subject}: nSplits`, nSplits, 2);
  checkFlag(`${subject}: shuffle`, shuffle);
  checkInteger(`${subject}: randomState`, randomState, 0);
}

/** Consecutive blocks; the first `n % nSplits` have one sample more. */
export class KFold extends Parameterized<FoldParameters> implements Splitter {
  constructor(parameters: Partial<FoldParameters> = {}) {
    checkArity("KFold", arguments.length, 1);
    super({ kind: "KFold", defaults, check }, parameters);
  }

  split(x: Samples): readonly Fold[] {
    checkArity("KFold.split", arguments.length, 2);
    const { nSplits, shuffle, randomState } = this.getParams();
    const count = countOf("KFold.split", x);
    if (nSplits > count) {
      throw new ArgumentError(`KFold: nSplits must be at most the number of samples, ${count}; received ${nSplits}.`);
    }
    const order = shuffle ? new RandomStream(randomState, "splits/KFold").permutation(count) : undefined;
    const assigned = new Uint32Array(count);
    for (let fold = 0, place = 0; fold < nSplits; fold++) {
      const size = Math.floor(count / nSplits) + Number(fold < count % nSplits);
      for (let i = 0; i < size; i++, place++) assigned[order?.[place] ?? place] = fold;
    }
    return foldsOf(assigned, nSplits);
  }
}

/** A class may be in fewer folds than there are, which is worth a warning; some class must be in all. */
function checkCounts(nSplits: number, classes: readonly Label[], counts: readonly number[]): void {
  const most = counts.reduce((a, b) => Math.max(a, b));
  const least = counts.reduce((a, b) => Math.min(a, b));
  if (nSplits > most) {
    throw new ArgumentError(
      `StratifiedKFold: nSplits must be at most the number of samples in the largest class, ${most}; received ${nSplits}.`,
    );
  }
  if (nSplits > least) {
    const rare = describe(classes[counts.indexOf(least)]);
    warn(
      `StratifiedKFold: class ${rare} has ${least} ${least === 1 ? "sample" : "samples"}, fewer than nSplits, ` +
        `${nSplits}; some folds have none of it.`,
    );
  }
}

/**
 * Every fold has its share of every class, to within one sample; so have the sizes of the folds. Indices are those of
 * scikit-learn unless `shuffle` is on. A class with fewer samples than folds is missing in some, with a warning on the
 * console; ArgumentError if that holds for every class.
 */
export class StratifiedKFold extends Parameterized<FoldParameters> implements Splitter {
  constructor(parameters: Partial<FoldParameters> = {}) {
    checkArity("StratifiedKFold", arguments.length, 1);
    super({ kind: "StratifiedKFold", defaults, check }, parameters);
  }

  split(x: Samples, y?: LabelsLike): readonly Fold[] {
    checkArity("StratifiedKFold.split", arguments.length, 2);
    const { nSplits, shuffle, randomState } = this.getParams();
    if (y === undefined) throw new ArgumentError("StratifiedKFold.split: needs the labels y; received none.");
    const subject = "StratifiedKFold.split";
    const labels = readLabels(subject, y, countOf(subject, x));
    // Classes are numbered in the order in which they first appear, as in scikit-learn.
    const classes = [...new Set(labels)];
    const codes = indicesOf(subject, labels, classes);
    const counts = new Array<number>(classes.length).fill(0);
    for (const code of codes) counts[code]! += 1;
    checkCounts(nSplits, classes, counts);
    // The samples sorted by class are dealt out like cards, which gives each fold its share of each class; within a
    // class, the shares then go to the samples in their order, or mixed.
    const sorted = [...codes].sort((a, b) => a - b);
    const shares = classes.map(() => new Array<number>(nSplits).fill(0));
    sorted.forEach((code, i) => {
      (shares[code] as number[])[i % nSplits]! += 1;
    });
    const members: number[][] = classes.map(() => []);
    codes.forEach((code, i) => void members[code]?.push(i));
    const random = new RandomStream(randomState, "splits/StratifiedKFold");
    const assigned = new Uint32Array(codes.length);
    shares.forEach((share, code) => {
      const own = members[code] as number[];
      const order = shuffle ? random.permutation(own.length) : own.keys();
      const folds = share.flatMap((size, fold) => new Array<number>(size).fill(fold));
      [...order].forEach((member, i) => {
        assigned[own[member] as number] = folds[i] as number;
      });
    });
    return foldsOf(assigned, nSplits);
  }
}

/** The folds from the number of the fold in which each sample is tested. */
function foldsOf(assigned: Uint32Array, nSplits: number): Fold[] {
  const samples = Uint32Array.from(assigned.keys());
  return Array.from({ length: nSplits }, (_, fold) => ({
    train: samples.filter((i) => assigned[i] !== fold),
    test: samples.filter((i) => assigned[i] === fold),
  }));
}
