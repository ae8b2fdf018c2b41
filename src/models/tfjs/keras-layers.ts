// Layers as Keras and TensorFlow.js write them down, and as they are here: one record per class, read in both directions.

import { describe } from "../../errors.js";
import type { Description } from "../../nn/description.js";
import { type ActivationRecord, activationFromKeras, activationToKeras } from "./keras-activations.js";
import { ruleFromKeras, ruleToKeras } from "./keras-rules.js";

/** The version of Keras in a file that TensorFlow.js itself made: it writes as Keras 2 does, but resizes by rules of its own. */
export const TENSORFLOW_JS = 1;

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
  /** More fields that decide an option, in other versions of Keras. */
  readonly alsoRead?: Readonly<Record<string, string>>;
  /** Options here that can be read but not written, other than at 0. */
  readonly unwritten?: readonly string[];
  /** Options here that can be written with these values only. */
  readonly written?: Readonly<Record<string, readonly unknown[]>>;
  /** Names of weights here by those in Keras, where they differ. */
  readonly weights?: Readonly<Record<string, string>>;
  /** Weights that nothing here needs. */
  readonly unread?: readonly string[];
  /** Why it can be read but not written. */
  readonly unwritable?: string;
  /** True where the config has another layer, which this one is around. */
  readonly wraps?: boolean;
}

// @__NO_SIDE_EFFECTS__
function globalPooling(kind: string): KerasClass {
  return { kind, options: { keepdims: "keepDims" }, fixed: { data_format: ["channels_last"] } };
}

/** `parts` are the words of the kernels in the names of rules. */
// @__NO_SIDE_EFFECTS__
function convolution(kind: string, parts: readonly string[], more: Partial<KerasClass> = {}): KerasClass {
  const rules = [...parts, "bias"].flatMap((part) => [`${part}_regularizer`, `${part}_constraint`]);
  return {
    kind,
    rules: [...rules, "activity_regularizer"],
    fixed: { data_format: ["channels_last"], lora_rank: [] },
    ...more,
    options: {
      kernel_size: "kernelSize",
      strides: "strides",
      padding: "padding",
      dilation_rate: "dilationRate",
      activation: "activation",
      use_bias: "useBias",
      ...more.options,
    },
    written: { padding: ["valid", "same", "causal"], ...more.written },
  };
}

// @__NO_SIDE_EFFECTS__
function pooling(kind: string): KerasClass {
  return {
    kind,
    options: { pool_size: "poolSize", strides: "strides", padding: "padding" },
    fixed: { data_format: ["channels_last"] },
    written: { padding: ["valid", "same"] },
  };
}

