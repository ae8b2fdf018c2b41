// The fourth gear: it runs where it proves itself, else simd does and says why; nothing else about it can be chosen.

import { afterAll, describe, expect, test, vi } from "vitest";
import { dense } from "../../src/nn/layers/index.js";
import { weightsHash } from "../../src/training/model/model.js";
import { sequential } from "../../src/training/model/sequential.js";
import { diagnose } from "../../src/wasm/diagnosis.js";
import { type Engine, type InitOptions, type Instance, init } from "../../src/wasm/engine.js";
import { wideObstacle } from "../../src/wasm/host.js";
import { compareWide } from "../../src/wasm/wide.js";
import { builds, engineOf } from "../support/builds.js";
import { smallClassification } from "../support/small-classification.js";

afterAll(async () => {
  vi.unstubAllGlobals();
  await init({ build: "simd" });
});

describe("init({ wide: true })", () => {
  test("runs the wide build, or simd with the reason why not", async () => {
    const engine = await init({ wide: true });
    const obstacle = wideObstacle();
    if (engine.build === "wide") {
      expect(obstacle).toBeNull();
      expect(engine.reason).toBe("asked for; gives the bits of the scalar build");
      expect(diagnose()).toMatchObject({ build: "wide", tile: "5 x 16" });
    } else {
      expect(engine.build).toBe("simd");
      expect(engine.reason).toBe(`wide was asked for, but ${obstacle ?? "V8 makes no 256-bit instructions here"}`);
    }
    expect(await init()).toBe(engine);
  });

  test("is refused beside a build or a module", async () => {
    const before = await init();
    for (const options of [{ build: "simd" }, { build: "relaxed" }, { module: new Uint8Array(8) }] as InitOptions[]) {
      await expect(init({ ...options, wide: true })).rejects.toThrow(
        "init: wide is a choice of its own; received a build or a module beside it, leave that out.",
      );
    }
    await expect(init({ wide: 1 } as unknown as InitOptions)).rejects.toThrow(
      "init: wide must be true or false; received 1.",
    );
    expect(await init()).toBe(before);
  });

  test.each([
    [{ versions: { node: "20.19.0" }, arch: "x64" }, "it needs Node 24 or later"],
    [{ versions: { node: "24.1.0", bun: "1.3.0" }, arch: "x64" }, "it needs Node 24 or later"],
    [{ versions: { node: "24.1.0", deno: "2.5.0" }, arch: "x64" }, "it needs Node 24 or later"],
    [{ versions: { node: "24.1.0" }, arch: "arm64" }, "it needs an x64 processor"],
    [undefined, "it needs Node 24 or later"],
    [{ versions: { node: "26.0.0" }, arch: "x64" }, null],
  ])("on a host %#", (process, obstacle) => {
    vi.stubGlobal("process", process);
    expect(wideObstacle()).toBe(obstacle);
    vi.unstubAllGlobals();
  });
});

describe("compareWide", () => {
  const scalar = engineOf("scalar");
  /** An engine whose products are made by `gemm`. */
  const withGemm = (engine: Engine, gemm: (original: Instance["kernels"]["gemm"]) => Instance["kernels"]["gemm"]) =>
    ({
      instantiate: (pages?: number) => {
        const { kernels, memory } = engine.instantiate(pages);
        return { kernels: { ...kernels, gemm: gemm(kernels.gemm) }, memory };
      },
    }) as Engine;
  /** So slow that simd looks wide beside it. */
  const slow = withGemm(scalar, (original) => (...sizes) => {
    for (let i = 0; i < 4; i++) original(...sizes);
  });

  test("is not content with kernels that are no faster than registers of 128 bits allow", () => {
    expect(compareWide(engineOf("simd"), engineOf("simd"))).toBe("V8 makes no 256-bit instructions here");
  });

  test("accepts the bits of the scalar build, and nothing else", () => {
    const simd = engineOf("simd");
    expect(compareWide(slow, simd)).toBeNull();
    let calls = 0;
    const wrong = withGemm(simd, (original) => (...sizes) => {
      original(...sizes);
      calls++;
    });
    expect(compareWide(slow, wrong)).toBeNull();
    expect(calls).toBeGreaterThan(3);
    const skipping = withGemm(simd, (original) => (...sizes) => {
      if (sizes[0] !== 33) original(...sizes);
    });
    expect(compareWide(slow, skipping)).toBe("its results are not those of the scalar build");
  });
});

test.runIf(builds.includes("wide"))("training gives the weights of the scalar build", async () => {
  const { x, y } = smallClassification(90, 7, 3);
  const hashes = [];
  for (const build of ["scalar", "wide"] as const) {
    const model = sequential([dense({ units: 40, activation: "tanh" }), dense({ units: 3 })], {
      seed: 3,
      engine: engineOf(build),
    });
    model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
    await model.fit(x, y, { epochs: 3 });
    hashes.push(weightsHash(model));
  }
  expect(hashes[1]).toBe(hashes[0]);
});
