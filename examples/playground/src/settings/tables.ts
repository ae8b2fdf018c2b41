// The settings of each part.

import { choice, type Fields, type NumberField, type Settings } from "./fields.js";

const RATES = [
  0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10,
];
const BATCH_HINT = "Examples that each step looks at.";
const PENALTIES = [0, 0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];

function number(
  label: string,
  initial: number,
  [min, max]: readonly [number, number],
  step: number,
  more: Partial<NumberField> = {},
): NumberField {
  return { kind: "number", label, initial, min, max, step, ...more };
}

const penalty = (label: string, hint: string) => number(label, 0, [0, 1], 0.00001, { stops: PENALTIES, hint });

/** What a net is and how it is trained; the same for all data. */
export const netFields = {
  activation: choice(
    "Activation",
    {
      tanh: "tanh",
      relu: "ReLU",
      sigmoid: "sigmoid",
      leakyRelu: "leaky ReLU",
      elu: "ELU",
      selu: "SELU",
      gelu: "GELU",
      silu: "SiLU",
      softplus: "softplus",
      linear: "linear",
    },
    "tanh",
    "What each hidden unit makes of the sum of its inputs.",
  ),
  initializer: choice(
    "Initializer",
    {
      glorotUniform: "Glorot uniform",
      glorotNormal: "Glorot normal",
      heUniform: "He uniform",
      heNormal: "He normal",
      lecunUniform: "LeCun uniform",
      lecunNormal: "LeCun normal",
      truncatedNormal: "normal, 0.05",
      zeros: "zeros",
    },
    "glorotUniform",
    "How large the first, random weights are.",
  ),
  batchNorm: {
    kind: "flag",
    label: "Batch normalization",
    initial: false,
    hint: "Brings the sums of each layer to mean 0 and deviation 1.",
  },
  dropout: number("Dropout", 0, [0, 0.8], 0.05, { hint: "Share of hidden units left out of each step, by chance." }),
  l1: penalty("L1 penalty", "Pulls weights to zero, so that few are left."),
  l2: penalty("L2 penalty", "Keeps weights small."),
  optimizer: choice(
    "Optimizer",
    {
      sgd: "SGD",
      momentum: "momentum",
      nesterov: "Nesterov",
      adagrad: "Adagrad",
      adadelta: "Adadelta",
      rmsprop: "RMSProp",
      adam: "Adam",
      adamw: "AdamW",
      nadam: "Nadam",
      lion: "Lion",
    },
    "adam",
    "How a gradient becomes a change of the weights.",
  ),
  rate: number("Learning rate", 0.01, [0, 100], 0.0001, {
    stops: RATES,
    hint: "Size of a step. Too large and the loss jumps, too small and nothing happens.",
  }),
  seed: number("Seed", 1, [0, 999_999], 1, {
    typed: true,
    hint: "Where chance begins. The same seed gives the same bits on every device.",
  }),
} as const satisfies Fields;

export const regionFields = {
  data: choice(
    "Data",
    { spirals: "Spirals", moons: "Moons", circles: "Circles", xor: "XOR", iris: "Iris", own: "Yours" },
    "spirals",
  ),
  count: number("Points", 400, [20, 2000], 20),
  noise: number("Noise", 0.1, [0, 0.5], 0.01, { hint: "How far chance moves each point." }),
  testShare: number("Test share", 0.25, [0.1, 0.9], 0.05, { hint: "Points that the net never sees in training." }),
  batch: number("Batch size", 32, [1, 512], 1, { stops: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512], hint: BATCH_HINT }),
  points: { kind: "points", label: "Points of yours", initial: "", most: 200 },
  layers: { kind: "layers", label: "Hidden layers", initial: [16, 16, 8], mostLayers: 6, mostUnits: 64 },
  ...netFields,
  // With these a net finds the spirals within seconds at the pace that can be followed, whatever the seed.
  activation: { ...netFields.activation, initial: "elu" },
  initializer: { ...netFields.initializer, initial: "heNormal" },
  // Without it the net becomes certain of everything, and the map loses its contours.
  l2: { ...netFields.l2, initial: 0.0003 },
} as const satisfies Fields;

export const digitFields = {
  testShare: number("Test share", 0.2, [0.1, 0.9], 0.05, { hint: "Of the embedded digits; MNIST has its own." }),
  batch: number("Batch size", 50, [1, 512], 1, { stops: [1, 2, 5, 10, 20, 50, 100, 200, 512], hint: BATCH_HINT }),
  layers: { kind: "layers", label: "Hidden layers", initial: [128, 64], mostLayers: 6, mostUnits: 1024 },
  ...netFields,
  activation: { ...netFields.activation, initial: "relu" },
  initializer: { ...netFields.initializer, initial: "heNormal" },
  rate: { ...netFields.rate, initial: 0.002 },
} as const satisfies Fields;

export type RegionSettings = Settings<typeof regionFields>;
export type DigitSettings = Settings<typeof digitFields>;
/** What all nets have. */
export type NetSettings = Settings<typeof netFields> & { readonly layers: readonly number[]; readonly batch: number };

export const parts = { regions: regionFields, digits: digitFields, race: {} } as const;
export type PartName = keyof typeof parts;
export const isPart = (name: string): name is PartName => Object.hasOwn(parts, name);