const CLASSES: ReadonlyMap<string, KerasClass> = new Map<string, KerasClass>([
  [
    "Dense",
    {
      kind: "Dense",
      options: { units: "units", activation: "activation", use_bias: "useBias" },
      rules: ["kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint"],
      fixed: { lora_rank: [] },
    },
  ],
  ["Activation", { kind: "Activation", options: { activation: "activation" } }],
  [
    "ReLU",
    {
      kind: "ReLU",
      options: { max_value: "maxValue", negative_slope: "negativeSlope", threshold: "threshold" },
      // TensorFlow.js knows max_value alone, and would leave the others out without a word.
      unwritten: ["negativeSlope", "threshold"],
    },
  ],
  ["LeakyReLU", { kind: "LeakyReLU", options: { alpha: "alpha" }, alsoRead: { negative_slope: "alpha" } }],
  ["ELU", { kind: "ELU", options: { alpha: "alpha" } }],
  ["ThresholdedReLU", { kind: "ThresholdedReLU", options: { theta: "theta" } }],
  ["Softmax", { kind: "Softmax", options: { axis: "axis" } }],
  [
    "BatchNormalization",
    {
      kind: "BatchNormalization",
      options: { axis: "axis", momentum: "momentum", epsilon: "epsilon", center: "center", scale: "scale" },
      fixed: { renorm: [false], virtual_batch_size: [] },
      weights: { moving_mean: "movingMean", moving_variance: "movingVariance" },
    },
  ],
  [
    "LayerNormalization",
    {
      kind: "LayerNormalization",
      options: { epsilon: "epsilon", center: "center", scale: "scale" },
      fixed: { rms_scaling: [false] },
      lastAxis: true,
    },
  ],
  [
    "PReLU",
    { kind: "PReLU", options: { shared_axes: "sharedAxes" }, rules: ["alpha_regularizer", "alpha_constraint"] },
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
  ["Subtract", { kind: "Subtract", options: {} }],
  ["Multiply", { kind: "Multiply", options: {} }],
  ["Average", { kind: "Average", options: {} }],
  ["Maximum", { kind: "Maximum", options: {} }],
  ["Minimum", { kind: "Minimum", options: {} }],
  ["Dot", { kind: "Dot", options: { axes: "axes", normalize: "normalize" } }],
  ["GaussianDropout", { kind: "GaussianDropout", options: { rate: "rate" } }],
  ["AlphaDropout", { kind: "AlphaDropout", options: { rate: "rate" }, fixed: { noise_shape: [] } }],
  ["RepeatVector", { kind: "RepeatVector", options: { n: "n" } }],
  ["Permute", { kind: "Permute", options: { dims: "dims" } }],
  ["GlobalAveragePooling1D", globalPooling("GlobalAveragePooling1D")],
  ["GlobalMaxPooling1D", globalPooling("GlobalMaxPooling1D")],
  // TensorFlow.js has no groups, and would leave them out without a word; nor dilation of a transposed convolution.
  [
    "Conv1D",
    convolution("Conv1D", ["kernel"], { options: { filters: "filters", groups: "groups" }, written: { groups: [1] } }),
  ],
  [
    "Conv2D",
    convolution("Conv2D", ["kernel"], { options: { filters: "filters", groups: "groups" }, written: { groups: [1] } }),
  ],
  [
    "Conv2DTranspose",
    convolution("Conv2DTranspose", ["kernel"], {
      options: { filters: "filters", output_padding: "outputPadding" },
      written: { outputPadding: [null], dilationRate: [1] },
    }),
  ],
  [
    "DepthwiseConv2D",
    convolution("DepthwiseConv2D", ["depthwise"], {
      options: { depth_multiplier: "depthMultiplier" },
      weights: { depthwise_kernel: "depthwiseKernel" },
    }),
  ],
  [
    "SeparableConv2D",
    convolution("SeparableConv2D", ["depthwise", "pointwise"], {
      options: { filters: "filters", depth_multiplier: "depthMultiplier" },
      weights: { depthwise_kernel: "depthwiseKernel", pointwise_kernel: "pointwiseKernel" },
    }),
  ],
  ["GlobalAveragePooling2D", globalPooling("GlobalAveragePooling2D")],
  ["GlobalMaxPooling2D", globalPooling("GlobalMaxPooling2D")],
  ["AveragePooling1D", pooling("AveragePooling1D")],
  ["AveragePooling2D", pooling("AveragePooling2D")],
  ["MaxPooling1D", pooling("MaxPooling1D")],
  ["MaxPooling2D", pooling("MaxPooling2D")],
  [
    "UpSampling2D",
    {
      kind: "UpSampling2D",
      options: { size: "size", interpolation: "interpolation" },
      fixed: { data_format: ["channels_last"], interpolation: ["nearest", "bilinear"] },
      // TensorFlow.js would go between other places than Keras, without a word.
      written: { interpolation: ["nearest"] },
    },
  ],
  [
    "ZeroPadding2D",
    { kind: "ZeroPadding2D", options: { padding: "padding" }, fixed: { data_format: ["channels_last"] } },
  ],
  ["Cropping2D", { kind: "Cropping2D", options: { cropping: "cropping" }, fixed: { data_format: ["channels_last"] } }],
  ["SpatialDropout1D", { kind: "SpatialDropout1D", options: { rate: "rate" }, fixed: { noise_shape: [], seed: [] } }],
  [
    "SpatialDropout2D",
    {
      kind: "SpatialDropout2D",
      options: { rate: "rate" },
      fixed: { noise_shape: [], data_format: ["channels_last"] },
      unwritable: "TensorFlow.js has none",
    },
  ],
  ["Masking", { kind: "Masking", options: { mask_value: "maskValue" } }],
  ["Rescaling", { kind: "Rescaling", options: { scale: "scale", offset: "offset" } }],
  ["ActivityRegularization", { kind: "ActivityRegularization", options: { l1: "l1", l2: "l2" } }],
  [
    "CategoryEncoding",
    {
      kind: "CategoryEncoding",
      options: { num_tokens: "numTokens", output_mode: "outputMode" },
      fixed: { sparse: [false] },
    },
  ],
  [
    "Discretization",
    {
      kind: "Discretization",
      options: { bin_boundaries: "binBoundaries", output_mode: "outputMode" },
      fixed: { sparse: [false] },
    },
  ],
  [
    "Normalization",
    {
      kind: "Normalization",
      options: {},
      fixed: { mean: [], variance: [], invert: [false] },
      lastAxis: true,
      unread: ["count"],
      unwritable: "TensorFlow.js has none",
    },
  ],
  ["TimeDistributed", { kind: "TimeDistributed", options: {}, wraps: true }],
]);

/** A layer of Keras's as it is here. */
export interface ReadLayer {
  readonly kind: string;
  readonly options: Config;
  /** Names of weights here by those in Keras, where they differ. */
  readonly weights: Readonly<Record<string, string>>;
  readonly unread: readonly string[];
  /** The number of an axis that must be the last one of the input. */
  readonly lastAxis: number | undefined;
  /** The layer within it, whose name its weights have in the file. */
  readonly within?: string;
}

/** What a layer of Keras's is here, `keras` being the major version or TENSORFLOW_JS; a text says why it is nothing. */
export function fromKeras(className: string, config: Config, keras: number): ReadLayer | string {
  const known = CLASSES.get(className);
  if (known === undefined) return "";
  const odd = Object.entries(known.fixed ?? {}).find(
    ([key, values]) => (config[key] ?? null) !== null && !values.includes(config[key]),
  );
  if (odd) return `${odd[0]} ${describe(config[odd[0]])}`;
  const axis: unknown = Array.isArray(config.axis) && config.axis.length === 1 ? config.axis[0] : (config.axis ?? -1);
  if (known.lastAxis && !(Number.isSafeInteger(axis) && (axis as number) >= -1)) {
    return `axis ${describe(config.axis)}`;
  }
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (!/_(regularizer|constraint)$/.test(key) || value === null) continue;
    const rule = known.rules?.includes(key) ? ruleFromKeras(value) : undefined;
    if (rule === undefined) return key;
    options[camelCase(key)] = rule;
  }
  for (const [theirs, own] of Object.entries({ ...known.alsoRead, ...known.options })) {
    const value = config[theirs];
    if (value === undefined || (value === null && known.kind !== "Activation")) continue;
    if (theirs === "activation") {
      const read = activationFromKeras(value ?? "linear", keras, (name, of) => activationLayer(name, of, keras));
      if (typeof read === "string") return read;
      options[own] = read.activation;
    } else if (theirs === "output_mode") options[own] = camelCase(String(value));
    else options[own] = theirs === "axis" && Array.isArray(value) ? value[0] : value;
  }
  let within: string | undefined;
  if (known.wraps) {
    const { class_name: innerName, config: inner } = (config.layer ?? {}) as Config;
    if (typeof innerName !== "string" || CLASSES.get(innerName)?.wraps || typeof inner !== "object" || inner === null) {
      return `layer ${describe(innerName)}`;
    }
    const read = fromKeras(innerName, inner as Config, keras);
    if (typeof read === "string") return `${innerName}${read && ` (${read})`}`;
    if (read.lastAxis !== undefined || Object.keys(read.weights).length > 0) return `layer ${innerName}`;
    options.layer = { kind: read.kind, options: read.options };
    within = String((inner as Config).name);
  }
  if (config.trainable === false) options.trainable = false;
  if (keras === TENSORFLOW_JS && config.interpolation === "bilinear") options.coordinates = "asymmetric";
  const lastAxis = known.lastAxis && axis !== -1 ? (axis as number) : undefined;
  const { kind, weights = {}, unread = [] } = known;
  return { kind, options, weights, unread, lastAxis, ...(within !== undefined && { within }) };
}

