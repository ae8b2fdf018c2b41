// The journal of a search: one line of JSON per finished trial, written when it has finished. A search that is killed
// at any moment goes on from it; a line that the kill cut short is dropped. Several processes may write one journal: a
// line is one write at the end of the file, and of two lines for one trial the first counts.

import { ArgumentError, checkArity, DataError, describe, StateError } from "../../errors.js";
import type { TrialResult } from "./trial.js";

/** Where finished trials are kept. */
export interface Journal {
  /** All lines so far. */
  read(): Promise<readonly string[]>;
  /** Adds a line; it is there when the promise resolves. */
  append(line: string): Promise<void>;
}

const FORMAT = "lanewise-search/1";
/** How the first line of every journal begins. */
const SIGN = '{"format":"lanewise-search/1';
/** Longer files are refused unread: no journal of a search that ends has so many lines. */
const MOST_BYTES = 2 ** 28;
/** How long an unfinished line may be one that another process is writing just now, in milliseconds. */
const WRITING = 20;

/** A journal in a file (Node, Deno, Bun). A file that is not a journal is refused and stays as it is. */
export function fileJournal(path: string): Journal {
  checkArity("fileJournal", arguments.length, 1);
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new ArgumentError(`fileJournal: the path must be a non-empty string; received ${describe(path)}.`);
  }
  const fs = globalThis.process?.getBuiltinModule?.("node:fs");
  if (fs === undefined) {
    throw new StateError(
      "search: a journal in a file needs a file system; this host has none. Pass a Journal of your own.",
    );
  }
  let last: Promise<void> = Promise.resolve();
  return {
    async read() {
      checkArity("Journal.read", arguments.length, 0);
      const text = await readJournal(fs, path);
      const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
      const rest = lines.pop() as string;
      // Of a journal killed while it was begun there is half a first line; anything shorter may be any file.
      if (text !== "" && !(lines[0] ?? rest).startsWith(SIGN)) {
        throw new DataError(
          `search: the journal must have been written by a search; ${describe(path)} holds something else.`,
        );
      }
      return isWhole(rest) ? [...lines, rest] : lines;
    },
    async append(line) {
      checkArity("Journal.append", arguments.length, 1);
      if (typeof line !== "string") {
        throw new ArgumentError(`Journal.append: line must be a string; received ${describe(line)}.`);
      }
      // One after another: of two writes at once, neither would know whether the other's line is a torn one.
      last = last.catch(() => {}).then(() => appendLine(fs, path, line));
      await last;
    },
  };
}

type FileSystem = typeof import("node:fs");

/** True for a last line that lacks nothing but its end. */
function isWhole(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}

async function readJournal(fs: FileSystem, path: string): Promise<string> {
  try {
    const { size } = checkFile(fs.statSync(path), path);
    if (size > MOST_BYTES) {
      throw new DataError(
        `search: the journal ${describe(path)} must have at most ${MOST_BYTES} bytes; it has ${size}.`,
      );
    }
    return (await fs.promises.readFile(path, "utf8")).replace(/^\ufeff/, "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    if (error instanceof DataError) throw error;
    throw new DataError(`search: the journal ${describe(path)} must be a readable file.`, { cause: error });
  }
}

function checkFile<S extends import("node:fs").Stats>(stats: S, path: string): S {
  if (stats.isFile()) return stats;
  throw new DataError(`search: the journal ${describe(path)} must be a readable file; it is a folder or a device.`);
}

/** The line and its end in one write at the end of the file, once what a killed process left unfinished is gone. */
async function appendLine(fs: FileSystem, path: string, line: string): Promise<void> {
  let file: number | undefined;
  try {
    if (fs.existsSync(path)) checkFile(fs.statSync(path), path);
    file = fs.openSync(path, "a+");
    const start = (await endsUnfinished(fs, file)) ? "\n" : "";
    const bytes = Buffer.from(`${start}${line}\n`);
    if (fs.writeSync(file, bytes) !== bytes.length) throw new Error("the disk is full");
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`search: the journal ${describe(path)} must be writable.`, { cause: error });
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

/**
 * Cuts off a last line that is not whole, once it has stayed as it is for a while; true for a whole one that lacks its
 * end. Looking and cutting happen in one turn: no process of this program can write in between.
 */
async function endsUnfinished(fs: FileSystem, file: number): Promise<boolean> {
  for (let known = -1; ; ) {
    const { size } = fs.fstatSync(file);
    const tail = lastLine(fs, file, size);
    if (tail.length === 0) return false;
    if (size === known) {
      if (isWhole(tail.toString())) return true;
      fs.ftruncateSync(file, size - tail.length);
      return false;
    }
    known = size;
    await new Promise((resolve) => setTimeout(resolve, WRITING));
  }
}

/** The bytes after the last line feed. */
function lastLine(fs: FileSystem, file: number, size: number): Buffer {
  let tail = Buffer.alloc(0);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - 4096);
    const part = Buffer.alloc(end - start);
    fs.readSync(file, part, 0, part.length, start);
    const at = part.lastIndexOf(10);
    tail = Buffer.concat([part.subarray(at + 1), tail]);
    if (at >= 0) break;
    end = start;
  }
  return tail;
}

