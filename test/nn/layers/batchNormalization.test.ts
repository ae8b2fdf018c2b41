// BatchNormalization without beta or gamma: before training y = x / sqrt(1 + epsilon), whatever is left out.

import { expect, test } from "vitest";
import { batchNormalization } from "../../../src/nn/layers/index.js";
import { sequential } from "../../../src/training/model/sequential.js";
import { init } from "../../../src/wasm/engine.js";

await init();

test.each([{ center: false }, { scale: false }, { center: false, scale: false }, { center: false, axis: 1 }])(
  "%j of three channels",
  async (options) => {
    const model = sequential([batchNormalization(options)], { inputShape: [3], seed: 1 });
    const expected = [1, 2, 3].map((x) => x / Math.sqrt(1.001));
    model.predict([[1, 2, 3]]).data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 6);
    });
    const nothingToTrain = options.center === false && options.scale === false;
    if (nothingToTrain) return;
    // In training each channel has mean 0 in the batch: the targets are met as they are.
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const { loss } = await model.fit(
      [
        [1, 2, 3],
        [3, 6, 9],
      ],
      [
        [-1, -1, -1],
        [1, 1, 1],
      ],
      { epochs: 1 },
    );
    expect(loss?.[0]).toBeLessThan(1e-5);
  },
);
