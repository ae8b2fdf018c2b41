import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import {
  barLine,
  epochLine,
  isTerminal,
  type Output,
  progressBar,
  progressLines,
  type StepState,
} from "../../src/cli/progress.js";

const state: StepState = {
  epoch: 7,
  epochs: 20,
  step: 412,
  steps: 1200,
  loss: 0.08414,
  accuracy: 0.979123,
  samplesPerSecond: 38412.3,
  secondsLeft: 83,
};
const epoch = { epoch: 7, epochs: 20, loss: 0.08414, accuracy: 0.979123, testAccuracy: 1, seconds: 1.4321 };
const epochText = "epoch  7/20  loss 0.0841  accuracy  97.91 %  test accuracy 100.00 %  1.43 s";
const esc = "\x1B";

/** A terminal or a pipe that keeps what is written. */
function output(terminal: boolean, columns = 80): { stream: Output; written: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY: terminal, columns }), written: () => text };
}

describe("the line of an epoch", () => {
  test("tells loss and accuracies, in columns", () => {
    expect(epochLine(epoch)).toBe(epochText);
  });
});

describe("the line of the bar", () => {
  test("tells everything where there is room", () => {
    expect(barLine(state, 0.32, 120)).toBe(
      "epoch  7/20  step  412/1200 [=========-------------------] loss 0.0841  accuracy  97.91 %  38,412 samples/s  ETA 1:23",
    );
  });

  test("is denser at 80 columns", () => {
    expect(barLine(state, 0.5, 80)).toBe(
      "epoch  7/20  412/1200 [===--] loss 0.0841 acc 97.9% 38,412 samples/s ETA 1:23",
    );
  });

  test("leaves out what does not fit", () => {
    expect(barLine(state, 0.5, 50)).toBe("epoch  7/20 [======------] loss 0.0841 ETA 1:23");
    expect(barLine(state, 0.5, 30)).toBe("[======-----] 7/20 ETA 1:23");
    expect(barLine(state, 0.5, 4)).toBe("7/2");
  });

  test.each([0, 0.001, 0.5, 0.999, 1])("always leaves three columns free, progress %f", (progress) => {
    for (let width = 24; width <= 300; width++) {
      expect(barLine(state, progress, width).length).toBeLessThanOrEqual(width - 3);
    }
  });

  test("does not change its layout as a run goes on", () => {
    const early = barLine({ ...state, epoch: 1, step: 1, secondsLeft: Number.NaN, samplesPerSecond: 12000 }, 0, 100);
    const late = barLine({ ...state, epoch: 20, step: 1200, secondsLeft: 0 }, 1, 100);
    expect(late.indexOf("[")).toBe(early.indexOf("["));
  });
});

describe("lines", () => {
  test("are one per epoch, without escape codes", () => {
    const { stream, written } = output(false);
    const view = progressLines(stream);
    view.note("reading");
    view.step(0, () => state);
    view.epoch(epoch);
    view.stop();
    expect(written()).toBe(`${epochText}\n`);
  });
});

describe("the bar", () => {
  test("is drawn under the lines of epochs, and goes when it stops", () => {
    const { stream, written } = output(true);
    const view = progressBar(stream);
    view.step(1000, () => state);
    expect(written()).toContain(`${esc}[?25l`);
    expect(written()).toContain("epoch  7/20  412/1200 [==---]");
    const before = written().length;
    view.epoch(epoch);
    const after = written().slice(before);
    expect(after.indexOf(`${epochText}\n`)).toBeLessThan(after.lastIndexOf("412/1200"));
    view.stop();
    // The cursor is shown again, the line cleared to its end, and nothing follows.
    expect(written().slice(-30)).toContain(`${esc}[?25h`);
    expect(written().endsWith(`${esc}[0J`)).toBe(true);
    const length = written().length;
    view.stop();
    expect(written()).toHaveLength(length);
  });

  test("is drawn a few times a second, whatever the number of steps", () => {
    const { stream, written } = output(true);
    const view = progressBar(stream);
    let asked = 0;
    for (let now = 0; now < 1000; now++) {
      view.step(now, () => {
        asked++;
        return { ...state, step: now };
      });
    }
    view.stop();
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThan(20);
    expect(written().split("samples/s").length).toBeLessThan(50);
  });

  test("needs no step to print epochs: a run may be over before anything is drawn", () => {
    const { stream, written } = output(true);
    const view = progressBar(stream);
    view.epoch(epoch);
    view.stop();
    expect(written()).toBe(`${epochText}\n`);
  });

  test("a note is replaced by what comes next", () => {
    const { stream, written } = output(true, 20);
    const view = progressBar(stream);
    view.note("reading a very long name");
    expect(written()).toBe("reading a very long");
    view.note("");
    view.stop();
    expect(written().endsWith(`${esc}[1G${esc}[2K`)).toBe(true);
  });

  test("leaves no listener on the process", () => {
    const before = process.listenerCount("exit");
    const view = progressBar(output(true).stream);
    view.step(0, () => state);
    expect(process.listenerCount("exit")).toBe(before + 1);
    view.stop();
    expect(process.listenerCount("exit")).toBe(before);
  });
});

test("a terminal that cannot move the cursor gets lines", () => {
  expect(isTerminal(output(true).stream, { TERM: "xterm" })).toBe(true);
  expect(isTerminal(output(true).stream, { TERM: "dumb" })).toBe(false);
  expect(isTerminal(output(false).stream, { TERM: "xterm" })).toBe(false);
});
