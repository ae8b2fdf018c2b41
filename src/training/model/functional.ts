// A model of nodes: whatever lies between inputs and outputs in a graph.

import { ArgumentError, checkArity, checkOptions, describe, ShapeError } from "../../errors.js";
import { type Graph, isNode } from "../../graph/graph.js";
import type { Node } from "../../ops/op.js";
import { Session } from "../../runtime/session.js";
import { formatShape } from "../../tensor/shape.js";
import { type Ends, Model } from "./model.js";
import { sessionOf, share } from "./sessions.js";
import type { Structure } from "./structure.js";

export interface FunctionalOptions {
  /** Holds the values of the variables. Default: the one that all models of the graph share. */
  readonly session?: Session;
}

/**
 * The model from `inputs` to `outputs`: each a node, a list of nodes, or a record of nodes, and data comes and goes in the
 * same structure. Inputs are placeholders, or any nodes: then what lies under them is no part of the model. Models of one
 * graph share variables and values.
 * Fails with ArgumentError where the outputs depend on another placeholder, or an input leads nowhere; with ShapeError
 * where the first extent of an end is not the batch.
 */
export function functional<const I extends Structure<Node>, const O extends Structure<Node>>(
  ends: Ends<I, O>,
  options: FunctionalOptions = {},
): Model<I, O> {
  checkArity("functional", arguments.length, 2);
  checkOptions("functional", ends, ["inputs", "outputs"]);
  checkOptions("functional", options, ["session"]);
  const { session } = options;
  if (session !== undefined && !(session instanceof Session)) {
    throw new ArgumentError(`functional: session must be a Session; received ${describe(session)}.`);
  }
  const nodes = [...readNodes("inputs", ends.inputs), ...readNodes("outputs", ends.outputs)];
  const [first] = nodes as [Node];
  const stray = nodes.find(({ graph }) => graph !== first.graph || (session && graph !== session.graph));
  if (stray) {
    throw new ArgumentError(`functional: all nodes must belong to the graph of the session; ${stray.name} does not.`);
  }
  return new Model(session ? share(session) : sessionOf(first.graph as Graph), ends);
}

function readNodes(role: string, structure: unknown): readonly Node[] {
  const isObject = typeof structure === "object" && structure !== null;
  const nodes: readonly unknown[] = isNode(structure) || !isObject ? [structure] : Object.values(structure);
  if (nodes.length === 0 || !nodes.every(isNode)) {
    const rule = `${role} must be a node, a list of nodes or a record of nodes`;
    throw new ArgumentError(`functional: ${rule}; received ${describe(structure)}.`);
  }
  for (const { name, shape } of nodes) {
    if (shape[0] !== null || shape.lastIndexOf(null) > 0) {
      throw new ShapeError(
        `functional: the first extent of ${role}, and no other, must be the batch; ${name} is ${formatShape(shape)}.`,
      );
    }
  }
  return nodes;
}
