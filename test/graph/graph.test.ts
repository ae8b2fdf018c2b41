import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/errors.js";
import { Graph, isConstant, isNode, isPlaceholder, isVariable, type VariableOptions } from "../../src/graph/graph.js";
import { zeros } from "../../src/nn/initializers/index.js";
import { relu } from "../../src/ops/activations.js";
import { add } from "../../src/ops/arithmetic.js";
import { matmul } from "../../src/ops/matmul.js";
import type { TensorLike } from "../../src/tensor/tensor.js";

const names = (graph: Graph) => graph.nodes().map(({ name }) => name);

describe("names", () => {
  test("a name used before gets the first free number", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [2]);
    relu(x);
    relu(x, { name: "relu_2" });
    relu(x);
    relu(x);
    graph.placeholder("x", [2]);
    expect(names(graph)).toEqual(["x", "relu", "relu_2", "relu_1", "relu_3", "x_1"]);
    for (const name of names(graph)) expect(graph.node(name).name).toBe(name);
  });

  test("scopes nest, end, and get numbers of their own", () => {
    const graph = new Graph();
    const seen = graph.scope("dnn", () => {
      graph.placeholder("x", [1]);
      graph.scope("hidden", () => graph.variable("weights", 0, { shape: [1] }));
      graph.scope("hidden", () => graph.variable("weights", 0, { shape: [1] }));
      return graph.scope("deep/er", () => relu(graph.node("dnn/x")).name);
    });
    graph.scope("dnn", () => graph.placeholder("x", [1]));
    graph.placeholder("x", [1]);
    expect(seen).toBe("dnn/deep/er/relu");
    expect(names(graph)).toEqual([
      "dnn/x",
      "dnn/hidden/weights",
      "dnn/hidden_1/weights",
      "dnn/deep/er/relu",
      "dnn_1/x",
      "x",
    ]);
  });

  test("a scope does not take the name of a node", () => {
    const graph = new Graph();
    graph.placeholder("input", [1]);
    graph.scope("input", () => graph.placeholder("x", [1]));
    expect(names(graph)).toEqual(["input", "input_1/x"]);
  });

  test("a scope ends where its definition throws", () => {
    const graph = new Graph();
    expect(() =>
      graph.scope("broken", () => {
        throw new RangeError("mine");
      }),
    ).toThrow(new RangeError("mine"));
    expect(graph.placeholder("x", [1]).name).toBe("x");
  });

  test.each([
    ["", '""'],
    ["/x", '"/x"'],
    ["x/", '"x/"'],
    [undefined, "undefined"],
    [7, "7"],
    [[1, 2], "[1, 2]"],
  ])("%o is refused", (name, received) => {
    const graph = new Graph();
    const refusal = (kind: string) =>
      new ArgumentError(
        `Graph: a ${kind} name must be a non-empty string without / at its ends; received ${received}.`,
      );
    expect(() => graph.placeholder(name as string, [1])).toThrow(refusal("node"));
    expect(() => graph.constant(name as string, undefined as never)).toThrow(refusal("node"));
    expect(() => graph.variable(name as string, 0, { shape: [1] })).toThrow(refusal("node"));
    expect(() => graph.scope(name as string, () => 1)).toThrow(refusal("scope"));
    expect(graph.nodes()).toEqual([]);
  });
});

describe("node", () => {
  test("names what is alike where there is no such node", () => {
    const graph = new Graph();
    for (const layer of ["hidden1", "hidden2"]) {
      graph.scope(layer, () => {
        for (const name of ["kernel", "bias"]) graph.variable(name, 0, { shape: [1] });
      });
    }
    expect(() => graph.node("hidden/kernel")).toThrow(
      new ArgumentError('Graph: there is no node "hidden/kernel"; similar names are hidden1/kernel, hidden2/kernel.'),
    );
    expect(() => graph.node("weights")).toThrow(
      new ArgumentError('Graph: there is no node "weights"; it has 4 nodes.'),
    );
  });

  test("lists five names at most", () => {
    const graph = new Graph();
    for (let i = 0; i < 9; i++) graph.placeholder("relu", [1]);
    expect(() => graph.node("elu")).toThrow(
      'there is no node "elu"; similar names are relu, relu_1, relu_2, relu_3, relu_4.',
    );
  });
});

