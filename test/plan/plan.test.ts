import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { gradients } from "../../src/graph/gradients.js";
import { Graph } from "../../src/graph/graph.js";
import { dense } from "../../src/nn/layers/index.js";
import { adam } from "../../src/nn/optimizers/adam.js";
import { sgd } from "../../src/nn/optimizers/sgd.js";
import { relu } from "../../src/ops/activations.js";
import { add } from "../../src/ops/arithmetic.js";
import { sparseSoftmaxCrossEntropy } from "../../src/ops/crossEntropy.js";
import { matmul } from "../../src/ops/matmul.js";
import type { Node } from "../../src/ops/op.js";
import { mean } from "../../src/ops/reductions.js";
import type { UpdateAttributes } from "../../src/ops/update.js";
import type { SpansOf } from "../../src/plan/place.js";
import { makePlan, type Plan } from "../../src/plan/plan.js";
import { type Shape, sizeOf } from "../../src/tensor/shape.js";
import { choose, randomGraph, recipes } from "../graph/random-graphs.js";
import { play } from "./plan-player.js";
import { opsOf, plan, together } from "./plans.js";

/** Each variable of an update on its own. */
const apart: SpansOf = ({ variables }) =>
  variables.map((variable) => ({ variables: [variable], offsets: [0], words: sizeOf(variable.shape as Shape) }));

const never = () => false;
const everyProduct = (node: Node) => node.op === matmul.record;

/** x [null, 4] -> hidden 3, relu -> output 2 -> cross-entropy. */
function classifier() {
  const graph = new Graph();
  const x = graph.placeholder("x", [null, 4]);
  const labels = graph.placeholder("labels", [null], "int32");
  const hidden = dense({ units: 3, activation: "relu", name: "hidden" }).apply(x);
  const output = dense({ units: 2, name: "output" }).apply(hidden);
  const loss = mean(sparseSoftmaxCrossEntropy(output, labels));
  return { graph, x, labels, hidden, output, loss };
}

describe("only what is asked for is executed", () => {
  test("a fetch brings what it depends on, and no more", () => {
    const { x, hidden, output, graph } = classifier();
    expect(opsOf(plan([hidden], [x], 5))).toEqual(["matmul+bias+activation"]);
    expect(opsOf(plan([output], [x], 5))).toEqual(["matmul+bias+activation", "matmul+bias"]);
    expect(opsOf(plan([], [x], 5))).toEqual([]);
    expect(opsOf(plan([x], [x], 5))).toEqual([]);
    expect(opsOf(plan([graph.node("hidden/kernel")]))).toEqual([]);
  });

  test("a fed node hides all below it", () => {
    const { x, hidden, output } = classifier();
    expect(opsOf(plan([output], [hidden], 5))).toEqual(["matmul+bias"]);
    expect(opsOf(plan([output], [hidden, x], 5))).toEqual(["matmul+bias"]);
    expect(opsOf(plan([output], [output], 5))).toEqual([]);
    const product = hidden.inputs[0] as Node;
    expect(product.op.name).toBe("biasAdd");
    expect(opsOf(plan([hidden], [product], 5))).toEqual(["relu"]);
  });

  test("the first layer gets no gradient for its input", () => {
    const { x, labels, loss } = classifier();
    const trained = plan([sgd().minimize(loss)], [x, labels], 5);
    // Two products forward, two for kernels, one for the hidden layer's output; none for x.
    const products = trained.steps.filter(({ node }) => node.op.name === "matmul");
    expect(products).toHaveLength(5);
    expect(products.map(({ node }) => node.shape)).not.toContainEqual(x.shape);
    expect(trained.steps.every(({ output }) => output.shape[1] !== 4)).toBe(true);
  });

  test("frozen variables get no gradient, and nothing is computed for them", () => {
    const { graph, x, labels, loss, hidden } = classifier();
    const trained = plan([sgd().minimize(loss, graph.trainable(/^output/))], [x, labels], 5);
    expect(trained.steps.filter(({ node }) => node.op.name === "matmul")).toHaveLength(3);
    expect(trained.steps.filter(({ node }) => node.op.name === "sum")).toHaveLength(1);
    expect(trained.steps.some(({ node }) => node.op.name === "reluGradient")).toBe(false);
    const update = (trained.updates[0] as Plan["updates"][number]).node;
    expect((update.attributes as UpdateAttributes).variables.map(({ name }) => name)).toEqual([
      "output/kernel",
      "output/bias",
    ]);
    const cached = plan([update], [hidden, labels], 5);
    expect(cached.steps.filter(({ node }) => node.op.name === "matmul")).toHaveLength(2);
  });

  test("gradients that exist and are not fetched are not computed", () => {
    const { graph, x, labels, loss } = classifier();
    const [, , kernel] = gradients(loss, graph.trainable()) as Node[];
    expect(opsOf(plan([loss], [x, labels], 5)).slice(0, 2)).toEqual(["matmul+bias+activation", "matmul+bias"]);
    expect(plan([loss], [x, labels], 5).steps).toHaveLength(4);
    const one = plan([kernel as Node], [x, labels], 5);
    expect(one.steps.filter(({ node }) => node.op.name === "matmul")).toHaveLength(3);
    expect(kernel?.shape).toEqual(graph.node("output/kernel").shape);
  });

  test("a placeholder that is needed must be fed; the message says for what", () => {
    const { x, labels, loss, output } = classifier();
    expect(() => plan([output, loss], [labels], 5)).toThrow(
      new ArgumentError("Session.run: x must be fed, since output/biasAdd, mean depends on it."),
    );
    expect(() => plan([output], [labels, x], 5)).not.toThrow();
  });

  test("a diamond is computed once", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [4]);
    const shared = relu(x);
    expect(opsOf(plan([add(relu(shared), add(shared, shared)), shared], [x]))).toEqual(["relu", "relu", "add", "add"]);
  });
});

