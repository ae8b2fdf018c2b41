// A file of its own, since the engine stays started: here nothing calls init before the last test.

import { expect, test } from "vitest";
import { StateError } from "../../src/errors.js";
import { Graph } from "../../src/graph/graph.js";
import { dense, diagnose, init, sequential, weightsHash } from "../../src/index.js";
import { Session } from "../../src/runtime/session.js";

const refusal = new StateError('Session.run: the engine has not been started; call "await init()" first.');

test("running before init is refused, and works once init has been called", async () => {
  const graph = new Graph();
  const v = graph.variable("v", [1, 2]);
  const session = new Session(graph);
  expect(() => session.run(v)).toThrow(refusal);
  expect(() => session.get(v)).toThrow(refusal);
  expect(() => session.set({ v: [3, 4] })).toThrow(refusal);
  expect(() => session.hash([v])).toThrow(refusal);
  expect(() => session.prepare({ fetches: [v] })).toThrow(refusal);
  expect(session.memoryBytes).toBe(0);
  expect(diagnose()).toMatchObject({ build: null, tile: null, reason: 'not started: call "await init()" first' });

  // A model can be made and described before; nothing has values yet.
  const model = sequential([dense({ units: 3 })], { inputShape: [2] }).compile({
    optimizer: "sgd",
    loss: "sparseCategoricalCrossentropy",
  });
  expect(model.summary()).toContain("9 parameters");
  expect(() => model.predict([[1, 2]])).toThrow(refusal);
  expect(() => weightsHash(model)).toThrow(refusal);
  await expect(model.fit([[1, 2]], [0])).rejects.toThrow(refusal);
  await expect(model.evaluate([[1, 2]], [0])).rejects.toThrow(refusal);

  await init();
  expect(session.get(v).toArray()).toEqual([1, 2]);
  await model.fit([[1, 2]], [0]);
  expect(model.predict([[1, 2]]).shape).toEqual([1, 3]);
});