describe("nodes", () => {
  test("know their graph, op, inputs and shape, and do not change", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [null, 3]);
    const w = graph.variable("w", 0, { shape: [3, 4] });
    const y = matmul(x, w, { name: "y" });
    expect(graph.nodes()).toEqual([x, w, y]);
    expect(y).toMatchObject({ graph, name: "y", inputs: [x, w], shape: [null, 4], dtype: "float32" });
    expect(y.op.name).toBe("matmul");
    expect(y.id).toBeGreaterThan(w.id);
    expect(() => Object.assign(y, { name: "z" })).toThrow(TypeError);
  });

  test("are told apart", () => {
    const graph = new Graph();
    const x = graph.placeholder("x", [2]);
    const v = graph.variable("v", 0, { shape: [2] });
    const c = graph.constant("c", [1, 2]);
    const kinds = [x, v, c, relu(x)].map((node) => [isPlaceholder(node), isVariable(node), isConstant(node)]);
    expect(kinds).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
      [false, false, false],
    ]);
    expect([x, {}, null, "x"].map(isNode)).toEqual([true, false, false, false]);
  });

  test("of two graphs do not mix", () => {
    const [one, other] = [new Graph(), new Graph()];
    const x = one.placeholder("x", [2]);
    expect(() => add(x, other.placeholder("z", [2]))).toThrow(
      new ArgumentError("add: all inputs must be nodes of one graph; b (z) belongs to another."),
    );
    expect(() => other.variable("v", x)).toThrow(new ArgumentError('variable "v": initial belongs to another graph.'));
  });
});

