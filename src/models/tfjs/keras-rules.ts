// Regularizers and constraints as Keras writes them down, and their descriptions here. Used by keras-layers.ts.

import type { Description } from "../../nn/description.js";

type Config = Readonly<Record<string, unknown>>;

/** The description of what Keras 2 and 3 and TensorFlow.js write down; undefined where there is no such thing here. */
export function ruleFromKeras(value: unknown): Description | undefined {
  const { class_name: name, config } = (value ?? {}) as { class_name?: unknown; config?: unknown };
  const { l1: first, l2: second, max_value: limit, min_value: min, rate, axis } = (config ?? {}) as Config;
  const found = {
    L1: { kind: "l1l2", options: { l1: first, l2: 0 } },
    L2: { kind: "l1l2", options: { l1: 0, l2: second } },
    L1L2: { kind: "l1l2", options: { l1: first, l2: second } },
    MaxNorm: { kind: "maxNorm", options: { limit, axis } },
    UnitNorm: { kind: "unitNorm", options: { axis } },
    MinMaxNorm: { kind: "minMaxNorm", options: { min, max: limit, rate, axis } },
    NonNeg: { kind: "nonNeg", options: {} },
  }[String(name)];
  return found && Object.values(found.options).every(Number.isFinite) ? found : undefined;
}

/** As Keras writes a description. */
export function ruleToKeras({ kind, options: { limit, min, max, ...rest } }: Description): unknown {
  const name = { l1l2: "L1L2", maxNorm: "MaxNorm", unitNorm: "UnitNorm", minMaxNorm: "MinMaxNorm", nonNeg: "NonNeg" }[
    String(kind)
  ];
  const bounds =
    kind === "maxNorm" ? { max_value: limit } : kind === "minMaxNorm" ? { min_value: min, max_value: max } : {};
  return { class_name: name, config: { ...bounds, ...rest } };
}