/** JSON in which infinities, NaN, functions and big integers do not all become null or disappear. */
export function toLine(value: unknown): string {
  try {
    return JSON.stringify(value, (_, each: unknown) => {
      if (typeof each === "number" && !Number.isFinite(each)) return String(each);
      if (typeof each === "function") return { $function: each.name };
      return typeof each === "bigint" ? { $bigint: String(each) } : each;
    });
  } catch (error) {
    throw new ArgumentError("search: what a journal keeps must be plain data; received an object that holds itself.", {
      cause: error,
    });
  }
}

/**
 * The trials that a journal holds, by number; begins it if it is empty. `search` tells searches apart.
 *
 * @throws DataError if the journal is another search's, is not a journal, or is damaged; it then stays as it is.
 */
export async function openJournal(journal: Journal, search: object): Promise<Map<number, TrialResult>> {
  const header = toLine({ format: FORMAT, search });
  let lines = await journal.read();
  if (lines.length === 0) {
    await journal.append(header);
    // Another process may have begun it at the same time.
    lines = await journal.read();
    if (lines.length === 0) return new Map();
  }
  const [first, ...rest] = lines.map((line) => line.replace(/\r$/, ""));
  if (first !== header) {
    throw new DataError(
      first?.startsWith(SIGN)
        ? "search: the journal belongs to a search with other settings or data; remove it, or choose another."
        : "search: the journal must have been written by a search; it holds something else.",
    );
  }
  const trials = new Map<number, TrialResult>();
  rest.forEach((line, i) => {
    // What another process wrote that began it at the same time; if its search was another one, it was refused then.
    if (line.startsWith(SIGN)) return;
    const trial = readTrial(line, i + 2);
    if (trial !== null && !trials.has(trial.number)) trials.set(trial.number, trial);
  });
  return trials;
}

/** A trial from its line; null for one that succeeded with a score that earlier versions could not write. */
function readTrial(line: string, place: number): TrialResult | null {
  const damaged = (why: string, cause?: unknown) =>
    new DataError(`search: the journal is damaged in line ${place}${why}; remove the line, or the journal.`, { cause });
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(line);
    toLine(read); // What is nested too deeply to be compared is damaged too.
  } catch (error) {
    throw damaged("", error);
  }
  if (typeof read !== "object" || read === null) throw damaged(`, which is not a trial but ${describe(read)}`);
  const { number, parameters, budget, score, details, error, seconds } = read;
  const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  const check = (name: string, value: unknown, right: boolean) => {
    if (!right) throw damaged(`, where ${name} is ${describe(value)}`);
  };
  check("number", number, Number.isSafeInteger(number) && (number as number) >= 0);
  check("parameters", parameters, isRecord(parameters));
  check("budget", budget, budget === undefined || typeof budget === "number");
  check("score", score, numberOf(score) !== undefined);
  check("error", error, error === null || typeof error === "string");
  check("seconds", seconds, typeof seconds === "number");
  const numbers = isRecord(details) ? Object.entries(details as object).map(([key, v]) => [key, numberOf(v)]) : [];
  check("details", details, isRecord(details) && numbers.every(([, value]) => value !== undefined));
  if (score === null && error === null) return null;
  return {
    number: number as number,
    parameters: parameters as TrialResult["parameters"],
    ...(budget === undefined ? {} : { budget: budget as number }),
    score: numberOf(score) as number,
    details: Object.fromEntries(numbers),
    error: error as string | null,
    seconds: seconds as number,
  };
}

/** A number as `toLine` writes it; null is NaN, as earlier versions wrote. */
function numberOf(value: unknown): number | undefined {
  if (value === null || value === "NaN") return Number.NaN;
  if (value === "Infinity" || value === "-Infinity") return Number(value);
  return typeof value === "number" ? value : undefined;
}
