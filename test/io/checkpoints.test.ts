// Checkpoints: what comes back, folders that keep the last and the best, and files after a process was killed.

import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ArgumentError, DataError } from "../../src/errors.js";
import {
  checkpointFolder,
  checkpointFromBytes,
  checkpointToBytes,
  encodeSafetensors,
  loadCheckpoint,
  saveCheckpoint,
  type TrainingState,
} from "../../src/io/index.js";
import { tensor } from "../../src/tensor/tensor.js";

const stateOf = (number: number): TrainingState<object> => ({
  tensors: new Map([
    ["dense/kernel", tensor([[number, -0, 1e-40]])],
    ["adam/step", tensor(number, { dtype: "int32" })],
  ]),
  training: { epoch: 1, stepsMade: number, sums: [0.1, null], callbacks: { earlyStopping: { best: 1 / 3, wait: 2 } } },
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lanewise-checkpoints-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("one file", () => {
  test("brings back state and info, of a model or of a state", async () => {
    const file = path.join(folder, "deep", "a.safetensors");
    const state = stateOf(7);
    await saveCheckpoint({ getState: () => state }, file, { metrics: { loss: 0.25 } });
    expect(await loadCheckpoint(file)).toEqual({ state, info: { metrics: { loss: 0.25 } } });
    expect(checkpointFromBytes(checkpointToBytes(state))).toEqual({ state, info: null });
    expect(Object.is((await loadCheckpoint(file)).state.tensors.get("dense/kernel")?.data[1], -0)).toBe(true);
  });

  test.each<[string, Uint8Array, string]>([
    [
      "weights alone",
      encodeSafetensors({}, { format: "lanewise", version: "1" }),
      "the file must be a checkpoint; its format is",
    ],
    [
      "a later version",
      encodeSafetensors({}, { format: "lanewise-checkpoint", version: "2", training: "{}" }),
      "Update Lanewise.",
    ],
    [
      "broken JSON",
      encodeSafetensors({}, { format: "lanewise-checkpoint", version: "1", training: "{" }),
      "training must be JSON",
    ],
    [
      "no object",
      encodeSafetensors({}, { format: "lanewise-checkpoint", version: "1", training: "3" }),
      "training must be an object",
    ],
    ["any bytes", Uint8Array.of(1, 2, 3), "checkpointFromBytes: the file must begin with"],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => checkpointFromBytes(bytes)).toThrow(DataError);
    expect(() => checkpointFromBytes(bytes)).toThrow(message);
  });

  test.each<[string, unknown, string]>([
    ["no state", {}, "it needs a model, or the state that getState() gives"],
    [
      "NaN in the position",
      { tensors: new Map(), training: { best: Number.NaN } },
      'must be finite, and not -0; received NaN for "best"',
    ],
    ["what is no tensor", { tensors: new Map([["a", [1]]]), training: {} }, '"a" must be a Tensor'],
  ])("refuses to write %s", (_, state, message) => {
    expect(() => checkpointToBytes(state as TrainingState)).toThrow(ArgumentError);
    expect(() => checkpointToBytes(state as TrainingState)).toThrow(message);
  });
});

describe("a folder", () => {
  test("keeps the last ones and the best", async () => {
    const kept = checkpointFolder(path.join(folder, "run"), { keep: 2 });
    expect([await kept.latest(), await kept.best()]).toEqual([null, null]);
    for (const number of [1, 2, 3, 4]) await kept.save(stateOf(number), { best: number === 2 });
    expect(await readdir(path.join(folder, "run"))).toEqual([
      "best.safetensors",
      "checkpoint-000003.safetensors",
      "checkpoint-000004.safetensors",
    ]);
    expect((await kept.latest())?.state).toEqual(stateOf(4));
    expect(await kept.best()).toEqual({ state: stateOf(2), info: { best: true } });
  });

  test("goes on counting where another process stopped, and leaves other files alone", async () => {
    await writeFile(path.join(folder, "notes.txt"), "mine");
    await writeFile(path.join(folder, "checkpoint-000041.safetensors"), checkpointToBytes(stateOf(41)));
    const kept = checkpointFolder(folder, { keep: 1, keepBest: false });
    await kept.save(stateOf(42), { best: true });
    expect(await readdir(folder)).toEqual(["checkpoint-000042.safetensors", "notes.txt"]);
  });

  test("takes the state at the time of the call, and saves in order", async () => {
    const kept = checkpointFolder(folder);
    const weights = Float32Array.of(1);
    const state = { tensors: new Map([["w", tensor(weights)]]), training: {} };
    const saves = [1, 2, 3].map((value) => {
      weights[0] = value;
      return kept.save(state);
    });
    await Promise.all(saves);
    expect((await kept.latest())?.state.tensors.get("w")?.item()).toBe(3);
    const first = await loadCheckpoint(path.join(folder, "checkpoint-000001.safetensors"));
    expect(first.state.tensors.get("w")?.item()).toBe(1);
  });

  test("loses nothing when two save into it at the same time", async () => {
    const [one, other] = [checkpointFolder(folder, { keep: 100 }), checkpointFolder(folder, { keep: 100 })];
    const numbers = Array.from({ length: 40 }, (_, i) => i + 1);
    await Promise.all(numbers.map((number) => (number % 2 === 0 ? one : other).save(stateOf(number))));
    const names = await readdir(folder);
    expect(names).toHaveLength(40);
    const saved = await Promise.all(names.map((name) => loadCheckpoint(path.join(folder, name))));
    expect(
      saved
        .map(({ state }) => (state as TrainingState<{ stepsMade: number }>).training.stepsMade)
        .sort((a, b) => a - b),
    ).toEqual(numbers);
  });

  test("gives the newest that is sound, and says what is wrong with newer ones", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const kept = checkpointFolder(folder, { keep: 5 });
    for (const number of [1, 2, 3]) await kept.save(stateOf(number));
    const sound = await kept.latest();
    expect([sound?.file, sound?.damaged]).toEqual(["checkpoint-000003.safetensors", []]);
    const newest = path.join(folder, "checkpoint-000003.safetensors");
    await writeFile(newest, (await readFile(newest)).subarray(0, 100));
    await writeFile(path.join(folder, "checkpoint-000004.safetensors"), "");
    const found = await kept.latest();
    expect(found?.state).toEqual(stateOf(2));
    expect(found?.file).toBe("checkpoint-000002.safetensors");
    expect(found?.damaged.map((message) => message.match(/checkpoint-\d+/)?.[0])).toEqual([
      "checkpoint-000004",
      "checkpoint-000003",
    ]);
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^checkpointFolder: checkpoint-000002\.safetensors is the newest sound checkpoint\. .+0004.+0003/s,
        ),
      ],
    ]);
    warn.mockRestore();
    await kept.save(stateOf(9));
    expect((await kept.latest())?.file).toBe("checkpoint-000005.safetensors");
  });

  test("refuses a folder of damaged files alone", async () => {
    await writeFile(path.join(folder, "checkpoint-000001.safetensors"), "");
    await expect(checkpointFolder(folder).latest()).rejects.toThrow(DataError);
  });

  test("is not disturbed by folders named like its files", async () => {
    const kept = checkpointFolder(folder, { keep: 1 });
    await kept.save(stateOf(1));
    for (const name of [
      "checkpoint-000002.safetensors",
      "checkpoint-000009.safetensors",
      "checkpoint-99999999999999999999.safetensors",
    ]) {
      await mkdir(path.join(folder, name));
    }
    await kept.save(stateOf(2));
    await kept.save(stateOf(3));
    expect((await kept.latest())?.state).toEqual(stateOf(3));
    expect((await readdir(folder)).filter((name) => name.endsWith("4.safetensors"))).toHaveLength(1);
    // The best has one name: its save is refused before anything is written.
    await mkdir(path.join(folder, "best.safetensors"));
    const before = await readdir(folder);
    await expect(kept.save(stateOf(4), { best: true })).rejects.toThrow(/must name a file; .+ is a folder/);
    expect(await readdir(folder)).toEqual(before);
  });

  test.each([{ keep: 0 }, { keepBest: 1 }, { last: 2 }])("refuses the options %j", (options) => {
    expect(() => checkpointFolder(folder, options as object)).toThrow(ArgumentError);
  });
});

