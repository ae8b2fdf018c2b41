// Hosts that lack something, by switches of V8 that take it away for real: without a compiler at run time there is no
// WebAssembly.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { goldenTrainings } from "../support/golden-trainings.js";

const run = promisify(execFile);

// V8 has SIMD on x64 from SSE 4.1 on.
test.runIf(process.arch === "x64")("without SIMD the scalar build runs, with the same bits", async () => {
  const script = fileURLToPath(new URL("golden-run.ts", import.meta.url));
  const { stdout } = await run(process.execPath, ["--no-enable-sse4-1", "--import", "tsx", script]);
  const { build, supported, unsupported, trained } = JSON.parse(stdout);
  expect({ build, supported }).toEqual({ build: "scalar", supported: ["scalar"] });
  expect(unsupported.simd).toMatch(/^this host has no SIMD/);
  expect(trained).toEqual(goldenTrainings.map((training) => training.trained));
});

test("without WebAssembly an error says so", async () => {
  const built = new URL("../../dist/index.js", import.meta.url);
  const program = `
    import { dense, diagnose, init, sequential } from ${JSON.stringify(built.href)};
    const model = sequential([dense({ units: 2 })], { inputShape: [3] });
    const { supported, build } = diagnose();
    const failures = [];
    for (const call of [init, () => init({ build: "scalar" }), () => model.predict([[1, 2, 3]])]) {
      try {
        await call();
      } catch ({ name, message }) {
        failures.push(name + ": " + message);
      }
    }
    console.log(JSON.stringify({ supported, build, failures }));`;
  const { stdout } = await run(process.execPath, ["--jitless", "--input-type=module", "--eval", program]);
  const { supported, build, failures } = JSON.parse(stdout);
  expect({ supported, build }).toEqual({ supported: [], build: null });
  const lacking = /^StateError: init: Lanewise needs WebAssembly, which Node .* does not offer\.$/;
  expect(failures[0]).toMatch(lacking);
  expect(failures[1]).toMatch(lacking);
  expect(failures[2]).toMatch(
    /^StateError: Session\.run: the engine has not been started; call "await init\(\)" first\.$/,
  );
});
