// The schedule of a run: which nodes it needs, in which order, and which of them only pass a value on.

import { ArgumentError } from "../errors.js";
import { constantValue, type Graph, isConstant, isPlaceholder, isVariable } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { isResult, makerOf, resultsOf } from "../ops/results.js";
import { isUpdate, type UpdateAttributes } from "../ops/update.js";

/** True where a node needs no step: it is fed, or has memory of its own. */
export function comesFromOutside(node: Node, fed: ReadonlySet<Node>): boolean {
  return fed.has(node) || isVariable(node) || isConstant(node);
}

/** The nodes that the fetches need, in topological order, none below a fed one. */
export function schedule(fetches: readonly Node[], fed: ReadonlySet<Node>): Node[] {
  const [first] = fetches;
  if (first === undefined) return [];
  const nodes = (first.graph as Graph).nodes();
  const needed = new Uint8Array(nodes.length);
  const stack = [...fetches];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (needed[node.id] === 1) continue;
    needed[node.id] = 1;
    if (fed.has(node)) continue;
    const view = viewed(node, fed);
    if (view !== null) {
      stack.push(view);
      continue;
    }
    if (isPlaceholder(node)) {
      const goal = fetches.map((fetch) => fetch.name).join(", ");
      throw new ArgumentError(`Session.run: ${node.name} must be fed, since ${goal} depends on it.`);
    }
    for (const input of node.inputs) stack.push(input);
    if (isUpdate(node)) {
      const { step, companions = [] } = node.attributes as UpdateAttributes;
      stack.push(step, ...companions);
    }
  }
  const order = nodes.filter(({ id }) => needed[id] === 1);
  checkResults(order, fed);
  return order;
}

/** Fails where one result of a call is fed and another is to be computed. */
function checkResults(needed: readonly Node[], fed: ReadonlySet<Node>): void {
  for (const node of needed) {
    if (node.results === undefined && !isResult(node)) continue;
    const others = isResult(node) ? [makerOf(node)] : resultsOf(node);
    const clash = fed.has(node) ? undefined : others.find((other) => fed.has(other));
    if (clash === undefined) continue;
    throw new ArgumentError(
      `Session.run: ${clash.name} and ${node.name} are made by one call; feed both or neither; received ${clash.name} alone.`,
    );
  }
}

/** The input that a node's value is, as it is, where that is known when the plan is made. */
export function viewed(node: Node, fed: ReadonlySet<Node>): Node | null {
  const { op } = node;
  if (op.alias !== undefined) return isZeroed(node) ? null : inputOf(node, op.alias);
  if (op.switch === undefined) return null;
  const state = knownState(inputOf(node, op.switch.by), fed);
  if (state === undefined) return null;
  const name = state ? op.switch.on : op.switch.off;
  return name === undefined ? null : inputOf(node, name);
}

function inputOf({ op, inputs }: Node, name: string): Node {
  return inputs[op.inputs.indexOf(name)] as Node;
}

/** Whether the scalar that a switch is thrown by is other than 0, where that is known when the plan is made. */
function knownState(by: Node, fed: ReadonlySet<Node>): boolean | undefined {
  if (fed.has(by)) return undefined;
  if (isConstant(by)) {
    const value = constantValue(by);
    return (typeof value === "number" ? value : value.item()) !== 0;
  }
  if (by.op.alias === undefined) return undefined;
  return isZeroed(by) ? false : knownState(inputOf(by, by.op.alias), fed);
}

/** True where a node is 0 as long as what is frozen now is frozen. */
export function isZeroed(node: Node): boolean {
  const { zeroWhileFrozen } = node.op;
  return zeroWhileFrozen !== undefined && (node.graph as Graph).isFrozen(inputOf(node, zeroWhileFrozen));
}
