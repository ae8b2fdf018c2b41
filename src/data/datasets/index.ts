// The entry point lanewise/datasets: small sets embedded, image sets from files or a server.

export type { Dataset, Examples } from "./dataset.js";
export { digits } from "./digits.js";
export type { DownloadOptions } from "./download.js";
export type { FileProgress, SourceOptions } from "./file-source.js";
export type { FolderOptions } from "./folder.js";
export type { IdxDatasetOptions } from "./idx-dataset.js";
export { iris } from "./iris.js";
export { fashionMnist, mnist } from "./mnist.js";
export type { SplitOptions } from "./split.js";
