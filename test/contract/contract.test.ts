// The contract of all calls: every function and constructor that any entry point gives works as its sample says,
// and refuses surplus arguments, unknown and misspelt options, and values of the wrong kind, each by a typed error.
// An export without a sample fails. Add one line to the table in samples/.

import { describe, expect, test } from "vitest";
import { doors } from "./doors.js";
import { judge } from "./judge.js";
import { isExempt, isSample, type Sample, type Table } from "./kinds.js";
import { notYet } from "./notYet.js";

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

/** With CONTRACT_ALL set, what does not keep the contract yet is judged too. */
function isDue(door: string, name: string): boolean {
  const waiting = notYet[door] ?? [];
  return process.env.CONTRACT_ALL !== undefined || !(waiting.includes(name) || waiting.includes("*"));
}

const held = doors.map(({ name: door, values, table }) => ({
  door,
  subjects: subjectsOf(values, table).filter(({ name }) => isDue(door, name)),
}));

describe.each(held.filter(({ subjects }) => subjects.length > 0))("$door", ({ subjects }) => {
  test.each(subjects)("$name", async ({ value, sample }) => {
    if (!sample)
      throw new Error("There is no sample call: add a line to the table of this door in test/contract/samples.");
    const { faults } = await judge(sample, (args) =>
      sample.constructs
        ? new (value as new (...args: unknown[]) => unknown)(...args)
        : (value as (...args: unknown[]) => unknown)(...args),
    );
    expect(faults, faults.join("\n")).toHaveLength(0);
  });
});
