// The variables of a session in a file: training goes on bit for bit, in another build too, and parts are taken over.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, DataError, ShapeError } from "../../src/errors.js";
import { adam, dense, Graph, mean, Session, sparseSoftmaxCrossEntropy } from "../../src/index.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  restoreSession,
  saveSession,
  sessionFromBytes,
  sessionToBytes,
} from "../../src/io/index.js";
import { RandomStream } from "../../src/tensor/random.js";
import { type Engine, init } from "../../src/wasm/engine.js";

let [simd, scalar]: Engine[] = [];
let folder: string;
beforeAll(async () => {
  simd = await init({ build: "simd" });
  scalar = await init({ build: "scalar" });
  folder = await mkdtemp(path.join(tmpdir(), "lanewise-sessions-"));
});
afterAll(() => rm(folder, { recursive: true }));

const random = new RandomStream(7, "examples");
const x = Float32Array.from({ length: 32 * 5 }, () => random.uniform() - 0.5);
const y = Int32Array.from({ length: 32 }, () => random.below(3));

/** The same net each time, with values of its own. */
function net(engine: Engine | undefined, seed = 1, units = 8) {
  const graph = new Graph({ seed });
  const input = graph.placeholder("X", [null, 5]);
  const labels = graph.placeholder("y", [null], "int32");
  const hidden = dense({ units, activation: "relu", name: "hidden" }).apply(input);
  const loss = mean(sparseSoftmaxCrossEntropy(dense({ units: 3, name: "outputs" }).apply(hidden), labels));
  const training = adam({ learningRate: 0.01 }).minimize(loss);
  const session = new Session(graph, engine ? { engine } : {});
  const train = (steps: number) => {
    for (let step = 0; step < steps; step++) session.run(training, { X: x, y });
  };
  return { session, train, hash: () => session.hash(graph.variables()) };
}

describe("saving and restoring all", () => {
  test("training goes on as if it had never stopped, in another build", async () => {
    const file = path.join(folder, "session.safetensors");
    const whole = net(simd);
    whole.train(5);
    await saveSession(whole.session, file, { metadata: { note: "after 5 steps" } });
    whole.train(5);

    const resumed = net(scalar, 99);
    await restoreSession(resumed.session, file);
    resumed.train(5);
    expect(resumed.hash()).toBe(whole.hash());
    const without = net(simd);
    without.train(5);
    expect(without.hash()).not.toBe(whole.hash());
  });

  test("the file holds slots, step and rate beside the weights", () => {
    const { session, train } = net(simd);
    train(3);
    const { tensors } = decodeSafetensors(sessionToBytes(session));
    expect([...tensors.keys()].filter((name) => name.startsWith("hidden/kernel"))).toEqual(["hidden/kernel"]);
    expect(tensors.get("adam/step")?.item()).toBe(3);
    expect(tensors.get("adam/learningRate")?.item()).toBe(Math.fround(0.01));
    expect([...tensors.keys()].filter((name) => /^adam\/.*kernel\/[mv]$/.test(name))).toHaveLength(4);
  });
});

describe("restoring a part", () => {
  test("leaves all else as it was", () => {
    const source = net(simd);
    source.train(3);
    const target = net(simd, 2);
    const outputs = target.session.get("outputs/kernel");
    sessionFromBytes(target.session, sessionToBytes(source.session), { pattern: /^hidden\// });
    expect(target.session.get("hidden/kernel")).toEqual(source.session.get("hidden/kernel"));
    expect(target.session.get("outputs/kernel")).toEqual(outputs);
    expect(target.session.get("adam/step").item()).toBe(0);
  });

  test("under other names, with a pattern that remembers where it stopped", () => {
    const source = net(simd);
    const bytes = sessionToBytes(source.session, { pattern: /^hidden\/bias$/g });
    const target = net(simd, 2);
    const pattern = /bias$/g;
    pattern.lastIndex = 3;
    const file = encodeSafetensors([["old/bias", decodeSafetensors(bytes).tensors.get("hidden/bias") as never]]);
    sessionFromBytes(target.session, file, { pattern: /^hidden\/bias$/, rename: () => "old/bias" });
    expect(target.session.get("hidden/bias")).toEqual(source.session.get("hidden/bias"));
    expect(decodeSafetensors(sessionToBytes(target.session, { pattern })).tensors.size).toBeGreaterThan(1);
  });
});

describe("refuses, and changes nothing", () => {
  const attempts: [string, () => unknown, new () => Error][] = [
    ["lacks hidden/kernel", () => sessionFromBytes(net(simd).session, encodeSafetensors({})), DataError],
    [
      "hidden/kernel is float32 [5, 8], received float32 [5, 9]",
      () =>
        sessionFromBytes(net(simd).session, sessionToBytes(net(simd, 1, 9).session), { pattern: /^hidden\/kernel$/ }),
      ShapeError,
    ],
    [
      "the pattern /nowhere/ matches no variable",
      () => sessionToBytes(net(simd).session, { pattern: /nowhere/ }),
      ArgumentError,
    ],
    [
      "pattern must be a regular expression",
      () => sessionToBytes(net(simd).session, { pattern: "a" as never }),
      ArgumentError,
    ],
    ["it needs a Session; received an object.", () => sessionToBytes({} as never), ArgumentError],
    ["options must be an object", () => sessionToBytes(net(simd).session, { names: [] } as object), ArgumentError],
  ];
  test.each(attempts)("%s", (message, attempt, type) => {
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(message);
  });

  test("a shape that does not fit, after others that did", () => {
    const target = net(simd, 2);
    const before = target.hash();
    const bytes = sessionToBytes(net(simd, 1, 9).session);
    expect(() => sessionFromBytes(target.session, bytes)).toThrow(ShapeError);
    expect(target.hash()).toBe(before);
  });
});
