// Examples as the trainer takes them: a training and a test part, in flat arrays.

import { RandomStream } from "lanewise";
import { digits } from "lanewise/datasets";
import type { DataOverview } from "../engine/protocol.js";
import type { RegionSettings } from "../settings/tables.js";
import { makePoints } from "./points.js";

export interface Part {
  /** [count, features] */
  readonly x: Float32Array;
  readonly y: Int32Array;
}

export interface Examples {
  readonly features: number;
  readonly train: Part;
  readonly test: Part;
  readonly overview: DataOverview;
}

export function pointExamples(settings: RegionSettings): Examples {
  const { name, source, xy, labels, classNames, axes } = makePoints(settings);
  const { train, test } = split({ x: xy, y: labels }, 2, settings);
  const points = new Float32Array(xy.length);
  points.set(train.x);
  points.set(test.x, train.x.length);
  const overview: DataOverview = {
    name,
    source,
    classNames,
    trainCount: train.y.length,
    testCount: test.y.length,
    image: null,
    points,
    labels: Int32Array.of(...train.y, ...test.y),
    axes,
  };
  return { features: 2, train, test, overview };
}

/** The digits that are part of the package: 8 x 8 pixels. */
export function embeddedDigits({ testShare, seed }: { readonly testShare: number; readonly seed: number }): Examples {
  const { train, test, source } = digits({ testFraction: testShare, seed });
  return imageExamples({
    name: "Digits",
    source,
    image: [8, 8],
    classes: 10,
    train: { x: train.x.data as Float32Array, y: train.y.data as Int32Array },
    test: { x: test.x.data as Float32Array, y: test.y.data as Int32Array },
  });
}

export interface Images {
  readonly name: string;
  readonly source: string;
  readonly image: readonly [height: number, width: number];
  readonly classes: number;
  readonly train: Part;
  readonly test: Part;
}

export function imageExamples({ name, source, image, classes, train, test }: Images): Examples {
  const overview: DataOverview = {
    name,
    source,
    classNames: Array.from({ length: classes }, (_, i) => String(i)),
    trainCount: train.y.length,
    testCount: test.y.length,
    image,
    points: new Float32Array(0),
    labels: new Int32Array(0),
    axes: null,
  };
  return { features: image[0] * image[1], train, test, overview };
}

/** A part of the examples held out, by chance; at least one stays on each side. */
export function split(
  all: Part,
  features: number,
  { testShare, seed }: { readonly testShare: number; readonly seed: number },
): { readonly train: Part; readonly test: Part } {
  const count = all.y.length;
  const held = Math.min(count - 1, Math.max(1, Math.round(testShare * count)));
  const order = new RandomStream(seed, "playground/split").permutation(count);
  return { test: rows(all, features, order.slice(0, held)), train: rows(all, features, order.slice(held)) };
}

function rows({ x, y }: Part, features: number, order: ArrayLike<number>): Part {
  const taken = { x: new Float32Array(order.length * features), y: new Int32Array(order.length) };
  for (let i = 0; i < order.length; i++) {
    const row = order[i] as number;
    taken.x.set(x.subarray(row * features, (row + 1) * features), i * features);
    taken.y[i] = y[row] as number;
  }
  return taken;
}
