// The options of `train`: what the command line gives as text, checked and completed with defaults per dataset.

import {
  ArgumentError,
  type BuildName,
  type DenseOptions,
  type InitOptions,
  layers,
  type OptimizerName,
} from "../index.js";

export type ActivationName = layers.ActivationName;
export type InitializerName = Extract<DenseOptions["kernelInitializer"], string>;

const activations = layers.activationNames();
// Complete by their types: a name that the library gains and this page lacks does not compile.
const initializers = Object.keys({
  glorotUniform: true,
  glorotNormal: true,
  heUniform: true,
  heNormal: true,
  lecunUniform: true,
  lecunNormal: true,
  truncatedNormal: true,
  randomNormal: true,
  randomUniform: true,
  zeros: true,
  ones: true,
} satisfies Record<InitializerName, true>) as InitializerName[];
/** Rates that suit all datasets; those of the other optimizers stand with each. */
const usualRates = { adagrad: 0.01, adadelta: 1, rmsprop: 0.001, adamw: 0.001, nadam: 0.001, lion: 0.0003 };
const optimizers = Object.keys({ sgd: 0, adam: 0, ...usualRates } satisfies Record<
  OptimizerName,
  number
>) as OptimizerName[];
const builds = Object.keys({ scalar: true, simd: true, relaxed: true, wide: true } satisfies Record<
  BuildName,
  true
>) as BuildName[];

interface Preset {
  readonly hidden: readonly number[];
  readonly initializer: InitializerName;
  readonly optimizer: OptimizerName;
  readonly learningRate: Readonly<Record<OptimizerName, number>>;
  readonly batchSize: number;
  readonly epochs: number;
  /** Read from files rather than embedded. */
  readonly files: boolean;
}

const images: Preset = {
  hidden: [300, 100],
  initializer: "glorotUniform",
  optimizer: "adam",
  learningRate: { sgd: 0.01, adam: 0.001, ...usualRates },
  batchSize: 50,
  epochs: 10,
  files: true,
};

const presets = {
  digits: {
    hidden: [256, 128],
    initializer: "heNormal",
    optimizer: "adam",
    learningRate: { sgd: 0.1, adam: 0.001, ...usualRates },
    batchSize: 32,
    epochs: 30,
    files: false,
  },
  iris: {
    hidden: [16],
    initializer: "heNormal",
    optimizer: "adam",
    learningRate: { sgd: 0.05, adam: 0.02, ...usualRates },
    batchSize: 16,
    epochs: 60,
    files: false,
  },
  mnist: images,
  "fashion-mnist": images,
} satisfies Record<string, Preset>;

export type DatasetName = keyof typeof presets;
const datasets = Object.keys(presets) as DatasetName[];
const DEFAULT_ACTIVATION: ActivationName = "relu";
const DEFAULT_SEED = 1;

/** The names that options take, for help. */
export const choices = { datasets, activations, initializers, optimizers, builds } as const;

/** Options as they stand on the command line; what is not given is undefined. */
export interface RawTrainOptions {
  readonly dataset?: string;
  readonly dataDir?: string;
  readonly dataUrl?: string;
  readonly hidden?: string;
  readonly activation?: string;
  readonly initializer?: string;
  readonly optimizer?: string;
  readonly learningRate?: string;
  readonly batchSize?: string;
  readonly epochs?: string;
  readonly seed?: string;
  readonly build?: string;
  readonly json?: boolean;
  readonly out?: string;
  /** False by `--no-compare`. */
  readonly compare?: boolean;
}

export interface TrainOptions {
  readonly dataset: DatasetName;
  /** Where the files of an image set come from; null for an embedded set. */
  readonly files: { readonly dir: string } | { readonly url: string } | null;
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly initializer: InitializerName;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly seed: number;
  /** Null: what `init` chooses. */
  readonly build: BuildName | null;
  readonly json: boolean;
  /** Null: the model is not saved. */
  readonly out: string | null;
  readonly compare: boolean;
}

