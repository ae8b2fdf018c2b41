// The metrics of each epoch as lines of CSV or JSON, to wherever the caller writes them.

import { ArgumentError, checkArity, checkOptions, describe } from "../../errors.js";
import type { Metrics } from "../loop/tally.js";
import type { Callback } from "./callback.js";

export interface LoggerOptions {
  /** Takes one line with its end. `fit` waits for the promise that it may return. */
  readonly write: (line: string) => unknown;
}

/** A header, then a line for each epoch. Where a training goes on from a state, no second header is written. */
export function csvLogger(options: LoggerOptions): Callback {
  checkArity("csvLogger", arguments.length, 1);
  const write = writerOf("csvLogger", options);
  let columns: readonly string[] | null = null;
  let resumed = false;
  return {
    name: "csvLogger",
    onTrainBegin: () => {
      if (!resumed) columns = null;
      resumed = false;
    },
    onEpochEnd: async ({ epoch, metrics }) => {
      if (columns === null) {
        columns = Object.keys(metrics);
        await write(`${["epoch", ...columns.map(quoted)].join(",")}\n`);
      }
      await write(`${[epoch, ...columns.map((name) => metrics[name] ?? "")].join(",")}\n`);
    },
    getState: () => ({ values: { columns } }),
    setState: ({ values }) => {
      columns = values.columns as readonly string[] | null;
      resumed = true;
    },
  };
}

/** One object for each epoch: `{"epoch":1,"loss":0.43}`; null stands for NaN and infinities, which JSON does not have. */
export function jsonLogger(options: LoggerOptions): Callback {
  checkArity("jsonLogger", arguments.length, 1);
  const write = writerOf("jsonLogger", options);
  const line = (epoch: number, metrics: Metrics) => `${JSON.stringify({ epoch, ...metrics })}\n`;
  return { onEpochEnd: ({ epoch, metrics }) => write(line(epoch, metrics)) };
}

function writerOf(subject: string, options: LoggerOptions): (line: string) => unknown {
  checkOptions(subject, options, ["write"]);
  const { write } = options;
  if (typeof write !== "function") {
    throw new ArgumentError(`${subject}: write must be a function of a line; received ${describe(write)}.`);
  }
  return write;
}

/** As RFC 4180 wants it. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
