// Data that come in batches: the caller reads them, and the worker asks for one batch after the other.

import type { Flow } from "../data/pipeline/flow.js";
import { opener } from "../data/pipeline/sources.js";
import { isFlowing } from "../training/input/fitData.js";
import { isDataset } from "../training/input/flows.js";
import { type Channel, send } from "./channel.js";
import { type Packed, pack, unpack } from "./packing.js";
import type { CallerFunctions, HostFunctions, RemoteSource } from "./protocol.js";

/** In the worker: the source that a value stands for; other values as they are. */
export function sourceOf(value: unknown, caller: Channel<CallerFunctions, HostFunctions>): unknown {
  if (!isRemote(value)) return value;
  const { source, size } = value;
  const open = (epoch: number): Flow<unknown> => {
    const reading = caller.openSource(source, epoch);
    return {
      next: async () => unpack(await caller.nextBatch(await reading)),
      close: async () => caller.closeSource(await reading),
    };
  };
  // What `fit` takes for a dataset.
  return { size, open, [Symbol.asyncIterator]: () => ({}) };
}

function isRemote(value: unknown): value is RemoteSource {
  return typeof value === "object" && value !== null && typeof (value as RemoteSource).source === "number";
}

type SourceFunctions = Pick<CallerFunctions, "openSource" | "nextBatch" | "closeSource">;

/** With the caller: the sources that are in use. */
export class Sources implements SourceFunctions {
  readonly #opens = new Map<number, (epoch: number) => Flow<unknown>>();
  readonly #readings = new Map<number, Flow<unknown>>();
  #count = 0;

  /** A source as the worker is to know it, noted in `used`; other values as they are. */
  enter(value: unknown, used: number[]): unknown {
    if (!isFlowing(value)) return value;
    const source = this.#count++;
    const size = isDataset(value) ? value.size : null;
    this.#opens.set(source, isDataset(value) ? (epoch) => value.open(epoch) : opener(value));
    used.push(source);
    return { source, size } satisfies RemoteSource;
  }

  forget(used: readonly number[]): void {
    for (const source of used) this.#opens.delete(source);
  }

  openSource(source: number, epoch: number): number {
    const reading = this.#count++;
    this.#readings.set(reading, (this.#opens.get(source) as (epoch: number) => Flow<unknown>)(epoch));
    return reading;
  }

  async nextBatch(reading: number): Promise<Packed | null> {
    const batch = await this.#readings.get(reading)?.next();
    return batch === null || batch === undefined ? null : send(pack("WorkerModel.fit: a batch", batch));
  }

  async closeSource(reading: number): Promise<void> {
    const flow = this.#readings.get(reading);
    this.#readings.delete(reading);
    await flow?.close();
  }
}