/** Fails with ArgumentError at the first option that does not hold. */
export function readTrainOptions(raw: RawTrainOptions): TrainOptions {
  const dataset = readName("--dataset", raw.dataset, datasets) ?? "digits";
  const preset: Preset = presets[dataset];
  const optimizer = readName("--optimizer", raw.optimizer, optimizers) ?? preset.optimizer;
  return {
    dataset,
    files: readFiles(dataset, preset, raw),
    hidden: readHidden(raw.hidden) ?? preset.hidden,
    activation: readName("--activation", raw.activation, activations) ?? DEFAULT_ACTIVATION,
    initializer: readName("--initializer", raw.initializer, initializers) ?? preset.initializer,
    optimizer,
    learningRate: readRate(raw.learningRate) ?? preset.learningRate[optimizer],
    batchSize: readInteger("--batch-size", raw.batchSize, 1) ?? preset.batchSize,
    epochs: readInteger("--epochs", raw.epochs, 1) ?? preset.epochs,
    seed: readInteger("--seed", raw.seed, 0) ?? DEFAULT_SEED,
    build: readBuild(raw.build),
    json: raw.json ?? false,
    out: readOut(raw.out),
    compare: raw.compare ?? true,
  };
}

/** The options with which `init` starts a build; null leaves the choice to it. */
export function initOptions(build: BuildName | null): InitOptions {
  if (build === null) return {};
  return build === "wide" ? { wide: true } : { build };
}

/** The name of a build, null where none is given; ArgumentError for any other. */
export function readBuild(text: string | undefined): BuildName | null {
  return readName("--build", text, builds) ?? null;
}

/** What holds for each dataset where nothing else is said: a head, then one row each. */
export function presetTable(): string[][] {
  return [
    ["", "hidden", "initializer", "optimizer", "learning rate", "batch", "epochs"],
    ...datasets.map((name) => {
      const { hidden, initializer, optimizer, learningRate, batchSize, epochs }: Preset = presets[name];
      return [name, hidden.join(","), initializer, optimizer, learningRate[optimizer], batchSize, epochs].map(String);
    }),
  ];
}

function readName<T extends string>(option: string, text: string | undefined, names: readonly T[]): T | undefined {
  if (text === undefined || (names as readonly string[]).includes(text)) return text as T | undefined;
  throw new ArgumentError(`${option} must be one of ${names.join(", ")}; received ${quote(text)}.`);
}

function readFiles(dataset: DatasetName, { files }: Preset, { dataDir, dataUrl }: RawTrainOptions) {
  if (!files) {
    const [option] = [
      ...(dataDir === undefined ? [] : ["--data-dir"]),
      ...(dataUrl === undefined ? [] : ["--data-url"]),
    ];
    if (option === undefined) return null;
    const others = datasets.filter((name) => presets[name].files).join(" and ");
    throw new ArgumentError(`${option} is for ${others}; ${dataset} is embedded and needs no files.`);
  }
  if (dataDir !== undefined && dataUrl !== undefined) {
    throw new ArgumentError("--data-dir and --data-url exclude each other; give one of them.");
  }
  if (dataDir !== undefined) {
    if (dataDir === "") throw new ArgumentError('--data-dir must be the path of a folder; received "".');
    return { dir: dataDir };
  }
  if (dataUrl !== undefined) {
    if (!/^https?:$/.test(URL.canParse(dataUrl) ? new URL(dataUrl).protocol : "")) {
      throw new ArgumentError(`--data-url must be an http or https address; received ${quote(dataUrl)}.`);
    }
    return { url: dataUrl };
  }
  throw new ArgumentError(
    `${dataset} is not part of the package; say where its IDX files are with --data-dir DIR or --data-url URL.`,
  );
}

function readHidden(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  if (text === "none") return [];
  const sizes = text.split(",").map((size) => parseInteger(size.trim()));
  if (sizes.some((size) => !(size >= 1))) {
    throw new ArgumentError(
      `--hidden must be positive integers with commas between, such as 300,100, or none; received ${quote(text)}.`,
    );
  }
  return sizes;
}

function readRate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  // Number() alone would take "", " 1 " and "0x10" as well.
  const rate = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!(rate > 0 && Number.isFinite(rate))) {
    throw new ArgumentError(`--learning-rate must be a number greater than 0; received ${quote(text)}.`);
  }
  return rate;
}

function readInteger(option: string, text: string | undefined, least: 0 | 1): number | undefined {
  if (text === undefined) return undefined;
  const value = parseInteger(text);
  if (!(value >= least)) {
    const rule = least === 1 ? "a positive integer" : "a non-negative integer below 2^53";
    throw new ArgumentError(`${option} must be ${rule}; received ${quote(text)}.`);
  }
  return value;
}

function readOut(out: string | undefined): string | null {
  if (out === "") throw new ArgumentError('--out must be the path of a file; received "".');
  return out ?? null;
}

/** NaN for anything but digits that make a safe integer. */
function parseInteger(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
