// The parameters of the Perceptron, with the names, defaults and meaning that scikit-learn gives them.

import { ArgumentError, checkFlag, checkInteger, checkNumber, describe, oneOf } from "../errors.js";
import { type ClassWeight, checkClassWeight } from "./classWeights.js";
import type { ParameterRules } from "./parameters/parameterized.js";

export interface PerceptronParameters {
  /** What holds the weights small. Default null: nothing. */
  readonly penalty: "l1" | "l2" | "elasticnet" | null;
  /** How strong the penalty is. Default 0.0001. */
  readonly alpha: number;
  /** The part of L1 in "elasticnet", in [0, 1]. Default 0.15. */
  readonly l1Ratio: number;
  /** Default true; without an intercept the boundary goes through the origin. */
  readonly fitIntercept: boolean;
  /** The most epochs of one fit. Default 1000. */
  readonly maxIter: number;
  /**
   * fit ends when the loss of `nIterNoChange` epochs in a row did not fall by `tol` per sample. Default 0.001. With
   * null it ends after maxIter epochs, or where an epoch changed nothing, since then none ever will.
   */
  readonly tol: number | null;
  /** A new order of the samples in each epoch. Default true. */
  readonly shuffle: boolean;
  /** The step that an error causes. Default 1. */
  readonly eta0: number;
  /** The seed of orders and of the split for early stopping. Default 0. */
  readonly randomState: number;
  /** Judge progress by the accuracy on held-out samples and not by the loss. Default false. */
  readonly earlyStopping: boolean;
  /** The part held out for early stopping, in (0, 1). Default 0.1. */
  readonly validationFraction: number;
  /** Default 5. */
  readonly nIterNoChange: number;
  /** Default null: all samples count alike. */
  readonly classWeight: ClassWeight;
  /** Let fit go on from the weights that are there. Default false. */
  readonly warmStart: boolean;
}

/** The engine's words for the same parameters. */
export interface PerceptronAliases {
  /** maxIter. */
  readonly epochs: number;
  /** eta0. */
  readonly learningRate: number;
  /** randomState. */
  readonly seed: number;
}

const penalties = ["l1", "l2", "elasticnet"];

export const perceptronRules: ParameterRules<PerceptronParameters> = {
  kind: "Perceptron",
  defaults: {
    penalty: null,
    alpha: 0.0001,
    l1Ratio: 0.15,
    fitIntercept: true,
    maxIter: 1000,
    tol: 0.001,
    shuffle: true,
    eta0: 1,
    randomState: 0,
    earlyStopping: false,
    validationFraction: 0.1,
    nIterNoChange: 5,
    classWeight: null,
    warmStart: false,
  },
  aliases: { epochs: "maxIter", learningRate: "eta0", seed: "randomState" },
  check: (subject, p) => {
    if (p.penalty !== null && !penalties.includes(p.penalty)) {
      throw new ArgumentError(
        `${subject}: penalty must be null or ${oneOf(penalties)}; received ${describe(p.penalty)}.`,
      );
    }
    checkNumber(`${subject}: alpha`, p.alpha, 0);
    checkNumber(`${subject}: l1Ratio`, p.l1Ratio, 0, 1);
    checkFlag(`${subject}: fitIntercept`, p.fitIntercept);
    checkInteger(`${subject}: maxIter`, p.maxIter, 1);
    if (p.tol !== null) checkNumber(`${subject}: tol`, p.tol, 0);
    checkFlag(`${subject}: shuffle`, p.shuffle);
    checkNumber(`${subject}: eta0`, p.eta0, 0, Infinity, true);
    checkInteger(`${subject}: randomState`, p.randomState, 0);
    checkFlag(`${subject}: earlyStopping`, p.earlyStopping);
    const part: unknown = p.validationFraction;
    if (!(typeof part === "number" && part > 0 && part < 1)) {
      throw new ArgumentError(`${subject}: validationFraction must be a number in (0, 1); received ${describe(part)}.`);
    }
    checkInteger(`${subject}: nIterNoChange`, p.nIterNoChange, 1);
    checkClassWeight(`${subject}: classWeight`, p.classWeight);
    checkFlag(`${subject}: warmStart`, p.warmStart);
  },
};
