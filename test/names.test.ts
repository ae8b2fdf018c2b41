import { expect, describe as group, test } from "vitest";
import { ArgumentError, checkArity, checkOneOf, checkOptions } from "../src/errors.js";
import { nearest, sameName } from "../src/names.js";

test.each([
  ["val_loss", "valLoss"],
  ["ReLU", "relu"],
  ["binary_crossentropy", "binaryCrossentropy"],
  ["Mean-Squared Error", "meanSquaredError"],
])("%s is %s in another spelling", (given, name) => {
  expect(sameName(given, ["loss", name])).toBe(name);
});

test("another word is not another spelling", () => {
  expect(sameName("units", ["unit", "Unit s x"])).toBeUndefined();
});

group("nearest", () => {
  test.each([
    ["unit", ["name", "units"], "units"],
    ["lr", ["momentum", "learningRate"], "learningRate"],
    ["hidden_layer_sizes", ["epochs", "hiddenUnits"], "hiddenUnits"],
    ["learning_rate", ["learningRate"], "learningRate"],
    ["pateince", ["patience", "monitor"], "patience"],
    ["restoreBestWeights", ["patience", "restoreBest"], "restoreBest"],
    ["kernel_regularizer_l2", ["units", "kernelRegularizer"], "kernelRegularizer"],
    ["constructor", ["learningRate"], undefined],
    ["namespace", ["name", "axis"], undefined],
    ["bogus", ["axis", "name"], undefined],
    ["x".repeat(1e6), ["axis", "name"], undefined],
  ])("%.20s", (given, names, meant) => {
    expect(nearest(given, names)).toBe(meant);
  });
});

group("options", () => {
  test.each([
    [{ unit: 3 }, 'received "unit"; did you mean "units"?'],
    [{ bogus: 3 }, 'received "bogus".'],
    [5, "received 5."],
    [null, "received null."],
    [[], "received []."],
    [new Map(), "received Map."],
    [new Date(0), "received Date."],
    [new Float32Array(0), "received Float32Array(0)."],
    [() => 3, "received a function."],
  ])("refused: %o", (given, received) => {
    const message = `dense: options must be an object with units, name; ${received}`;
    expect(() => checkOptions("dense", given, ["units", "name"])).toThrow(new ArgumentError(message));
  });

  test("of a class of the caller's, and without a prototype", () => {
    class Options {
      readonly units = 3;
    }
    const bare = Object.assign(Object.create(null) as object, { units: 3 });
    for (const given of [{}, new Options(), bare]) checkOptions("dense", given, ["units"]);
  });

  test("where there are none", () => {
    const message = 'relu: options must be left out; there are none; received "slope".';
    expect(() => checkOptions("relu", { slope: 1 }, [])).toThrow(new ArgumentError(message));
  });
});

test("surplus arguments", () => {
  checkArity("relu", 1, 1);
  expect(() => checkArity("relu", 2, 1)).toThrow(new ArgumentError("relu: takes one argument; received 2."));
  expect(() => checkArity("init", 1, 0)).toThrow(new ArgumentError("init: takes no arguments; received 1."));
  expect(() => checkArity("clip", 4, 3)).toThrow(new ArgumentError("clip: takes at most 3 arguments; received 4."));
});

test("a name out of a list", () => {
  checkOneOf("pad: mode", "edge", ["edge", "zero"]);
  const message = 'pad: mode must be one of "edge", "zero"; received "Edge"; did you mean "edge"?';
  expect(() => checkOneOf("pad: mode", "Edge", ["edge", "zero"])).toThrow(new ArgumentError(message));
});
