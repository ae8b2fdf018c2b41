// The entry point lanewise/datasets: small sets embedded, image sets from files or a server.

export type { Dataset, Examples } from "./dataset.js";
export { digits } from "./digits.js";
export type { FileProgress } from "./file-source.js";
export type { IdxDatasetOptions } from "./idx-dataset.js";
export { iris } from "./iris.js";
export { fashionMnist, mnist } from "./mnist.js";
export type { SplitOptions } from "./split.js";
