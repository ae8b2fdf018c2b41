// The layers that files know, by kind: the functions that make them.

import { randomUniform } from "../initializers/index.js";
import {
  type Activation,
  activation,
  add,
  batchNormalization,
  concatenate,
  dense,
  dropout,
  embedding,
  flatten,
  gaussianNoise,
  type Layer,
  layerNormalization,
  prelu,
  reshape,
} from "../layers/index.js";
import type { Node } from "../ops/op.js";
import { isRule, makeRule } from "./rules.js";

type Options = Readonly<Record<string, unknown>>;
/** Each checks its options, which a file may have made up. */
type Make = (options: never) => Layer<Node> | Layer<readonly Node[]>;

const MAKERS: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["Activation", ({ activation: apply, ...options }: Options) => activation(apply as Activation, options)],
  ["Add", add],
  ["BatchNormalization", batchNormalization],
  ["Concatenate", concatenate],
  ["Dense", dense],
  ["Dropout", dropout],
  ["Embedding", embedding],
  ["Flatten", flatten],
  ["GaussianNoise", gaussianNoise],
  ["LayerNormalization", layerNormalization],
  ["PReLU", prelu],
  ["Reshape", reshape],
]);
/**
 * Initial values that are constants of full size. The file brings the values, so draws take their place, which take no
 * memory before a session runs: a file may claim any size.
 */
const CONSTANT: ReadonlyMap<string, string> = new Map([
  ["Dense", "biasInitializer"],
  ["PReLU", "alphaInitializer"],
]);
/** Those applied to a list of nodes. */
const JOINING = new Set(["Add", "Concatenate"]);

export function isKind(kind: string): boolean {
  return MAKERS.has(kind);
}

/** A layer as a function of its inputs; `kind` is one of those known. */
export function makeLayer(kind: string, options: Options): (inputs: readonly Node[]) => Node {
  const constant = CONSTANT.get(kind);
  const given = Object.entries(options).map(([key, value]) => [key, isRule(key) ? makeRule(key, value) : value]);
  if (constant !== undefined) given.push([constant, randomUniform()]);
  const layer = (MAKERS.get(kind) as (options: Options) => Layer<Node | readonly Node[]>)(Object.fromEntries(given));
  return (inputs) => layer.apply(JOINING.has(kind) ? inputs : (inputs[0] as Node));
}
