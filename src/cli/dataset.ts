// The dataset that the options name.

import { type Dataset, digits, type FileProgress, fashionMnist, iris, mnist } from "../data/datasets/index.js";
import type { TrainOptions } from "./options.js";

/** `note` is told what is being downloaded. */
export async function loadDataset(
  { dataset, files }: TrainOptions,
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<Dataset> {
  if (dataset === "digits") return digits();
  if (dataset === "iris") return iris();
  if (files === null) throw new TypeError(`loadDataset: ${dataset} needs files.`);
  const load = dataset === "mnist" ? mnist : fashionMnist;
  if ("dir" in files) return load({ dir: files.dir, signal });
  return load({ url: files.url, signal, onProgress: (progress) => note(arrival(progress)) });
}

/** `train-images-idx3-ubyte.gz: 3.2 of 9.9 MB` */
export function arrival({ file, received, total }: FileProgress): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  return `${file}: ${megabytes(received)}${total === undefined ? "" : ` of ${megabytes(total)}`} MB`;
}
