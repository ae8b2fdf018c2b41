// A folder of checkpoints: the last few of a training, and the best. Used by callers of `lanewise/io`, for the callback
// `checkpoint({ save: folder.save })`.

import {
  ArgumentError,
  checkArity,
  checkFlag,
  checkInteger,
  checkOptions,
  DataError,
  describe,
  isOptions,
} from "../errors.js";
import { type Checkpoint, checkpointToBytes, type HasState, loadCheckpoint } from "./checkpoints.js";
import {
  checkPath,
  checkReplaceable,
  listFiles,
  removeFile,
  removeLeftovers,
  writeFileAtomic,
  writeNumberedFile,
} from "./files.js";

export interface CheckpointFolderOptions {
  /** How many of the last to keep. Default 3. */
  readonly keep?: number;
  /** Whether to keep the best beside them. Default true. */
  readonly keepBest?: boolean;
  /** A larger file counts as damaged, unread. Default 2 GiB. */
  readonly maxBytes?: number;
}

/** A checkpoint that was found in a folder. */
export interface FoundCheckpoint<P = unknown> extends Checkpoint<P> {
  /** Its name in the folder. */
  readonly file: string;
  /** Newer files that are damaged, newest first: what is wrong with each, as the message of the error that it gives. */
  readonly damaged: readonly string[];
}

export interface CheckpointFolder {
  /**
   * Saves a state as the newest; as the best too if `info.best` is true. `info`, plain JSON, is kept beside it. Then
   * removes what is older than the last `keep`. Saves of one folder come one after the other; several processes may save into
   * it at the same time, and each of their files gets a number of its own.
   */
  readonly save: (state: HasState, info?: { readonly best?: boolean }) => Promise<void>;
  /**
   * The newest that can be read; null if there are no files. Damaged ones that are newer, as a full disk or another program
   * may leave them, are listed in `damaged`, and a warning names them. DataError if all are damaged.
   */
  readonly latest: <P = unknown>() => Promise<FoundCheckpoint<P> | null>;
  /** The best; null if none was saved as such. */
  readonly best: <P = unknown>() => Promise<Checkpoint<P> | null>;
}

const BEST = "best.safetensors";
/** Of more digits a number would not be exact. */
const NUMBERED = /^checkpoint-(\d{6,15})\.safetensors$/;

/**
 * Checkpoints in the folder at `path`, which is made when something is saved: `checkpoint-000001.safetensors` and so on,
 * and `best.safetensors`. A process killed at any moment leaves whole files only.
 */
export function checkpointFolder(path: string, options: CheckpointFolderOptions = {}): CheckpointFolder {
  checkArity("checkpointFolder", arguments.length, 2);
  checkOptions("checkpointFolder", options, ["keep", "keepBest", "maxBytes"]);
  const { keep = 3, keepBest = true } = options;
  checkInteger("checkpointFolder: keep", keep, 1);
  checkFlag("checkpointFolder: keepBest", keepBest);
  const subject = "checkpointFolder";
  checkPath(path, subject);
  const limits = options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes };
  if (options.maxBytes !== undefined) checkInteger(`${subject}: maxBytes`, options.maxBytes, 0);
  let saving: Promise<unknown> = Promise.resolve();

  /** Names of the numbered files, oldest first. */
  const numbered = async (): Promise<string[]> => {
    const names = (await listFiles(path, subject)).filter((name) => NUMBERED.test(name));
    return names.sort((a, b) => numberOf(a) - numberOf(b));
  };
  const write = async (bytes: Uint8Array, best: boolean): Promise<void> => {
    // Refused before anything is written.
    if (best && keepBest) await checkReplaceable(`${path}/${BEST}`, subject);
    const newest = (await numbered()).at(-1);
    const next = newest === undefined ? 1 : numberOf(newest) + 1;
    await writeNumberedFile(path, nameOf, next, bytes, subject);
    if (best && keepBest) await writeFileAtomic(`${path}/${BEST}`, bytes, subject);
    for (const name of (await numbered()).slice(0, -keep)) await removeFile(`${path}/${name}`, subject);
    await removeLeftovers(path, subject);
  };
  const latest = async <P>(): Promise<FoundCheckpoint<P> | null> => {
    const damaged = new Map<string, DataError>();
    for (;;) {
      const files = await numbered();
      const file = files.findLast((name) => !damaged.has(name));
      if (file === undefined) {
        const [newest] = damaged.values();
        if (newest === undefined) return null;
        throw newest;
      }
      try {
        const found = await loadCheckpoint<P>(`${path}/${file}`, limits);
        const messages = [...damaged.values()].map(({ message }) => message);
        if (messages.length > 0) {
          console.warn(`${subject}: ${file} is the newest sound checkpoint. ${messages.join(" ")}`);
        }
        return { ...found, file, damaged: messages };
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        // Another process may have removed it since the folder was listed.
        if ((await numbered()).includes(file)) damaged.set(file, error);
      }
    }
  };
  return {
    async save(state, info) {
      checkArity("checkpointFolder: save", arguments.length, 2);
      if (info !== undefined) {
        if (!isOptions(info)) {
          throw new ArgumentError(
            `checkpointFolder: info must be an object of plain JSON; received ${describe(info)}.`,
          );
        }
        checkFlag("checkpointFolder: info.best", info.best ?? false);
      }
      // Taken now: the training may go on while earlier saves are still being written.
      const bytes = checkpointToBytes(state, info);
      const done = saving.then(() => write(bytes, info?.best === true));
      saving = done.catch(() => {});
      await done;
    },
    async latest() {
      checkArity("checkpointFolder: latest", arguments.length, 0);
      return latest();
    },
    async best() {
      checkArity("checkpointFolder: best", arguments.length, 0);
      return (await listFiles(path, subject)).includes(BEST) ? loadCheckpoint(`${path}/${BEST}`, limits) : null;
    },
  };
}

function nameOf(number: number): string {
  return `checkpoint-${String(number).padStart(6, "0")}.safetensors`;
}

function numberOf(name: string): number {
  return Number(NUMBERED.exec(name)?.[1]);
}
