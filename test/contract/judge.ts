// Derives from one sample call what must hold of the function, and lists what does not.

import { ArgumentError, DataError, ShapeError, StateError } from "../../src/errors.js";
import { type Kind, probes, type Sample } from "./kinds.js";

const typed = [ArgumentError, ShapeError, StateError, DataError];
const patience = 5_000;

interface Outcome {
  readonly how: "returned" | "threw" | "rejected";
  readonly promised: boolean;
  readonly value: unknown;
}

/** Calls, and waits for what comes of it. */
async function outcome(call: () => unknown): Promise<Outcome> {
  let given: unknown;
  try {
    given = call();
  } catch (error) {
    return { how: "threw", promised: false, value: error };
  }
  const promised = given instanceof Promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled after ${patience} ms`)), patience);
  });
  try {
    return { how: "returned", promised, value: promised ? await Promise.race([given, late]) : given };
  } catch (error) {
    return { how: "rejected", promised: true, value: error };
  } finally {
    clearTimeout(timer);
  }
}

function isTyped(error: unknown): error is Error {
  return typed.some((kind) => error instanceof kind);
}

function told(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message.slice(0, 160)}` : String(error);
}

/** `batchSize` as someone's finger slips: a letter from the middle is missing. */
function misspelt(name: string): string {
  const middle = name.length >> 1;
  return name.slice(0, middle) + name.slice(middle + 1);
}

/** One call that must be refused. */
interface Attempt {
  readonly what: string;
  readonly args: unknown[];
  /** What the message must hold. */
  readonly says?: string;
}

function* attempts({ args, rest }: Sample): Generator<Attempt> {
  const valid = () => args.map((kind) => kind.make());
  const having = (i: number, given: unknown) => valid().map((made, j) => (j === i ? given : made));
  if (!rest) yield { what: "a surplus argument", args: [...valid(), 1] };
  for (const [i, kind] of [...args, ...(rest ? [rest] : [])].entries()) {
    const place = (given: unknown) => (i < args.length ? having(i, given) : [...valid(), given]);
    if (!kind.optional && i < args.length) yield { what: `argument ${i + 1}: nothing`, args: place(undefined) };
    for (const [name, probe] of Object.entries(probes)) {
      if (!kind.takes.includes(name as keyof typeof probes)) {
        yield { what: `argument ${i + 1}: ${name}`, args: place(probe()) };
      }
    }
    yield* optionAttempts(i, kind, place);
  }
}

function* optionAttempts(i: number, kind: Kind, place: (given: unknown) => unknown[]): Generator<Attempt> {
  const all = kind.options;
  if (!all) return;
  const where = `argument ${i + 1}`;
  const made = () => kind.make() as Record<string, unknown>;
  yield { what: `${where}: an unknown option`, args: place({ ...made(), zzqqxx: 1 }) };
  const names = [...Object.keys(all), ...(kind.instead ?? []).map(([, name]) => name)];
  for (const name of names) {
    const slip = misspelt(name);
    if (name.length < 5 || names.includes(slip)) continue;
    const given = Object.fromEntries(Object.entries(made()).filter(([each]) => each !== name));
    yield {
      what: `${where}: option ${slip} for ${name}`,
      args: place({ ...given, [slip]: all[name]?.make() ?? 1 }),
      says: "did you mean",
    };
  }
  const each = [
    ...Object.entries(all).map(([name, option]) => [[] as readonly string[], name, option] as const),
    ...(kind.instead ?? []),
  ];
  for (const [without, name, option] of each) {
    const others = () => Object.fromEntries(Object.entries(made()).filter(([key]) => !without.includes(key)));
    for (const [probe, wrong] of Object.entries(probes)) {
      if (!option.takes.includes(probe as keyof typeof probes)) {
        yield { what: `${where}: option ${name}: ${probe}`, args: place({ ...others(), [name]: wrong() }) };
      }
    }
    yield* optionAttempts(i, option, (given) => place({ ...others(), [name]: given }));
  }
  for (const name of kind.required ?? []) {
    const given = Object.fromEntries(Object.entries(made()).filter(([key]) => key !== name));
    yield { what: `${where}: without ${name}`, args: place(given) };
  }
}

/** Calls that must work: the sample, without what may be left out, and with each option that excludes others. */
function* validCalls({ args }: Sample): Generator<readonly [what: string, args: unknown[]]> {
  yield ["the valid call", args.map((kind) => kind.make())];
  const needed = args.slice(0, args.findLastIndex((kind) => !kind.optional) + 1);
  if (needed.length < args.length) yield ["the valid call without options", needed.map((kind) => kind.make())];
  for (const [i, kind] of args.entries()) {
    for (const [without, name, option] of kind.instead ?? []) {
      const made = Object.entries(kind.make() as object).filter(([key]) => !without.includes(key));
      const given = { ...Object.fromEntries(made), [name]: option.make() };
      yield [`the valid call with ${name}`, args.map((other, j) => (j === i ? given : other.make()))];
    }
  }
}

export interface Verdict {
  readonly faults: readonly string[];
  /** What the valid call gave. */
  readonly result: unknown;
}

/**
 * `invoke` makes the call: of a function, a constructor, or a method of an object that may be new each time. `state` tells
 * what a refused call must not change.
 */
export async function judge(
  sample: Sample,
  invoke: (args: unknown[]) => unknown,
  state: () => unknown = () => null,
): Promise<Verdict> {
  const faults: string[] = [];
  let result: unknown;
  let promises = false;
  for (const [what, args] of validCalls(sample)) {
    const { how, value, promised } = await outcome(() => invoke(args));
    if (how !== "returned") faults.push(`${what} ${how}: ${told(value)}`);
    result ??= how === "returned" ? value : undefined;
    promises ||= promised;
  }
  if (faults.length > 0) return { faults, result };
  const ways = new Set<string>();
  for (const { what, args, says } of attempts(sample)) {
    const before = state();
    const { how, value } = await outcome(() => invoke(args));
    if (how === "returned") faults.push(`${what} is accepted`);
    else if (state() !== before) faults.push(`${what} is refused and changes something`);
    else if (!isTyped(value)) faults.push(`${what} ends in ${told(value)}`);
    else if (says && !value.message.includes(says)) faults.push(`${what} is refused without "${says}": ${told(value)}`);
    if (how !== "returned") ways.add(how);
  }
  if (promises && ways.size > 1) faults.push("refusals are thrown at times and rejected at times");
  return { faults, result };
}
