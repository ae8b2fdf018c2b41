// Fusion: which nodes run as one step, and which gradients are used up as they are made.

import { isVariable } from "../graph/graph.js";
import type { Stage, StageKind } from "../ops/epilogue.js";
import type { Node } from "../ops/op.js";
import { resultsOf } from "../ops/results.js";
import type { UpdateAttributes, UpdateRecord } from "../ops/update.js";
import { type OpenShape, sameShape } from "../tensor/shape.js";
import { NodeTable } from "./nodeTable.js";
import { viewed } from "./schedule.js";

/** One op with what has been fused into its end. */
export interface Step {
  readonly node: Node;
  /** The node whose value the step's is, as it is: there is nothing to compute. */
  readonly view: Node | null;
  /** The last node that is fused; its value is the step's. */
  readonly output: Node;
  /** What is fused, in order. */
  readonly epilogue: readonly Stage<Node>[];
  /** The nodes whose values it makes. */
  readonly makes: readonly Node[];
}

/** A gradient that is made when its variable is updated, and used up at once: it needs no place. */
export interface Descent {
  readonly step: Step;
  readonly variable: Node;
}

/** Says whether the op of a step can make its result and descend along it at once, for the shapes of this plan. */
export type Descends = (node: Node) => boolean;

/** For each node those that read it, as often as they do. */
export type Readers = Pick<NodeTable<readonly Node[]>, "get">;

export function readersOf(nodes: readonly Node[], fed: ReadonlySet<Node>): Readers {
  const readers = new NodeTable<Node[]>(nodes[0]);
  const add = (input: Node, reader: Node) => {
    const known = readers.get(input);
    if (known) known.push(reader);
    else readers.set(input, [reader]);
  };
  for (const node of nodes) {
    const view = viewed(node, fed);
    if (view !== null) add(view, node);
    else for (const input of node.inputs) add(input, node);
  }
  return readers;
}

const UNFUSED: readonly Stage<Node>[] = [];
const UNFUSED_KINDS: readonly StageKind[] = [];

/** Joins to each op the stages of an epilogue that it takes and that follow it, where nobody else sees what is between. */
export function fuse(
  nodes: readonly Node[],
  readers: Readers,
  fetched: ReadonlySet<Node>,
  fed: ReadonlySet<Node>,
): Step[] {
  const absorbed = new Set<Node>();
  const steps: Step[] = [];
  for (const node of nodes) {
    if (absorbed.has(node)) continue;
    let output = node;
    let epilogue: readonly Stage<Node>[] = UNFUSED;
    let rest = node.op.takes ?? UNFUSED_KINDS;
    while (rest.length > 0 && !fetched.has(output)) {
      const all = readers.get(output);
      const next = all?.[0];
      if (next === undefined || all?.length !== 1 || absorbed.has(next)) break;
      const stage = stageOf(next, output);
      const at = stage === null ? -1 : rest.indexOf(stage.kind);
      if (stage === null || at < 0) break;
      rest = rest.slice(at + 1);
      epilogue = [...epilogue, stage];
      absorbed.add(next);
      output = next;
    }
    const view = viewed(node, fed);
    const makes = view === null && node.results !== undefined ? [output, ...resultsOf(node)] : [output];
    steps.push({ node, view, output, epilogue, makes });
  }
  // A fused step stands where its last node stood, so that its bias is there.
  return steps.sort((a, b) => a.output.id - b.output.id);
}

/** The node `next` as a stage that follows `node`; null where it cannot be one. */
function stageOf(next: Node, node: Node): Stage<Node> | null {
  const { fusible } = next.op;
  if (fusible === undefined) return null;
  if (fusible.kind === "activation") return fusible;
  const operand = next.inputs[next.inputs[0] === node ? 1 : 0] as Node;
  return sameShape(next.shape, node.shape) && isRow(operand.shape, node.shape) ? { kind: "bias", operand } : null;
}

/** True if `row` has one value per element of the last axis of `shape`, and repeats over all others. */
function isRow(row: OpenShape, shape: OpenShape): boolean {
  return shape.length > 1 && row.at(-1) === shape.at(-1) && row.slice(0, -1).every((extent) => extent === 1);
}

/** For each update that allows it, the gradients that nobody else wants to see. */
export function findDescents(
  steps: readonly Step[],
  updates: readonly Node[],
  readers: Readers,
  unseen: (node: Node) => boolean,
  descends: Descends,
): ReadonlyMap<Node, readonly Descent[]> {
  if (updates.length === 0) return new Map();
  const madeBy = new Map(steps.map((step) => [step.output, step]));
  return new Map(
    updates.map((update) => {
      const { variables, hyper } = update.attributes as UpdateAttributes;
      if (!(update.op as UpdateRecord).update.descends(hyper)) return [update, []];
      const descents = variables.flatMap((variable, i): Descent[] => {
        const gradient = update.inputs[i] as Node;
        const step = madeBy.get(gradient);
        // The step moves behind all others, where an operand that is a variable may have changed.
        const movable = step?.node === gradient && !gradient.inputs.some(isVariable);
        if (!movable || readers.get(gradient)?.length !== 1 || !unseen(gradient) || !descends(gradient)) return [];
        return [{ step, variable }];
      });
      return [update, descents];
    }),
  );
}

/** The inputs of a step whose values it reads. */
export function stepInputs(step: Step): readonly Node[] {
  if (step.view !== null) return [step.view];
  const operands = step.epilogue.flatMap((stage) => (stage.kind === "bias" ? [stage.operand] : []));
  return operands.length === 0 ? step.node.inputs : [...step.node.inputs, ...operands];
}