describe("variables", () => {
  const withVariables = () => {
    const graph = new Graph();
    graph.placeholder("hidden/x", [1]);
    graph.variable("hidden/kernel", 0, { shape: [1] });
    graph.variable("hidden/steps", 0, { shape: [], trainable: false });
    graph.variable("output/kernel", 0, { shape: [1] });
    return graph;
  };

  test("are found by pattern, trainable ones among them", () => {
    const graph = withVariables();
    const found = (pattern?: RegExp) => graph.variables(pattern).map(({ name }) => name);
    const trainable = (pattern?: RegExp) => graph.trainable(pattern).map(({ name }) => name);
    expect(found()).toEqual(["hidden/kernel", "hidden/steps", "output/kernel"]);
    expect(found(/^hidden/)).toEqual(["hidden/kernel", "hidden/steps"]);
    expect(trainable()).toEqual(["hidden/kernel", "output/kernel"]);
    expect(trainable(/output|nothing/)).toEqual(["output/kernel"]);
    expect(graph.nodes(/^output/).map(({ name }) => name)).toEqual(["output/kernel"]);
    expect(new Graph().trainable()).toEqual([]);
  });

  test("a pattern that matches nothing, or is none, is refused", () => {
    const graph = withVariables();
    const there = "there are hidden/kernel, hidden/steps, output/kernel.";
    expect(() => graph.variables(/hiden/)).toThrow(
      new ArgumentError(`Graph.variables: no variable matches /hiden/; ${there}`),
    );
    expect(() => graph.trainable(/steps/)).toThrow(
      new ArgumentError(
        "Graph.trainable: no trainable variable matches /steps/; there are hidden/kernel, output/kernel.",
      ),
    );
    expect(() => graph.nodes(/hiden/)).toThrow(
      new ArgumentError(`Graph.nodes: no node matches /hiden/; ${there.replace("are", "are hidden/x,")}`),
    );
    expect(() => new Graph().variables(/a/)).toThrow(
      new ArgumentError("Graph.variables: no variable matches /a/; there is none at all."),
    );
    expect(() => graph.trainable("hidden" as unknown as RegExp)).toThrow(
      new ArgumentError('Graph.trainable: the pattern must be a regular expression; received "hidden".'),
    );
    for (let i = 0; i < 10; i++) graph.variable(`more${i}`, 0, { shape: [] });
    expect(() => graph.variables(/nothing/)).toThrow(/more0, more1, more2, more3, more4 and 5 more\.$/);
  });

  test("a pattern that remembers its position finds them all", () => {
    const graph = withVariables();
    for (const flags of ["g", "y"]) {
      const pattern = new RegExp("hidden/", flags);
      expect(graph.variables(pattern)).toHaveLength(2);
      expect(graph.variables(pattern)).toHaveLength(2);
    }
  });

  test("take their shape and type from the initial value", () => {
    const graph = new Graph();
    const shapes = [
      graph.variable("nested", [[1, 2, 3]]),
      graph.variable("scalar", 5),
      graph.variable("filled", 5, { shape: [2, 2] }),
      graph.variable("flat", Float32Array.of(1, 2, 3, 4), { shape: [2, 2] }),
      graph.variable("integers", Int32Array.of(1, 2)),
      graph.variable("counter", 0, { shape: [], dtype: "int32" }),
      graph.variable("by node", graph.constant("start", [1, 2])),
      graph.variable("by function", zeros(), { shape: [4] }),
    ].map(({ shape, dtype }) => [shape, dtype]);
    expect(shapes).toEqual([
      [[1, 3], "float32"],
      [[], "float32"],
      [[2, 2], "float32"],
      [[2, 2], "float32"],
      [[2], "int32"],
      [[], "int32"],
      [[2], "float32"],
      [[4], "float32"],
    ]);
  });

  test.each([
    [zeros(), {}, ArgumentError, 'variable "v": an initializer needs the option shape.'],
    [[1, 2], { shape: [3] }, ShapeError, "Tensor: the data must fill the shape; [3] holds 3 values, received 2."],
    [
      0,
      { shape: [null] },
      ShapeError,
      'variable "v": a shape must be a list of non-negative integers; received [null].',
    ],
    [
      0,
      { shape: [1], dtype: "float64" },
      ArgumentError,
      'variable "v": dtype must be one of "float32", "int32"; received "float64".',
    ],
  ] as unknown as [TensorLike, VariableOptions, typeof ArgumentError, string][])(
    "%o with the options %j is refused",
    (initial, options, Kind, message) => {
      const graph = new Graph();
      expect(() => graph.variable("v", initial, options)).toThrow(new Kind(message));
      expect(graph.nodes()).toEqual([]);
    },
  );

  test("an initial node must have a known shape, and that of the option", () => {
    const graph = new Graph();
    const open = graph.placeholder("x", [null, 2]);
    expect(() => graph.variable("v", open)).toThrow(
      new ShapeError('variable "v": the shape must be known; initial is [null, 2].'),
    );
    expect(() => graph.variable("v", graph.constant("c", [1, 2]), { shape: [2, 1] })).toThrow(
      new ShapeError('variable "v": initial must have the given shape [2, 1]; received [2].'),
    );
  });
});

test.each([
  [[-1], "float32", 'placeholder "x": a shape must be a list of non-negative integers or null; received [-1].'],
  [5, "float32", 'placeholder "x": a shape must be a list of non-negative integers or null; received 5.'],
  [[1], "bool", 'placeholder "x": dtype must be one of "float32", "int32"; received "bool".'],
])("a placeholder of shape %j and type %s is refused", (shape, dtype, message) => {
  expect(() => new Graph().placeholder("x", shape as number[], dtype as "float32")).toThrow(message);
});

test.each([[-1], [0.5], [Number.NaN], [2 ** 53], ["1"]])("the seed %o is refused", (seed) => {
  expect(() => new Graph({ seed: seed as number })).toThrow(/^Graph: seed must be a non-negative integer; received /);
});
