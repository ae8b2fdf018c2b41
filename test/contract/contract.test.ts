// The contract of all calls: every function, constructor and method that any entry point gives works as its sample says,
// and refuses surplus arguments, unknown and misspelt options, and values of the wrong kind, each by a typed error and
// before anything has changed. An export, a method, or an object with methods that has no sample fails: add a line to the
// tables in samples/.

import { describe, expect, test } from "vitest";
import { doors } from "./doors.js";
import { judge } from "./judge.js";
import { isExempt, isSample, type ObjectSample, type Sample, type Table } from "./kinds.js";
import { methodsOf, objectOf } from "./methods.js";
import { objects } from "./samples/objects.js";

interface Subject {
  readonly name: string;
  readonly value: unknown;
  readonly sample: Sample | undefined;
}

/** The exports of a door, namespaces opened; those that are exempt are left out. */
function subjectsOf(values: Readonly<Record<string, unknown>>, table: Table | undefined, prefix = ""): Subject[] {
  return Object.entries(values).flatMap(([name, value]): Subject[] => {
    const entry = table?.[name];
    if (entry && isExempt(entry)) return [];
    const isNamespace = typeof value === "object" && value !== null && Object.keys(value).length > 0;
    if (isNamespace && !(entry && isSample(entry))) {
      return subjectsOf(value as Record<string, unknown>, entry, `${prefix}${name}.`);
    }
    return [{ name: `${prefix}${name}`, value, sample: entry && isSample(entry) ? entry : undefined }];
  });
}

/** Samples of what is not exported: they would be judged for ever without anyone noticing that nothing is. */
function staleSamples(values: Readonly<Record<string, unknown>>, table: Table | undefined, prefix = ""): string[] {
  return Object.entries(table ?? {}).flatMap(([name, entry]) => {
    if (!Object.hasOwn(values, name)) return [`${prefix}${name}`];
    if (isExempt(entry) || isSample(entry)) return [];
    return staleSamples(values[name] as Record<string, unknown>, entry, `${prefix}${name}.`);
  });
}

/** What is wrong with what a call gave: it has methods that nobody judges. */
function unjudged(result: unknown, sample: Sample): string[] {
  const methods = methodsOf(result);
  if (methods.length === 0 || objectOf(result, sample)) return [];
  return [`the call gives an object with ${methods.join(", ")}; samples/objects.ts has no entry for it`];
}

describe.each(doors.map(({ name, values, table }) => ({ door: name, values, table })))("$door", ({ values, table }) => {
  test("has no sample for what it does not export", () => {
    expect(staleSamples(values, table)).toEqual([]);
  });

  test.each(subjectsOf(values, table))("$name", async ({ value, sample }) => {
    if (!sample)
      throw new Error("There is no sample call: add a line to the table of this door in test/contract/samples.");
    const within = sample.within ?? ((invoke: () => unknown) => invoke());
    const { faults, result } = await judge(sample, (args) =>
      within(() =>
        sample.constructs
          ? new (value as new (...args: unknown[]) => unknown)(...args)
          : (value as (...args: unknown[]) => unknown)(...args),
      ),
    );
    const all = [...faults, ...unjudged(result, sample)];
    expect(all, all.join("\n")).toHaveLength(0);
  });
});

describe.each(Object.entries(objects).map(([name, sample]) => ({ name, sample })))("$name", ({ sample }) => {
  const { methods, itself, make, state } = sample as ObjectSample<unknown>;

  test("has a sample for each method, and no other", async () => {
    const object = await make();
    const found = methodsOf(object).filter((name) => name !== "(call)");
    expect(Object.keys(methods).sort()).toEqual(found.sort());
    if (typeof object === "function") expect(itself, "a sample of the call itself").toBeDefined();
  });

  const calls = Object.entries({ ...methods, ...(itself && { "(call)": itself }) });
  test.each(calls.flatMap(([name, each]) => (isSample(each) ? [{ name, each }] : [])))(
    "$name",
    async ({ name, each }) => {
      // Calls that must work have an object each; those that must be refused share one, which they must leave alone.
      let shared = await make();
      let refusing = false;
      const seen = () => (state === undefined ? null : state(shared));
      const { faults, result } = await judge(
        each,
        async (args) => {
          const object = refusing ? shared : await make();
          return typeof object === "function" && name === "(call)"
            ? object(...args)
            : (object as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args);
        },
        () => {
          refusing = true;
          return seen();
        },
      );
      shared = null;
      const all = [...faults, ...unjudged(result, each)];
      expect(all, all.join("\n")).toHaveLength(0);
    },
  );
});
