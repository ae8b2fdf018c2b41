// The learning-rate range test, on functions of the rate that are known and on a training.

import { expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { adam } from "../../../src/nn/optimizers/adam.js";
import { learningRateRangeTest } from "../../../src/nn/schedules/index.js";
import { line, rows } from "../../graph/line.js";

test("tries rates each the same factor above the one before", async () => {
  const seen: number[] = [];
  const { learningRates, losses } = await learningRateRangeTest({
    train: (rate) => {
      seen.push(rate);
      return 1;
    },
    from: 0.001,
    to: 10,
    steps: 5,
  });
  expect(seen).toEqual([0.001, 0.01, 0.1, 1, 10].map((rate) => expect.closeTo(rate, 12)));
  expect(learningRates).toEqual(seen);
  expect(losses).toEqual([1, 1, 1, 1, 1]);
});

test("finds where the loss falls fastest and where it is lowest, and stops when it climbs", async () => {
  // Flat, a fall that is steepest at 1e-3, a bottom at 1e-2, a climb.
  const loss = (rate: number) => {
    const x = Math.log10(rate);
    if (x < -4) return 2;
    if (x < -2) return 1.25 + 0.75 * Math.cos(((x + 4) / 2) * Math.PI);
    return 0.5 + 40 * (x + 2) ** 2;
  };
  const result = await learningRateRangeTest({ train: loss, from: 1e-6, to: 1, steps: 121, smoothing: 0 });
  expect(Math.log10(result.steepest as number)).toBeCloseTo(-3, 1);
  expect(Math.log10(result.lowest as number)).toBeCloseTo(-2, 1);
  expect(result.losses.length).toBeLessThan(121);
  expect(result.losses[result.losses.length - 1]).toBeGreaterThan(4 * 0.5);
  expect(result.smoothed).toEqual(result.losses);
});

test("smooths without the pull of the start, and ends at a loss that is not finite", async () => {
  const values = [4, 2, 3, Number.NaN, 1];
  let step = 0;
  const { losses, smoothed } = await learningRateRangeTest({
    train: () => Promise.resolve(values[step++] as number),
    steps: 5,
    smoothing: 0.5,
  });
  expect(losses).toEqual([4, 2, 3, Number.NaN]);
  expect(smoothed.slice(0, 3)).toEqual([4, (4 / 4 + 2 / 2) / 0.75, (4 / 8 + 2 / 4 + 3 / 2) / 0.875]);
});

test("leaves the variables of the session as they were, also where the training fails", async () => {
  const { graph, session, loss } = line();
  const rate = graph.placeholder("rate", []);
  const training = adam({ learningRate: rate }).minimize(loss);
  session.run(training, { x: rows, rate: 0.1 });
  const before = session.hash(graph.variables());
  const train = (value: number) => session.run([loss, training], { x: rows, rate: value })[0].item();
  const { losses } = await learningRateRangeTest({ train, session, steps: 20 });
  expect(losses[losses.length - 1]).toBeLessThan(losses[0] as number);
  expect(session.hash(graph.variables())).toBe(before);
  const failing = (value: number) => {
    if (value > 0.01) throw new RangeError("mine");
    return train(value);
  };
  await expect(learningRateRangeTest({ train: failing, session })).rejects.toThrow(new RangeError("mine"));
  expect(session.hash(graph.variables())).toBe(before);
});

test.each([
  [{ train: 3 }, "train must be a function; received 3."],
  [{ from: 0 }, "from must be a finite number greater than 0; received 0."],
  [{ from: 1, to: 0.5 }, "to must be a finite number greater than 1; received 0.5."],
  [{ steps: 1 }, "steps must be an integer >= 2; received 1."],
  [{ smoothing: 1 }, "smoothing must be in [0, 1); received 1."],
  [{ stopFactor: 1 }, "stopFactor must be a finite number greater than 1; received 1."],
  [{ session: {} }, "session must be a Session; received an object."],
  [{ train: () => "low" }, 'train must give the loss; received "low".'],
])("%o is refused", async (options, message) => {
  const call = learningRateRangeTest({ train: () => 1, ...options } as never);
  await expect(call).rejects.toThrow(new ArgumentError(`learningRateRangeTest: ${message}`));
});
