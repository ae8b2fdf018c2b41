// Layers that change pictures x [examples, height, width, channels] at random while training, in the words of Keras. What
// happens to an example is a function of the seed, its number and the epoch (src/ops/examples.ts): the same at any batch size
// and in any order. Outside training they give x as it is, a random crop the middle of it.

import { ArgumentError, checkCall, checkInteger, checkNumber, describe, readName, ShapeError } from "../../errors.js";
import { add, affine, multiply, subtract } from "../../ops/arithmetic.js";
import {
  type AffineMatricesAttributes,
  affineMatrices,
  affineSample,
  checkPictures,
  cropWindows,
  cutoutMask,
  type FillMode,
  fillModes,
  type Interpolation,
  interpolations,
  type Range,
  readRange,
} from "../../ops/augmentation.js";
import { clip } from "../../ops/clipping.js";
import { exampleNormals, exampleUniforms, keysOf } from "../../ops/examples.js";
import { choose } from "../../ops/normalization.js";
import type { Node } from "../../ops/op.js";
import { mean } from "../../ops/reductions.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

/** From where to where a quantity is drawn, uniformly: `[low, high]`, or one number for `[-number, number]`. */
export type Factor = number | readonly [low: number, high: number];

/** What random layers take. */
export interface RandomLayerOptions extends LayerOptions {
  /** Integer in [0, 2^53). Default: the seed of the graph. Layers of one graph draw numbers of their own. */
  readonly seed?: number;
}

/** What layers take that read pictures at new places. */
export interface RandomWarpOptions extends RandomLayerOptions {
  /**
   * What lies beyond the picture: its mirror image, `"reflect"` (d c b a | a b c d | d c b a); the nearest pixel,
   * `"nearest"`; the picture again, `"wrap"`; or `fillValue`, `"constant"`. Default `"reflect"`.
   */
  readonly fillMode?: FillMode;
  /** For fillMode `"constant"`. Default 0. */
  readonly fillValue?: number;
  /** Between pixels: the four around, weighed, or the nearest. Default `"bilinear"`. */
  readonly interpolation?: Interpolation;
}

export interface RandomRotationOptions extends RandomWarpOptions {
  /** Share of a full turn, counterclockwise: 0.1 is up to 36 degrees either way. */
  readonly factor: Factor;
}

export interface RandomTranslationOptions extends RandomWarpOptions {
  /** Share of the height, downwards. Default 0. */
  readonly heightFactor?: Factor;
  /** Share of the width, to the right. Default 0. */
  readonly widthFactor?: Factor;
}

export interface RandomZoomOptions extends RandomWarpOptions {
  /** 0.2 makes the picture up to 20 % smaller, -0.2 larger; above -1. */
  readonly heightFactor: Factor;
  /** Default: that of the height, so that proportions stay. */
  readonly widthFactor?: Factor;
}

export interface RandomShearOptions extends RandomWarpOptions {
  /** Pixels to the side for each row. Default 0. */
  readonly xFactor?: Factor;
  /** Pixels up or down for each column. Default 0. */
  readonly yFactor?: Factor;
}

export type FlipMode = "horizontal" | "vertical" | "horizontalAndVertical";

export interface RandomFlipOptions extends RandomLayerOptions {
  /** `"horizontal"` exchanges left and right. Default `"horizontalAndVertical"`, each with probability 1/2. */
  readonly mode?: FlipMode;
}

export interface RandomCropOptions extends RandomLayerOptions {
  /** Of the result, in pixels. */
  readonly height: number;
  readonly width: number;
}

/** What layers take that change values. */
export interface RandomValueOptions extends RandomLayerOptions {
  /** Least and largest value of a pixel; results are brought within. Default [0, 1]. */
  readonly valueRange?: readonly [low: number, high: number];
}

export interface RandomBrightnessOptions extends RandomValueOptions {
  /** Share of the value range that is added to all pixels, in [-1, 1]. */
  readonly factor: Factor;
}

