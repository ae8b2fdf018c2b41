// Names as people write them: the same name in other cases, and what was probably meant by a wrong one.
// Used by every floor, through the checks of errors.ts and wherever an object of the library is chosen by name.

/** The words of Keras, scikit-learn and PyTorch for options that have another name here, folded. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  lr: ["learningRate"],
  learningrateinit: ["learningRate"],
  eta: ["learningRate", "eta0"],
  hiddenlayersizes: ["hiddenUnits"],
  hiddenunits: ["hiddenLayerSizes"],
  maxiter: ["epochs", "steps"],
  nepochs: ["epochs"],
  numepochs: ["epochs"],
  randomstate: ["seed"],
  seed: ["randomState"],
  inputdim: ["inputShape"],
  batchinputshape: ["inputShape"],
  usebias: ["bias"],
  bias: ["useBias"],
  rate: ["learningRate"],
  p: ["rate"],
  weightdecay: ["decay"],
  eps: ["epsilon"],
  keepdim: ["keepDims"],
  dim: ["axis"],
  targetshape: ["shape"],
  axes: ["axis"],
  axis: ["axes"],
  perm: ["axes"],
  low: ["min"],
  high: ["max"],
  min: ["low"],
  max: ["high"],
  factor: ["scale"],
  sigma: ["stddev"],
  std: ["stddev"],
  from: ["min"],
  to: ["max"],
  cvfolds: ["cv"],
};

/** A name without case, underscores, hyphens and blanks: `val_loss`, `valLoss` and `Val-Loss` are one. */
export function fold(name: string): string {
  return name.replace(/[_\-\s]/g, "").toLowerCase();
}

/** The one of `names` that `name` is in another spelling; undefined when there is none. */
export function sameName<N extends string>(name: string, names: readonly N[]): N | undefined {
  if (names.includes(name as N)) return name as N;
  const folded = fold(name);
  return names.find((each) => fold(each) === folded);
}

/** The one of `names` that was probably meant: another spelling, a synonym, or a slip of the pen. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const folded = fold(name.slice(0, 60));
  const same = sameName(name, names);
  if (same !== undefined) return same;
  const known = Object.hasOwn(synonyms, folded) ? synonyms[folded]?.find((each) => names.includes(each)) : undefined;
  if (known !== undefined) return known;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(folded.length / 3)) + 1;
  for (const each of names) {
    const distance = editDistance(folded, fold(each));
    if (distance < least) {
      least = distance;
      best = each;
    }
  }
  return best ?? names.find((each) => beginsAlike(folded, fold(each)));
}

/** `restoreBestWeights` and `restoreBest`: one is the other and more words. */
function beginsAlike(a: string, b: string): boolean {
  return Math.min(a.length, b.length) > 4 && (a.startsWith(b) || b.startsWith(a));
}

/** `; did you mean "units"?`, or nothing; goes between what was received and the full stop. */
export function suggestion(name: unknown, names: readonly string[]): string {
  const meant = typeof name === "string" ? nearest(name, names) : undefined;
  return meant === undefined ? "" : `; did you mean ${JSON.stringify(meant)}`;
}

/** Insertions, deletions, substitutions and exchanges of neighbours that lead from one word to the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const differs = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + differs);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] as number) + 1);
      }
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] as number;
}
