import { describe, expect, test } from "vitest";
import { choices, presetTable, type RawTrainOptions, readBuild, readTrainOptions } from "../../src/cli/options.js";
import { ArgumentError, dense, layers } from "../../src/index.js";

describe("defaults", () => {
  test("are those of digits where nothing is said", () => {
    expect(readTrainOptions({})).toEqual({
      dataset: "digits",
      files: null,
      hidden: [256, 128],
      activation: "relu",
      initializer: "heNormal",
      optimizer: "adam",
      learningRate: 0.001,
      batchSize: 32,
      epochs: 30,
      seed: 1,
      build: null,
      json: false,
      out: null,
      compare: true,
    });
  });

  test("go with the dataset, and the learning rate with the optimizer", () => {
    const mnist = readTrainOptions({ dataset: "mnist", dataDir: "data", optimizer: "sgd" });
    expect(mnist).toMatchObject({
      files: { dir: "data" },
      hidden: [300, 100],
      initializer: "glorotUniform",
      learningRate: 0.01,
      batchSize: 50,
      out: null,
    });
    expect(readTrainOptions({ dataset: "iris" })).toMatchObject({ hidden: [16], batchSize: 16 });
  });

  test("are listed for help, a row for each dataset", () => {
    const [head, ...rows] = presetTable();
    expect(rows.map(([name]) => name)).toEqual(choices.datasets);
    for (const row of rows) expect(row).toHaveLength((head as string[]).length);
  });
});

describe("what is given", () => {
  test("is read", () => {
    const read = readTrainOptions({
      dataset: "fashion-mnist",
      dataUrl: "https://example.org/fashion",
      hidden: "64, 32,16",
      activation: "linear",
      initializer: "ones",
      optimizer: "sgd",
      learningRate: "5e-2",
      batchSize: "7",
      epochs: "3",
      seed: "0",
      build: "scalar",
      json: true,
      out: "a/b.safetensors",
      compare: false,
    });
    expect(read).toEqual({
      dataset: "fashion-mnist",
      files: { url: "https://example.org/fashion" },
      hidden: [64, 32, 16],
      activation: "linear",
      initializer: "ones",
      optimizer: "sgd",
      learningRate: 0.05,
      batchSize: 7,
      epochs: 3,
      seed: 0,
      build: "scalar",
      json: true,
      out: "a/b.safetensors",
      compare: false,
    });
  });

  test("may be no hidden layer at all; nothing is saved unasked", () => {
    expect(readTrainOptions({ hidden: "none" })).toMatchObject({ hidden: [], out: null });
  });

  test.each(choices.activations)("activation %s is one of the library", (activation) => {
    expect(() => dense({ units: 1, activation })).not.toThrow();
  });

  test.each(choices.initializers)("initializer %s is one of the library", (kernelInitializer) => {
    expect(() => dense({ units: 1, kernelInitializer })).not.toThrow();
  });
});

const hidden = "--hidden must be positive integers with commas between, such as 300,100, or none";
const rate = "--learning-rate must be a number greater than 0";
const refusals: readonly (readonly [RawTrainOptions, string])[] = [
  [{ dataset: "cifar" }, '--dataset must be one of digits, iris, mnist, fashion-mnist; received "cifar".'],
  [{ dataset: "toString" }, '--dataset must be one of digits, iris, mnist, fashion-mnist; received "toString".'],
  [{ hidden: "" }, `${hidden}; received "".`],
  [{ hidden: "300,x" }, `${hidden}; received "300,x".`],
  [{ hidden: "300," }, `${hidden}; received "300,".`],
  [{ hidden: "0" }, `${hidden}; received "0".`],
  [{ hidden: "3.5" }, `${hidden}; received "3.5".`],
  [{ hidden: "9".repeat(80) }, `${hidden}; received "${"9".repeat(57)}...".`],
  [{ activation: "tanh!" }, `--activation must be one of ${layers.activationNames().join(", ")}; received "tanh!".`],
  [
    { optimizer: "rmsprop!" },
    '--optimizer must be one of sgd, adam, adagrad, adadelta, rmsprop, adamw, nadam, lion; received "rmsprop!".',
  ],
  [{ learningRate: "fast" }, `${rate}; received "fast".`],
  [{ learningRate: "0" }, `${rate}; received "0".`],
  [{ learningRate: "-0.1" }, `${rate}; received "-0.1".`],
  [{ learningRate: "1e999" }, `${rate}; received "1e999".`],
  [{ learningRate: "0x1" }, `${rate}; received "0x1".`],
  [{ learningRate: "" }, `${rate}; received "".`],
  [{ batchSize: "0" }, '--batch-size must be a positive integer; received "0".'],
  [{ batchSize: "2.5" }, '--batch-size must be a positive integer; received "2.5".'],
  [{ epochs: "-1" }, '--epochs must be a positive integer; received "-1".'],
  [{ seed: "1.5" }, '--seed must be a non-negative integer below 2^53; received "1.5".'],
  [{ seed: "9007199254740992" }, '--seed must be a non-negative integer below 2^53; received "9007199254740992".'],
  [{ build: "avx" }, '--build must be one of scalar, simd, relaxed, wide; received "avx".'],
  [{ out: "" }, '--out must be the path of a file; received "".'],
  [{ dataDir: "x" }, "--data-dir is for mnist and fashion-mnist; digits is embedded and needs no files."],
  [
    { dataset: "iris", dataUrl: "http://x" },
    "--data-url is for mnist and fashion-mnist; iris is embedded and needs no files.",
  ],
  [
    { dataset: "mnist" },
    "mnist is not part of the package; say where its IDX files are with --data-dir DIR or --data-url URL.",
  ],
  [
    { dataset: "mnist", dataDir: "x", dataUrl: "http://x" },
    "--data-dir and --data-url exclude each other; give one of them.",
  ],
  [{ dataset: "mnist", dataDir: "" }, '--data-dir must be the path of a folder; received "".'],
  [{ dataset: "mnist", dataUrl: "ftp://x" }, '--data-url must be an http or https address; received "ftp://x".'],
  [{ dataset: "mnist", dataUrl: "x" }, '--data-url must be an http or https address; received "x".'],
];

describe("refusals", () => {
  test.each(refusals)("%j", (raw, message) => {
    expect(() => readTrainOptions(raw)).toThrow(new ArgumentError(message));
  });

  test("a build for diagnose", () => {
    expect(readBuild(undefined)).toBeNull();
    expect(readBuild("simd")).toBe("simd");
    expect(() => readBuild("sse")).toThrow(
      new ArgumentError('--build must be one of scalar, simd, relaxed, wide; received "sse".'),
    );
  });
});
