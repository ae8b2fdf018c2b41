// A host with little address space, by a limit of the shell: what starts, and what is said where nothing can.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const built = new URL("../../dist/index.js", import.meta.url);

/** Makes `count` models, which stay alive, and predicts with each; prints how many did, the error, and the tile. */
const program = (count: number) => `
  import { dense, diagnose, init, sequential } from ${JSON.stringify(built.href)};
  await init();
  const models = [];
  let failure = null;
  try {
    while (models.length < ${count}) {
      const model = sequential([dense({ units: 2 })], { inputShape: [2], seed: 1 });
      model.predict([[1, 2]]);
      models.push(model);
    }
  } catch ({ name, message }) {
    failure = name + ": " + message;
  }
  console.log(JSON.stringify({ count: models.length, failure, build: diagnose().build }));`;

async function within(kilobytes: number, count: number, ...flags: string[]) {
  const script = `ulimit -v ${kilobytes}; exec "$0" "$@"`;
  const args = [...flags, "--input-type=module", "--eval", program(count)];
  const { stdout } = await run("bash", ["-c", script, process.execPath, ...args]);
  return JSON.parse(stdout);
}

const short =
  /^StateError: Session: address space is short: Node \S+ .* gave no room for another memory, not even one of 64 MB; .*--disable-wasm-trap-handler\.$/;

// Node 20 reserves about 10 GB for each memory, whatever the limit; Node 24 does without guard regions under 20 GB.
const reserves = Number(process.versions.node.split(".")[0]) < 24;

test.runIf(process.platform === "linux")("8 GB are too little for a memory of V8: a typed error says so", async () => {
  const refused = { count: 0, failure: expect.stringMatching(short), build: "simd" };
  expect(await within(8e6, 1)).toEqual(reserves ? refused : { count: 1, failure: null, build: "simd" });
});

test.runIf(process.platform === "linux")("what is short is said, and what was made before it still works", async () => {
  const { count, failure } = await within(24e6, 5);
  expect(count).toBe(2);
  expect(failure).toMatch(short);
  if (reserves) expect(await within(16e6, 3)).toMatchObject({ count: 1, failure: expect.stringMatching(short) });
});

test.runIf(process.platform === "linux")("without guard regions 8 GB hold many sessions", async () => {
  const flag = "--disable-wasm-trap-handler";
  expect(await within(8e6, 20, flag)).toEqual({ count: 20, failure: null, build: "simd" });
});
