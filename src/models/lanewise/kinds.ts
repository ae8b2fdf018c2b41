// The layers that files know, by kind: the functions that make them.

import { DataError, describe } from "../../errors.js";
import { randomUniform } from "../../nn/initializers/index.js";
import type { Activation, Layer } from "../../nn/layers/index.js";
import * as layers from "../../nn/layers/index.js";
import type { Node } from "../../ops/op.js";
import { isRule, makeRule } from "./rules.js";

type Options = Readonly<Record<string, unknown>>;
/** Each checks its options, which a file may have made up. */
type Make = (options: never) => Layer<Node> | Layer<readonly Node[]>;

const MAKERS: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["Activation", ({ activation: apply, ...options }: Options) => layers.activation(apply as Activation, options)],
  ["ActivityRegularization", layers.activityRegularization],
  ["Add", layers.add],
  ["AlphaDropout", layers.alphaDropout],
  ["Average", layers.average],
  ["AveragePooling1D", layers.averagePooling1d],
  ["AveragePooling2D", layers.averagePooling2d],
  ["BatchNormalization", layers.batchNormalization],
  ["CategoryEncoding", layers.categoryEncoding],
  ["Concatenate", layers.concatenate],
  ["Cropping2D", layers.cropping2d],
  ["Dense", layers.dense],
  ["Discretization", layers.discretization],
  ["Dot", layers.dot],
  ["Dropout", layers.dropout],
  ["ELU", layers.elu],
  ["Embedding", layers.embedding],
  ["Flatten", layers.flatten],
  ["GaussianDropout", layers.gaussianDropout],
  ["GaussianNoise", layers.gaussianNoise],
  ["GlobalAveragePooling1D", layers.globalAveragePooling1d],
  ["GlobalAveragePooling2D", layers.globalAveragePooling2d],
  ["GlobalMaxPooling1D", layers.globalMaxPooling1d],
  ["GlobalMaxPooling2D", layers.globalMaxPooling2d],
  ["HardSigmoid", layers.hardSigmoid],
  ["LayerNormalization", layers.layerNormalization],
  ["LeakyReLU", layers.leakyRelu],
  ["Masking", layers.masking],
  ["MaxPooling1D", layers.maxPooling1d],
  ["MaxPooling2D", layers.maxPooling2d],
  ["Maximum", layers.maximum],
  ["Minimum", layers.minimum],
  ["Multiply", layers.multiply],
  // What data it was adapted to is among the weights.
  ["Normalization", (options: Options) => layers.normalization({ mean: 0, variance: 1, ...options })],
  ["PReLU", layers.prelu],
  ["Permute", layers.permute],
  ["ReLU", layers.relu],
  ["RepeatVector", layers.repeatVector],
  ["Rescaling", layers.rescaling],
  ["Reshape", layers.reshape],
  ["Softmax", layers.softmax],
  ["SpatialDropout1D", layers.spatialDropout1d],
  ["SpatialDropout2D", layers.spatialDropout2d],
  ["Subtract", layers.subtract],
  ["ThresholdedReLU", layers.thresholdedRelu],
  ["TimeDistributed", ({ layer, ...options }: Options) => layers.timeDistributed(layer as Layer, options)],
  ["UpSampling2D", layers.upSampling2d],
  ["ZeroPadding2D", layers.zeroPadding2d],
]);
/**
 * Initial values that are constants of full size. The file brings the values, so draws take their place, which take no
 * memory before a session runs: a file may claim any size.
 */
const CONSTANT: ReadonlyMap<string, string> = new Map([
  ["Dense", "biasInitializer"],
  ["PReLU", "alphaInitializer"],
]);

export function isKind(kind: string): boolean {
  return MAKERS.has(kind);
}

/** A layer from its kind, which is one of those known, and its options as plain data. */
export function makeLayer(kind: string, options: Options): Layer<Node> | Layer<readonly Node[]> {
  const constant = CONSTANT.get(kind);
  const given = Object.entries(options).map(([key, value]) => [key, partOf(key, value)]);
  if (constant !== undefined) given.push([constant, randomUniform()]);
  return (MAKERS.get(kind) as (options: Options) => Layer<Node>)(Object.fromEntries(given));
}

/** An option as the function of a layer takes it: regularizers, constraints, activations and layers are data in a file. */
function partOf(key: string, value: unknown): unknown {
  if (isRule(key)) return makeRule(key, value);
  const isActivation = key === "activation" && typeof value === "object" && value !== null;
  if (!isActivation && key !== "layer") return value;
  const { kind, options } = (value ?? {}) as { kind?: unknown; options?: unknown };
  // One within another of its kind could go on to any depth.
  const isPlain = typeof options === "object" && options !== null && !(key in options) && !("layer" in options);
  if (typeof kind === "string" && isKind(kind) && isPlain) return makeLayer(kind, options as Options);
  throw new DataError(`${key}: it must be a layer without another in it; received kind ${describe(kind)}.`);
}
