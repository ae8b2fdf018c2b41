// Activations as Keras and TensorFlow.js write them down: a name, or a layer without weights as an object.

import { describe } from "../../errors.js";
import { sameName } from "../../names.js";

type Config = Readonly<Record<string, unknown>>;

/** A layer without weights as plain data: what an architecture has for an activation with numbers of its own. */
export interface ActivationRecord {
  readonly kind: string;
  readonly options: Config;
}

/** The hard sigmoid of Keras 2 and TensorFlow.js; that of Keras 3 has the slope 1 / 6. */
const HARD_SIGMOID_2: ActivationRecord = { kind: "HardSigmoid", options: { slope: 0.2 } };

/**
 * Names here by those of Keras, as TensorFlow.js knows them too. Where two are one function, the first is written.
 */
const NAMES: readonly (readonly [theirs: string, own: string])[] = [
  ["linear", "linear"],
  ["relu", "relu"],
  ["relu6", "relu6"],
  ["sigmoid", "sigmoid"],
  ["tanh", "tanh"],
  ["softmax", "softmax"],
  ["log_softmax", "logSoftmax"],
  ["elu", "elu"],
  ["selu", "selu"],
  ["softplus", "softplus"],
  ["softsign", "softsign"],
  ["swish", "silu"],
  ["silu", "silu"],
  ["gelu", "gelu"],
  ["gelu_new", "geluTanh"],
  ["mish", "mish"],
];
/** Those that TensorFlow.js has no activation for. */
const READ_ONLY: readonly (readonly [theirs: string, own: string])[] = [
  ["leaky_relu", "leakyRelu"],
  ["hard_swish", "hardSwish"],
  ["hard_silu", "hardSwish"],
];

/**
 * The activation in a config; `readLayer` reads what is a layer. `keras` is the major version, in which hard sigmoids differ.
 * A text says why it is nothing.
 */
export function activationFromKeras(
  value: unknown,
  keras: number,
  readLayer: (className: string, config: Config) => ActivationRecord | string,
): { readonly activation: string | ActivationRecord } | string {
  if (typeof value === "string") {
    const known = [...NAMES, ...READ_ONLY];
    const found = sameName(value, ["hard_sigmoid", ...known.map(([theirs]) => theirs)]);
    if (found === "hard_sigmoid") return { activation: keras >= 3 ? "hardSigmoid" : HARD_SIGMOID_2 };
    const own = known.find(([theirs]) => theirs === found)?.[1];
    return own === undefined ? `activation ${describe(value)}` : { activation: own };
  }
  const { class_name: className, config } = (value ?? {}) as { class_name?: unknown; config?: unknown };
  // Keras 3 writes some names as { class_name: "function", config: "relu" }.
  if (className === "function" && typeof config === "string") return activationFromKeras(config, keras, readLayer);
  if (typeof className !== "string" || typeof config !== "object" || config === null) {
    return `activation ${describe(value)}`;
  }
  const read = readLayer(className, config as Config);
  return typeof read === "string" ? `activation ${className}${read && ` (${read})`}` : { activation: read };
}

/**
 * The name of an activation in Keras 2, or the layer that has to follow instead; undefined where Keras 2 and
 * TensorFlow.js have neither.
 */
export function activationToKeras(activation: unknown): string | ActivationRecord | undefined {
  if (activation === undefined || activation === null) return "linear";
  if (typeof activation === "object") {
    const { kind, options } = activation as ActivationRecord;
    return kind === HARD_SIGMOID_2.kind && options.slope === HARD_SIGMOID_2.options.slope
      ? "hard_sigmoid"
      : { kind, options };
  }
  if (activation === "leakyRelu") return { kind: "LeakyReLU", options: { alpha: 0.2 } };
  return NAMES.find(([, own]) => own === activation)?.[0];
}
