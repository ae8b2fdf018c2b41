// Examples as the trainer takes them: a training and a test part, in flat arrays.

import { RandomStream } from "lanewise";
import { digits } from "lanewise/datasets";
import type { DataOverview } from "../engine/protocol.js";
import { readPoints } from "../settings/ownPoints.js";
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
  const own = readPoints(settings.points).filter(({ label }) => label < classNames.length);
  const set: Part = {
    x: Float32Array.from(own.flatMap(({ x, y }) => [x, y])),
    y: Int32Array.from(own, ({ label }) => label),
  };
  const { train, test } =
    settings.data === "own"
      ? everyFifth(joined({ x: xy, y: labels }, set), 2)
      : withTraining(split({ x: xy, y: labels }, 2, settings), set);
  const all = test === train ? train : joined(train, test);
  const overview: DataOverview = {
    name,
    source,
    classNames,
    trainCount: train.y.length,
    testCount: test === train ? 0 : test.y.length,
    image: null,
    points: all.x,
    labels: all.y,
    axes,
  };
  return { features: 2, train, test, overview };
}

const withTraining = ({ train, test }: { train: Part; test: Part }, more: Part) => ({
  train: joined(train, more),
  test,
});

function joined(a: Part, b: Part): Part {
  const x = new Float32Array(a.x.length + b.x.length);
  x.set(a.x);
  x.set(b.x, a.x.length);
  return { x, y: Int32Array.of(...a.y, ...b.y) };
}

/** Every fifth one is held out, so that a new point leaves the others where they are; too few are all trained and tested on. */
function everyFifth(all: Part, features: number): { readonly train: Part; readonly test: Part } {
  const numbers = [...all.y.keys()];
  const held = numbers.filter((i) => i % 5 === 4);
  if (held.length === 0) return { train: all, test: all };
  return {
    test: rows(all, features, held),
    train: rows(
      all,
      features,
      numbers.filter((i) => i % 5 !== 4),
    ),
  };
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