export interface RandomContrastOptions extends RandomValueOptions {
  /**
   * Differences from the mean of each channel are multiplied by 1 + a number within [-factor, factor], or within
   * [-low, high] for a pair; shares from 0 to 1.
   */
  readonly factor: number | readonly [low: number, high: number];
}

export interface RandomGaussianNoiseOptions extends RandomLayerOptions {
  /** At least 0. */
  readonly stddev: number;
  /** Least and largest value of a pixel; results are brought within. Default: none. */
  readonly valueRange?: readonly [low: number, high: number];
}

export interface RandomCutoutOptions extends RandomLayerOptions {
  /** Share of the height in [0, 1], `[low, high]` or one for all. Default 0.5. */
  readonly heightFactor?: number | readonly [low: number, high: number];
  /** Share of the width. Default 0.5. */
  readonly widthFactor?: number | readonly [low: number, high: number];
  /** Default 0. */
  readonly fillValue?: number;
}

const LAYER = ["seed", "name", "trainable"];
const WARP = ["fillMode", "fillValue", "interpolation", "seed", "name", "trainable"];

/** While training, turns each picture about its middle by a random angle. */
export function randomRotation(options: RandomRotationOptions): Layer {
  checkCall("randomRotation", arguments, ["factor"]);
  checkLayerOptions("RandomRotation", options, ["factor", ...WARP]);
  const first = readRange("RandomRotation: factor", options.factor, -1, 1);
  return warp("RandomRotation", options, { kind: "rotation", first });
}

/** While training, moves each picture by random shares of its height and width. */
export function randomTranslation(options: RandomTranslationOptions = {}): Layer {
  checkCall("randomTranslation", arguments, ["heightFactor", "widthFactor"]);
  checkLayerOptions("RandomTranslation", options, ["heightFactor", "widthFactor", ...WARP]);
  const { heightFactor = 0, widthFactor = 0 } = options;
  const first = readRange("RandomTranslation: heightFactor", heightFactor, -1, 1);
  const second = readRange("RandomTranslation: widthFactor", widthFactor, -1, 1);
  return warp("RandomTranslation", options, { kind: "translation", first, second });
}

/** While training, makes each picture smaller or larger about its middle. */
export function randomZoom(options: RandomZoomOptions): Layer {
  checkCall("randomZoom", arguments, ["heightFactor", "widthFactor"]);
  checkLayerOptions("RandomZoom", options, ["heightFactor", "widthFactor", ...WARP]);
  const { heightFactor, widthFactor } = options;
  const first = zoomRange("RandomZoom: heightFactor", heightFactor);
  if (widthFactor === undefined) return warp("RandomZoom", options, { kind: "zoomOfBoth", first });
  return warp("RandomZoom", options, {
    kind: "zoom",
    first,
    second: zoomRange("RandomZoom: widthFactor", widthFactor),
  });
}

/** While training, slants each picture about its middle. */
export function randomShear(options: RandomShearOptions = {}): Layer {
  checkCall("randomShear", arguments, ["xFactor", "yFactor"]);
  checkLayerOptions("RandomShear", options, ["xFactor", "yFactor", ...WARP]);
  const { xFactor = 0, yFactor = 0 } = options;
  const first = readRange("RandomShear: xFactor", xFactor, -10, 10);
  const second = readRange("RandomShear: yFactor", yFactor, -10, 10);
  return warp("RandomShear", options, { kind: "shear", first, second });
}

const FLIPS: readonly FlipMode[] = ["horizontal", "vertical", "horizontalAndVertical"];

/** While training, mirrors each picture with probability 1/2. */
export function randomFlip(options: RandomFlipOptions = {}): Layer {
  checkCall("randomFlip", arguments, ["mode"]);
  checkLayerOptions("RandomFlip", options, ["mode", ...LAYER]);
  const { mode: flips = "horizontalAndVertical" } = options;
  const mode = readName("RandomFlip: mode", flips, FLIPS);
  const share = (applies: boolean): Range => [applies ? 0.5 : 0, 0];
  const [first, second] = [share(mode !== "vertical"), share(mode !== "horizontal")];
  return warp("RandomFlip", { ...options, interpolation: "nearest" }, { kind: "flip", first, second }, options);
}

