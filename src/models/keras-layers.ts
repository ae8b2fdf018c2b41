// Layers as Keras and TensorFlow.js write them down, and as they are here: one record per class, read in both directions.

import { ruleFromKeras, ruleToKeras } from "./rules.js";

type Config = Readonly<Record<string, unknown>>;

/** One class of Keras's. */
interface KerasClass {
  readonly kind: string;
  /** Options here by their names in Keras. */
  readonly options: Readonly<Record<string, string>>;
  /** Regularizers and constraints that the layer here takes too, by their names in Keras. */
  readonly rules?: readonly string[];
  /** What the config must say where it says more than null: values that the layer here has built in. */
  readonly fixed?: Readonly<Record<string, readonly unknown[]>>;
  /** Whether it works along the last axis, which files write as -1 or, once they know the input, by its number. */
  readonly lastAxis?: boolean;
  /** Options that no field of the config decides. */
  readonly implied?: Config;
  /** Names of weights here by those in Keras, where they differ. */
  readonly weights?: Readonly<Record<string, string>>;
}

/**
 * Names of activations by those of Keras; others are not the same function here. Where two are one function, the first is
 * written: TensorFlow.js knows no other.
 */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  linear: "linear",
  relu: "relu",
  sigmoid: "sigmoid",
  tanh: "tanh",
  softmax: "softmax",
  log_softmax: "logSoftmax",
  elu: "elu",
  selu: "selu",
  softplus: "softplus",
  softsign: "softsign",
  swish: "silu",
  silu: "silu",
  gelu: "gelu",
};

const CLASSES: ReadonlyMap<string, KerasClass> = new Map<string, KerasClass>([
  [
    "Dense",
    {
      kind: "Dense",
      options: { units: "units", activation: "activation", use_bias: "useBias" },
      rules: ["kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint"],
    },
  ],
  ["Activation", { kind: "Activation", options: { activation: "activation" } }],
  [
    "ReLU",
    {
      kind: "Activation",
      options: {},
      implied: { activation: "relu" },
      fixed: { max_value: [], negative_slope: [0], threshold: [0] },
    },
  ],
  ["Softmax", { kind: "Activation", options: {}, implied: { activation: "softmax" }, lastAxis: true }],
  ["ELU", { kind: "Activation", options: {}, implied: { activation: "elu" }, fixed: { alpha: [1] } }],
  [
    "BatchNormalization",
    {
      kind: "BatchNormalization",
      options: { axis: "axis", momentum: "momentum", epsilon: "epsilon", center: "center", scale: "scale" },
      weights: { moving_mean: "movingMean", moving_variance: "movingVariance" },
    },
  ],
  [
    "LayerNormalization",
    {
      kind: "LayerNormalization",
      options: { epsilon: "epsilon" },
      fixed: { center: [true], scale: [true], rms_scaling: [false] },
      lastAxis: true,
    },
  ],
  [
    "PReLU",
    { kind: "PReLU", options: {}, rules: ["alpha_regularizer", "alpha_constraint"], fixed: { shared_axes: [] } },
  ],
  ["Dropout", { kind: "Dropout", options: { rate: "rate" }, fixed: { noise_shape: [] } }],
  ["GaussianNoise", { kind: "GaussianNoise", options: { stddev: "stddev" } }],
  ["Flatten", { kind: "Flatten", options: {}, fixed: { data_format: ["channels_last"] } }],
  ["Reshape", { kind: "Reshape", options: { target_shape: "shape" } }],
  [
    "Embedding",
    {
      kind: "Embedding",
      options: { input_dim: "inputDim", output_dim: "outputDim" },
      rules: ["embeddings_regularizer", "embeddings_constraint"],
      fixed: { mask_zero: [false] },
    },
  ],
  ["Concatenate", { kind: "Concatenate", options: { axis: "axis" } }],
  ["Add", { kind: "Add", options: {} }],
]);

/** A layer of Keras's as it is here. */
export interface ReadLayer {
  readonly kind: string;
  readonly options: Config;
  /** Names of weights here by those in Keras, where they differ. */
  readonly weights: Readonly<Record<string, string>>;
  /** The number of an axis that must be the last one of the input. */
  readonly lastAxis: number | undefined;
}

/** What a layer of Keras's is here; a text says why it is nothing. */
export function fromKeras(className: string, config: Config): ReadLayer | string {
  const known = CLASSES.get(className);
  if (known === undefined) return "";
  const odd = Object.entries(known.fixed ?? {}).find(
    ([key, values]) => (config[key] ?? null) !== null && !values.includes(config[key]),
  );
  if (odd) return `${odd[0]} ${JSON.stringify(config[odd[0]])}`;
  const axis: unknown = Array.isArray(config.axis) && config.axis.length === 1 ? config.axis[0] : (config.axis ?? -1);
  if (known.lastAxis && !(Number.isSafeInteger(axis) && (axis as number) >= -1)) {
    return `axis ${JSON.stringify(config.axis)}`;
  }
  const options: Record<string, unknown> = { ...known.implied };
  for (const [key, value] of Object.entries(config)) {
    if (!/_(regularizer|constraint)$/.test(key) || value === null) continue;
    const rule = known.rules?.includes(key) ? ruleFromKeras(value) : undefined;
    if (rule === undefined) return key;
    options[camelCase(key)] = rule;
  }
  for (const [theirs, own] of Object.entries(known.options)) {
    const value = config[theirs];
    if (value === undefined || value === null) continue;
    if (theirs === "activation") {
      if (typeof value !== "string" || !Object.hasOwn(ACTIVATIONS, value)) return `activation ${JSON.stringify(value)}`;
      options[own] = ACTIVATIONS[value];
    } else options[own] = theirs === "axis" && Array.isArray(value) ? value[0] : value;
  }
  if (config.trainable === false) options.trainable = false;
  const lastAxis = known.lastAxis && axis !== -1 ? (axis as number) : undefined;
  return { kind: known.kind, options, weights: known.weights ?? {}, lastAxis };
}

/** The class, config and names of weights of a layer here; a text says why Keras has none. */
export function toKeras(
  kind: string,
  options: Config,
): { className: string; config: Config; weights: Readonly<Record<string, string>> } | string {
  const found = [...CLASSES].find(([, known]) => known.kind === kind);
  if (found === undefined) return "";
  const [className, known] = found;
  const config: Record<string, unknown> = { trainable: options.trainable ?? true, dtype: "float32" };
  for (const [theirs, own] of Object.entries(known.options)) {
    const value = options[own];
    if (theirs === "activation") {
      const name = Object.keys(ACTIVATIONS).find((key) => ACTIVATIONS[key] === (value ?? "linear"));
      if (name === undefined) return `activation ${JSON.stringify(value)}`;
      config[theirs] = name;
    } else if (value !== undefined) config[theirs] = value;
  }
  const rules = new Map((known.rules ?? []).map((theirs) => [camelCase(theirs), theirs]));
  for (const [own, theirs] of rules) {
    if (options[own] !== undefined) config[theirs] = ruleToKeras(options[own] as Config);
  }
  const sayable = new Set(["trainable", ...Object.values(known.options), ...rules.keys()]);
  const odd = Object.keys(options).find((own) => !sayable.has(own));
  if (odd) return odd;
  const weights = Object.fromEntries(Object.entries(known.weights ?? {}).map(([theirs, own]) => [own, theirs]));
  return { className, config, weights };
}

function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
