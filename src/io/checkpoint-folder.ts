// A folder of checkpoints: the last few of a training, and the best. Used by callers of `lanewise/io`, for the callback
// `checkpoint({ save: folder.save })`.

import { checkFlag, checkInteger, checkOptions } from "../errors.js";
import { type Checkpoint, checkpointToBytes, type HasState, loadCheckpoint } from "./checkpoints.js";
import { listFiles, removeFile, removeLeftovers, writeFileAtomic } from "./files.js";

export interface CheckpointFolderOptions {
  /** How many of the last to keep. Default 3. */
  readonly keep?: number;
  /** Whether to keep the best beside them. Default true. */
  readonly keepBest?: boolean;
}

export interface CheckpointFolder {
  /**
   * Saves a state as the newest; as the best too where `info.best` is true. `info`, plain JSON, is kept beside it. Then
   * removes what is older than the last `keep`. Saves of one folder come one after the other.
   */
  readonly save: (state: HasState, info?: { readonly best?: boolean }) => Promise<void>;
  /** The newest; null where there is none. */
  readonly latest: <P = unknown>() => Promise<Checkpoint<P> | null>;
  /** The best; null where none was saved as such. */
  readonly best: <P = unknown>() => Promise<Checkpoint<P> | null>;
}

const BEST = "best.safetensors";
const NUMBERED = /^checkpoint-(\d{6,})\.safetensors$/;

/**
 * Checkpoints in the folder at `path`, which is made when something is saved: `checkpoint-000001.safetensors` and so on,
 * and `best.safetensors`. A process killed at any moment leaves whole files only.
 */
export function checkpointFolder(path: string, options: CheckpointFolderOptions = {}): CheckpointFolder {
  checkOptions("checkpointFolder", options, ["keep", "keepBest"]);
  const { keep = 3, keepBest = true } = options;
  checkInteger("checkpointFolder: keep", keep, 1);
  checkFlag("checkpointFolder: keepBest", keepBest);
  const subject = "checkpointFolder";
  let saving: Promise<unknown> = Promise.resolve();

  /** Names of the numbered files, oldest first. */
  const numbered = async (): Promise<string[]> => {
    const names = (await listFiles(path, subject)).filter((name) => NUMBERED.test(name));
    return names.sort((a, b) => numberOf(a) - numberOf(b));
  };
  const write = async (bytes: Uint8Array, best: boolean): Promise<void> => {
    const newest = (await numbered()).at(-1);
    const number = newest === undefined ? 1 : numberOf(newest) + 1;
    await writeFileAtomic(`${path}/checkpoint-${String(number).padStart(6, "0")}.safetensors`, bytes, subject);
    if (best && keepBest) await writeFileAtomic(`${path}/${BEST}`, bytes, subject);
    for (const name of (await numbered()).slice(0, -keep)) await removeFile(`${path}/${name}`, subject);
    await removeLeftovers(path, subject);
  };
  return {
    save: async (state, info) => {
      // Taken now: the training may go on while earlier saves are still being written.
      const bytes = checkpointToBytes(state, info);
      const done = saving.then(() => write(bytes, info?.best === true));
      saving = done.catch(() => {});
      await done;
    },
    latest: async () => {
      const newest = (await numbered()).at(-1);
      return newest === undefined ? null : loadCheckpoint(`${path}/${newest}`);
    },
    best: async () => ((await listFiles(path, subject)).includes(BEST) ? loadCheckpoint(`${path}/${BEST}`) : null),
  };
}

function numberOf(name: string): number {
  return Number(NUMBERED.exec(name)?.[1]);
}
