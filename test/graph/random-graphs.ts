// Random graphs of every op that computes floats from floats: what the properties of planner, executor and autodiff
// are tried on.

import fc from "fast-check";
import { Graph } from "../../src/graph/graph.js";
import { relu } from "../../src/ops/activations.js";
import { add, biasAdd } from "../../src/ops/arithmetic.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { broadcastTo, mean, spread, sum } from "../../src/ops/reductions.js";
import { softmax, softmaxGradient } from "../../src/ops/softmax.js";
import { sameShape } from "../../src/tensor/shape.js";

/** Numbers that choose ops and inputs; every list of them gives a graph, so that fast-check can shrink it. */
export type Recipe = readonly (readonly [op: number, first: number, second: number])[];

export const recipes: fc.Arbitrary<Recipe> = fc.array(fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)), {
  minLength: 1,
  maxLength: 24,
});

export interface RandomGraph {
  readonly graph: Graph;
  /** [null, 3] and [4, 3]. */
  readonly placeholders: readonly [Node, Node];
  readonly variables: readonly Node[];
  /** What the recipe has added, in order. */
  readonly made: readonly Node[];
  /** All nodes a run can be asked for. */
  readonly nodes: readonly Node[];
}

type Maker = (pick: (fits: (node: Node) => boolean) => Node | undefined) => Node | undefined;

const isMatrix = ({ shape }: Node) => shape.length === 2;
const isVector = ({ shape }: Node) => shape.length === 1;
const alike = (a: Node) => (b: Node) => sameShape(a.shape, b.shape);

/** Two inputs, of which the second fits the first. */
function pair(
  first: (node: Node) => boolean,
  second: (a: Node) => (b: Node) => boolean,
  make: (a: Node, b: Node) => Node,
): Maker {
  return (pick) => {
    const a = pick(first);
    const b = a && pick(second(a));
    return a && b && make(a, b);
  };
}
function single(fits: (node: Node) => boolean, make: (x: Node) => Node): Maker {
  return (pick) => {
    const x = pick(fits);
    return x && make(x);
  };
}

const makers: readonly Maker[] = [
  pair(
    isMatrix,
    (a) => (b) => isMatrix(b) && a.shape[1] === b.shape[0],
    (a, b) => matmul(a, b),
  ),
  pair(
    isMatrix,
    (a) => (b) => isMatrix(b) && a.shape[0] === b.shape[0] && a.shape[1] !== null,
    (a, b) => matmul(a, b, { transposeA: true }),
  ),
  pair(
    isMatrix,
    (a) => (b) => isMatrix(b) && a.shape[1] === b.shape[1] && b.shape[0] !== null,
    (a, b) => matmul(a, b, { transposeB: true }),
  ),
  pair(
    isMatrix,
    (a) => (b) => isVector(b) && a.shape[1] === b.shape[0],
    (x, bias) => biasAdd(x, bias),
  ),
  pair(
    () => true,
    alike,
    (a, b) => add(a, b),
  ),
  pair(
    () => true,
    alike,
    (a, b) => relu.gradient(a, b),
  ),
  pair(isMatrix, alike, (a, b) => softmaxGradient(a, b)),
  single(
    () => true,
    (x) => relu(x),
  ),
  single(isMatrix, (x) => softmax(x)),
  single(
    (x) => isMatrix(x) && x.shape[1] !== null,
    (x) => sum(x, { axis: 0 }),
  ),
  single(isVector, (x) => broadcastTo(x, { shape: [null, x.shape[0] as number] })),
  single(
    () => true,
    (x) => mean(x),
  ),
  pair(
    ({ shape }) => shape.length === 0,
    () => () => true,
    (x, like) => spread(x, { shape: like.shape }),
  ),
];

/** The graph of a recipe over two placeholders and six variables. */
export function randomGraph(recipe: Recipe): RandomGraph {
  const graph = new Graph({ seed: 5 });
  const placeholders = [graph.placeholder("x", [null, 3]), graph.placeholder("fixed", [4, 3])] as const;
  const values = (size: number) => Array.from({ length: size }, (_, i) => (((i * 7) % 11) - 5) / 4);
  const variables = [[3, 4], [4, 3], [3, 3], [3, 4], [4], [3], [4], []].map((shape, i) =>
    graph.variable(`v${i}`, Float32Array.from(values(shape.reduce((a, b) => a * b, 1))), { shape }),
  );
  const nodes: Node[] = [...placeholders, ...variables];
  const made: Node[] = [];
  for (const [op, first, second] of recipe) {
    const choices = [first, second];
    const node = (makers[op % makers.length] as Maker)((fits) => {
      const fitting = nodes.filter(fits);
      // The newest first: small numbers then make deep graphs.
      return fitting[fitting.length - 1 - ((choices.shift() ?? 0) % Math.max(fitting.length, 1))];
    });
    if (node === undefined) continue;
    nodes.push(node);
    made.push(node);
  }
  return { graph, placeholders: [...placeholders], variables, made, nodes };
}

/** Some of a list, by numbers of any size; each once. */
export function choose<T>(list: readonly T[], numbers: readonly number[]): T[] {
  if (list.length === 0) return [];
  return [...new Set(numbers.map((number) => list[number % list.length] as T))];
}
