// Where the time of a run goes, op by op, and where its values lie in memory.

import { checkArity, checkInteger, checkOptions } from "../errors.js";
import { concreteShape } from "../graph/graph.js";
import type { Node } from "../ops/op.js";
import { isUpdate } from "../ops/update.js";
import type { Executable } from "../runtime/executable.js";
import { checkFinite } from "../runtime/feeds.js";
import { checkSession, type Feeds, type NodeReference, type RunOptions, type Session } from "../runtime/session.js";
import { formatShape, type Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { formatCount, formatTable } from "./table.js";

export interface ProfileOptions extends RunOptions {
  /** How often the run is made after one to warm up. Default 20. */
  readonly runs?: number;
}

/** The kernel calls of one node. */
export interface ProfiledNode {
  readonly name: string;
  readonly op: string;
  readonly shape: Shape;
  readonly kernels: readonly string[];
  /** Mean over the runs. */
  readonly milliseconds: number;
  /** Of the time of all nodes, in [0, 1]. */
  readonly share: number;
}

export interface ProfiledOp {
  readonly op: string;
  readonly calls: number;
  readonly milliseconds: number;
  readonly share: number;
}

/** A value that lies in the arena while the run needs it. */
export interface PlannedValue {
  readonly name: string;
  readonly bytes: number;
  /** From the start of the arena. Values whose lives do not meet may have the same. */
  readonly offset: number;
  /** First and last step that it lives through; -1 is before the first. */
  readonly life: readonly [from: number, to: number];
}

export interface Profile {
  readonly runs: number;
  /** Mean time of a run, the sum over the nodes. */
  readonly milliseconds: number;
  /** In the order in which they run. */
  readonly nodes: readonly ProfiledNode[];
  /** The slowest first. */
  readonly ops: readonly ProfiledOp[];
  readonly memory: {
    /** Of values that live during a run only. */
    readonly arenaBytes: number;
    /** All linear memory of the session. */
    readonly totalBytes: number;
    /** By offset. */
    readonly values: readonly PlannedValue[];
  };
  toString(): string;
}

/**
 * Makes a run several times and measures each kernel call with the clock of the host, which is coarse in pages: take more
 * runs there. Variables are afterwards as they were. Fails like `session.run`, before anything runs.
 */
export function profile(
  session: Session,
  fetches: NodeReference | readonly NodeReference[],
  feeds: Feeds = [],
  options: ProfileOptions = {},
): Profile {
  checkArity("profile", arguments.length, 4);
  checkSession("profile", session);
  checkOptions("profile", options, ["runs", "training"]);
  const { runs = 20, training = false } = options;
  checkInteger("profile: runs", runs, 1);
  const list = (Array.isArray(fetches) ? fetches : [fetches]) as readonly NodeReference[];
  const ready = () => session.ready(list, feeds, { training });
  const executable = ready();
  const before = executable.request.fetches.some(isUpdate) ? valuesOf(session) : new Map<Node, Tensor>();
  const times = new Float64Array(executable.callCount);
  try {
    for (let run = 0; run <= runs; run++) {
      const { calls } = ready();
      // The first run warms up.
      if (run === 0) for (const { make } of calls) make();
      else
        calls.forEach(({ make }, i) => {
          const start = performance.now();
          make();
          times[i] = (times[i] as number) + (performance.now() - start) / runs;
        });
    }
  } finally {
    session.set(before);
  }
  return report(session, executable, times, runs);
}

/** The variables of the session; those that training has brought to NaN would not be worth measuring. */
function valuesOf(session: Session): Map<Node, Tensor> {
  const variables = session.graph.variables();
  const values = session.run(variables);
  return new Map(
    variables.map((variable, i) => {
      checkFinite(`profile: ${variable.name}`, values[i] as Tensor);
      return [variable, values[i] as Tensor];
    }),
  );
}

function report(session: Session, executable: Executable, times: Float64Array, runs: number): Profile {
  const { batch } = executable.request;
  const milliseconds = times.reduce((sum, time) => sum + time, 0);
  const byNode = new Map<Node, { kernels: string[]; milliseconds: number }>();
  const byOp = new Map<string, { calls: number; milliseconds: number }>();
  executable.calls.forEach(({ kernel, node }, i) => {
    const time = times[i] as number;
    const ofNode = byNode.get(node) ?? { kernels: [], milliseconds: 0 };
    byNode.set(node, { kernels: [...ofNode.kernels, kernel], milliseconds: ofNode.milliseconds + time });
    const ofOp = byOp.get(node.op.name) ?? { calls: 0, milliseconds: 0 };
    byOp.set(node.op.name, { calls: ofOp.calls + 1, milliseconds: ofOp.milliseconds + time });
  });
  const nodes = [...byNode].map(([node, { kernels, milliseconds: time }]) => {
    const shape = concreteShape(node, batch);
    return { name: node.name, op: node.op.name, shape, kernels, milliseconds: time, share: time / milliseconds };
  });
  const ops = [...byOp]
    .map(([op, { calls, milliseconds: time }]) => ({ op, calls, milliseconds: time, share: time / milliseconds }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
  const memory = {
    arenaBytes: executable.arenaBytes,
    totalBytes: session.memoryBytes,
    values: plannedValues(executable),
  };
  return {
    runs,
    milliseconds,
    nodes,
    ops,
    memory,
    toString: () => print(nodes, memory, milliseconds, runs),
  };
}

function plannedValues(executable: Executable): PlannedValue[] {
  const places = [...executable.plan.places];
  return places
    .map(
      ([node, { storage, shift }]): PlannedValue => ({
        name: node.name,
        bytes: 4 * concreteShape(node, executable.request.batch).reduce((size, extent) => size * extent, 1),
        offset: storage.offset + shift,
        life: [storage.from, storage.to],
      }),
    )
    .sort((a, b) => a.offset - b.offset || a.life[0] - b.life[0]);
}

function print(
  nodes: readonly ProfiledNode[],
  { arenaBytes, totalBytes, values }: Profile["memory"],
  milliseconds: number,
  runs: number,
): string {
  const microseconds = (time: number) => (time * 1000).toFixed(1);
  const time = formatTable(
    ["Node", "Op", "Shape", "Kernels", "µs", "%"],
    nodes.map(({ name, op, shape, kernels, milliseconds: each, share }) => [
      name,
      op,
      formatShape(shape),
      [...new Set(kernels)].join(", "),
      microseconds(each),
      (100 * share).toFixed(1),
    ]),
    [4, 5],
  );
  const memory = formatTable(
    ["Value", "Offset", "Bytes", "Steps"],
    values.map(({ name, offset, bytes, life }) => [name, formatCount(offset), formatCount(bytes), life.join(" to ")]),
    [1, 2],
  );
  const calls = nodes.reduce((sum, { kernels }) => sum + kernels.length, 0);
  return [
    time,
    `${calls} kernel calls, ${microseconds(milliseconds)} µs a run (mean of ${runs})`,
    "",
    memory,
    `arena ${formatCount(arenaBytes)} bytes, all of the session ${formatCount(totalBytes)} bytes`,
  ].join("\n");
}
