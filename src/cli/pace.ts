// How fast training goes: time spent on steps, examples a second, time left. Fed with clock times by train.ts.

/** How long a run is. */
export interface RunLength {
  readonly epochs: number;
  readonly steps: number;
  readonly examples: number;
  readonly batchSize: number;
}

/** Milliseconds: the first steps plan and are not yet optimised, they say nothing about the rest. */
const TOO_EARLY = 250;

export class Pace {
  readonly #run: RunLength;
  readonly #start: number;
  #epochStart: number;
  #trained = 0;
  #stepsDone = 0;
  #examplesDone = 0;
  #inEpoch = 0;

  /** `now` in milliseconds, as everywhere here: the moment at which training starts. */
  constructor(run: RunLength, now: number) {
    this.#run = run;
    this.#start = now;
    this.#epochStart = now;
  }

  /** A step has been made. Steps of an epoch count from 1, epochs too. */
  step(epoch: number, step: number, now: number): void {
    const { steps, examples, batchSize } = this.#run;
    this.#stepsDone = (epoch - 1) * steps + step;
    this.#examplesDone = (epoch - 1) * examples + Math.min(step * batchSize, examples);
    this.#inEpoch = now - this.#epochStart;
  }

  /** An epoch has ended, the evaluation after its last step included. Returns its seconds. */
  endEpoch(now: number): number {
    const seconds = (now - this.#epochStart) / 1000;
    this.#trained += this.#inEpoch;
    this.#inEpoch = 0;
    this.#epochStart = now;
    return seconds;
  }

  get stepsDone(): number {
    return this.#stepsDone;
  }

  /** Seconds spent on steps; evaluation does not count. */
  get seconds(): number {
    return (this.#trained + this.#inEpoch) / 1000;
  }

  /** Mean since the start; 0 before the first step. */
  get samplesPerSecond(): number {
    return this.seconds > 0 ? this.#examplesDone / this.seconds : 0;
  }

  /** Until the end of the run, evaluation included, if it goes on as so far. NaN until that can be told. */
  secondsLeft(now: number): number {
    const { epochs, steps } = this.#run;
    const elapsed = now - this.#start;
    if (elapsed < TOO_EARLY) return Number.NaN;
    return ((elapsed / this.#stepsDone) * (epochs * steps - this.#stepsDone)) / 1000;
  }
}
