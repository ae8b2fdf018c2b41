// What a loss is: the labels it wants, a number for each example, and how these become the scalar that training lowers.

import {
  ArgumentError,
  checkArity,
  checkCallback,
  checkOneOf,
  checkOptions,
  describe,
  isOptions,
  ShapeError,
} from "../../errors.js";
import { divide, multiply } from "../../ops/arithmetic.js";
import { alignLabels, checkOrder, type OutputKind } from "../../ops/labels.js";
import type { Node } from "../../ops/op.js";
import { mean, sum } from "../../ops/reductions.js";
import { softmax } from "../../ops/softmax.js";
import { weigh } from "../../ops/weighting.js";
import { formatShape, type OpenShape, sameShape } from "../../tensor/shape.js";
import type { DType, TensorData } from "../../tensor/tensor.js";
import type { Description } from "../description.js";

/**
 * How the losses of the examples become one number, w being their weights or 1:
 *   "mean"          sum(w * loss) / n, as Keras does in `fit`
 *   "weightedMean"  sum(w * loss) / sum(w), as PyTorch does with class weights
 *   "sum"           sum(w * loss)
 *   "none"          w * loss, one number for each example
 */
export type Reduction = "mean" | "weightedMean" | "sum" | "none";

export interface ReductionOptions {
  /** One weight for each example, [n]. */
  readonly sampleWeight?: Node;
  /**
   * A scalar; while it is 0, sampleWeight does not count and need not be fed. Not with the reduction "weightedMean".
   * Default: it always counts.
   */
  readonly weighted?: Node;
  /** Default "mean". */
  readonly reduction?: Reduction;
}

export interface Loss {
  readonly name: string;
  /** What makes it again, if it is one of the library's. */
  readonly config?: Description | undefined;
  readonly labelType: DType;
  /** What a row of outputs means, for metrics such as accuracy; undefined where it may be either. */
  readonly outputKind?: OutputKind | undefined;
  /** Shape of the labels for a model with this output; ShapeError where the loss does not suit it. */
  labelShape(output: OpenShape): OpenShape;
  /** Fails with ArgumentError where a label is out of range. */
  checkLabels(labels: TensorData, output: OpenShape): void;
  /**
   * The loss of a batch: a scalar, or [n] for the reduction "none". The labels must have `labelShape`; a list [n] stands
   * for a column [n, 1] and the other way round, one number for all.
   */
  apply(output: Node, labels: Node, options?: ReductionOptions): Node;
}

export interface LossDefinition {
  readonly name: string;
  /**
   * One loss for each example, [n], or for each element, [n, ...]: then the mean of its elements is the example's. Or a
   * scalar, which then takes no weights. The output comes first, other than in Keras.
   */
  readonly losses: (output: Node, labels: Node) => Node;
  /** Default "float32". */
  readonly labelType?: DType;
  /** What a row of outputs means, for metrics such as accuracy. Default: what output and labels tell. */
  readonly outputKind?: OutputKind;
  /** Default: the shape of the output. */
  readonly labelShape?: (output: OpenShape) => OpenShape;
  /** Fails with ArgumentError where a label is out of range. Default: they must be finite. */
  readonly checkLabels?: (labels: TensorData, output: OpenShape) => void;
}

const DEFINITION = ["name", "losses", "labelType", "outputKind", "labelShape", "checkLabels"];

/**
 * A loss from its formula; `given` are the options of the library's own, which make it again. Fails with ArgumentError where the function
 * `losses` names its parameters in the order of Keras, (labels, output).
 */
export function defineLoss(definition: LossDefinition, given?: object): Loss {
  checkArity("defineLoss", arguments.length, 2);
  checkOptions("defineLoss", definition, DEFINITION);
  const { name, losses, labelType = "float32", labelShape = (output) => output, outputKind } = definition;
  if (typeof name !== "string" || name === "" || typeof losses !== "function") {
    const received = `${describe(name)} and ${describe(losses)}`;
    throw new ArgumentError(`defineLoss: needs a name and a function losses(output, labels); received ${received}.`);
  }
  if (labelType !== "float32" && labelType !== "int32") {
    throw new ArgumentError(`defineLoss: labelType must be "float32" or "int32"; received ${describe(labelType)}.`);
  }
  checkCallback("defineLoss: labelShape", definition.labelShape);
  checkCallback("defineLoss: checkLabels", definition.checkLabels);
  if (given !== undefined && !isOptions(given)) {
    throw new ArgumentError(`defineLoss: config must be an object of options; received ${describe(given)}.`);
  }
  if (given === undefined) checkOrder(`defineLoss: ${name}`, losses);
  const { checkLabels = (labels) => checkEach(name, labels, "finite", Number.isFinite) } = definition;
  return {
    name,
    labelType,
    outputKind,
    labelShape,
    checkLabels,
    config: given && { kind: name, options: given as Description["options"] },
    apply(output, labels, options = {}) {
      checkArity(name, arguments.length, 3);
      if (typeof output?.graph?.apply !== "function") {
        throw new ArgumentError(`${name}: output must be a node of the graph; received ${describe(output)}.`);
      }
      // One's own formula may take labels of another type than those of fit.
      if (given !== undefined && labels?.dtype !== undefined && labels.dtype !== labelType) {
        const remedy = labelType === "float32" ? "toFloat makes floats of them" : 'give the placeholder dtype "int32"';
        throw new ArgumentError(
          `${name}: labels must be ${labelType}; ${labels.name} is ${describe(labels.dtype)}; ${remedy}.`,
        );
      }
      const aligned = alignLabels(name, labels, labelShape(output.shape));
      return reduceLosses(name, checkLosses(name, output, losses(output, aligned)), options);
    },
  };
}

