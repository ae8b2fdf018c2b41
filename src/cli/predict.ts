// The command `predict`: what a saved model makes of the test part of the data it was trained on.

import { type Dataset, digits, fashionMnist, iris, mnist } from "../data/datasets/index.js";
import { ArgumentError, DataError, init, type Tensor } from "../index.js";
import { decodeSafetensors } from "../io/index.js";
import { loadModel } from "../models/index.js";
import { count, percent } from "./figures.js";
import type { Output } from "./progress.js";

export interface PredictOptions {
  readonly file: string;
  /** Where the images are, for datasets that are not part of the package. */
  readonly dataDir?: string;
}

/** Examples that are shown one by one. */
const SHOWN = 8;
/** Pictures beside each other, each two columns a pixel, in 80 columns. */
const PICTURES = 4;
/** From paper to ink. */
const INK = " .:-=+*#%@";

/** Fails with ArgumentError or DataError where the file is not a model that `lanewise` saved. */
export async function predict({ file, dataDir }: PredictOptions, stdout: Output, signal: AbortSignal): Promise<void> {
  await init();
  const model = await loadModel(file);
  const { readFile } = process.getBuiltinModule("node:fs/promises");
  const { metadata } = decodeSafetensors(await readFile(file));
  const data = await load(metadata.dataset, file, dataDir, signal);
  const { x, y } = data.test;
  const [examples, features] = x.shape as [number, number];
  // Those of other programs may have several inputs, or of another size.
  const [inputs, outputs] = [model.input, model.output].map(({ shape }: { shape?: readonly unknown[] }) => shape);
  if (inputs?.length !== 2 || inputs[1] !== features || outputs?.length !== 2) {
    throw new DataError(
      `predict: the model must take the ${features} features of ${data.name} and give a number for each class; ${JSON.stringify(file)} holds another one.`,
    );
  }
  const predicted = likeliest(model.predict(x));
  const right = predicted.filter((label, i) => label === y.data[i]).length;
  const names = (labels: ArrayLike<number>) =>
    Array.from({ length: Math.min(SHOWN, examples) }, (_, i) => data.classNames[labels[i] as number] as string);
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["predicted", names(predicted)],
    ["right is", names(y.data)],
  ];
  const width = Math.max(...rows.flatMap(([, cells]) => cells.map(({ length }) => length))) + 2;
  const side = Math.sqrt(features);
  const lines = [
    `${file}: a net trained on ${data.name}`,
    "",
    ...(side === 8 ? [...pictures(x, side), ""] : []),
    ...rows.map(([label, cells]) =>
      `${label.padEnd(14)} ${cells.map((cell) => cell.padEnd(width)).join("")}`.trimEnd(),
    ),
    "",
    `Right: ${count(right)} of ${count(examples)} test examples (${percent(right / examples)}), which it has never been shown.`,
  ];
  stdout.write(`${lines.join("\n")}\n`);
}

async function load(
  name: string | undefined,
  file: string,
  dir: string | undefined,
  signal: AbortSignal,
): Promise<Dataset> {
  if (name === "digits") return digits();
  if (name === "iris") return iris();
  if (name !== "mnist" && name !== "fashion-mnist") {
    throw new DataError(
      `predict: the file must say which dataset its model learned from; ${JSON.stringify(file)} does not.`,
    );
  }
  if (dir === undefined) {
    throw new ArgumentError(`${name} is not part of the package; say where its IDX files are with --data-dir DIR.`);
  }
  return await (name === "mnist" ? mnist : fashionMnist)({ dir, signal });
}

/** The class with the largest output, of each row. */
function likeliest({ data, shape }: Tensor): number[] {
  const [rows, classes] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => {
    const scores = Array.from(data.slice(row * classes, (row + 1) * classes));
    return scores.reduce((best, score, i) => (score > (scores[best] as number) ? i : best), 0);
  });
}

/** The first pictures, drawn in characters, beside each other. */
function pictures({ data }: Tensor, side: number): string[] {
  return Array.from({ length: side }, (_, row) =>
    Array.from({ length: PICTURES }, (_, picture) => {
      const at = picture * side * side + row * side;
      const pixels = Array.from(data.slice(at, at + side), (value) => INK[Math.round(value * (INK.length - 1))]);
      return pixels.map((ink) => `${ink}${ink}`).join("");
    })
      .join("   ")
      .trimEnd(),
  );
}
