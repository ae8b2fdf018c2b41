// The race of the playground says no more than its clock can tell, and its report can be pasted.

import { describe, expect, test } from "vitest";
import type {
  Contender,
  RaceDiscipline,
  RaceEntry,
  RaceRound,
} from "../../../examples/playground/src/engine/protocol.js";
import {
  clockNote,
  figure,
  leaders,
  markdown,
  range,
  times,
  winners,
} from "../../../examples/playground/src/race/report.js";
import { clockStep, STEPS_OF_A_TURN, timeTurn, turnOf } from "../../../examples/playground/src/worker/race/clock.js";

/** A clock with steps of so many milliseconds over a time that `spend` moves on; each look at it takes 0.001 ms. */
function coarse(step: number) {
  let real = 0.37 * step;
  return {
    now: () => {
      real += 0.001;
      return Math.floor(real / step) * step;
    },
    spend: (milliseconds: number) => {
      real += milliseconds;
    },
  };
}

describe.each([0.005, 0.1, 1, 16])("a clock with steps of %f ms", (step) => {
  test("is measured, and a turn lasts fifty of its steps", () => {
    const measured = clockStep(coarse(step).now);
    expect(measured).toBeCloseTo(step, 6);
    expect(turnOf(measured)).toBeGreaterThanOrEqual(STEPS_OF_A_TURN * measured);
    expect(turnOf(measured)).toBeGreaterThanOrEqual(6);
    expect(STEPS_OF_A_TURN).toBeGreaterThanOrEqual(50);
  });

  test.each([0.3, 0.9, 1.7, 5.1])("tells the speed of work of %f ms to some percent", (work) => {
    const { now, spend } = coarse(step);
    const rate = timeTurn(() => spend(work), turnOf(step), now);
    expect(rate * work).toBeGreaterThan(970);
    expect(rate * work).toBeLessThan(1030);
  });
});

test("a step of the clock is the usual one, not that of a core that was taken away", () => {
  const clock = coarse(1);
  let looks = 0;
  const interrupted = () => {
    if (++looks % 3000 === 0) clock.spend(40);
    return clock.now();
  };
  expect(clockStep(interrupted)).toBe(1);
});

const entry = (contender: Contender, rate: number, factor: RaceEntry["factor"]): RaceEntry => ({
  contender,
  rate,
  factor,
});

const discipline = (...entries: readonly RaceEntry[]): RaceDiscipline => ({
  name: "Tanh",
  what: "of 10 values",
  unit: "million/s",
  entries: [entry("javascript", 50, [1, 1, 1]), ...entries],
  check: "Results within 6e-8 of plain JavaScript.",
  agrees: true,
});

describe("the fastest", () => {
  const called = (...entries: readonly RaceEntry[]) => winners(leaders(discipline(...entries)));

  test("is one where one is ahead in most rounds", () => {
    expect(called(entry("scalar", 100, [1.9, 2, 2.1]), entry("simd", 400, [7.9, 8, 8.3]))).toBe("SIMD");
  });

  test("are several where their rounds overlap, or hardly differ", () => {
    const simd = entry("simd", 400, [12.5, 14, 15]);
    expect(called(simd, entry("relaxed", 500, [13, 16, 17]))).toBe("SIMD and relaxed SIMD level");
    expect(called(entry("simd", 400, [9.99, 10, 10.01]), entry("relaxed", 404, [10.2, 10.3, 10.4]))).toBe(
      "SIMD and relaxed SIMD level",
    );
  });

  test("is nobody before the first round", () => {
    expect(called(entry("scalar", 0, null), entry("simd", 0, null))).toBe("");
  });
});

test("numbers have the digits that one race can tell of the next", () => {
  expect([143, 571.4, 667, 7.777, 12_345].map(figure)).toEqual(["140", "570", "670", "7.8", "12,300"]);
  expect([13.24, 2.345, 123].map(times)).toEqual(["13 ×", "2.3 ×", "120 ×"]);
  expect([range([13.2, 14, 16.6]), range([13.1, 13.2, 13.3])]).toEqual(["13 to 17 ×", "13 ×"]);
});

test("the report is a Markdown table with speed-ups, ties, checks, clock and device", () => {
  const round: RaceRound = {
    progress: 1,
    clock: { step: 1, turn: 50 },
    missing: { relaxed: "the host has no relaxed SIMD", wide: "it needs Node 24 or later" },
    disciplines: [discipline(entry("scalar", 123.456, [2.4, 2.47, 2.5]), entry("simd", 5000.4, [90, 100, 110]))],
  };
  const lines = markdown(round, "a device").split("\n");
  expect(lines).toContain("|  | JavaScript | scalar | SIMD |");
  expect(lines).toContain("| --- | ---: | ---: | ---: |");
  expect(lines).toContain(
    "| Tanh (of 10 values) | 50 million/s | 120 million/s (2.4 to 2.5 ×) | 5,000 million/s (90 to 110 ×) |",
  );
  expect(lines).toContain("- Tanh: fastest is SIMD. Results within 6e-8 of plain JavaScript.");
  expect(lines).toContain("- Not run: relaxed: the host has no relaxed SIMD.");
  expect(lines).toContain("- In turns of 50 ms, timed by a clock with steps of 1 ms.");
  expect(clockNote(round)).toContain("50 ms");
  expect(lines.at(-1)).toBe("- a device");
});
