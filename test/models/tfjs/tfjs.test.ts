// Models as TensorFlow.js 4.22 writes them (makeTfjsModels.mjs, makeTfjsPictures.mjs): read here, each gives the output that it gave there.

import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { init, tensor } from "../../../src/index.js";
import { decodeLayersModel, encodeLayersModel } from "../../../src/models/index.js";
import { expectClose } from "../../support/compare-floats.js";

beforeAll(() => init());

interface Made {
  readonly name: string;
  readonly json: unknown;
  /** Base 64. */
  readonly weights: string;
  readonly input: readonly unknown[];
  readonly output: readonly unknown[];
}

const made = (file: string): Made[] => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const unwritten = /bilinear/;
const models = [...made("tfjs-models.json"), ...made("tfjs-pictures.json")];
const numbers = (nested: readonly unknown[]) => nested.flat(9) as number[];

test.each(models.map((each) => [each.name, each] as const))("%s", (name, { json, weights, input, output }) => {
  const files = {
    json: JSON.stringify(json),
    shards: new Map([["w.bin", new Uint8Array(Buffer.from(weights, "base64"))]]),
  };
  const model = decodeLayersModel(files);
  const [, ...rest] = model.input.shape as number[];
  const shape = [input.length, ...rest];
  const values = numbers(input);
  const x = tensor(model.input.dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values), { shape });
  const expected = numbers(output);
  expectClose(name, model.predict(x).data, expected, (i) => 2e-6 * Math.max(1, Math.abs(expected[i] as number)));
  if (unwritten.test(name)) {
    expect(() => encodeLayersModel(model)).toThrow("UpSampling2D");
    return;
  }
  expect(decodeLayersModel(encodeLayersModel(model)).predict(x)).toEqual(model.predict(x));
});
