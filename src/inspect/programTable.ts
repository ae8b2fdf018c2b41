// The program of a run, printed: one line for each kernel call, with what it reads and makes and where that lies.

import { ArgumentError, checkArity, checkInteger, checkOptions, describe } from "../errors.js";
import { concreteShape, isNode, isPlaceholder } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { isUpdate } from "../ops/update.js";
import type { Plan } from "../plan/plan.js";
import type { Instruction, Program } from "../plan/program.js";
import { checkSession, type NodeReference, type Session } from "../runtime/session.js";
import { formatShape, sizeOf } from "../tensor/shape.js";
import { nodesOf } from "./extent.js";
import { formatCount, formatTable } from "./table.js";

export interface ProgramOptions {
  /** The nodes that are fed. Default: the placeholders that the fetches depend on. */
  readonly feeds?: readonly NodeReference[];
  /** The extent that null stands for. Default 1. */
  readonly batch?: number;
}

/** One instruction of a run. */
export interface ProgramLine {
  /** A kernel, or "schedule", "everyNth", "renewal". */
  readonly kernel: string;
  /** The node that it computes. */
  readonly node: string;
  /** Shapes of what it reads and of what it makes: `[50, 784] [784, 300] → [50, 300]`. */
  readonly shapes: string;
  /** Bytes of the values that it makes. */
  readonly bytes: number;
  /** Where the first of them lies: `arena +4096`, or `permanent` for variables. */
  readonly place: string;
  /** Names of the values that it makes: those of the last op that was fused, or of the variables that it changes. */
  readonly makes: readonly string[];
}

export interface ProgramReport {
  /** In the order in which they run. */
  readonly lines: readonly ProgramLine[];
  /** Of values that live during a run only. */
  readonly arenaBytes: number;
  /** Of what kernels need beside their values. */
  readonly workspaceBytes: number;
  /** A table. */
  toString(): string;
}

/**
 * What a run does, kernel call by kernel call: `console.log(String(program(session, [loss, update], { batch: 50 })))`.
 * Plans the run without making it; a run in training mode has `graph.training` among its feeds. Fails like
 * `session.prepare` when a node is unknown or something is not fed.
 */
export function program(
  session: Session,
  fetches: NodeReference | readonly NodeReference[],
  options: ProgramOptions = {},
): ProgramReport {
  checkArity("program", arguments.length, 3);
  checkSession("program", session);
  checkOptions("program", options, ["feeds", "batch"]);
  const { batch = 1 } = options;
  checkInteger("program: batch", batch, 0);
  const list = (Array.isArray(fetches) ? fetches : [fetches]) as readonly NodeReference[];
  const nodes = list.map((each) => (typeof each === "string" ? session.graph.node(each) : each));
  const { feeds = placeholdersUnder(nodes.filter(isNode)) } = options;
  if (!Array.isArray(feeds)) {
    throw new ArgumentError(`program: feeds must be a list of nodes or names; received ${describe(feeds)}.`);
  }
  const { program: written, plan } = session.prepare({ fetches: nodes, feeds, batch });
  const lines = written.instructions.map((instruction) => lineOf(instruction, batch, plan));
  const { arenaBytes, workspaceBytes } = written;
  return { lines, arenaBytes, workspaceBytes, toString: () => print(lines, written) };
}

/** Companions of updates included. */
function placeholdersUnder(nodes: readonly Node[]): Node[] {
  return nodes.length === 0 ? [] : nodesOf("program", nodes).filter(isPlaceholder);
}

function lineOf(instruction: Instruction, batch: number, { places }: Plan): ProgramLine {
  const { kind, node, makes } = instruction;
  const shapeOf = (of: Node) => concreteShape(of, batch);
  const shown = (nodes: readonly Node[]) => nodes.map((of) => formatShape(shapeOf(of))).join(" ");
  const [first] = makes;
  const place = first && places.get(first);
  const reads = isUpdate(node) || first === undefined ? "" : `${shown(node.inputs)} → `;
  return {
    kernel: kind === "kernel" ? instruction.kernel : kind,
    node: node.name,
    shapes: makes.length > MOST_SHAPES ? `${makes.length} variables` : `${reads}${shown(makes)}`,
    bytes: makes.reduce((sum, of) => sum + 4 * sizeOf(shapeOf(of)), 0),
    place: place ? `arena +${place.storage.offset + place.shift}` : first ? "permanent" : "",
    makes: makes.map(({ name }) => name),
  };
}

/** An update that changes more variables than this says only how many. */
const MOST_SHAPES = 2;

function print(lines: readonly ProgramLine[], { arenaBytes, workspaceBytes }: Program): string {
  const rows = lines.map(({ kernel, shapes, bytes, place, makes }, i) => [
    String(i + 1),
    kernel,
    shapes,
    formatCount(bytes),
    place,
    makes.length > 1 ? `${makes[0]} and ${makes.length - 1} more` : (makes[0] ?? ""),
  ]);
  return [
    formatTable(["", "Kernel", "Shapes", "Bytes", "Place", "Makes"], rows, [0, 3]),
    `${lines.length} calls; arena ${formatCount(arenaBytes)} bytes, workspace ${formatCount(workspaceBytes)} bytes`,
  ].join("\n");
}