/** What the formula of a loss made: a float32 node of the graph, for each example or element. */
function checkLosses(name: string, output: Node, made: Node): Node {
  if (made?.graph !== output.graph || made.dtype !== "float32") {
    throw new ArgumentError(`${name}: losses must return a float32 node of the graph; received ${describe(made)}.`);
  }
  const { shape } = made;
  if (shape.length === 0 || (shape[0] === output.shape[0] && shape.lastIndexOf(null) <= 0)) return made;
  throw new ShapeError(
    `${name}: losses must be one number for each example or element of the output, ${formatShape(output.shape)}; ` +
      `received ${formatShape(shape)}.`,
  );
}

const reductions: readonly Reduction[] = ["mean", "weightedMean", "sum", "none"];

/** The losses of examples or of their elements as one number. `name` is the loss's, for messages. */
export function reduceLosses(name: string, losses: Node, options: ReductionOptions = {}): Node {
  checkOptions(`${name}: apply`, options, ["sampleWeight", "weighted", "reduction"]);
  const { sampleWeight, weighted: on, reduction = "mean" } = options;
  checkOneOf(`${name}: reduction`, reduction, reductions);
  if (losses.shape.length === 0) {
    // Weights that `fit` may feed are refused there, since nothing reads them.
    if (sampleWeight === undefined ? reduction !== "none" : on !== undefined) return losses;
    throw new ShapeError(
      `${name}: a loss that is one number for all examples takes no weights, and no reduction "none".`,
    );
  }
  if (sampleWeight !== undefined && on !== undefined) {
    if (reduction === "weightedMean") {
      throw new ArgumentError(`${name}: the reduction "weightedMean" takes no option weighted.`);
    }
    return reduceLosses(name, weigh(losses, sampleWeight, on), { reduction });
  }
  if (sampleWeight === undefined && (reduction === "mean" || reduction === "weightedMean")) return mean(losses);
  const axis = losses.shape.map((_, i) => i).slice(1);
  const each = axis.length > 0 ? mean(losses, { axis }) : losses;
  const weighted = sampleWeight === undefined ? each : multiply(each, checkWeights(name, each, sampleWeight));
  switch (reduction) {
    case "none":
      return weighted;
    case "sum":
      return sum(weighted);
    case "mean":
      return mean(weighted);
    case "weightedMean":
      return divide(sum(weighted), sum(sampleWeight as Node));
  }
}

function checkWeights(name: string, losses: Node, weights: Node): Node {
  if (!sameShape(weights?.shape ?? [], losses.shape)) {
    throw new ShapeError(
      `${name}: sampleWeight must hold one weight for each example, ${formatShape(losses.shape)}; received ` +
        `${weights?.shape ? formatShape(weights.shape) : describe(weights)}.`,
    );
  }
  return weights;
}

/** Fails with ArgumentError unless every label fits; `rule` says what they must be. */
export function checkEach(name: string, labels: TensorData, rule: string, fits: (label: number) => boolean): void {
  for (let i = 0; i < labels.length; i++) {
    if (!fits(labels[i] as number)) {
      throw new ArgumentError(`${name}: labels must be ${rule}; received ${labels[i]} at index ${i}.`);
    }
  }
}

/** Fails with ShapeError unless a model with this output tells classes apart. */
export function checkClasses(name: string, output: OpenShape): OpenShape {
  if (output.length !== 2 || output[1] === null) {
    throw new ShapeError(`${name}: the output must have shape [null, classes]; received ${formatShape(output)}.`);
  }
  return output;
}

/** The logits of a model's output: of a softmax what lies under it, else the output itself. */
export function logitsOf(output: Node): Node {
  return output.op === softmax.record ? (output.inputs[0] as Node) : output;
}

/** Fails unless `smoothing` is a share. */
export function checkSmoothing(name: string, smoothing: unknown): asserts smoothing is number {
  if (!(typeof smoothing === "number" && smoothing >= 0 && smoothing <= 1)) {
    throw new ArgumentError(`${name}: labelSmoothing must be a number in [0, 1]; received ${describe(smoothing)}.`);
  }
}
