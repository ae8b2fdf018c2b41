// Matrix products in the forms training needs: forward, weight gradient, input gradient, each over any leading axes.

import { checkFlag, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, type Shape, sameShape, sizeOf } from "../tensor/shape.js";
import { biasAndActivation } from "./epilogue.js";
import { reshape } from "./layout.js";
import { type Buffer, type CallContext, type Calls, defineOp, type Node, type Op, type OpRecord } from "./op.js";
import { sumTo } from "./reductions.js";
import { broadcastShape, broadcastStrides, collapse, visitOuter } from "./strides.js";

export interface MatmulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Elements of a gradient; smaller ones stay in the cache, and one update of all of them together costs less. */
const WORTH_DESCENDING = 4096;
/** Elements of a matrix that a single row is multiplied by; smaller ones are read fast enough as they lie. */
const WORTH_PACKING = 1024;

type Shapes = Readonly<Record<"a" | "b" | "y", Shape>>;
type Buffers = Readonly<Record<"a" | "b" | "y", Buffer>>;

export const matmul: Op<["a", "b"], MatmulAttributes> = defineOp({
  name: "matmul",
  doc:
    "Matrix product y[..., m, n] = A[..., m, k] * B[..., k, n], where A is a or its transpose in the last two axes, and B is b " +
    "or its transpose. Axes before the last two broadcast (NumPy's rule). Each element adds its k products in order.",
  inputs: ["a", "b"],
  options: ["transposeA", "transposeB"],
  attributes: ({ transposeA = false, transposeB = false }) => {
    checkFlag("matmul: transposeA", transposeA);
    checkFlag("matmul: transposeB", transposeB);
    return { transposeA, transposeB };
  },
  shape: ({ a, b }, { transposeA, transposeB }) => {
    checkMatrices("matmul", "a", a);
    checkMatrices("matmul", "b", b);
    const [m, kA] = matrixOf(a, transposeA);
    const [kB, n] = matrixOf(b, transposeB);
    if (kA !== kB) {
      const of = (name: string, shape: OpenShape, transposed: boolean) =>
        `${name} is ${formatShape(shape)}${transposed ? " transposed" : ""}`;
      throw new ShapeError(
        `matmul: inner dimensions must match; ${of("a", a, transposeA)}, ${of("b", b, transposeB)}.`,
      );
    }
    const leading = broadcastShape(leadingOf(a), leadingOf(b));
    if (leading === undefined) {
      throw new ShapeError(
        "matmul: axes before the last two must be equal or broadcast, each extent the other's or 1; " +
          `a is ${formatShape(a)}, b is ${formatShape(b)}.`,
      );
    }
    return [...leading, m, n];
  },
  workspace: (k, shapes, attributes) => k.gemmWorkspace(...extentsOf(shapes, attributes)),
  forward: multiply,
  takes: ["bias", "activation"],
  descend: descent(
    (shapes, attributes) => (isOneProduct(shapes, attributes) ? extentsOf(shapes, attributes) : null),
    operands,
  ),
  packs: {
    input: "b",
    words: (k, shapes, attributes) => {
      const { b } = shapes;
      if (attributes.transposeB || b.length !== 2 || sizeOf(b) < WORTH_PACKING) return 0;
      if (!isOneProduct(shapes, attributes)) return 0;
      const [m, n, inner] = extentsOf(shapes, attributes);
      return m === 1 ? k.gemvPackedWords(n, inner) : 0;
    },
    pack: (k, { shape, ptr }, packed) => {
      const [inner, n] = shape as [number, number];
      k.gemvPack(n, inner, ptr, packed);
    },
    forward: (k, { a, b, y }, _, { packed, epilogue }) => {
      const [inner, n] = b.shape as [number, number];
      k.gemvPacked(n, inner, a.ptr, packed, y.ptr, ...biasAndActivation(epilogue));
    },
  },
  // Y = A B:  dA = dY Bᵀ,  dB = Aᵀ dY;  of a transposed operand the transpose of that, summed over what was repeated.
  vjp: {
    a: ({ a, b, dy }, { transposeA, transposeB }) =>
      sumTo(
        transposeA
          ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
          : matmul(dy, b, { transposeB: !transposeB }),
        a.shape,
      ),
    b: ({ a, b, dy }, { transposeA, transposeB }) => {
      if (!transposeA && isMatrix(b.shape) && a.shape.length > 2) return ofRows(a, b, dy, transposeB);
      const product = transposeB
        ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
        : matmul(a, dy, { transposeA: !transposeA });
      return sumTo(product, b.shape);
    },
  },
  samples: [
    { inputs: { a: [3, 4], b: [4, 5] } },
    { inputs: { a: [1, 7], b: [7, 1] } },
    { inputs: { a: [4, 3], b: [4, 5] }, attributes: { transposeA: true } },
    { inputs: { a: [3, 4], b: [5, 4] }, attributes: { transposeB: true } },
    { inputs: { a: [4, 3], b: [5, 4] }, attributes: { transposeA: true, transposeB: true } },
    { inputs: { a: [13, 9], b: [9, 21] } },
    { inputs: { a: [2, 3, 4], b: [4, 5] } },
    { inputs: { a: [2, 3, 4], b: [5, 4] }, attributes: { transposeB: true } },
    { inputs: { a: [2, 4, 3], b: [4, 5] }, attributes: { transposeA: true } },
    { inputs: { a: [2, 3, 4], b: [2, 4, 5] } },
    { inputs: { a: [2, 4, 3], b: [2, 5, 4] }, attributes: { transposeA: true, transposeB: true } },
    { inputs: { a: [3, 4], b: [2, 4, 5] } },
    { inputs: { a: [2, 1, 3, 4], b: [5, 4, 2] } },
    { inputs: { a: [2, 3, 4], b: [1, 1, 4, 5] } },
  ],
});

