// Every program in examples/ runs against the built package and prints what it promises.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runProgram } from "./run-program.js";

const folder = new URL("../../examples/", import.meta.url);

/** Lines that each example must print. The numbers are bounds, not records: the exact ones are in the golden tests. */
const promises: Readonly<Record<string, (output: string) => void>> = {
  "digits.mjs": (output) => {
    expect(output).toContain("dense (Dense)");
    expect(output.match(/^epoch /gm)).toHaveLength(20);
    expect(value(output, /test accuracy +([\d.]+) % on 359 digits/)).toBeGreaterThan(95);
    expect(output).toMatch(/weights hash {2}[0-9a-f]{16}$/m);
  },
  "manual-graph.mjs": (output) => {
    expect(output).toMatch(/^dnn\/hidden1\/weights +\[64, 100\]$/m);
    expect(output.match(/^epoch /gm)).toHaveLength(20);
    expect(value(output, /epoch 20 .* test ([\d.]+)/)).toBeGreaterThan(0.93);
    const [predicted, actual] = ["predicted", "actual"].map((name) => digitsAfter(output, name));
    expect(actual).toHaveLength(20);
    expect(predicted?.filter((digit, i) => digit === actual?.[i]).length).toBeGreaterThan(15);
  },
  "gradients.mjs": (output) => {
    expect(output.match(/^(hidden\d|outputs)\/weights +\S+ +\S+$/gm)).toHaveLength(7);
    const gradient = value(output, /gradient (-?[\d.]+)/);
    expect(value(output, /slope (-?[\d.]+)/)).toBeCloseTo(gradient, 2);
    expect(value(output, /-> ([\d.]+)/)).toBeLessThan(value(output, /loss ([\d.]+) ->/));
    expect(output).toContain("hidden layers unchanged");
  },
  "transfer.mjs": (output) => {
    const scratch = value(output, /from scratch, 40 labels: accuracy ([\d.]+)/);
    expect(output).toContain("taken over: hidden1/kernel, hidden1/bias, hidden2/kernel, hidden2/bias");
    expect(value(output, /frozen layers: accuracy ([\d.]+)/)).toBeGreaterThan(scratch);
    expect(value(output, /lower rate: accuracy ([\d.]+)/)).toBeGreaterThan(scratch + 0.03);
  },
  "pairs.mjs": (output) => {
    expect(output).toContain("6,240 parameters, 6,240 of them trainable");
    const [, same, different] = output.match(/same digit ([\d.]+), different digits ([\d.]+)/) ?? [];
    expect(Number(same)).toBeLessThan(0.6 * Number(different));
    const scratch = value(output, /from scratch: accuracy ([\d.]+)/);
    expect(value(output, /layers of the pairs: accuracy ([\d.]+)/)).toBeGreaterThan(scratch + 0.05);
  },
  "save-and-load.mjs": (output) => {
    expect(value(output, /test accuracy ([\d.]+)/)).toBeGreaterThan(0.85);
    const hash = (name: string) => output.match(new RegExp(`^${name} +([0-9a-f]{16})`, "m"))?.[1];
    expect(hash("restored")).toBe(hash("trained"));
    expect(hash("fresh")).not.toBe(hash("trained"));
    expect(output).toMatch(/dense\/kernel +float32 \[4, 16\]/);
  },
  "pytorch-weights.mjs": (output) => {
    expect(output).toMatch(/^0\.weight +\[32, 64\]$/m);
    expect(value(output, /test accuracy ([\d.]+) % on 359 digits/)).toBeGreaterThan(90);
    expect(output).toContain("and back, bit for bit: yes");
  },
  "lenet.mjs": (output) => {
    expect(output).toContain("conv2D_1 (Conv2D)");
    expect(output.match(/^epoch /gm)).toHaveLength(3);
    const upright = value(output, /^test accuracy ([\d.]+) on 359 digits$/m);
    expect(upright).toBeGreaterThan(0.9);
    expect(value(output, /^test accuracy ([\d.]+) on the same digits, turned/m)).toBeLessThan(upright);
  },
  "denoise.mjs": (output) => {
    expect(value(output, /restored digits +([\d.]+) dB/)).toBeGreaterThan(
      value(output, /spoilt digits +([\d.]+) dB/) + 4,
    );
    expect(output.match(/^.{16} {3}\| {3}.{16} {3}\| {3}/gm)).toHaveLength(8);
  },
  "resnet.mjs": (output) => {
    expect(output).toContain("8 layers, 78259 weights");
    expect(value(output, /test accuracy ([\d.]+) on 90/)).toBeGreaterThan(0.9);
  },
  "ten-pictures.mjs": (output) => {
    const scratch = value(output, /from scratch: accuracy ([\d.]+)/);
    expect(value(output, /new head on the trunk: accuracy ([\d.]+)/)).toBeGreaterThan(scratch + 0.04);
  },
  "simd-versus-scalar.mjs": (output) => {
    expect(output).toContain("same bits: yes");
    // How much faster is a matter of the machine and its load; npm run bench measures it.
    expect(value(output, /speed-up: +([\d.]+) x/)).toBeGreaterThan(0);
  },
};

function value(output: string, pattern: RegExp): number {
  return Number(output.match(pattern)?.[1] ?? Number.NaN);
}

function digitsAfter(output: string, name: string): string[] | undefined {
  return output.match(new RegExp(`^${name} +([\\d ]+)$`, "m"))?.[1]?.split(" ");
}

const examples = readdirSync(folder).filter((name) => name.endsWith(".mjs"));

test("every example is held to something", () => {
  expect(Object.keys(promises).sort()).toEqual(examples.sort());
});

describe("examples", () => {
  test.each(examples)("%s keeps its promise", async (name) => {
    promises[name]?.(await runProgram(new URL(name, folder)));
  });

  test.each(examples)("%s says what it shows and how to run it, and imports only public entries", (name) => {
    const source = readFileSync(new URL(name, folder), "utf8");
    expect(source).toMatch(new RegExp(`^// .+\n//   node examples/${name}\n(//   .+\n)*\n`));
    const imports = [...source.matchAll(/from "([^"]+)"/g)].map(([, specifier = ""]) => specifier);
    expect(
      imports.filter((from) => !/^(lanewise(\/(datasets|estimators|io|models|plot))?|node:.*)$/.test(from)),
    ).toEqual([]);
  });
});
