// Dataset: examples on their way to training, changed, shuffled and joined to batches as they are asked for. A dataset is
// a recipe and never changes: what the epoch with a given number holds depends on that number and the seeds alone.

import {
  ArgumentError,
  checkArity,
  checkFlag,
  checkInteger,
  checkOptions,
  describe,
  StateError,
} from "../../errors.js";
import { RandomStream } from "../../tensor/random.js";
import { epochOrder } from "./batches.js";
import { type Flow, isPromise, type Soon, until } from "./flow.js";
import { type Fields, isSource, opener, type RowOf, type Rows, rowFlow, rowsOf, type Source } from "./sources.js";
import { type BatchOf, stack } from "./stack.js";
import { batchFlow, filterFlow, mapFlow, prefetchFlow, repeatFlow, shuffleFlow, skipFlow, takeFlow } from "./stages.js";

export interface DatasetOptions {
  /** Seed of shuffling and of the random numbers that `map` hands out, an integer in [0, 2^53). Default 0. */
  readonly seed?: number;
}

interface Recipe<T> {
  readonly open: (epoch: number) => Flow<T>;
  /** How many an epoch holds; null where nobody knows. */
  readonly size: number | null;
  readonly seed: number;
  /** Stages so far: gives each stage random numbers of its own. */
  readonly depth: number;
  /** The examples, where they are still as they were given. */
  readonly rows?: Rows<T>;
}

/** Epochs of an endless `repeat` begin so far apart. */
const FAR = 2 ** 20;

export class Dataset<T> implements AsyncIterable<T> {
  readonly #recipe: Recipe<T>;
  #endless: Flow<T> | null = null;

  constructor(recipe: Recipe<T>) {
    this.#recipe = recipe;
  }

  /** How many examples, or batches, an epoch holds: Infinity behind `repeat()`, null where only reading tells. */
  get size(): number | null {
    return this.#recipe.size;
  }

