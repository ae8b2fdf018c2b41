// Weights of trained PyTorch models as safetensors: names, shapes, and for the MLP the outputs PyTorch computed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readFile } from "../../src/io/files.js";
import { decodeSafetensors, encodeSafetensors } from "../../src/io/index.js";
import type { Tensor } from "../../src/tensor/tensor.js";
import { sharedData } from "../support/shared-data.js";

const models = sharedData("data/onnx-models");
const mnist = sharedData("data/mnist");
const golden = sharedData("golden/pretrained.json");

describe.skipIf(models === undefined)("trained models", () => {
  test.each([
    [
      "mlp-300-100-relu.safetensors",
      {
        "0.weight": [300, 784],
        "0.bias": [300],
        "2.weight": [100, 300],
        "2.bias": [100],
        "4.weight": [10, 100],
        "4.bias": [10],
      },
    ],
    [
      "lenet.safetensors",
      {
        "0.weight": [6, 1, 5, 5],
        "0.bias": [6],
        "3.weight": [16, 6, 5, 5],
        "3.bias": [16],
        "7.weight": [120, 400],
        "7.bias": [120],
        "9.weight": [84, 120],
        "9.bias": [84],
        "11.weight": [10, 84],
        "11.bias": [10],
      },
    ],
  ])("%s: names, shapes, finite values, nothing copied", async (name, shapes) => {
    const bytes = await readFile(join(models as string, name));
    const { tensors, metadata } = decodeSafetensors(bytes);
    expect({ ...metadata }).toEqual({ format: "pt" });
    expect([...tensors].map(([key, { shape }]) => [key, shape])).toEqual(Object.entries(shapes));
    for (const { data } of tensors.values()) {
      expect(data).toBeInstanceOf(Float32Array);
      expect(data.every(Number.isFinite)).toBe(true);
      expect(data.buffer).toBe(bytes.buffer);
    }
    // Written from the same specification by other hands, padding included.
    expect(Buffer.compare(encodeSafetensors(tensors, metadata), bytes)).toBe(0);
  });
});

describe.skipIf(models === undefined || mnist === undefined || golden === undefined)("outputs", () => {
  test("the MLP computes with the weights read what PyTorch computed", () => {
    const reference = JSON.parse(readFileSync(golden as string, "utf8")).onnx[0];
    expect(reference.safetensors).toBe("onnx-models/mlp-300-100-relu.safetensors");
    const { tensors } = decodeSafetensors(readFileSync(join(models as string, "mlp-300-100-relu.safetensors")));
    const images = gunzipSync(readFileSync(join(mnist as string, "t10k-images-idx3-ubyte.gz"))).subarray(16);
    const expected = new Float32Array(Uint8Array.from(Buffer.from(reference.output.b64, "base64")).buffer);
    for (let row = 0; row < 12; row++) {
      let values = Array.from(images.subarray(784 * row, 784 * (row + 1)), (pixel) => pixel / 255);
      for (const layer of [0, 2, 4]) {
        const weight = tensors.get(`${layer}.weight`) as Tensor;
        const bias = tensors.get(`${layer}.bias`) as Tensor;
        const input = values;
        values = Array.from(bias.data, (offset, unit) => {
          const weights = weight.rows(unit, unit + 1).data;
          const sum = input.reduce((total, value, i) => total + value * (weights[i] as number), offset);
          return layer === 4 ? sum : Math.max(sum, 0);
        });
      }
      // Both sides sum in float64; the reference is rounded to float32.
      values.forEach((value, unit) => {
        expect(Math.abs(value - (expected[10 * row + unit] as number))).toBeLessThan(4 * reference.f32_max_abs_err);
      });
    }
  });
});
