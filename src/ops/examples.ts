// Numbers that belong to an example: random, but a function of the seed, the stream, the number of the example and the epoch
// alone. Augmentation draws them, so that what happens to an example is the same at any batch size and in any order.

import { checkInteger, ShapeError } from "../errors.js";
import { seedKey, streamOf } from "../tensor/random.js";
import { checkShape, formatShape, type OpenShape } from "../tensor/shape.js";
import { spatial } from "../wasm/spatial.js";
import { defineOp, type Node, type Op } from "./op.js";
import { checkStream } from "./random.js";

export const exampleKeys: Op<["x", "step"]> = defineOp({
  name: "exampleKeys",
  doc: "The key of each example of x, int32 [examples, 2]: its place in the batch and the step, unless it is fed others.",
  inputs: ["x", "step"],
  inputTypes: { step: "int32" },
  dtype: "int32",
  shape: ({ x }) => [x[0] ?? null, 2],
  family: spatial,
  forward: (k, { step, y }) => k.exampleKeys(step.ptr, y.ptr, y.size / 2),
  isExampleKeys: true,
  samples: [{ inputs: { x: [5, 3], step: [] }, below: { step: 9 } }],
});

const keysOfInputs = new WeakMap<Node, Node>();

/**
 * The keys of the examples of `x`, [examples, 2] int32: the number of the example and the epoch, which `fit` feeds. All that
 * is computed from one input has one node of keys.
 */
export function keysOf(x: Node): Node {
  const input = inputOf(x);
  const known = keysOfInputs.get(input);
  if (known !== undefined) return known;
  const keys = exampleKeys(input, x.graph.trainingStep, { name: "exampleKeys" });
  keysOfInputs.set(input, keys);
  return keys;
}

/** What is fed with a batch below `x`; x itself where nothing is. */
function inputOf(x: Node): Node {
  const seen = new Set<Node>();
  const stack = [x];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.inputs.length === 0 && node.shape[0] === null) return node;
    stack.push(...node.inputs);
  }
  return x;
}

export interface ExampleRandomAttributes {
  /** Shape of the numbers of one example. */
  readonly shape: readonly number[];
  readonly seed: number;
  /** Names an independent sequence of the seed. */
  readonly stream: string;
}

export const exampleUniforms = exampleRandom(
  "exampleUniforms",
  "Numbers uniform in [0, 1) for each example, a function of seed, stream and its key.",
);

export const exampleNormals = exampleRandom(
  "exampleNormals",
  "Standard normal numbers for each example, a function of seed, stream and its key.",
);

// @__NO_SIDE_EFFECTS__
function exampleRandom(name: "exampleUniforms" | "exampleNormals", doc: string): Op<["keys"], ExampleRandomAttributes> {
  return defineOp<["keys"], ExampleRandomAttributes>({
    name,
    doc,
    inputs: ["keys"],
    inputTypes: { keys: "int32" },
    options: ["shape", "seed", "stream"],
    attributes: ({ shape = [], seed = 0, stream = "" }) => {
      checkShape(`${name}: shape`, shape);
      checkInteger(`${name}: seed`, seed, 0);
      checkStream(name, stream);
      return { shape, seed, stream };
    },
    shape: ({ keys }, { shape }) => [checkKeys(name, keys), ...shape],
    family: spatial,
    forward: (k, { keys, y }, { seed, stream }) => {
      const count = keys.shape[0] as number;
      k[name](keys.ptr, y.ptr, count, y.size / (count || 1), ...seedKey(seed), streamOf(stream));
    },
    samples: [
      { inputs: { keys: [3, 2] }, below: { keys: 9 }, attributes: { shape: [2] } },
      { inputs: { keys: [2, 2] }, below: { keys: 9 }, attributes: { shape: [3, 7], seed: 2 ** 40 + 5, stream: "a" } },
    ],
  });
}

function checkKeys(subject: string, keys: OpenShape): number | null {
  const [count, columns] = keys;
  if (keys.length === 2 && columns === 2 && count !== undefined) return count;
  throw new ShapeError(`${subject}: keys must have shape [examples, 2]; received ${formatShape(keys)}.`);
}