/** A window of each picture: while training at a random place, else in the middle. */
export function randomCrop(options: RandomCropOptions): Layer {
  checkCall("randomCrop", arguments, ["height", "width"]);
  checkLayerOptions("RandomCrop", options, ["height", "width", ...LAYER]);
  const { height, width } = options;
  checkInteger("RandomCrop: height", height, 1);
  checkInteger("RandomCrop: width", width, 1);
  checkSeed("RandomCrop", options);
  return defineLayer({
    options,
    kind: "RandomCrop",
    result: (x: Node) => {
      const [, rows, columns] = checkPictures("RandomCrop", x.shape) as readonly [
        number | null,
        number,
        number,
        number,
      ];
      if (height > rows || width > columns) {
        throw new ShapeError(
          `RandomCrop: the window must fit into the picture; it is [${height}, ${width}], the picture [${rows}, ${columns}].`,
        );
      }
      return cropWindows(x, draw(x, options, [2]), x.graph.training, { height, width });
    },
  });
}

/** While training, adds a random number to all pixels of a picture. */
export function randomBrightness(options: RandomBrightnessOptions): Layer {
  checkCall("randomBrightness", arguments, ["factor"]);
  checkLayerOptions("RandomBrightness", options, ["factor", "valueRange", ...LAYER]);
  const [low, high] = readRange("RandomBrightness: factor", options.factor, -1, 1);
  const values = readValues("RandomBrightness", options.valueRange);
  const span = values[1] - values[0];
  return valueLayer("RandomBrightness", options, values, (x) => {
    const shift = affine(draw(x, options, [1, 1, 1]), { scale: (high - low) * span, shift: low * span });
    return add(x, shift);
  });
}

/** While training, multiplies the differences from the mean of each channel of a picture by a random number. */
export function randomContrast(options: RandomContrastOptions): Layer {
  checkCall("randomContrast", arguments, ["factor"]);
  checkLayerOptions("RandomContrast", options, ["factor", "valueRange", ...LAYER]);
  const [low, high] = readShares("RandomContrast: factor", options.factor);
  const values = readValues("RandomContrast", options.valueRange);
  return valueLayer("RandomContrast", options, values, (x) => {
    const scale = affine(draw(x, options, [1, 1, 1]), { scale: low + high, shift: 1 - low });
    const middle = mean(x, { axis: [1, 2], keepDims: true });
    return add(multiply(subtract(x, middle), scale), middle);
  });
}

/** While training, adds normal numbers of mean 0 to each value. */
export function randomGaussianNoise(options: RandomGaussianNoiseOptions): Layer {
  checkCall("randomGaussianNoise", arguments, ["stddev"]);
  checkLayerOptions("RandomGaussianNoise", options, ["stddev", "valueRange", ...LAYER]);
  const { stddev, valueRange } = options;
  checkNumber("RandomGaussianNoise: stddev", stddev, 0);
  const values = valueRange === undefined ? null : readValues("RandomGaussianNoise", valueRange);
  return valueLayer("RandomGaussianNoise", options, values, (x) => {
    const noise = exampleNormals(keysOf(x), { shape: x.shape.slice(1) as number[], ...streamFor(x, options) });
    return add(x, affine(noise, { scale: stddev }));
  });
}

