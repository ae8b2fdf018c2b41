// Pooling layers: the largest or the mean of each window, or of a whole picture. [batch, length, channels] in one dimension,
// [batch, height, width, channels] in two; channels stay apart.

import { checkArity, checkCall, checkFlag } from "../../errors.js";
import { max } from "../../ops/extremes.js";
import type { Node } from "../../ops/op.js";
import { averagePool1d, averagePool2d, maxPool1d, maxPool2d } from "../../ops/pooling.js";
import { mean } from "../../ops/reductions.js";
import { type Padding, type PerAxis, placeWindows, readPadding, readPerAxis, readSpatial } from "../../ops/window.js";
import { checkLayerOptions, defineLayer, type Layer, type LayerOptions } from "./layer.js";
import type { GlobalPoolingOptions } from "./sequences.js";

export interface PoolingOptions extends LayerOptions {
  /** Extent of the window: one number for all axes, or one for each. Default 2. */
  readonly poolSize?: PerAxis;
  /** How far the window moves. Default null: by its size. */
  readonly strides?: PerAxis | null;
  /**
   * `"valid"`, the default: windows lie inside. `"same"`: the output is ceil(extent / stride) long. Or a number of elements on
   * all sides, or [before, after] for each axis. Padding is neither largest nor counted in a mean.
   */
  readonly padding?: Padding;
}

/** The largest of each window: [null, length, channels] becomes [null, (length - poolSize) / strides + 1, channels]. */
export function maxPooling1d(options: PoolingOptions = {}): Layer {
  checkCall("maxPooling1d", arguments, ["poolSize", "strides"]);
  return windowed("MaxPooling1D", 1, options, maxPool1d);
}

/**
 * The largest of each window, with the defaults of each 2 x 2 pixels: [null, height, width, channels] becomes
 * [null, height / 2, width / 2, channels], rounded down.
 */
export function maxPooling2d(options: PoolingOptions = {}): Layer {
  checkCall("maxPooling2d", arguments, ["poolSize", "strides"]);
  return windowed("MaxPooling2D", 2, options, maxPool2d);
}

/** The mean of each window: [null, length, channels] becomes [null, (length - poolSize) / strides + 1, channels]. */
export function averagePooling1d(options: PoolingOptions = {}): Layer {
  checkCall("averagePooling1d", arguments, ["poolSize", "strides"]);
  return windowed("AveragePooling1D", 1, options, averagePool1d);
}

/**
 * The mean of each window, with the defaults of each 2 x 2 pixels: [null, height, width, channels] becomes
 * [null, height / 2, width / 2, channels], rounded down.
 */
export function averagePooling2d(options: PoolingOptions = {}): Layer {
  checkCall("averagePooling2d", arguments, ["poolSize", "strides"]);
  return windowed("AveragePooling2D", 2, options, averagePool2d);
}

interface Geometry {
  readonly size: PerAxis;
  readonly strides: PerAxis;
  readonly padding: Padding;
}

function windowed(
  kind: string,
  axes: number,
  options: PoolingOptions,
  pool: (x: Node, geometry: Geometry) => Node,
): Layer {
  checkLayerOptions(kind, options, ["poolSize", "strides", "padding", "name", "trainable"]);
  const { poolSize = 2, padding = "valid" } = options;
  const size = readPerAxis(`${kind}: poolSize`, poolSize, axes);
  const strides = readPerAxis(`${kind}: strides`, options.strides ?? size, axes);
  const read = readPadding(`${kind}: padding`, padding, axes);
  return defineLayer({
    options,
    kind,
    result: (x: Node) => {
      const { extents } = readSpatial(kind, x.shape, axes, "the input");
      placeWindows(kind, extents, { size, strides, padding: read });
      return pool(x, { size, strides, padding: read });
    },
  });
}

/** The mean of each channel: [null, height, width, channels] becomes [null, channels], or [null, 1, 1, channels]. */
export function globalAveragePooling2d(options: GlobalPoolingOptions = {}): Layer {
  checkArity("globalAveragePooling2d", arguments.length, 1);
  return whole("GlobalAveragePooling2D", options, mean);
}

/** The largest of each channel: [null, height, width, channels] becomes [null, channels], or [null, 1, 1, channels]. */
export function globalMaxPooling2d(options: GlobalPoolingOptions = {}): Layer {
  checkArity("globalMaxPooling2d", arguments.length, 1);
  return whole("GlobalMaxPooling2D", options, max);
}

function whole(kind: string, options: GlobalPoolingOptions, reduce: typeof mean): Layer {
  checkLayerOptions(kind, options, ["keepDims", "name", "trainable"]);
  const { keepDims = false } = options;
  checkFlag(`${kind}: keepDims`, keepDims);
  return defineLayer({
    options,
    kind,
    result: (x: Node) => {
      readSpatial(kind, x.shape, 2, "the input");
      return reduce(x, { axis: [1, 2], keepDims });
    },
  });
}
