// KFold and StratifiedKFold: each sample is in the test part of exactly one fold.

import { ArgumentError, checkFlag, checkInteger } from "../errors.js";
import { Parameterized } from "../parameters/parameterized.js";
import { classesOf, indicesOf, type LabelsLike, readLabels } from "../samples/labels.js";
import { countOf, type Samples } from "../samples/rows.js";
import { RandomStream } from "../tensor/random.js";

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
    super({ kind: "KFold", defaults, check }, parameters);
  }

  split(x: Samples): readonly Fold[] {
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

/** Every fold has its share of every class, to within one sample; so have the sizes of the folds. */
export class StratifiedKFold extends Parameterized<FoldParameters> implements Splitter {
  constructor(parameters: Partial<FoldParameters> = {}) {
    super({ kind: "StratifiedKFold", defaults, check }, parameters);
  }

  split(x: Samples, y?: LabelsLike): readonly Fold[] {
    const { nSplits, shuffle, randomState } = this.getParams();
    if (y === undefined) throw new ArgumentError("StratifiedKFold.split: needs the labels y; received none.");
    const labels = readLabels("StratifiedKFold.split", y, countOf("StratifiedKFold.split", x));
    const classes = classesOf(labels);
    const codes = indicesOf("StratifiedKFold.split", labels, classes);
    const counts = classes.map((_, code) => codes.filter((other) => other === code).length);
    const least = Math.min(...counts);
    if (nSplits > least) {
      throw new ArgumentError(
        `StratifiedKFold: nSplits must be at most the number of samples in the smallest class; ` +
          `received ${nSplits}, and class ${JSON.stringify(classes[counts.indexOf(least)])} has ${least}.`,
      );
    }
    // The samples sorted by class are dealt out like cards, which gives each fold its share of each class; within a
    // class, the shares then go to the samples in their order, or mixed.
    const sorted = [...codes].sort((a, b) => a - b);
    const shares = classes.map(() => new Array<number>(nSplits).fill(0));
    sorted.forEach((code, i) => {
      (shares[code] as number[])[i % nSplits]! += 1;
    });
    const random = new RandomStream(randomState, "splits/StratifiedKFold");
    const assigned = new Uint32Array(codes.length);
    shares.forEach((share, code) => {
      const members = [...codes.keys()].filter((i) => codes[i] === code);
      const order = shuffle ? random.permutation(members.length) : members.keys();
      const folds = share.flatMap((size, fold) => new Array<number>(size).fill(fold));
      [...order].forEach((member, i) => {
        assigned[members[member] as number] = folds[i] as number;
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
