// The rules of `advice`: each looks at what a training left and says what it sees and what to try, or nothing.

import type { Loss } from "../../nn/losses/loss.js";
import type { Node } from "../../ops/op.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { GivenLabels } from "./callback.js";
import type { LayerStatistics } from "./layerStatistics.js";

export type AdviceRule =
  | "rateTooHigh"
  | "outputAndLoss"
  | "oneClass"
  | "sortedValidation"
  | "unscaledFeatures"
  | "unscaledLabels"
  | "explodingGradients"
  | "vanishingGradients"
  | "deadUnits"
  | "saturatedUnits"
  | "rateTooLow"
  | "impossibleMetric";

export interface Finding {
  readonly rule: AdviceRule;
  /** What is seen, and what to try. */
  readonly message: string;
}

export interface OutputEvidence {
  readonly node: Node;
  readonly loss: Loss;
  readonly train: GivenLabels | null;
  readonly validation: GivenLabels | null;
}

export interface LayerEvidence extends LayerStatistics {
  readonly isOutput: boolean;
  /** The op of its result: `relu`. */
  readonly activation: string;
}

/** What the rules read. */
export interface Evidence {
  /** Of the first batch, for each input. */
  readonly features: readonly Tensor[];
  readonly outputs: readonly OutputEvidence[];
  /** After the last step, on its batch, in the order of the model. */
  readonly layers: readonly LayerEvidence[];
  /** Of all steps. */
  readonly losses: readonly number[];
  /** How far the weights have come, compared with what they were. */
  readonly movement: number;
  /** The names of what is reported. */
  readonly metrics: readonly string[];
  /** Whether a layer normalizes. */
  readonly normalizes: boolean;
}

type Rule = (evidence: Evidence) => Finding | null;

/** All findings, causes before what follows from them. */
export function findAll(evidence: Evidence): Finding[] {
  const rules: readonly Rule[] = [
    outputAndLoss,
    oneClass,
    sortedValidation,
    unscaledFeatures,
    unscaledLabels,
    rateTooHigh,
    explodingGradients,
    vanishingGradients,
    deadUnits,
    saturatedUnits,
    rateTooLow,
    impossibleMetric,
  ];
  return rules.flatMap((rule) => rule(evidence) ?? []);
}

/** Activations whose results are not logits. */
const BOUNDED = [
  "relu",
  "leakyRelu",
  "elu",
  "selu",
  "tanh",
  "softplus",
  "softsign",
  "hardSigmoid",
  "hardSwish",
  "step",
];

const outputAndLoss: Rule = ({ outputs }) => {
  for (const { node, loss, train } of outputs) {
    const activation = node.op.name;
    const found = (what: string, remedy: string): Finding => ({
      rule: "outputAndLoss",
      message: `the output ${node.name} is a ${activation}, and ${loss.name} ${what}; ${remedy}.`,
    });
    const remedy = "leave the activation of the last layer out";
    const classes = loss.outputKind === "classes" && loss.name !== "categoricalHinge";
    if (classes && (activation === "sigmoid" || BOUNDED.includes(activation))) {
      return found("takes logits or a softmax", remedy);
    }
    if (activation === "softmax" && node.shape.at(-1) === 1) {
      return found("sees 1 for every example", `use a sigmoid and "binaryCrossentropy" for one output`);
    }
    if (loss.name === "binaryCrossentropy" && (activation === "softmax" || BOUNDED.includes(activation))) {
      return found("takes logits or a sigmoid", activation === "softmax" ? `use "categoricalCrossentropy"` : remedy);
    }
    const range = rangeOf(activation);
    if (loss.outputKind !== undefined || range === null || train === null) continue;
    const [low, high] = extremes(train.data);
    if (low < range[0] || high > range[1]) {
      return found(`is to reach labels from ${show(low)} to ${show(high)}, which it cannot give`, remedy);
    }
  }
  return null;
};

function rangeOf(activation: string): readonly [number, number] | null {
  if (activation === "sigmoid" || activation === "softmax" || activation === "hardSigmoid") return [0, 1];
  if (activation === "tanh" || activation === "softsign") return [-1, 1];
  return activation === "relu" || activation === "softplus" ? [0, Infinity] : null;
}