/** The gradient of one matrix b by which all rows of a were multiplied, or of its transpose. */
function ofRows(a: Node, b: Node, dy: Node, transposed: boolean): Node {
  const rows = reshape(dy, { shape: [...a.shape.slice(0, -1), dy.shape.at(-1) as number | null] });
  const made = sameShape(rows.shape, dy.shape) ? dy : rows;
  const gradient = transposed ? productOverRows(made, a) : productOverRows(a, made);
  return b.shape.length === 2 ? gradient : reshape(gradient, { shape: b.shape });
}

const OVER_ROWS: MatmulAttributes = { transposeA: true, transposeB: false };

export const productOverRows: Op<["a", "b"]> = defineOp({
  name: "productOverRows",
  doc:
    "Sum of the outer products of rows: y[m, n] = sum of a[..., m] * b[..., n] over all axes before the last, in order. The " +
    "gradient of a matrix that rows of any rank are multiplied by.",
  inputs: ["a", "b"],
  shape: ({ a, b }) => {
    if (a.length < 2 || !sameShape(a.slice(0, -1), b.slice(0, -1))) {
      throw new ShapeError(`productOverRows: rows must match; a is ${formatShape(a)}, b is ${formatShape(b)}.`);
    }
    return [a.at(-1) as number | null, b.at(-1) as number | null];
  },
  workspace: (k, shapes) => k.gemmWorkspace(...extentsOf(rowsOf(shapes), OVER_ROWS)),
  forward: (k, buffers, _, context) => multiply(k, rowBuffers(buffers), OVER_ROWS, context),
  descend: descent(
    (shapes) => extentsOf(rowsOf(shapes), OVER_ROWS),
    (buffers) => operands(rowBuffers(buffers), OVER_ROWS),
  ),
  vjp: {
    a: ({ b, dy }) => matmul(b, dy, { transposeB: true }),
    b: ({ a, dy }) => matmul(a, dy),
  },
  samples: [
    { inputs: { a: [2, 3, 4], b: [2, 3, 5] } },
    { inputs: { a: [6, 4], b: [6, 1] } },
    { inputs: { a: [2, 1, 3, 9], b: [2, 1, 3, 13] } },
  ],
});

/** One product of matrices where all axes of y before the last are rows of it, else as many as broadcasting asks for. */
function multiply(
  k: Calls,
  buffers: Buffers,
  attributes: MatmulAttributes,
  { workspace, epilogue }: CallContext,
): void {
  const { a, b, y } = buffers;
  const finish = [...biasAndActivation(epilogue), workspace] as const;
  if (isOneProduct({ a: a.shape, b: b.shape, y: y.shape }, attributes)) {
    k.gemm(...operands(buffers, attributes), ...finish);
    return;
  }
  const [m, n, inner, , rsA, csA, , rsB, csB] = operands(buffers, attributes);
  const leading = leadingOf(y.shape) as Shape;
  const steps = [a, b].map(({ shape }) => {
    const matrix = (shape.at(-2) as number) * (shape.at(-1) as number);
    return broadcastStrides(leadingOf(shape) as Shape, leading).map((stride) => stride * matrix);
  });
  let c = y.ptr;
  visitOuter(collapse(leading, steps, 1), 1, ([fromA, fromB], [count], [stepsA, stepsB]) => {
    const many = [count, stepsA?.[0], stepsB?.[0]] as [number, number, number];
    const [atA, atB] = [a.ptr + (fromA as number) * 4, b.ptr + (fromB as number) * 4];
    k.gemmBatch(...many, m, n, inner, atA, rsA, csA, atB, rsB, csB, c, ...finish);
    c += (count as number) * m * n * 4;
  });
}