describe("in place", () => {
  const placesOf = (count: number, make: (x: Node) => Node[], fetched: (nodes: Node[]) => Node[]) => {
    const graph = new Graph();
    const x = graph.placeholder("x", [count]);
    const nodes = make(x);
    const made = plan(fetched(nodes), [x]);
    return { made, addresses: [x, ...nodes].map((node) => made.places.get(node)?.storage.offset) };
  };

  test("a chain of elementwise ops runs in one place", () => {
    const { made, addresses } = placesOf(
      100,
      (x) => {
        const first = relu(x);
        const second = add(first, first);
        return [first, second, relu(second)];
      },
      (nodes) => nodes.slice(2),
    );
    expect(addresses).toEqual([0, 0, 0, 0]);
    expect(made.arenaBytes).toBe(448);
  });

  test("not where the input is read later, or fetched", () => {
    const later = placesOf(
      16,
      (x) => {
        const first = relu(x);
        return [first, add(first, x)];
      },
      ([, sum]) => [sum as Node],
    );
    expect(new Set(later.addresses.slice(0, 2)).size).toBe(2);
    const fetched = placesOf(
      16,
      (x) => {
        const first = relu(x);
        return [first, relu(first)];
      },
      (nodes) => nodes,
    );
    expect(new Set(fetched.addresses.slice(1)).size).toBe(2);
  });

  test("variables and constants are never overwritten", () => {
    const graph = new Graph();
    const v = graph.variable("v", [1, 2]);
    const made = plan([relu(v), relu(graph.constant("c", [1, 2]))]);
    expect([...made.places.keys()].map(({ op }) => op.name)).toEqual(["relu", "relu"]);
  });
});

