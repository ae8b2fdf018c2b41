// The training of a Trainer in slices of some milliseconds, between which the worker hears what the page says.

import { hasSettled } from "./settling.js";
import type { Trainer } from "./trainer.js";

/** Milliseconds of steps at a stretch: frames come sixty times a second. */
const SLICE = 7;
/** Records may take this share of the time; this one where they are missed, as they are while a net learns fast. */
const RECORD_SHARE = 0.2;
const MISSED_SHARE = 0.5;
/** Milliseconds up to which a missed record is made whatever its share: some hundred of them catch the learning. */
const CHEAP = 40;
/** The first ones are slow, since nothing has been compiled yet, and tell nothing of the next. */
const COLD_RECORDS = 4;
/** Milliseconds of steps that a pace may lie behind. */
const MOST_BEHIND = 60;
/** Milliseconds over which the pace is measured. */
const WINDOW = 1000;

export class TrainingLoop {
  readonly trainer: Trainer;
  /** Steps a second to keep to, 0 for none. */
  limit = 0;
  /** Why the training cannot go on. */
  stopped: string | null = null;
  /** Why it rests, which it need not. */
  settled: string | null = null;
  #settledFrom = 0;
  #playing = false;
  #running: Promise<void> | null = null;
  /** Times and counts of steps of the last second. */
  #marks: (readonly [time: number, steps: number])[] = [];
  #lastRecord = { at: 0, took: 0 };

  constructor(trainer: Trainer) {
    this.trainer = trainer;
  }

  get playing(): boolean {
    return this.#playing;
  }

  get pace(): number {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || !last || last[0] === first[0]) return 0;
    return (1000 * (last[1] - first[1])) / (last[0] - first[0]);
  }

  play(): void {
    if (this.#playing || this.stopped !== null) return;
    this.#playing = true;
    if (this.settled !== null) this.#settledFrom = this.trainer.steps;
    this.settled = null;
    this.#marks = [];
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  /** Resolves when the step in progress has been made, and the curves reach to it. */
  async pause(): Promise<void> {
    this.#playing = false;
    await this.#running;
    if (this.stopped === null) await this.trainer.record(nextTurn);
  }

  /** Does something while no step is made. */
  async still<T>(work: () => T): Promise<T> {
    const playing = this.#playing;
    await this.pause();
    const done = work();
    if (playing) this.play();
    return done;
  }

  async step(): Promise<void> {
    await this.pause();
    if (this.#make()) await this.trainer.record(nextTurn);
  }

  async #run(): Promise<void> {
    const { trainer } = this;
    let start = performance.now();
    let made = 0;
    let limit = this.limit;
    while (this.#playing) {
      if (limit !== this.limit) {
        [start, made, limit] = [performance.now(), 0, this.limit];
      }
      let now = performance.now();
      const end = now + SLICE;
      // What was missed while something else was done is not caught up with in a rush.
      if (limit > 0 && made < ((now - start - MOST_BEHIND) / 1000) * limit) {
        [start, made] = [now - MOST_BEHIND / 2, 0];
      }
      while (now < end && (limit === 0 || made < ((now - start) / 1000) * limit)) {
        if (!this.#make()) return;
        made++;
        if (this.#wantsRecord(now)) {
          await trainer.record(nextTurn);
          const took = performance.now() - now;
          this.#lastRecord = {
            at: now,
            took: trainer.history.records.length > COLD_RECORDS ? took : Math.min(took, 2),
          };
          if (this.#rests()) return;
        }
        now = performance.now();
      }
      this.#mark(now);
      if (limit === 0) await nextTurn();
      else await new Promise((resolve) => setTimeout(resolve, 4));
    }
  }

  #wantsRecord(now: number): boolean {
    const { steps, history } = this.trainer;
    if (steps < history.due) return false;
    const { at, took } = this.#lastRecord;
    const isMissed = steps >= history.overdue;
    if (isMissed && took < CHEAP) return true;
    return now >= at + took / (isMissed ? MISSED_SHARE : RECORD_SHARE);
  }

  #rests(): boolean {
    if (!hasSettled(this.trainer.history.records, this.#settledFrom)) return false;
    this.#playing = false;
    this.settled = `Paused after step ${this.trainer.steps.toLocaleString("en")}: the losses have stopped falling. Train goes on from here.`;
    return true;
  }

  #make(): boolean {
    if (this.trainer.step()) return true;
    this.#playing = false;
    this.stopped = `The loss is no longer finite after step ${this.trainer.steps.toLocaleString("en")}: lower the learning rate and start anew.`;
    return false;
  }

  #mark(now: number): void {
    this.#marks.push([now, this.trainer.steps]);
    while (now - (this.#marks[0] as readonly [number, number])[0] > WINDOW) this.#marks.shift();
  }
}

/** Resolves after messages that wait have been heard. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    // Timers are held to 4 ms; messages are not.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
