// The journal of a search: one line of JSON per finished trial, written when it has finished. A search that is killed
// at any moment goes on from it; a line that the kill cut short is dropped.

import { DataError, describe, StateError } from "../errors.js";
import type { TrialResult } from "./trial.js";

/** Where finished trials are kept. */
export interface Journal {
  /** All lines so far. */
  read(): Promise<readonly string[]>;
  /** Adds a line; it is there when the promise resolves. */
  append(line: string): Promise<void>;
}

const FORMAT = "lanewise-search/1";

/** A journal in a file (Node, Deno, Bun). */
export function fileJournal(path: string): Journal {
  const fs = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  if (fs === undefined) {
    throw new StateError(
      "search: a journal in a file needs a file system; this host has none. Pass a Journal of your own.",
    );
  }
  return {
    read: async () => {
      let text: string;
      try {
        text = await fs.readFile(path, "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw new DataError(`search: the journal ${describe(path)} must be a readable file.`, { cause: error });
      }
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      if (whole.length < text.length) await fs.truncate(path, Buffer.byteLength(whole));
      return whole.split("\n").slice(0, -1);
    },
    append: async (line) => {
      try {
        await fs.appendFile(path, `${line}\n`);
      } catch (error) {
        throw new DataError(`search: the journal ${describe(path)} must be writable.`, { cause: error });
      }
    },
  };
}

/**
 * The trials that a journal holds, by number; begins it where it is empty. `search` tells searches apart.
 *
 * @throws DataError where the journal is another search's, or is no journal.
 */
export async function openJournal(journal: Journal, search: object): Promise<Map<number, TrialResult>> {
  const header = JSON.stringify({ format: FORMAT, search });
  const [first, ...lines] = await journal.read();
  if (first === undefined) {
    await journal.append(header);
    return new Map();
  }
  if (first !== header) {
    const same = first.startsWith(`{"format":"${FORMAT}"`);
    throw new DataError(
      same
        ? "search: the journal belongs to a search with other settings or data; remove it, or choose another."
        : "search: the journal must have been written by a search; it holds something else.",
    );
  }
  return new Map(
    lines.map((line, i) => {
      try {
        const { score, ...trial } = JSON.parse(line) as TrialResult & { score: number | null };
        return [trial.number, { ...trial, score: score ?? Number.NaN }];
      } catch (error) {
        throw new DataError(`search: the journal is damaged in line ${i + 2}; remove the line, or the journal.`, {
          cause: error,
        });
      }
    }),
  );
}
