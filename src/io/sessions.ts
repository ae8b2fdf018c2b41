// The variables of a session in a file, slots of optimizers and counts of steps included: what a Saver was in TensorFlow 1.
// Used by callers of `lanewise/io`. The session is passed in; only what is needed of it is known here.

import { ArgumentError, checkArity, checkCallback, checkOptions, DataError, describe, ShapeError } from "../errors.js";
import { formatShape, type OpenShape, sameShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { type ReadOptions, readFile, writeFileAtomic } from "./files.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

/** What can be saved; a Session is one. */
export interface HasVariables {
  readonly graph: {
    variables(): readonly { readonly name: string; readonly shape: OpenShape; readonly dtype: string }[];
  };
  get(name: string): Tensor;
  /** Checks names and shapes before it changes anything. */
  set(values: ReadonlyMap<string, Tensor>): void;
}

export interface SaveSessionOptions {
  /** Only variables whose names match. Default all. */
  readonly pattern?: RegExp;
  readonly metadata?: Record<string, string>;
}

export interface RestoreSessionOptions {
  /** Only variables of the session whose names match; the others stay as they are. Default all. */
  readonly pattern?: RegExp;
  /** The name in the file of a variable of the session. Default: the same. */
  readonly rename?: (name: string) => string;
}

/**
 * Writes the variables of a session to `path`: weights, optimizer slots, steps and rates, bit for bit. The file, in
 * safetensors, is replaced whole or stays as it was.
 *
 * Fails with ArgumentError where the pattern matches nothing, with DataError where the file cannot be written.
 */
export async function saveSession(
  session: HasVariables,
  path: string,
  options: SaveSessionOptions = {},
): Promise<void> {
  checkArity("saveSession", arguments.length, 3);
  await writeFileAtomic(path, encode("saveSession", session, options), "saveSession");
}

/**
 * Sets the variables of a session from the file at `path`, those that match `pattern` or all. Every one must be in the file;
 * what else is in it is left alone, so that some layers of a net can be taken over into another.
 *
 * Fails with DataError where the file is missing or broken or lacks a variable, with ShapeError where shapes differ, with
 * ArgumentError where the pattern matches nothing; the session is unchanged then.
 */
export async function restoreSession(
  session: HasVariables,
  path: string,
  options: RestoreSessionOptions & ReadOptions = {},
): Promise<void> {
  checkArity("restoreSession", arguments.length, 3);
  checkSession("restoreSession", session);
  checkOptions("restoreSession", options, ["pattern", "rename", "maxBytes"]);
  const { maxBytes, ...restored } = options;
  decode("restoreSession", session, await readFile(path, "restoreSession", maxBytes), restored);
}

/** The bytes `saveSession` would write. */
export function sessionToBytes(session: HasVariables, options: SaveSessionOptions = {}): Uint8Array<ArrayBuffer> {
  checkArity("sessionToBytes", arguments.length, 2);
  return encode("sessionToBytes", session, options);
}

/** Sets the variables of a session from the bytes of a file. Fails as `restoreSession` does. */
export function sessionFromBytes(
  session: HasVariables,
  bytes: Uint8Array | ArrayBuffer,
  options: RestoreSessionOptions = {},
): void {
  checkArity("sessionFromBytes", arguments.length, 3);
  decode("sessionFromBytes", session, bytes, options);
}

function encode(subject: string, session: HasVariables, options: SaveSessionOptions): Uint8Array<ArrayBuffer> {
  checkOptions(subject, options, ["pattern", "metadata"]);
  const variables = select(subject, session, options.pattern);
  const tensors = variables.map(({ name }) => [name, session.get(name)] as const);
  return encodeSafetensors(tensors, options.metadata);
}

function decode(
  subject: string,
  session: HasVariables,
  bytes: Uint8Array | ArrayBuffer,
  options: RestoreSessionOptions,
): void {
  checkOptions(subject, options, ["pattern", "rename"]);
  const { pattern, rename = (name) => name } = options;
  checkCallback(`${subject}: rename`, rename);
  const wanted = select(subject, session, pattern).map((variable) => [rename(variable.name), variable] as const);
  const names = new Set(wanted.map(([name]) => name));
  const { tensors } = decodeSafetensors(bytes, { subject, select: (name) => names.has(name) });
  const missing = [...names].filter((name) => !tensors.has(name));
  if (missing.length > 0) {
    throw new DataError(
      `${subject}: the file must hold every variable asked for; it lacks ${missing.join(", ")}. The option pattern leaves variables out.`,
    );
  }
  const pairs = wanted.map(([name, variable]) => [variable, tensors.get(name) as Tensor] as const);
  const misfits = pairs.filter(([{ shape, dtype }, value]) => !sameShape(shape, value.shape) || dtype !== value.dtype);
  if (misfits.length > 0) {
    const list = misfits.map(
      ([{ name, shape, dtype }, value]) =>
        `${name} is ${dtype} ${formatShape(shape)}, received ${value.dtype} ${formatShape(value.shape)}`,
    );
    throw new ShapeError(`${subject}: types and shapes must be those of the session; ${list.join("; ")}.`);
  }
  session.set(new Map(pairs.map(([{ name }, value]) => [name, value])));
}

function select(subject: string, session: HasVariables, pattern: RegExp | undefined) {
  checkSession(subject, session);
  if (pattern !== undefined && !(pattern instanceof RegExp)) {
    throw new ArgumentError(`${subject}: pattern must be a regular expression; received ${describe(pattern)}.`);
  }
  const variables = session.graph.variables();
  // `search` starts at the beginning whatever flags the pattern has.
  const chosen = pattern === undefined ? variables : variables.filter(({ name }) => name.search(pattern) >= 0);
  if (chosen.length === 0) {
    const names = variables.map(({ name }) => name);
    throw new ArgumentError(
      `${subject}: the pattern ${pattern ?? "//"} matches no variable; there are ${describe(names)}.`,
    );
  }
  return chosen;
}

function checkSession(subject: string, session: unknown): asserts session is HasVariables {
  const { graph, get, set } = (session ?? {}) as Partial<HasVariables>;
  if (typeof graph?.variables !== "function" || typeof get !== "function" || typeof set !== "function") {
    throw new ArgumentError(`${subject}: it needs a Session; received ${describe(session)}.`);
  }
}
