import * as activations from "../../../src/ops/activations.js";
import { Tensor } from "../../../src/tensor/tensor.js";
import { call, flag, integer, nullable, number, options, positive, type Table, text, value, word } from "../kinds.js";
import {
  axis,
  graph,
  indices,
  labels,
  matrix,
  name,
  named,
  node,
  nodes,
  operand,
  pictures,
  row,
  sequences,
  shape,
} from "./fixtures.js";

/** A shape that may be that of a scalar. */
const scalarOr = (given: readonly number[]) => value(() => given, "[]");
const unary = call(node(), named);
const binary = call(operand(), operand(row), named);
const reduction = call(node(), options({ axis, keepDims: flag(), name }));
/** Of kernels as wide as the pictures and sequences have channels. */
const kernels = {
  pictures: graph.constant("a kernel for pictures", new Tensor(new Float32Array(36), [3, 3, 2, 2])),
  sequences: graph.constant("a kernel for sequences", new Tensor(new Float32Array(12), [3, 2, 2])),
};
const windows = { strides: integer(1), padding: word("same"), dilations: integer(1) };
const pool = { size: integer(2), strides: integer(1), padding: word("same"), dilations: integer(1), ceilMode: flag() };

/** Those without numbers of their own. */
const plainActivations = Object.entries(activations).filter(([, { record }]) => record.options === undefined);

export const operations: Table = {
  ...Object.fromEntries(plainActivations.map(([activation]) => [activation, unary])),
  abs: unary,
  elu: call(node(), options({ alpha: positive(0.5), name })),
  erf: unary,
  exp: unary,
  hardSigmoid: call(node(), options({ slope: positive(0.2), name })),
  inverseRoot: call(node(), options({ epsilon: positive(0.1), name })),
  leakyRelu: call(node(), options({ alpha: positive(0.5), name })),
  log: unary,
  logSoftmax: unary,
  neg: unary,
  softmax: unary,
  sqrt: unary,
  square: unary,
  stopGradient: unary,
  sumOfSquares: unary,

  add: binary,
  subtract: binary,
  multiply: binary,
  divide: binary,
  greater: binary,
  greaterEqual: binary,
  less: binary,
  lessEqual: binary,
  maximum: binary,
  minimum: binary,
  pow: binary,
  affine: call(node(), options({ scale: number(2), shift: number(1), name })),
  argmax: call(node(), options({ axis: integer(1), name })),
  biasAdd: call(node(), node(row), named),
  broadcastTo: call(node(row), options({ shape: shape([3, 2]), name }, ["shape"])),
  choose: call(
    value(() => graph.constant("switch", 1)),
    node(),
    node(),
    named,
  ),
  clip: call(node(), options({ low: number(0), high: number(1), name })),
  concatenate: call(nodes(matrix, matrix), options({ axis: integer(1), name })),
  dropout: call(node(), options({ rate: positive(0.5), name })),
  equal: call(node(labels), node(labels), named),
  flatten: unary,
  gather: call(node(matrix), node(labels), named),
  gaussianNoise: call(node(), options({ stddev: positive(0.5), name })),
  inTopK: call(node(), node(labels), options({ k: integer(1), name })),
  layerNormalization: call(node(), node(row), node(row), options({ epsilon: positive(0.1) })),
  matmul: call(node(), node(matrix), options({ transposeA: value(false), transposeB: flag(), name })),
  max: reduction,
  mean: reduction,
  min: reduction,
  sum: reduction,
  variance: reduction,
  oneHot: call(node(labels), options({ depth: integer(3), name }, ["depth"])),
  pad: call(
    node(),
    options({ before: shape([0, 1]), after: shape([0, 1]), mode: word("constant"), value: number(1), name }, [
      "before",
      "after",
    ]),
  ),
  flip: call(node(matrix), options({ axis, name })),
  averagePool1d: call(node(sequences), options({ ...pool, countPadding: flag(), name })),
  averagePool2d: call(node(pictures), options({ ...pool, countPadding: flag(), name })),
  conv1d: call(node(sequences), node(kernels.sequences), options({ ...windows, groups: integer(1), name })),
  conv2d: call(node(pictures), node(kernels.pictures), options({ ...windows, groups: integer(1), name })),
  conv2dTranspose: call(
    node(pictures),
    node(kernels.pictures),
    options({ ...windows, strides: integer(2), outputPadding: integer(1), name }),
  ),
  depthwiseConv2d: call(node(pictures), node(kernels.pictures), options({ ...windows, name })),
  maxPool1d: call(node(sequences), options({ ...pool, name })),
  maxPool2d: call(node(pictures), options({ ...pool, name })),
  resize2d: call(
    node(pictures),
    options({ size: integer(3), method: word("nearest"), coordinates: word("asymmetric"), name }, ["size"]),
  ),
  prelu: call(node(), node(row), named),
  randomNormal: call(
    value(() => graph),
    options(
      {
        shape: scalarOr([2]),
        seed: nullable(integer(1)),
        stream: text("s"),
        mean: number(0),
        stddev: positive(1),
        name,
      },
      ["shape"],
    ),
  ),
  randomUniform: call(
    value(() => graph),
    options(
      { shape: scalarOr([2]), seed: nullable(integer(1)), stream: text("s"), low: number(-2), high: number(1), name },
      ["shape"],
    ),
  ),
  truncatedNormal: call(
    value(() => graph),
    options(
      {
        shape: scalarOr([2]),
        seed: nullable(integer(1)),
        stream: text("s"),
        mean: number(0),
        stddev: positive(1),
        name,
      },
      ["shape"],
    ),
  ),
  reshape: call(node(), options({ shape: shape([null, 2, 1]), name }, ["shape"])),
  scatterAdd: call(node(), node(labels), options({ shape: shape([3, 2]), name }, ["shape"])),
  scatterAlong: call(
    value(() => graph.placeholder("thin", [null, 1])),
    node(indices),
    options({ shape: shape([null, 2]), name }, ["shape"]),
  ),
  slice: call(node(), options({ begin: shape([0, 0]), size: shape([-1, 1]), name }, ["begin", "size"])),
  softmaxCrossEntropy: call(node(), node(), named),
  sparseSoftmaxCrossEntropy: call(node(), node(labels), named),
  takeAlong: call(node(), node(indices), named),
  toFloat: call(node(labels), named),
  topK: call(node(), options({ k: integer(1) })),
  topKIndices: call(node(), options({ k: integer(1), name })),
  transpose: call(node(matrix), options({ axes: nullable(shape([1, 0])), name })),
};
