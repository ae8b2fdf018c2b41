// The matrix product in the forms training needs: forward, weight gradient, input gradient.

import { checkFlag, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, type Shape, sameShape, sizeOf } from "../tensor/shape.js";
import { biasAndActivation } from "./epilogue.js";
import { type Buffer, checkRank, defineOp, type Op } from "./op.js";

export interface MatmulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Elements of a gradient; smaller ones stay in the cache, and one update of all of them together costs less. */
const WORTH_DESCENDING = 4096;
/** Elements of a matrix that a single row is multiplied by; smaller ones are read fast enough as they lie. */
const WORTH_PACKING = 1024;

export const matmul: Op<["a", "b"], MatmulAttributes> = defineOp({
  name: "matmul",
  doc:
    "Matrix product y[m, n] = A[m, k] * B[k, n], where A is a or its transpose and B is b or its transpose. " +
    "Each element adds its k products in order. More axes of a before the last are rows too, and y has them.",
  inputs: ["a", "b"],
  options: ["transposeA", "transposeB"],
  attributes: ({ transposeA = false, transposeB = false }) => {
    checkFlag("matmul: transposeA", transposeA);
    checkFlag("matmul: transposeB", transposeB);
    return { transposeA, transposeB };
  },
  shape: ({ a, b }, { transposeA, transposeB }) => {
    if (a.length <= 2) checkRank("matmul", "a", a, 2);
    // The gradient of b sums over all rows.
    const rowsOfBoth = transposeA && !transposeB && a.length > 2;
    checkRank("matmul", "b", b, rowsOfBoth ? a.length : 2);
    if (rowsOfBoth && sameShape(a.slice(0, -1), b.slice(0, -1))) return [a.at(-1) as number, b.at(-1) as number];
    if (rowsOfBoth || (transposeA && a.length > 2)) {
      throw new ShapeError(`matmul: rows must match; a is ${formatShape(a)}, b is ${formatShape(b)}.`);
    }
    const kA = transposeA ? (a[0] as number | null) : (a.at(-1) as number | null);
    const [kB, n] = extents(b, transposeB);
    if (kA !== kB) {
      const of = (name: string, shape: OpenShape, transposed: boolean) =>
        `${name} is ${formatShape(shape)}${transposed ? " transposed" : ""}`;
      throw new ShapeError(
        `matmul: inner dimensions must match; ${of("a", a, transposeA)}, ${of("b", b, transposeB)}.`,
      );
    }
    return transposeA ? [a[1] as number | null, n] : [...a.slice(0, -1), n];
  },
  workspace: (k, { a, y }, { transposeA }) =>
    k.gemmWorkspace(...matrix(y), extents(matrix(a), transposeA)[1] as number),
  forward: (k, buffers, attributes, { workspace, epilogue }) =>
    k.gemm(...operands(buffers, attributes), ...biasAndActivation(epilogue), workspace),
  takes: ["bias", "activation"],
  descend: {
    fits: (k, { a, y }, { transposeA }) =>
      sizeOf(y) >= WORTH_DESCENDING && (extents(matrix(a), transposeA)[1] as number) <= k.gemmDescendDepth(),
    forward: (k, buffers, attributes, { workspace, rate }) =>
      k.gemmDescend(...operands(buffers, attributes), rate, workspace),
  },
  packs: {
    input: "b",
    words: (k, { a, b, y }, { transposeA, transposeB }) =>
      matrix(y)[0] === 1 && !transposeB && b.length === 2 && sizeOf(b) >= WORTH_PACKING
        ? k.gemvPackedWords(matrix(y)[1], extents(matrix(a), transposeA)[1] as number)
        : 0,
    pack: (k, { shape, ptr }, packed) => {
      const [inner, n] = shape as [number, number];
      k.gemvPack(n, inner, ptr, packed);
    },
    forward: (k, { a, b, y }, _, { packed, epilogue }) => {
      const [inner, n] = b.shape as [number, number];
      k.gemvPacked(n, inner, a.ptr, packed, y.ptr, ...biasAndActivation(epilogue));
    },
  },
  // Y = A B:  dA = dY Bᵀ,  dB = Aᵀ dY;  of a transposed operand the transpose of that.
  vjp: {
    a: ({ b, dy }, { transposeA, transposeB }) =>
      transposeA
        ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
        : matmul(dy, b, { transposeB: !transposeB }),
    b: ({ a, dy }, { transposeA, transposeB }) =>
      transposeB
        ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
        : matmul(a, dy, { transposeA: !transposeA }),
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
    { inputs: { a: [2, 3, 4], b: [2, 3, 5] }, attributes: { transposeA: true } },
  ],
});

/** What both kernels begin with: m, n, k; address, row and column stride of A and of B; address of C. */
function operands(
  { a, b, y }: Readonly<Record<"a" | "b" | "y", Buffer>>,
  { transposeA, transposeB }: MatmulAttributes,
) {
  const [m, n] = matrix(y.shape);
  const inner = extents(matrix(a.shape), transposeA)[1] as number;
  const [rsA, csA] = strides(matrix(a.shape), transposeA);
  const [rsB, csB] = strides(matrix(b.shape), transposeB);
  return [m, n, inner, a.ptr, rsA, csA, b.ptr, rsB, csB, y.ptr] as const;
}

/** All axes but the last as rows. */
function matrix(shape: Shape): [rows: number, columns: number] {
  return [sizeOf(shape.slice(0, -1)), shape.at(-1) as number];
}

function extents(shape: OpenShape, transposed: boolean): [number | null, number | null] {
  const [rows, columns] = shape as [number | null, number | null];
  return transposed ? [columns, rows] : [rows, columns];
}

/** Elements from row to row and from column to column; of a single row or column the one that is 1 comes last. */
function strides(shape: OpenShape, transposed: boolean): [row: number, column: number] {
  const width = shape[1] as number;
  return transposed ? [1, width] : [width, 1];
}
