// Layers as Keras and TensorFlow.js write them down, and as they are here: one record per class, read in both directions.

type Config = Readonly<Record<string, unknown>>;

/** One class of Keras's. */
interface KerasClass {
  readonly kind: string;
  /** Options here by their names in Keras. */
  readonly options: Readonly<Record<string, string>>;
  /** What the config must say where it speaks of it: values that the layer here has built in. */
  readonly fixed?: Readonly<Record<string, readonly unknown[]>>;
  /** Options that no field of the config decides. */
  readonly implied?: Config;
  /** Names of weights here by those in Keras, where they differ. */
  readonly weights?: Readonly<Record<string, string>>;
}

/** Names of activations by those of Keras; others are not the same function here. */
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
  silu: "silu",
  swish: "silu",
};

const CLASSES: ReadonlyMap<string, KerasClass> = new Map<string, KerasClass>([
  ["Dense", { kind: "Dense", options: { units: "units", activation: "activation", use_bias: "useBias" } }],
  ["Activation", { kind: "Activation", options: { activation: "activation" } }],
  [
    "ReLU",
    {
      kind: "Activation",
      options: {},
      implied: { activation: "relu" },
      fixed: { max_value: [null], negative_slope: [0], threshold: [0] },
    },
  ],
  ["Softmax", { kind: "Activation", options: {}, implied: { activation: "softmax" }, fixed: { axis: [-1] } }],
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
      fixed: { axis: [-1], center: [true], scale: [true], rms_scaling: [false] },
    },
  ],
  ["Dropout", { kind: "Dropout", options: { rate: "rate" } }],
  ["GaussianNoise", { kind: "GaussianNoise", options: { stddev: "stddev" } }],
  ["Flatten", { kind: "Flatten", options: {}, fixed: { data_format: ["channels_last", null] } }],
  ["Reshape", { kind: "Reshape", options: { target_shape: "shape" } }],
  [
    "Embedding",
    { kind: "Embedding", options: { input_dim: "inputDim", output_dim: "outputDim" }, fixed: { mask_zero: [false] } },
  ],
  ["Concatenate", { kind: "Concatenate", options: { axis: "axis" } }],
  ["Add", { kind: "Add", options: {} }],
]);

/** The kind, options and names of weights of a layer of Keras's; a text says why there is none. */
export function fromKeras(
  className: string,
  config: Config,
): { kind: string; options: Config; weights: Readonly<Record<string, string>> } | string {
  const known = CLASSES.get(className);
  if (known === undefined) return "";
  const odd = Object.entries(known.fixed ?? {}).find(
    ([key, values]) => config[key] !== undefined && !values.some((value) => same(value, config[key])),
  );
  if (odd) return `${odd[0]} ${JSON.stringify(config[odd[0]])}`;
  const penalty = Object.keys(config).find((key) => /_(regularizer|constraint)$/.test(key) && config[key] !== null);
  if (penalty) return penalty;
  const options: Record<string, unknown> = { ...known.implied };
  for (const [theirs, own] of Object.entries(known.options)) {
    const value = config[theirs];
    if (value === undefined || value === null) continue;
    if (theirs === "activation") {
      if (typeof value !== "string" || !Object.hasOwn(ACTIVATIONS, value)) return `activation ${JSON.stringify(value)}`;
      options[own] = ACTIVATIONS[value];
    } else options[own] = theirs === "axis" && Array.isArray(value) ? value[0] : value;
  }
  if (config.trainable === false) options.trainable = false;
  return { kind: known.kind, options, weights: known.weights ?? {} };
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
  const odd = Object.keys(options).find((own) => own !== "trainable" && !Object.values(known.options).includes(own));
  if (odd) return odd;
  const weights = Object.fromEntries(Object.entries(known.weights ?? {}).map(([theirs, own]) => [own, theirs]));
  return { className, config, weights };
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (Array.isArray(b) && b.length === 1 && b[0] === a);
}
