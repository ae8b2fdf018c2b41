// Labels that hold as many numbers as the output but lie otherwise are other labels: refused everywhere.

import { expect, test } from "vitest";
import { dense, ShapeError, sequential, tensor, weightsHash } from "../../src/index.js";
import { engine } from "../support/exact-engine.js";
import { smallClassification } from "../support/small-classification.js";

const { x } = smallClassification(8, 4, 3);

test("labels that lie the other way round are refused: as many numbers would be other labels", async () => {
  const model = sequential([dense({ units: 2 })], { inputShape: [4], engine });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const before = weightsHash(model);
  const refused = async (error: Error, run: () => unknown) => {
    await expect((async () => run())()).rejects.toThrow(error);
    expect(weightsHash(model)).toBe(before);
  };
  const four = x.rows(0, 4);
  const wrong = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ];
  const message = "labels must have shape [4, 2], one per example; received [2, 4].";
  await refused(new ShapeError(`Model.fit: ${message}`), () => model.fit(four, wrong));
  await refused(new ShapeError(`Model.evaluate: ${message}`), () => model.evaluate(four, tensor(wrong)));
  await refused(new ShapeError(`Model.fit: validationData: ${message}`), () =>
    model.fit(four, tensor(wrong).reshape([4, 2]), { validationData: [four, wrong] }),
  );
  expect(() => model.trainOnBatch(four, wrong)).toThrow(new ShapeError(`Model.trainOnBatch: ${message}`));
});