describe("a gradient that nobody else wants is used up as it is made", () => {
  const descending = (fetches: readonly Node[], feeds: readonly Node[]) =>
    makePlan({ fetches, feeds, batch: 5 }, together, everyProduct);
  const descents = (made: Plan) => made.updates[0]?.descents.map(({ variable }) => variable.name);

  test("the step moves behind the others, the gradient has no place, and what is left keeps its span", () => {
    const { x, labels, loss } = classifier();
    const update = sgd().minimize(loss);
    const made = descending([update], [x, labels]);
    expect(descents(made)).toEqual(["hidden/kernel", "output/kernel"]);
    expect(made.updates[0]?.spans.map(({ span }) => span)).toMatchObject([
      { variables: [{ name: "hidden/bias" }], offsets: [0], words: 3 },
      { variables: [{ name: "output/bias" }], offsets: [0], words: 2 },
    ]);
    const plain = plan([update], [x, labels], 5);
    expect(opsOf(made)).toEqual(opsOf(plain).filter((_, i) => !["hidden", "output"].includes(weightOf(plain, i))));
    expect(made.arenaBytes).toBeLessThanOrEqual(plain.arenaBytes);
    play({ fetches: [update], feeds: [x, labels], batch: 5 }, made);
  });

  /** The layer whose weight gradient a step makes, or "". */
  function weightOf({ steps, updates }: Plan, i: number): string {
    const { node, variables } = {
      node: updates[0]?.node as Node,
      ...(updates[0]?.node.attributes as UpdateAttributes),
    };
    const at = node.inputs.indexOf(steps[i]?.output as Node);
    const name = variables[at]?.name ?? "";
    return name.endsWith("/kernel") ? (name.split("/")[0] as string) : "";
  }

  test("not where the gradient is fetched, or read twice", () => {
    const { x, labels, loss, hidden } = classifier();
    const pairs = sgd().computeGradients(loss);
    const update = sgd().applyGradients(pairs);
    const weights = pairs.find(({ variable }) => variable.name === "hidden/kernel")?.gradient as Node;
    expect(descents(descending([update, weights], [x, labels]))).toEqual(["output/kernel"]);
    expect(descents(descending([update, mean(weights)], [x, labels]))).toEqual(["output/kernel"]);
    expect(descents(descending([update, hidden], [x, labels]))).toHaveLength(2);
  });

  test("not for a rule that is more than w -= rate * gradient", () => {
    const { x, labels, loss } = classifier();
    expect(descents(descending([adam().minimize(loss)], [x, labels]))).toEqual([]);
  });

  test("not where an operand is a variable: it may have changed by then", () => {
    const graph = new Graph();
    const v = graph.variable("v", 1, { shape: [2, 3] });
    const w = graph.variable("w", 1, { shape: [3, 2] });
    expect(descents(descending([sgd().minimize(mean(matmul(v, w)))], []))).toEqual([]);
  });
});

describe("for random graphs, fetches and feeds", () => {
  const numbers = fc.array(fc.nat(), { maxLength: 4 });
  const batches = fc.integer({ min: 0, max: 70 });

  test("every value is there when it is read", () => {
    fc.assert(
      fc.property(recipes, numbers, numbers, batches, (recipe, fetchNumbers, feedNumbers, batch) => {
        const { nodes, made, placeholders } = randomGraph(recipe);
        const last = made[made.length - 1];
        const fetches = choose(nodes, [...fetchNumbers, ...(last ? [nodes.indexOf(last)] : [])]);
        const feeds = [...new Set([...placeholders, ...choose(nodes, feedNumbers)])];
        const request = { fetches, feeds, batch };
        play(request, makePlan(request, together));
      }),
      { seed: 21, numRuns: 600 },
    );
  });

  test("so are gradients, slots, rates and fetched values of runs that update", () => {
    fc.assert(
      fc.property(
        recipes,
        numbers,
        numbers,
        batches,
        fc.constantFrom(together, apart),
        fc.boolean(),
        fc.constantFrom(never, everyProduct),
        (recipe, fetchNumbers, feedNumbers, batch, spansOf, twice, descends) => {
          const { graph, nodes, made, variables, placeholders } = randomGraph(recipe);
          const last = made[made.length - 1];
          if (last === undefined) return;
          const loss = mean(last);
          const under = new Set<Node>();
          for (const stack = [loss]; stack.length > 0; ) {
            const node = stack.pop() as Node;
            if (under.has(node)) continue;
            under.add(node);
            stack.push(...node.inputs);
          }
          const trained = variables.filter((variable) => under.has(variable));
          // softmaxGradient and reluGradient have no gradient for their first input.
          const blocked = [...under].some(({ op }) => op.name === "softmaxGradient" || op.name === "reluGradient");
          if (trained.length === 0 || blocked) return;
          const updates = [(twice ? adam() : sgd()).minimize(loss, trained)];
          if (twice) updates.push(sgd({ learningRate: mean(last) }).minimize(loss, trained.slice(0, 2)));
          const fetches = [
            ...choose(graph.nodes().slice(), fetchNumbers).filter((node) => !("update" in node.op)),
            ...updates,
          ];
          const feeds = [...new Set([...placeholders, ...choose(nodes, feedNumbers)])];
          const request = { fetches, feeds, batch };
          play(request, makePlan(request, spansOf, descends));
        },
      ),
      { seed: 22, numRuns: 600 },
    );
  });

  test("memory is reused: a deep net needs far less than the sum of its values", () => {
    const graph = new Graph();
    let y = graph.placeholder("x", [null, 64]);
    for (let i = 0; i < 20; i++) {
      y = matmul(y, graph.variable(`w${i}`, 0, { shape: [64, 64] }));
    }
    const made = plan([y], [graph.node("x")], 100);
    expect(made.steps).toHaveLength(20);
    expect(made.arenaBytes).toBe(2 * 100 * 64 * 4);
  });
});
