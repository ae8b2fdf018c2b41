// Epilogues: what an op does with its result before it is stored, instead of the nodes that follow in the graph. Records
// say which stages they take and what their own stage would be, the planner (src/plan/fuse.ts) joins them.

import type { Buffer } from "./op.js";

/** One stage, on the result y of an op. Its operand is a node in a plan, a buffer when calls are written down. */
export type Stage<V = Buffer> =
  /** y += operand, which has one value per element of the last axis and repeats over all others. */
  | { readonly kind: "bias"; readonly operand: V }
  /** `code` is the number that assembly/gemm/epilogue.ts knows the activation by. */
  | { readonly kind: "activation"; readonly code: number };

export type StageKind = Stage["kind"];

/** How an op can become a stage of the op before it: as the sum of its two inputs, or as an activation of the first. */
export type Fusible = { readonly kind: "sum" } | { readonly kind: "activation"; readonly code: number };

/** A bias and an activation as the kernels of products take them: an address and a code, 0 for none. */
export function biasAndActivation(epilogue: readonly Stage[]): [bias: number, activation: number] {
  let bias = 0;
  let activation = 0;
  for (const stage of epilogue) {
    if (stage.kind === "bias") bias = stage.operand.ptr;
    else activation = stage.code;
  }
  return [bias, activation];
}