const program = fileURLToPath(new URL("save-forever.mjs", import.meta.url));

test("a process killed at any moment leaves whole checkpoints", async () => {
  const [file, run] = [path.join(folder, "one.safetensors"), path.join(folder, "run")];
  let last = 0;
  for (let round = 0; round < 12; round++) {
    const child = spawn(process.execPath, [program, file, run], { stdio: ["ignore", "pipe", "inherit"] });
    // After one or two saves, and later each time by a little, so that the moments differ.
    for (let saves = 0; saves < 1 + (round % 2); saves++) {
      await new Promise((resolve) => child.stdout.once("data", resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 3 + 7.3 * round));
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;

    const { state, info } = await loadCheckpoint<{ stepsMade: number }>(file);
    const number = state.training.stepsMade;
    expect(info).toEqual({ number });
    expect(state.tensors.get("w")?.data.every((value) => value === number)).toBe(true);
    last = Math.max(last, number);
    const kept = checkpointFolder(run, { keep: 2 });
    for (const checkpoint of [await kept.latest<{ stepsMade: number }>(), await kept.best<{ stepsMade: number }>()]) {
      if (checkpoint === null) throw new Error("the checkpoint is gone");
      const { tensors, training } = checkpoint.state;
      expect(tensors.get("w")?.data.every((value) => value === training.stepsMade)).toBe(true);
    }
    for (const name of await readdir(run)) {
      if (name.endsWith(".safetensors")) await loadCheckpoint(path.join(run, name));
    }
  }
  expect(last).toBeGreaterThan(1);
}, 120_000);

/** Runs a program of one save under a limit for the size of files, which the kernel enforces as it does a full disk. */
async function saveWithin(blocks: number, file: string): Promise<{ code: number | null; errors: string }> {
  const code = `
    import { tensor } from "lanewise";
    import { saveCheckpoint } from "lanewise/io";
    const state = { tensors: new Map([["w", tensor(new Float32Array(1_000_000))]]), training: {} };
    await saveCheckpoint(state, ${JSON.stringify(file)}).catch((error) => {
      console.error(\`\${error.name}: \${error.message}\`);
      process.exitCode = 3;
    });`;
  // Without the trap the signal that comes with the error would end the process.
  const script = `trap "" XFSZ; ulimit -f ${blocks}; exec "$0" --input-type=module -e "$1"`;
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const child = spawn("sh", ["-c", script, process.execPath, code], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  return await new Promise((resolve) => child.once("close", (code) => resolve({ code, errors })));
}

test.skipIf(process.platform === "win32")("what does not fit is refused, and the old file stays", async () => {
  const file = path.join(folder, "a.safetensors");
  await saveCheckpoint(stateOf(1), file);
  const before = await readFile(file);
  const { code, errors } = await saveWithin(1000, file);
  expect(errors).toMatch(/^DataError: saveCheckpoint: the disk must have room for the file; .+ does not fit \(EFBIG\)/);
  expect(code).toBe(3);
  expect(await readFile(file)).toEqual(before);
  expect(await readdir(folder)).toEqual(["a.safetensors"]);
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)("a folder that is read-only", async () => {
  const kept = checkpointFolder(folder);
  await kept.save(stateOf(1));
  await chmod(folder, 0o500);
  await expect(kept.save(stateOf(2))).rejects.toThrow(/the file must be writable; .+ is not \(EACCES\)/);
  await chmod(folder, 0o700);
  expect((await kept.latest())?.state).toEqual(stateOf(1));
});
