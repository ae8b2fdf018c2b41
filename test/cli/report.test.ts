import { expect, test } from "vitest";
import { readTrainOptions } from "../../src/cli/options.js";
import { json, type Outcome, results } from "../../src/cli/report.js";
import { init } from "../../src/index.js";

const engine = await init({ build: "simd" });
const speedup = {
  versus: "scalar",
  ratio: 4.4,
  stepTime: { scalar: 1.1, build: 0.25 },
  steps: 300,
  batchSize: 32,
  sameWeights: true,
} as const;
const outcome: Outcome = {
  options: readTrainOptions({ out: "models/digits.safetensors" }),
  run: { epochs: 2, steps: 45, examples: 1438, batchSize: 32 },
  testExamples: 359,
  engine,
  host: "a host",
  history: { loss: [1, 0.5], accuracy: [0.5, 0.75], valLoss: [0.9, 0.45], valAccuracy: [0.6, 0.8] },
  seconds: 0.5,
  samplesPerSecond: 5752,
  weightsHash: "0123456789abcdef",
  speedup,
  savedTo: "models/digits.safetensors",
};

test("the lines at the end", () => {
  expect(results(outcome)).toBe(
    [
      "Test accuracy  80.00 % of 359 examples",
      "Test loss      0.4500",
      "Training time  0.50 s for 2 epochs, evaluation not counted",
      "Speed          5,752 samples/s",
      "Weights hash   0123456789abcdef",
      "Speed-up       4.40x, simd to scalar: 250 µs against 1.10 ms a training step",
      "               of this net, batch 32: medians of 300 steps each, in turns;",
      "               both builds ended with the same weights",
      "Saved to       models/digits.safetensors",
    ].join("\n"),
  );
});

test("say what is missing", () => {
  const failed = results({ ...outcome, speedup: null, savedTo: null });
  expect(failed).toContain("Speed-up       not measured\nSaved to       nowhere: it failed");
  const options = readTrainOptions({ compare: false });
  const bare = results({ ...outcome, options, speedup: null, savedTo: null });
  expect(bare).not.toContain("Speed-up");
  expect(bare).toContain("Saved to       nowhere; --out <file> keeps the model");
});

test("say that the relaxed build may differ, and that others must not", async () => {
  const differs = { ...outcome, speedup: { ...speedup, sameWeights: false } };
  expect(results(differs)).toContain("the weights differ: please report this defect");
  const relaxed = { build: "relaxed", reason: "asked for" } as Outcome["engine"];
  expect(results({ ...differs, engine: relaxed })).toContain("the weights differ, as they may in this build");
});

test("accuracies are shares of the examples, without the noise of float32", () => {
  const noisy = {
    ...outcome,
    run: { ...outcome.run, examples: 60_000 },
    testExamples: 10_000,
    history: { loss: [1], accuracy: [0.8917500010507802], valLoss: [1], valAccuracy: [Math.fround(0.9123)] },
  };
  const line = json(noisy);
  expect(line).toContain('"testAccuracy":0.9123,');
  expect(line).toContain('"accuracy":0.89175,');
  expect(line).toContain('"valAccuracy":0.9123}');
});

test("the line for machines", () => {
  const line = json(outcome);
  expect(line).not.toContain("\n");
  expect(JSON.parse(line)).toMatchObject({
    testAccuracy: 0.8,
    testLoss: 0.45,
    perEpoch: [
      { epoch: 1, loss: 1, accuracy: 0.5, valLoss: 0.9, valAccuracy: 0.6 },
      { epoch: 2, loss: 0.5, accuracy: 0.75, valLoss: 0.45, valAccuracy: 0.8 },
    ],
    speedup: { versus: "scalar", ratio: 4.4 },
    savedTo: "models/digits.safetensors",
  });
});
