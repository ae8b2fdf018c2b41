// The entry point `lanewise/io/tensorboard`: event files that TensorBoard shows.

export type { Shown } from "./tensorboard/callback.js";
export { type TensorBoardOptions, tensorBoard } from "./tensorboard/callback.js";
export type { HasNodes } from "./tensorboard/graph.js";
export { type HyperParameters, SummaryWriter, type SummaryWriterOptions } from "./tensorboard/writer.js";
