// What is seen while training runs: a bar in a terminal, plain lines elsewhere, nothing for machines.

import { clearLine, cursorTo } from "node:readline";
import type { Writable } from "node:stream";
import cliProgress from "cli-progress";
import { clock, count, duration, loss, percent } from "./figures.js";

export interface StepState {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly samplesPerSecond: number;
  readonly secondsLeft: number;
}

export interface EpochState {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly testAccuracy: number;
  /** Evaluation included. */
  readonly seconds: number;
}

export interface ProgressView {
  /** After a step; `state` is asked for only when something will be drawn. */
  step(now: number, state: () => StepState): void;
  epoch(state: EpochState): void;
  /** A passing note about work that is no training; the next call of any kind replaces it, an empty one clears it. */
  note(text: string): void;
  /** Takes away what passes, gives the cursor back. May be called more than once. */
  stop(): void;
}

/** A stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

/** Time between two drawings, in milliseconds. */
const FRAME = 80;
const WIDEST_BAR = 40;
const SHOW_CURSOR = "\x1B[?25h";

/** True where a bar can be drawn. */
export function isTerminal(output: Output, env: NodeJS.ProcessEnv = process.env): boolean {
  return output.isTTY === true && env.TERM !== "dumb";
}

export const silence: ProgressView = { step() {}, epoch() {}, note() {}, stop() {} };

/** One line per epoch, without escape codes. */
export function progressLines(output: Output): ProgressView {
  return { ...silence, epoch: (state) => void output.write(`${epochLine(state)}\n`) };
}

/** A bar on the last line, the lines of finished epochs above it. */
export function progressBar(output: Output): ProgressView {
  let run: { readonly bars: cliProgress.MultiBar; readonly bar: cliProgress.SingleBar } | null = null;
  let noted = false;
  let drawn = -Infinity;

  // Should the process end without stop().
  const showCursor = () => void output.write(SHOW_CURSOR);
  const clearNote = () => {
    if (!noted) return;
    noted = false;
    cursorTo(output, 0);
    clearLine(output, 0);
  };
  const start = (state: StepState) => {
    clearNote();
    process.once("exit", showCursor);
    const bars = new cliProgress.MultiBar({
      stream: output,
      format: (_options, { progress, maxWidth }, payload) => barLine(payload as StepState, progress, maxWidth),
      clearOnComplete: true,
      hideCursor: true,
      // The line is made to fit; true leaves the terminal's own wrapping alone for what is logged above.
      linewrap: true,
      forceRedraw: true,
    });
    return { bars, bar: bars.create(state.epochs * state.steps, 0, state) };
  };

  return {
    step(now, state) {
      if (now - drawn < FRAME) return;
      drawn = now;
      const current = state();
      run ??= start(current);
      run.bar.update((current.epoch - 1) * current.steps + current.step, current);
      // Drawn here rather than by a timer: training leaves the event loop few turns.
      run.bars.update();
    },
    epoch(state) {
      clearNote();
      const line = `${epochLine(state)}\n`;
      if (run === null) {
        output.write(line);
        return;
      }
      run.bars.log(line);
      run.bars.update();
    },
    note(text) {
      clearNote();
      output.write(text.slice(0, (output.columns ?? 80) - 1));
      noted = true;
    },
    stop() {
      clearNote();
      if (run === null) return;
      run.bars.stop();
      run = null;
      process.off("exit", showCursor);
    },
  };
}

/** `epoch  7/30  loss 0.0841  accuracy  97.91 %  test accuracy  97.21 %  1.43 s` */
export function epochLine(state: EpochState): string {
  return [
    `epoch ${outOf(state.epoch, state.epochs)}`,
    `loss ${loss(state.loss)}`,
    `accuracy ${share(state.accuracy)}`,
    `test accuracy ${share(state.testAccuracy)}`,
    duration(state.seconds),
  ].join("  ");
}

/**
 * The line of the bar, in less than `width` columns. `progress` is the share of the whole run in [0, 1]; the steps are
 * those of the epoch. The narrower the terminal, the less is told.
 */
export function barLine(state: StepState, progress: number, width: number): string {
  const epoch = `epoch ${outOf(state.epoch, state.epochs)}`;
  const step = outOf(state.step, state.steps);
  const rate = `${count(state.samplesPerSecond)} samples/s`;
  const left = clock(state.secondsLeft);
  const wide = [`loss ${loss(state.loss)}`, `accuracy ${share(state.accuracy)}`, rate, `ETA ${left}`].join("  ");
  const dense = `loss ${loss(state.loss)} acc ${(100 * state.accuracy).toFixed(1)}% ${rate} ETA ${left}`;
  const layouts = [
    { before: `${epoch}  step ${step} `, after: ` ${wide}`, least: 12 },
    { before: `${epoch} ${step} `, after: ` ${dense}`, least: 4 },
    { before: `${epoch} `, after: ` loss ${loss(state.loss)} ETA ${left}`, least: 6 },
    { before: "", after: ` ${state.epoch}/${state.epochs} ETA ${left}`, least: 2 },
  ];
  for (const { before, after, least } of layouts) {
    // Three columns stay free: no terminal wraps, not even when it echoes ^C. Two more are the brackets.
    const room = width - 3 - before.length - after.length - 2;
    if (room >= least) return `${before}${bar(progress, Math.min(room, WIDEST_BAR))}${after}`;
  }
  return `${state.epoch}/${state.epochs}`.slice(0, Math.max(0, width - 1));
}

function bar(progress: number, size: number): string {
  const full = Math.round(progress * size);
  return `[${"=".repeat(full)}${"-".repeat(size - full)}]`;
}

/** As wide for 9 % as for 100 %, so that lines stand in columns. */
function share(value: number): string {
  return percent(value).padStart(8);
}

/** ` 7/30`: as wide for every value up to the last. */
function outOf(value: number, last: number): string {
  return `${String(value).padStart(String(last).length)}/${last}`;
}