/** How a product is used up as it is made, where `extents` says that it is one and how large. */
// @__NO_SIDE_EFFECTS__
function descent<A>(
  extents: (shapes: Shapes, attributes: A) => readonly [m: number, n: number, inner: number] | null,
  operandsOf: (buffers: Buffers, attributes: A) => ReturnType<typeof operands>,
): NonNullable<OpRecord<"a" | "b", A>["descend"]> {
  return {
    fits: (k, shapes, attributes) => {
      const [m, n, inner] = extents(shapes, attributes) ?? [0, 0, 0];
      return m * n >= WORTH_DESCENDING && inner <= k.gemmDescendDepth();
    },
    forward: (k, buffers, attributes, { workspace, rate }) =>
      k.gemmDescend(...operandsOf(buffers, attributes), rate, workspace),
  };
}

/** True if there is one matrix B, and all axes of y before the last are rows of one matrix A. */
function isOneProduct({ a, b }: Shapes, { transposeA }: MatmulAttributes): boolean {
  return isMatrix(b) && (!transposeA || isMatrix(a));
}

/** m, n and k of the product, or of each of the products. */
function extentsOf({ a, b, y }: Shapes, attributes: MatmulAttributes): [m: number, n: number, inner: number] {
  const [rows, inner] = matrixOf(a, attributes.transposeA) as [number, number];
  const n = y[y.length - 1] as number;
  // Of two matrices, rows are all there is before the last axis.
  const one = y.length > 2 && isOneProduct({ a, b, y }, attributes);
  return [one ? sizeOf(y.slice(0, -1)) : rows, n, inner];
}

/** What the kernels begin with: m, n, k; address, row and column stride of A and of B; address of C. */
function operands({ a, b, y }: Buffers, attributes: MatmulAttributes) {
  const extents = extentsOf({ a: a.shape, b: b.shape, y: y.shape }, attributes);
  const [rsA, csA] = strides(a.shape, attributes.transposeA);
  const [rsB, csB] = strides(b.shape, attributes.transposeB);
  return [...extents, a.ptr, rsA, csA, b.ptr, rsB, csB, y.ptr] as const;
}

/** Operands as matrices, all their axes but the last being rows. */
function rowsOf({ a, b, y }: Shapes): Shapes {
  const rows = (shape: Shape): Shape => [sizeOf(shape.slice(0, -1)), shape.at(-1) as number];
  return { a: rows(a), b: rows(b), y };
}

function rowBuffers({ a, b, y }: Buffers): Buffers {
  const shapes = rowsOf({ a: a.shape, b: b.shape, y: y.shape });
  return { a: { ...a, shape: shapes.a }, b: { ...b, shape: shapes.b }, y };
}

function checkMatrices(subject: string, input: string, shape: OpenShape): void {
  if (shape.length >= 2) return;
  throw new ShapeError(`${subject}: ${input} must have rank 2 or more; received shape ${formatShape(shape)}.`);
}

/** The axes before the last two. */
function leadingOf(shape: OpenShape): OpenShape {
  return shape.slice(0, -2);
}

/** True for one matrix, whatever its rank. */
function isMatrix(shape: OpenShape): boolean {
  return shape.length === 2 || leadingOf(shape).every((extent) => extent === 1);
}

/** Rows and columns of each matrix, or of its transpose. */
function matrixOf(shape: OpenShape, transposed: boolean): [number | null, number | null] {
  const rows = shape[shape.length - 2] as number | null;
  const columns = shape[shape.length - 1] as number | null;
  return transposed ? [columns, rows] : [rows, columns];
}

/** Elements from row to row and from column to column; of a single row or column the one that is 1 comes last. */
function strides(shape: Shape, transposed: boolean): [row: number, column: number] {
  const width = shape.at(-1) as number;
  return transposed ? [1, width] : [width, 1];
}