const oneClass: Rule = ({ outputs }) => {
  for (const { node, loss, train } of outputs) {
    if (train === null || train.data.length < 2 * train.width) continue;
    const kinds = new Set(answersOf(train));
    if (kinds.size > 1) continue;
    const [only] = kinds;
    const what = loss.outputKind === undefined ? "value" : "class";
    return {
      rule: "oneClass",
      message: `all labels for ${node.name} are of one ${what}, ${only}: there is nothing to tell apart; look at how they are read.`,
    };
  }
  return null;
};

const sortedValidation: Rule = ({ outputs }) => {
  for (const { loss, train, validation } of outputs) {
    if (train === null || validation === null) continue;
    const remedy =
      "validationSplit takes the last examples as they are given, so shuffle them before, or split with trainTestSplit";
    if (loss.outputKind !== undefined || isWhole(train)) {
      const known = new Set(answersOf(train));
      const held = answersOf(validation);
      const strange = held.filter((label) => !known.has(label)).length;
      if (strange > held.length / 20) {
        const share = Math.round((100 * strange) / held.length);
        return {
          rule: "sortedValidation",
          message: `${share} % of the validation labels do not occur in training; the labels seem to be sorted: ${remedy}.`,
        };
      }
      continue;
    }
    const [low, high] = extremes(train.data);
    const outside = validation.data.filter((label) => label < low || label > high).length;
    if (outside > validation.data.length / 2) {
      return {
        rule: "sortedValidation",
        message: `most validation labels lie outside of those of training, ${show(low)} to ${show(high)}; they seem to be sorted: ${remedy}.`,
      };
    }
  }
  return null;
};

/** The root of the mean square from which features are called unscaled, and the ratio of their spreads. */
const LARGE = 10;
const UNEVEN = 100;

const unscaledFeatures: Rule = ({ features, normalizes }) => {
  if (normalizes) return null;
  for (const { data, dtype, shape } of features) {
    if (dtype === "int32" || data.length === 0) continue;
    const [low, high] = extremes(data);
    const spreads = shape.length === 2 ? spreadsOf(data, shape[1] as number).filter((spread) => spread > 0) : [];
    const ratio = spreads.length > 1 ? extremes(spreads)[1] / extremes(spreads)[0] : 1;
    const isLarge = rootMeanSquare(data) > LARGE;
    if (!isLarge && !(ratio > UNEVEN && shape[0] !== 1)) continue;
    const what = isLarge ? `go from ${show(low)} to ${show(high)}` : `differ in spread by a factor of ${show(ratio)}`;
    return {
      rule: "unscaledFeatures",
      message: `the features ${what}; nets learn best from numbers around 0 of size 1: scale them, as StandardScaler does, or divide by the largest.`,
    };
  }
  return null;
};

const unscaledLabels: Rule = ({ outputs }) => {
  for (const { node, loss, train } of outputs) {
    if (train === null || loss.outputKind !== undefined || loss.labelType !== "float32") continue;
    if (rootMeanSquare(train.data) <= UNEVEN) continue;
    const [low, high] = extremes(train.data);
    return {
      rule: "unscaledLabels",
      message: `the labels for ${node.name} go from ${show(low)} to ${show(high)}; scale them to about 1, and the predictions back.`,
    };
  }
  return null;
};

const rateTooHigh: Rule = ({ losses }) => {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  const quarter = Math.floor(losses.length / 4);
  const rose = quarter > 0 && mean(losses.slice(-quarter)) > 1.5 * mean(losses.slice(0, quarter)) + 1e-6;
  if (bad < 0 && !rose) return null;
  const what = bad >= 0 ? `became ${losses[bad]} in step ${bad + 1}` : "rises";
  return {
    rule: "rateTooHigh",
    message: `the loss ${what}: the learning rate is too high; try a tenth of it, or clip gradients with globalClipNorm: 1.`,
  };
};

const explodingGradients: Rule = ({ layers }) => {
  const norms = layers.flatMap(({ gradientNorm, layer }) => (gradientNorm === null ? [] : [{ layer, gradientNorm }]));
  const worst = norms.find(({ gradientNorm }) => !(gradientNorm < 1000));
  if (worst === undefined) return null;
  return {
    rule: "explodingGradients",
    message: `the gradient of layer ${worst.layer} has a norm of ${show(worst.gradientNorm)}: gradients explode; scale features and labels, lower the learning rate, or clip with globalClipNorm: 1.`,
  };
};