  /** Each example changed. `random` draws numbers that depend on seed, epoch and the example's place alone. */
  map<U>(change: (example: T, random: RandomStream) => Soon<U>): Dataset<U> {
    checkArity("Dataset.map", arguments.length, 1);
    checkFunction("Dataset.map", change);
    const { open, size, seed, depth } = this.#recipe;
    return this.#stage<U>(size, (epoch) =>
      mapFlow(open(epoch), (example, index) =>
        change(example, new RandomStream(seed, `map/${depth}/${epoch}/${index}`)),
      ),
    );
  }

  /** The examples that `keep` is true of. */
  filter(keep: (example: T) => boolean): Dataset<T> {
    checkArity("Dataset.filter", arguments.length, 1);
    checkFunction("Dataset.filter", keep);
    const { open } = this.#recipe;
    return this.#stage<T>(null, (epoch) => filterFlow(open(epoch), keep));
  }

  /**
   * Another order in each epoch: every example is drawn from a buffer of the next `bufferSize`. A buffer that holds all
   * makes every order equally likely; over arrays it then takes no memory for examples.
   */
  shuffle(bufferSize: number, seed = this.#recipe.seed): Dataset<T> {
    checkArity("Dataset.shuffle", arguments.length, 2);
    checkInteger("Dataset.shuffle: bufferSize", bufferSize, 1);
    checkInteger("Dataset.shuffle: seed", seed, 0);
    const { open, size, depth, rows } = this.#recipe;
    if (rows !== undefined && bufferSize >= rows.count) {
      return this.#stage<T>(size, (epoch) => rowFlow(rows, epochOrder(rows.count, seed, epoch)));
    }
    return this.#stage<T>(size, (epoch) =>
      shuffleFlow(open(epoch), bufferSize, new RandomStream(seed, `shuffle/${depth}/${epoch}`)),
    );
  }

  /** Examples joined: `[x, y]` becomes tensors with `size` rows. The last batch may be smaller, or is dropped. */
  batch(
    size: number,
    options: { readonly dropRemainder?: boolean } = {},
  ): Dataset<T extends Fields ? BatchOf<T> : never> {
    checkArity("Dataset.batch", arguments.length, 2);
    checkInteger("Dataset.batch: size", size, 1);
    checkOptions("Dataset.batch", options, ["dropRemainder"]);
    const { dropRemainder = false } = options;
    checkFlag("Dataset.batch: dropRemainder", dropRemainder);
    type Batch = T extends Fields ? BatchOf<T> : never;
    const join = (examples: readonly T[]) => stack(examples as readonly Fields[]) as Batch;
    const { open, size: count } = this.#recipe;
    const batches = count === null ? null : dropRemainder ? Math.floor(count / size) : Math.ceil(count / size);
    return this.#stage<Batch>(batches, (epoch) => batchFlow(open(epoch), size, dropRemainder, join));
  }

  /** So many epochs as one, each with its own shuffling; without end by default. */
  repeat(count = Infinity): Dataset<T> {
    checkArity("Dataset.repeat", arguments.length, 1);
    if (count !== Infinity) checkInteger("Dataset.repeat: count", count, 1);
    const { open, size } = this.#recipe;
    const total = size === 0 ? 0 : size === null && count < Infinity ? null : (size ?? 1) * count;
    return this.#stage<T>(total, (epoch) =>
      repeatFlow((round) => open(epoch * (count < Infinity ? count : FAR) + round), count),
    );
  }

  /** The first `count`. */
  take(count: number): Dataset<T> {
    checkArity("Dataset.take", arguments.length, 1);
    checkInteger("Dataset.take: count", count, 0);
    const { open, size } = this.#recipe;
    return this.#stage<T>(size === null ? null : Math.min(size, count), (epoch) => takeFlow(open(epoch), count));
  }

  /** All but the first `count`. */
  skip(count: number): Dataset<T> {
    checkArity("Dataset.skip", arguments.length, 1);
    checkInteger("Dataset.skip: count", count, 0);
    const { open, size } = this.#recipe;
    return this.#stage<T>(size === null ? null : Math.max(size - count, 0), (epoch) => skipFlow(open(epoch), count));
  }

  /** Asks for up to `count` values before they are wanted, where they come from an asynchronous source or function. */
  prefetch(count = 1): Dataset<T> {
    checkArity("Dataset.prefetch", arguments.length, 1);
    checkInteger("Dataset.prefetch: count", count, 1);
    const { open, size } = this.#recipe;
    return this.#stage<T>(size, (epoch) => prefetchFlow(open(epoch), count));
  }

  /** What the epoch with this number holds, from 0 on; always the same. */
  epoch(number: number): AsyncIterableIterator<T> {
    checkArity("Dataset.epoch", arguments.length, 1);
    checkInteger("Dataset.epoch: number", number, 0);
    const flow = this.open(number);
    const iterator: AsyncIterableIterator<T> = {
      next: async () => {
        const value = await flow.next();
        return value === null ? { done: true, value: undefined } : { done: false, value };
      },
      return: async () => {
        await flow.close();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /** Epoch 0. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return this.epoch(0);
  }

  /** All of epoch 0. */
  async toArray(): Promise<T[]> {
    checkArity("Dataset.toArray", arguments.length, 0);
    if (this.size === Infinity) throw new StateError("Dataset.toArray: the dataset has no end; take(count) ends it.");
    const all: T[] = [];
    for await (const value of this) all.push(value);
    return all;
  }

  /**
   * The next `size` examples as a batch, at once: for loops over steps. The examples come in a new random order each time
   * all have been seen; a batch may hold the last of one round and the first of the next. Needs a known size.
   */
  nextBatch(size: number): T extends Fields ? BatchOf<T> : never {
    checkArity("Dataset.nextBatch", arguments.length, 1);
    checkInteger("Dataset.nextBatch: size", size, 1);
    const { size: count } = this.#recipe;
    if (count === null || count === 0 || count === Infinity) {
      const received = count === null ? "one whose size only reading tells" : `one of size ${count}`;
      throw new StateError(
        `Dataset.nextBatch: the dataset must have some known number of examples; this is ${received}.`,
      );
    }
    this.#endless ??= this.shuffle(count).repeat().open(0);
    const examples: T[] = [];
    const done = until(this.#endless, (example) => {
      if (example !== null) examples.push(example);
      return example === null || examples.length === size ? true : undefined;
    });
    if (isPromise(done)) {
      done.catch(() => {});
      this.#endless = null;
      throw new StateError("Dataset.nextBatch: the examples must come at once; this dataset is asynchronous.");
    }
    return stack(examples as readonly Fields[]) as T extends Fields ? BatchOf<T> : never;
  }

  /** The flow of an epoch, for loops that do not want to wait for what is there. */
  open(epoch: number): Flow<T> {
    return this.#recipe.open(epoch);
  }

  #stage<U>(size: number | null, open: (epoch: number) => Flow<U>): Dataset<U> {
    const { seed, depth } = this.#recipe;
    return new Dataset({ open, size, seed, depth: depth + 1 });
  }
}

/**
 * A dataset of examples `[x, y]`: from a list of arrays with the examples along the first axis, or from anything that can
 * be iterated over, now or asynchronously. A function is called anew for each epoch.
 *
 *   dataset([train.x, train.y]).shuffle(1000).batch(50)
 *   dataset(async function* () { for await (const line of lines) yield parse(line); })
 */
export function dataset<const E extends Fields>(fields: E, options?: DatasetOptions): Dataset<RowOf<E>>;
export function dataset<T>(source: Source<T>, options?: DatasetOptions): Dataset<T>;
export function dataset(from: Fields | Source<unknown>, options: DatasetOptions = {}): Dataset<unknown> {
  checkArity("dataset", arguments.length, 2);
  checkOptions("dataset", options, ["seed"]);
  const { seed = 0 } = options;
  checkInteger("dataset: seed", seed, 0);
  if (Array.isArray(from)) {
    const rows = rowsOf(from as Fields);
    return new Dataset<unknown>({ open: () => rowFlow(rows, null), size: rows.count, seed, depth: 0, rows });
  }
  if (!isSource(from)) {
    throw new ArgumentError(
      `dataset: needs a list of arrays, such as [x, y], or something to iterate over; received ${describe(from)}.`,
    );
  }
  const open = opener(from as Source<unknown>);
  return new Dataset<unknown>({ open, size: null, seed, depth: 0 });
}

function checkFunction(subject: string, value: unknown): void {
  if (typeof value !== "function") {
    throw new ArgumentError(`${subject}: needs a function; received ${describe(value)}.`);
  }
}