/** While training, a rectangle of each picture is blank.  see: DeVries & Taylor 2017, Cutout */
export function randomCutout(options: RandomCutoutOptions = {}): Layer {
  checkCall("randomCutout", arguments, ["heightFactor", "widthFactor"]);
  checkLayerOptions("RandomCutout", options, ["heightFactor", "widthFactor", "fillValue", ...LAYER]);
  const { heightFactor = 0.5, widthFactor = 0.5, fillValue = 0 } = options;
  const both = (share: typeof heightFactor) => (typeof share === "number" ? ([share, share] as const) : share);
  const rows = readRange("RandomCutout: heightFactor", both(heightFactor), 0, 1);
  const columns = readRange("RandomCutout: widthFactor", both(widthFactor), 0, 1);
  checkNumber("RandomCutout: fillValue", fillValue);
  return valueLayer("RandomCutout", options, null, (x) => {
    const [, height, width] = x.shape as readonly [number | null, number, number, number];
    const mask = cutoutMask(draw(x, options, [4]), { height, width, rows, columns });
    return add(multiply(x, mask), affine(mask, { scale: -fillValue, shift: fillValue }));
  });
}

/** A layer that reads pictures at places that a random matrix gives. */
function warp(
  kind: string,
  given: RandomWarpOptions,
  drawn: Pick<AffineMatricesAttributes, "kind" | "first"> & { readonly second?: Range },
  options: RandomLayerOptions = given,
): Layer {
  const { fillValue = 0 } = given;
  const { fillMode: fills = "reflect", interpolation: reads = "bilinear" } = given;
  const fillMode = readName(`${kind}: fillMode`, fills, fillModes, { edge: "nearest" });
  const interpolation = readName(`${kind}: interpolation`, reads, interpolations);
  checkNumber(`${kind}: fillValue`, fillValue);
  checkSeed(kind, options);
  return defineLayer({
    options,
    kind,
    result: (x: Node) => {
      const [, height, width] = checkPictures(kind, x.shape) as readonly [number | null, number, number, number];
      const matrices = affineMatrices(draw(x, options, [2]), { ...drawn, height, width });
      return affineSample(x, matrices, x.graph.training, { fillMode, interpolation, fillValue });
    },
  });
}

/** A layer that changes values while training and then brings them within a range. */
function valueLayer(kind: string, options: RandomLayerOptions, values: Range | null, change: (x: Node) => Node): Layer {
  checkSeed(kind, options);
  return defineLayer({
    options,
    kind,
    result: (x: Node) => {
      checkPictures(kind, x.shape);
      const changed = change(x);
      const within = values === null ? changed : clip(changed, { low: values[0], high: values[1] });
      return choose(x.graph.training, within, x);
    },
  });
}

/** Uniform numbers of that shape for each example of x, a sequence of its own for each layer. */
function draw(x: Node, options: RandomLayerOptions, shape: readonly number[]): Node {
  return exampleUniforms(keysOf(x), { shape, ...streamFor(x, options) });
}

function streamFor({ graph }: Node, { seed = graph.seed }: RandomLayerOptions) {
  return { seed, stream: graph.uniqueName("augmentation") };
}

function checkSeed(kind: string, { seed }: RandomLayerOptions): void {
  if (seed !== undefined) checkInteger(`${kind}: seed`, seed, 0);
}

/** Ranges of a zoom: factors above -1, since the picture would be read at one place. */
function zoomRange(subject: string, factor: Factor): Range {
  const range = readRange(subject, factor, -1, 10);
  if (range[0] > -1) return range;
  throw new ArgumentError(`${subject} must be greater than -1; received ${describe(factor)}.`);
}

/** Shares below and above 1: one number for both. */
function readShares(subject: string, given: number | readonly [low: number, high: number]): Range {
  const [low, high] = Array.isArray(given) && given.length === 2 ? (given as [number, number]) : [given, given];
  for (const share of [low, high]) checkNumber(subject, share, 0, 1);
  return [low as number, high as number];
}

function readValues(kind: string, given: readonly [low: number, high: number] = [0, 1]): Range {
  const [low, high] = (Array.isArray(given) && given.length === 2 ? given : []) as readonly [number, number];
  if (Number.isFinite(low) && Number.isFinite(high) && low < high) return [low, high];
  throw new ArgumentError(`${kind}: valueRange must be a pair [low, high] of numbers; received ${describe(given)}.`);
}