const vanishingGradients: Rule = ({ layers }) => {
  const norms = layers.flatMap(({ gradientNorm, layer }) => (gradientNorm === null ? [] : [{ layer, gradientNorm }]));
  const [first, last] = [norms[0], norms[norms.length - 1]];
  if (first === undefined || last === undefined || norms.length < 3) return null;
  if (!(first.gradientNorm < 1e-3 * last.gradientNorm)) return null;
  return {
    rule: "vanishingGradients",
    message: `the gradient of ${first.layer} is ${show(last.gradientNorm / first.gradientNorm)} times smaller than that of ${last.layer}: gradients vanish on the way down; use "relu" with "heNormal" weights, batchNormalization, or fewer layers.`,
  };
};

/** Activations that are flat at both ends; of the others a flat unit is dead. */
const SIGMOIDAL = ["sigmoid", "tanh", "softsign", "hardSigmoid"];

const deadUnits: Rule = ({ layers }) => {
  const dead = layers.find(({ activation, deadUnits: count, units, isOutput }) => {
    return !isOutput && !SIGMOIDAL.includes(activation) && count !== null && count > 0.4 * units;
  });
  if (dead === undefined) return null;
  return {
    rule: "deadUnits",
    message:
      `${dead.deadUnits} of the ${dead.units} units of ${dead.layer} give the same for every example of a batch: they are ` +
      `dead; lower the learning rate, scale the features, or use "leakyRelu".`,
  };
};

const saturatedUnits: Rule = ({ layers }) => {
  const flat = layers.find(({ activation, saturation, isOutput }) => {
    return !isOutput && SIGMOIDAL.includes(activation) && (saturation ?? 0) > 0.5;
  });
  if (flat === undefined) return null;
  const share = Math.round(100 * (flat.saturation as number));
  return {
    rule: "saturatedUnits",
    message:
      `${share} % of the activations of ${flat.layer} are saturated, where the slope is next to 0: scale the features, ` +
      `begin with smaller weights ("glorotUniform"), or use "relu".`,
  };
};

const rateTooLow: Rule = ({ losses, movement }) => {
  if (losses.length < 20 || movement > 0.01) return null;
  const part = Math.floor(losses.length / 4);
  const [before, after] = [mean(losses.slice(0, part)), mean(losses.slice(-part))];
  if (!(Math.abs(after - before) < 0.1 * Math.abs(before))) return null;
  return {
    rule: "rateTooLow",
    message: `the weights have moved by ${show(100 * movement)} % in ${losses.length} steps and the loss has hardly changed: the learning rate is too low; try ten times as much, or more epochs.`,
  };
};

const impossibleMetric: Rule = ({ outputs, metrics }) => {
  const counting = metrics.find((name) => /(accuracy|precision|recall|f1|auc)$/i.test(name) && !name.startsWith("val"));
  const [output, second] = outputs;
  if (counting === undefined || output === undefined || second !== undefined) return null;
  const { loss, train } = output;
  if (loss.outputKind !== undefined || loss.labelType !== "float32" || train === null) return null;
  if (train.data.every((label) => label === 0 || label === 1 || label === -1)) return null;
  return {
    rule: "impossibleMetric",
    message: `${counting} counts right answers, and the labels are numbers other than 0 and 1: it cannot be met; use "meanAbsoluteError" or metrics.r2().`,
  };
};

/** The answer of each example: the number, or the place of the largest of a row; the whole row where several are set. */
function answersOf({ data, width }: GivenLabels): (number | string)[] {
  return Array.from({ length: data.length / width }, (_, i) => {
    if (width === 1) return data[i] as number;
    return data.subarray(i * width, (i + 1) * width).join(" ");
  });
}

/** True for labels that name classes: few whole numbers. */
function isWhole({ data, width }: GivenLabels): boolean {
  return width === 1 && data.every(Number.isInteger) && new Set(data).size <= 20;
}

function extremes(values: ArrayLike<number>): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] as number);
    high = Math.max(high, values[i] as number);
  }
  return [low, high];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rootMeanSquare(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] as number) ** 2;
  return Math.sqrt(squares / values.length);
}

/** The standard deviation of each column. */
function spreadsOf(data: ArrayLike<number>, columns: number): number[] {
  return Array.from({ length: columns }, (_, column) => {
    const own: number[] = [];
    for (let i = column; i < data.length; i += columns) own.push(data[i] as number);
    const center = mean(own);
    return Math.sqrt(mean(own.map((value) => (value - center) ** 2)));
  });
}

function show(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
