// Points in the square [-1, 1] x [-1, 1] with labels: shapes that a straight line does not separate. Seeded.

import { RandomStream } from "lanewise";
import { iris } from "lanewise/datasets";
import type { RegionSettings } from "../settings/tables.js";

export interface Points {
  readonly name: string;
  readonly source: string;
  /** x, y of each. */
  readonly xy: Float32Array;
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  readonly axes: readonly [string, string] | null;
}

type Shape = (label: number, along: number, random: RandomStream) => readonly [number, number];

const TURNS = 1.75;

/** A point of a class of two; `along` goes evenly from 0 to 1. */
const shapes: Readonly<Record<Exclude<RegionSettings["data"], "iris" | "own">, Shape>> = {
  moons: (label, along) => {
    const angle = Math.PI * along;
    const [x, y] = label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    return [(x - 0.5) * 0.6, (y - 0.25) * 0.75];
  },
  circles: (label, along) => {
    const radius = label === 0 ? 0.8 : 0.38;
    return [radius * Math.cos(2 * Math.PI * along), radius * Math.sin(2 * Math.PI * along)];
  },
  spirals: (label, along) => {
    // The root spreads points evenly over the length.
    const radius = 0.06 + 0.94 * Math.sqrt(along);
    const angle = 2 * Math.PI * TURNS * Math.sqrt(along) + Math.PI * label;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  xor: (label, _, random) => {
    const x = 2 * random.uniform() - 1;
    const y = Math.abs(2 * random.uniform() - 1);
    // A gap around the axes, so that a clean problem is clean.
    const away = (value: number) => Math.sign(value) * (0.06 + 0.86 * Math.abs(value));
    return [away(x), away(label === 0 ? Math.sign(x) * y : -Math.sign(x) * y)];
  },
};

const titles = { spirals: "Spirals", moons: "Moons", circles: "Circles", xor: "XOR" } as const;

export function makePoints({ data, count, noise, seed }: RegionSettings): Points {
  const random = new RandomStream(seed, `points/${data}`);
  if (data === "iris") return irisPoints(noise, random);
  if (data === "own") return { ...started, name: "Your points", source: "", classNames: ["A", "B"], axes: null };
  const xy = new Float32Array(2 * count);
  const labels = new Int32Array(count);
  const each = Math.ceil(count / 2);
  for (let i = 0; i < count; i++) {
    const label = i % 2;
    const [x, y] = shapes[data](label, (Math.floor(i / 2) + 0.5) / each, random);
    xy[2 * i] = x + 0.3 * noise * normal(random);
    xy[2 * i + 1] = y + 0.3 * noise * normal(random);
    labels[i] = label;
  }
  return { name: titles[data], source: "", xy, labels, classNames: ["A", "B"], axes: null };
}

/** What the visitor's own points begin with, since a net wants something of each class. */
const started = { xy: Float32Array.of(-0.5, 0, 0.5, 0), labels: Int32Array.of(0, 1) };

/** Two of the four measures, those that tell the species apart best, brought to the square. */
function irisPoints(noise: number, random: RandomStream): Points {
  const { train, classNames, source } = iris({ testFraction: 0 });
  const count = train.y.size;
  const xy = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const [length, width] = [train.x.data[4 * i + 2] as number, train.x.data[4 * i + 3] as number];
    xy[2 * i] = (length - 3.95) / 3.3 + 0.3 * noise * normal(random);
    xy[2 * i + 1] = (width - 1.3) / 1.4 + 0.3 * noise * normal(random);
  }
  const axes = ["petal length", "petal width"] as const;
  return { name: "Iris", source, xy, labels: train.y.data as Int32Array, classNames, axes };
}

/** Box and Muller's transform. */
function normal(random: RandomStream): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}
