// Layers over pictures [batch, height, width, channels] without weights: larger, padded, cropped, and dropout of whole
// channels, which sequences have too.

import { ArgumentError, checkCall, checkOneOf, describe, ShapeError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import { type Coordinates, coordinateNames, resize2d } from "../../ops/alongAxis.js";
import { multiply } from "../../ops/arithmetic.js";
import { dropout as drop } from "../../ops/dropout.js";
import { slice } from "../../ops/layout.js";
import { choose } from "../../ops/normalization.js";
import type { Node } from "../../ops/op.js";
import { pad } from "../../ops/padding.js";
import { broadcastTo } from "../../ops/reductions.js";
import { axisName, type PerAxis, readPadding, readPerAxis, readSpatial } from "../../ops/window.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";

export interface UpSamplingOptions extends LayerOptions {
  /** How many times as large: one number for both axes, or [height, width]. Default 2. */
  readonly size?: PerAxis;
  /** `"nearest"`, the default, repeats pixels; `"bilinear"` goes between them. */
  readonly interpolation?: "nearest" | "bilinear";
  /** Where bilinear places lie: see `resize2d`. Default `"halfPixel"`, as in Keras; TensorFlow.js has `"asymmetric"`. */
  readonly coordinates?: Coordinates;
}

/** [null, height, width, channels] becomes [null, size * height, size * width, channels]. */
export function upSampling2d(options: UpSamplingOptions = {}): Layer {
  checkCall("upSampling2d", arguments, ["size"]);
  const kind = "UpSampling2D";
  checkLayerOptions(kind, options, ["size", "interpolation", "coordinates", "name", "trainable"]);
  const { size = 2, interpolation = "nearest", coordinates = "halfPixel" } = options;
  const factors = readPerAxis(`${kind}: size`, size, 2);
  checkOneOf(`${kind}: interpolation`, interpolation, ["nearest", "bilinear"]);
  checkOneOf(`${kind}: coordinates`, coordinates, coordinateNames);
  return defineLayer({
    options,
    kind,
    result: (x: Node) => {
      const { extents } = readSpatial(kind, x.shape, 2, "the input");
      const larger = extents.map((extent, axis) => extent * (factors[axis] as number));
      return resize2d(x, { size: larger, method: interpolation, coordinates });
    },
  });
}

/** On all sides, [of the height, of the width], or [[top, bottom], [left, right]]. */
export type Sides = number | readonly (number | readonly [before: number, after: number])[];

export interface ZeroPaddingOptions extends LayerOptions {
  /** Rows and columns of zeros: on all sides, [height, width], or [[top, bottom], [left, right]]. Default 1. */
  readonly padding?: Sides;
}

/** Zeros around pictures: [null, top + height + bottom, left + width + right, channels]. */
export function zeroPadding2d(options: ZeroPaddingOptions = {}): Layer {
  checkCall("zeroPadding2d", arguments, ["padding"]);
  const kind = "ZeroPadding2D";
  checkLayerOptions(kind, options, ["padding", "name", "trainable"]);
  const { padding = 1 } = options;
  const sides = sidesOf(`${kind}: padding`, padding);
  return defineLayer({
    options,
    kind,
    result: (x: Node) => {
      readSpatial(kind, x.shape, 2, "the input");
      return pad(x, {
        before: [0, ...sides.map(([before]) => before), 0],
        after: [0, ...sides.map(([, after]) => after), 0],
      });
    },
  });
}

export interface CroppingOptions extends LayerOptions {
  /** Rows and columns cut off: on all sides, [height, width], or [[top, bottom], [left, right]]. Default 0. */
  readonly cropping?: Sides;
}

/** What is left of pictures: [null, height - top - bottom, width - left - right, channels]. */
export function cropping2d(options: CroppingOptions = {}): Layer {
  checkCall("cropping2d", arguments, ["cropping"]);
  const kind = "Cropping2D";
  checkLayerOptions(kind, options, ["cropping", "name", "trainable"]);
  const { cropping = 0 } = options;
  const sides = sidesOf(`${kind}: cropping`, cropping);
  return defineLayer({
    options,
    kind,
    result: (x: Node) => {
      const { extents } = readSpatial(kind, x.shape, 2, "the input");
      const left = extents.map((extent, axis) => {
        const [before, after] = sides[axis] as readonly [number, number];
        if (extent > before + after) return extent - before - after;
        throw new ShapeError(
          `${kind}: the output would be empty; ${axisName(axis, 2)} ${extent} - ${before} - ${after} = ` +
            `${extent - before - after}; cut off less.`,
        );
      });
      return slice(x, { begin: [0, ...sides.map(([before]) => before), 0], size: [-1, ...left, -1] });
    },
  });
}

function sidesOf(subject: string, given: unknown): readonly (readonly [number, number])[] {
  return readPadding(subject, given, 2, []) as readonly (readonly [number, number])[];
}

export interface SpatialDropoutOptions extends LayerOptions {
  /** Share of the channels dropped, in [0, 1). Default 0.5. */
  readonly rate?: number;
}

/**
 * While training, drops whole channels of [null, length, channels] with probability `rate` and divides the others by
 * 1 - rate: neighbours say much the same, so that dropping single values takes little away.  see: Tompson et al. 2015
 */
export function spatialDropout1d(options: SpatialDropoutOptions = {}): Layer {
  checkCall("spatialDropout1d", arguments, ["rate"]);
  return spatialDropout("SpatialDropout1D", 1, options);
}

/** As spatialDropout1d, for pictures [null, height, width, channels]. */
export function spatialDropout2d(options: SpatialDropoutOptions = {}): Layer {
  checkCall("spatialDropout2d", arguments, ["rate"]);
  return spatialDropout("SpatialDropout2D", 2, options);
}

function spatialDropout(kind: string, axes: number, options: SpatialDropoutOptions): Layer {
  checkLayerOptions(kind, options, ["rate", "name", "trainable"]);
  const { rate = 0.5 } = options;
  if (typeof rate !== "number" || !(rate >= 0 && rate < 1)) {
    throw new ArgumentError(`${kind}: rate must be a number in [0, 1); received ${describe(rate)}.`);
  }
  return defineLayer({
    options,
    kind,
    result: (x: Node) => {
      const { batch, channels } = readSpatial(kind, x.shape, axes, "the input");
      const graph = x.graph as Graph;
      const one = graph.constant("one", 1, { shape: [] });
      const kept = drop(broadcastTo(one, { shape: [batch, ...Array(axes).fill(1), channels] }), { rate });
      return choose(graph.training, multiply(x, kept), x);
    },
  });
}
