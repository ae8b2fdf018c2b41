// One reader against damaged files: a typed error or a whole result, soon, and without memory on a file's word.

import { ArgumentError, DataError, ShapeError, StateError } from "../../src/errors.js";
import { RandomStream } from "../../src/tensor/random.js";
import { mutate } from "./mutate.js";
import type { Reader } from "./readers.js";

const TYPED = [ArgumentError, DataError, ShapeError, StateError];
/** Of the processor: on a busy machine a pause may take hundreds. No file here takes more than a few. */
const MOST_MILLISECONDS = 1_000;
/** What readers allocate whatever the file: windows of inflate, the memory of a session. */
const BASE_BYTES = 2 ** 21;

export interface Outcome {
  readonly read: number;
  readonly refused: number;
  /** The most bytes of array buffers that one file led to. */
  readonly mostBytes: number;
}

/** Fails with what went wrong, and with the file in base64. */
export async function trial(reader: Reader, count: number, seed: number): Promise<Outcome> {
  const random = new RandomStream(seed, reader.name);
  const files = reader.files();
  let [read, refused, mostBytes] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const file = (reader.mutate ?? mutate)(files[i % files.length] as Uint8Array, random);
    const before = process.memoryUsage().arrayBuffers;
    const start = process.cpuUsage();
    try {
      await reader.read(file);
      read++;
    } catch (error) {
      if (!TYPED.some((type) => error instanceof type)) throw failure(reader, i, file, String(error), error);
      refused++;
    }
    const bytes = process.memoryUsage().arrayBuffers - before;
    const { user, system } = process.cpuUsage(start);
    const elapsed = (user + system) / 1000;
    mostBytes = Math.max(mostBytes, bytes);
    if (bytes > 4 * file.length + BASE_BYTES) throw failure(reader, i, file, `${bytes} bytes were allocated`);
    if (elapsed > MOST_MILLISECONDS) throw failure(reader, i, file, `it took ${elapsed.toFixed(0)} ms`);
  }
  return { read, refused, mostBytes };
}

function failure(reader: Reader, i: number, file: Uint8Array, what: string, cause?: unknown): Error {
  return new Error(`${reader.name}, file ${i}: ${what}; ${Buffer.from(file).toString("base64")}`, { cause });
}
