// Curves of any length stay small; the race's report can be pasted.

import { describe, expect, test } from "vitest";
import type { RaceRound } from "../../../examples/playground/src/engine/protocol.js";
import { transferables } from "../../../examples/playground/src/engine/transfer.js";
import { markdown } from "../../../examples/playground/src/race/report.js";
import { TrainingHistory } from "../../../examples/playground/src/worker/history.js";

const record = (step: number) => ({
  step,
  loss: 1 / (step + 1),
  testLoss: 2,
  accuracy: 0.5,
  testAccuracy: 0.4,
  gradients: [step, 2 * step],
  time: step,
});

describe("the history of a training", () => {
  test("keeps some hundred records of a million steps, evenly, the first among them", () => {
    const history = new TrainingHistory();
    for (let step = 0; step < 1_000_000; step++) if (step >= history.due) history.add(record(step));
    const { step, loss, gradients } = history.columns();
    expect(step.length).toBeGreaterThan(150);
    expect(step.length).toBeLessThan(400);
    expect(step[0]).toBe(0);
    expect(step.at(-1)).toBeGreaterThan(990_000);
    const gaps = new Set(step.slice(1).map((each, i) => each - (step[i] as number)));
    expect(gaps.size).toBeLessThanOrEqual(2);
    expect(gradients.map((column) => column[7])).toEqual([step[7], 2 * (step[7] as number)]);
    expect(loss[7]).toBe(1 / ((step[7] as number) + 1));
  });

  test("goes on where a kept one ended", () => {
    const history = new TrainingHistory();
    for (let step = 0; step < 5000; step++) if (step >= history.due) history.add(record(step));
    const other = new TrainingHistory(history.records);
    expect(other.due).toBeGreaterThan(4990);
    expect(other.columns()).toEqual(history.columns());
  });
});

test("the race's report is a Markdown table with speed-ups, checks and the device", () => {
  const round: RaceRound = {
    progress: 1,
    missing: { relaxed: "the host has no relaxed SIMD", wide: "it needs Node 24 or later" },
    disciplines: [
      {
        name: "Tanh",
        what: "of 10 values",
        unit: "million/s",
        entries: [
          { contender: "javascript", rate: 50 },
          { contender: "scalar", rate: 123.456 },
          { contender: "simd", rate: 5000.4 },
        ],
        check: "Results within 6e-8 of plain JavaScript.",
        agrees: true,
      },
    ],
  };
  const lines = markdown(round, "a device").split("\n");
  expect(lines).toContain("|  | JavaScript | scalar | SIMD |");
  expect(lines).toContain("| --- | ---: | ---: | ---: |");
  expect(lines).toContain(
    "| Tanh (of 10 values) | 50 million/s | 123 million/s (2.47 ×) | 5,000 million/s (100.0 ×) |",
  );
  expect(lines).toContain("- Tanh: Results within 6e-8 of plain JavaScript.");
  expect(lines).toContain("- Not run: relaxed: the host has no relaxed SIMD.");
  expect(lines.at(-1)).toBe("- a device");
});

test("of a message the buffers that are full are moved, once, and the others copied", () => {
  const whole = new Float32Array(4);
  const part = new Float32Array(8).subarray(2, 4);
  const message = { t: "s", r: { whole, again: whole, part, list: [{ bytes: new Uint8Array(3) }], none: null } };
  expect(transferables(message)).toEqual([whole.buffer, (message.r.list[0] as { bytes: Uint8Array }).bytes.buffer]);
});
