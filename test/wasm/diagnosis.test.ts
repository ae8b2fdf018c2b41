// What `diagnose` tells before and after `init`, on hosts that lack something, and after a measurement.

import { afterEach, expect, test, vi } from "vitest";
import { buildNames, hostName, relaxedFuses, supportedBuilds, wideObstacle } from "../../src/wasm/host.js";

/** Diagnosis and engine as they are before anything has been called. */
async function fresh() {
  vi.resetModules();
  const [{ diagnose, recordSpeed }, { init }] = await Promise.all([
    import("../../src/wasm/diagnosis.js"),
    import("../../src/wasm/engine.js"),
  ]);
  return { diagnose, recordSpeed, init };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test("before init: what the host is and could run, and that nothing runs", async () => {
  const { diagnose } = await fresh();
  const diagnosis = diagnose();
  const obstacle = wideObstacle();
  expect(diagnosis).toMatchObject({
    host: hostName(),
    supported: supportedBuilds(),
    fused: relaxedFuses(),
    build: null,
    tile: null,
    speed: null,
  });
  expect(String(diagnosis).split("\n")).toEqual([
    `host           ${hostName()}`,
    ...buildNames.map(
      (name) =>
        `${`build ${name}`.padEnd(14)} ${name in diagnosis.unsupported ? `off: ${diagnosis.unsupported[name]}` : "supported"}`,
    ),
    `build wide     ${obstacle === null ? "on request: init({ wide: true })" : `off: ${obstacle}`}`,
    "running        nothing",
    'because        not started: call "await init()" first',
    "GEMM tile      -",
    "threads        1",
    'GFLOP/s        not measured: "await benchmark()" of lanewise/benchmark does it',
  ]);
});

test.each(supportedBuilds())("after init: %s runs, and why", async (build) => {
  const { diagnose, init } = await fresh();
  await init({ build });
  const diagnosis = diagnose();
  expect(diagnosis).toMatchObject({ build, reason: "asked for", threads: 1 });
  expect(diagnosis.tile).toMatch(build === "scalar" ? /^\d x 2$/ : /^\d x 8$/);
  expect(String(diagnosis)).toContain(
    `running        ${build}\nbecause        asked for\nGEMM tile      ${diagnosis.tile}\n`,
  );
});

test("what has been measured", async () => {
  const { diagnose, recordSpeed } = await fresh();
  recordSpeed({ javascript: 1.5, simd: 44.123 });
  expect(diagnose().speed).toEqual({ javascript: 1.5, simd: 44.123 });
  expect(String(diagnose())).toMatch(/^GFLOP\/s {8}javascript 1\.50, simd 44\.1$/m);
});

test.each([
  [
    "no WebAssembly",
    undefined,
    "22.0.0",
    { scalar: "no WebAssembly", simd: "no WebAssembly", relaxed: "no WebAssembly", wide: "Node 24" },
  ],
  [
    "no SIMD",
    () => false,
    "22.0.0",
    { simd: "this host has no SIMD; ", relaxed: "no relaxed SIMD; Node 22", wide: "Node 24" },
  ],
  [
    "Node 20",
    (bytes: Uint8Array) => bytes.length < 34,
    "20.19.0",
    { relaxed: "--experimental-wasm-relaxed-simd", wide: "Node 24" },
  ],
  ["Node 24 on a phone", () => true, "24.0.0", { wide: "x64" }],
] as const)("%s: why the builds do not run", async (_, validate, node, reasons) => {
  vi.stubGlobal("WebAssembly", validate && { validate });
  vi.stubGlobal("process", { versions: { node } });
  const { diagnose } = await fresh();
  const { unsupported, supported } = diagnose();
  expect(Object.keys(unsupported)).toEqual(Object.keys(reasons));
  expect(supported).toEqual(buildNames.filter((name) => !(name in reasons)));
  for (const [name, reason] of Object.entries(reasons)) {
    expect(unsupported[name as keyof typeof unsupported]).toContain(reason);
  }
});

test("a host that takes relaxed SIMD and rounds twice: that is said", async () => {
  vi.spyOn(WebAssembly, "validate").mockReturnValue(true);
  // The probe of fusing, the only module that is instantiated before init, gives 0.
  class Instance {
    readonly exports = { f: () => 0 };
  }
  vi.stubGlobal("WebAssembly", { ...wasm(), Instance, Module: class {} });
  const { diagnose } = await fresh();
  expect(diagnose().fused).toBe(false);
  expect(String(diagnose())).toContain(
    "build relaxed  supported, but multiply and add are not fused here: no faster than simd\n",
  );
});

test("the probe of fusing is a valid module where relaxed SIMD is", () => {
  expect(relaxedFuses() === null).toBe(!supportedBuilds().includes("relaxed"));
});

function wasm(): object {
  const { validate, Memory, compile } = WebAssembly;
  return { validate, Memory, compile };
}