/** A layer in the place of an activation. */
function activationLayer(className: string, config: Config, keras: number): ActivationRecord | string {
  // An activation within an activation could go on to any depth.
  if ("activation" in config) return "it has an activation itself";
  const read = fromKeras(className, config, keras);
  if (typeof read === "string") return read;
  return { kind: read.kind, options: read.options };
}

interface Written {
  readonly className: string;
  readonly config: Config;
  /** Names of weights in Keras by those here. */
  readonly weights: Readonly<Record<string, string>>;
  /** The layer within it, whose name its weights have in the file. */
  readonly within?: string;
}

/**
 * The class, config and names of weights of a layer here, and the layer that has to follow where Keras's own has no such
 * activation; a text says why Keras has none.
 */
export function toKeras(name: string, kind: string, options: Config): (Written & { readonly then?: Written }) | string {
  const found = [...CLASSES].find(([, known]) => known.kind === kind);
  if (found === undefined) return "";
  const [className, known] = found;
  if (known.unwritable) return known.unwritable;
  const config: Record<string, unknown> = { trainable: options.trainable ?? true, dtype: "float32" };
  let then: Written | undefined;
  for (const [theirs, own] of Object.entries(known.options)) {
    const value = options[own];
    if (theirs === "activation") {
      const written = activationToKeras(value);
      const follows = typeof written === "object" ? toKeras(name, written.kind, written.options) : undefined;
      if (written === undefined || typeof follows === "string") return `activation ${nameOf(value)}`;
      if (kind === "Activation" && follows) return follows;
      config[theirs] = follows ? "linear" : written;
      then = follows;
    } else if (theirs === "output_mode" && typeof value === "string") config[theirs] = snakeCase(value);
    else if (value !== undefined) config[theirs] = value;
  }
  let within: string | undefined;
  if (known.wraps) {
    const { kind: innerKind, options: inner } = options.layer as ActivationRecord;
    const written = toKeras(name, innerKind, inner);
    if (typeof written === "string") return `${innerKind}${written && ` (${written})`}`;
    if (written.then) return `${innerKind} (activation ${nameOf(inner.activation)})`;
    within = `${name}_layer`;
    config.layer = { class_name: written.className, config: { name: within, ...written.config } };
  }
  const rules = new Map((known.rules ?? []).map((theirs) => [camelCase(theirs), theirs]));
  for (const [own, theirs] of rules) {
    if (options[own] !== undefined) config[theirs] = ruleToKeras(options[own] as Description);
  }
  const sayable = new Set([
    "trainable",
    ...(known.wraps ? ["layer"] : []),
    ...Object.values(known.options),
    ...rules.keys(),
  ]);
  const odd = Object.keys(options).find(
    (own) =>
      !(sayable.has(own) || own.endsWith("Initializer")) ||
      known.written?.[own]?.includes(options[own]) === false ||
      (known.unwritten?.includes(own) && options[own] !== 0),
  );
  if (odd) return odd;
  const weights = Object.fromEntries(Object.entries(known.weights ?? {}).map(([theirs, own]) => [own, theirs]));
  return { className, config, weights, ...(then && { then }), ...(within !== undefined && { within }) };
}

function nameOf(activation: unknown): string {
  return describe(typeof activation === "string" ? activation : (activation as ActivationRecord).kind);
}

function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
