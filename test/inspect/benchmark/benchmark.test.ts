// What `benchmark` gives and refuses. No figure is compared with another machine's: only that they are measured and told.

import { expect, test } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { benchmark } from "../../../src/inspect/benchmark/index.js";
import { diagnose } from "../../../src/wasm/diagnosis.js";
import { init, requireEngine } from "../../../src/wasm/engine.js";

test("measures plain JavaScript and every build, tells `diagnose`, and leaves the engine as it is", async () => {
  const engine = await init({ build: "scalar" });
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const result = await benchmark({ seconds: 0.2 });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
  const { supported, host, speed } = diagnose();
  expect(result.host).toBe(host);
  expect(result.speeds.map(({ name }) => name)).toEqual(["javascript", ...supported]);
  for (const { name, gflops, speedup } of result.speeds) {
    expect(gflops).toBeGreaterThan(0);
    expect(speedup).toBeCloseTo(gflops / (result.speeds[0]?.gflops as number), 9);
    expect(speed?.[name]).toBe(gflops);
    expect(String(result)).toMatch(new RegExp(`^${name} .* GFLOP/s .* x$`, "m"));
  }
  expect(requireEngine("test")).toBe(engine);
});

test("an aborted signal ends it with its reason", async () => {
  const reason = new Error("enough");
  await expect(benchmark({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 20);
  await expect(benchmark({ seconds: 60, signal: controller.signal })).rejects.toBe(reason);
});

test.each([
  [{ seconds: 0 }, "benchmark: seconds must be above 0; received 0."],
  [{ seconds: -1 }, "benchmark: seconds must be "],
  [{ seconds: Number.NaN }, "benchmark: seconds must be "],
  [{ second: 1 }, "second"],
  [{ signal: true }, "benchmark: signal must be an AbortSignal; received true."],
])("%o is refused", async (options, message) => {
  const error = await benchmark(options as object).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ArgumentError);
  expect((error as Error).message).toContain(message);
});
