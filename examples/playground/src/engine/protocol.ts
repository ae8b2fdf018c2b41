// What page and worker say to each other. Everything here is plain data; arrays are moved, not copied, where the sender
// has no more use for them.

import type { DigitSettings, RegionSettings } from "../settings/tables.js";

export type Setup =
  | { readonly part: "regions"; readonly settings: RegionSettings }
  | { readonly part: "digits"; readonly settings: DigitSettings };

/** Which kernels run, and why. */
export interface Host {
  readonly build: string;
  readonly reason: string;
  readonly supported: readonly string[];
}

/** The examples, as much of them as pictures need. */
export interface DataOverview {
  readonly name: string;
  readonly source: string;
  readonly classNames: readonly string[];
  readonly trainCount: number;
  readonly testCount: number;
  /** Rows and columns of a picture; null where examples are points. */
  readonly image: readonly [height: number, width: number] | null;
  /** Points in [-1, 1] x [-1, 1]: x, y of each, training points first. Empty for pictures. */
  readonly points: Float32Array;
  readonly labels: Int32Array;
  readonly axes: readonly [string, string] | null;
}

export interface NetOverview {
  /** Units of the hidden layers, as the net has them. */
  readonly layers: readonly number[];
  readonly parameters: number;
}

export interface Overview {
  readonly data: DataOverview;
  readonly net: NetOverview;
}

/** Curves: one entry for each record, at most some hundred. */
export interface History {
  readonly step: Float64Array;
  /** Mean of the batches since the record before. */
  readonly loss: Float64Array;
  readonly testLoss: Float64Array;
  readonly accuracy: Float64Array;
  readonly testAccuracy: Float64Array;
  /** Norm of the gradient of each dense layer, for the last batch. */
  readonly gradients: readonly Float64Array[];
}

/** What the net makes of the square that points lie in. */
export interface RegionPicture {
  readonly size: number;
  /** For each class its logit at each place of a lattice over the square, row by row from the top. */
  readonly logits: readonly Float32Array[];
}

export interface UnitPictures {
  readonly height: number;
  readonly width: number;
  /** For each layer shown its units one after the other, each from 0 to 255. */
  readonly layers: readonly Uint8Array[];
}

/** What has changed since the last frame; null for what has not. */
export interface Frame {
  readonly playing: boolean;
  readonly step: number;
  readonly epoch: number;
  /** Steps a second while playing, by the clock on the wall: pictures and tests included. */
  readonly pace: number;
  readonly history: History | null;
  readonly regions: RegionPicture | null;
  readonly units: UnitPictures | null;
  /** Of the drawing. */
  readonly probabilities: Float32Array | null;
  /** By label and prediction, row by row. */
  readonly confusion: Uint32Array | null;
  /** Why the training has stopped by itself, and cannot go on. */
  readonly stopped: string | null;
  /** Why it rests, and can go on. */
  readonly settled: string | null;
}

export interface FrameRequest {
  /** Whether curves are wanted: they move slower than pictures. */
  readonly curves: boolean;
  /** Sends everything, changed or not. */
  readonly all?: boolean;
}

export interface SavedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface GivenFile {
  readonly name: string;
  readonly bytes: ArrayBuffer;
}

export type SaveFormat = "lanewise" | "tfjs" | "tensorboard";

/** What a model from a file means for the page. */
export interface LoadedModel {
  readonly overview: Overview;
  readonly settings: Setup["settings"];
  /** Steps that it has been trained for. */
  readonly steps: number;
  /** What the settings cannot say about it; "" for nothing. */
  readonly remark: string;
}

/** It is a model of the other part. */
export interface ModelElsewhere {
  readonly elsewhere: Setup["part"];
}

/** What the worker does when it is asked. */
export interface WorkerFunctions {
  host(): Promise<Host>;
  setup(setup: Setup): Promise<Overview>;
  /** Goes on with the points of these settings, which differ in the visitor's own ones only. */
  replacePoints(settings: RegionSettings): Promise<DataOverview>;
  /** Changes what a running training can take: the rate. */
  adjustRate(rate: number): void;
  /** Steps a second to keep to; 0 for as many as there can be. */
  limitPace(stepsPerSecond: number): void;
  play(): void;
  pause(): void;
  /** One step. */
  step(): void;
  frame(request: FrameRequest): Promise<Frame>;
  /** What to classify with each frame from now on; null for nothing. */
  draw(pixels: Float32Array | null): void;
  /** A picture of the test part, and its label. */
  example(): { readonly pixels: Float32Array; readonly label: number };
  useImages(given: readonly GivenFile[] | { readonly url: string }): Promise<DataOverview>;
  useEmbedded(): Promise<void>;
  /** All that the training depends on, in bytes. */
  keep(): Promise<Uint8Array<ArrayBuffer>>;
  restore(kept: Uint8Array<ArrayBuffer>): Promise<void>;
  save(format: SaveFormat): Promise<SavedFile>;
  load(files: readonly GivenFile[]): Promise<LoadedModel | ModelElsewhere>;
  race(): Promise<RaceRound>;
}

export type Contender = "javascript" | "scalar" | "simd" | "relaxed";

export interface RaceEntry {
  readonly contender: Contender;
  /** Median over the rounds so far, in the unit of the discipline. */
  readonly rate: number;
  /** How many times as fast as plain JavaScript, round by round: lower quartile, median, upper quartile; null at first. */
  readonly factor: readonly [low: number, median: number, high: number] | null;
}

export interface RaceDiscipline {
  readonly name: string;
  readonly unit: string;
  readonly what: string;
  readonly entries: readonly RaceEntry[];
  /** How the outputs compare with those of plain JavaScript. */
  readonly check: string;
  readonly agrees: boolean;
}

export interface RaceRound {
  /** From 0 to 1. */
  readonly progress: number;
  /** Milliseconds of one step of this browser's clock, and of a turn. */
  readonly clock: { readonly step: number; readonly turn: number };
  readonly disciplines: readonly RaceDiscipline[];
  /** Builds that this host does not have, and why. */
  readonly missing: Readonly<Record<string, string>>;
}
