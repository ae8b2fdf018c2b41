// The built command line as a process: what it prints, where, and with which exit code.

import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dense, diagnose, init, sequential, weightsHash } from "../../src/index.js";
import { decodeSafetensors, loadWeights } from "../../src/io/index.js";
import { fakeMnist, gzipAll, temporaryFolder } from "../data/datasets/fake-mnist.js";
import { startFileServer } from "../data/datasets/file-server.js";
import { cliFile, emptyFolder, runCli } from "./run-cli.js";

const quick = ["--dataset", "iris", "--epochs", "2"];
/** Goes on until it is stopped. */
const endless = ["--hidden", "512,512", "--epochs", "100000", "--no-compare"];
const relaxedHere = Number(process.versions.node.split(".")[0]) >= 22;

/** The object on the only line. */
function parseLine(stdout: string) {
  expect(stdout).toMatch(/^[^\n]+\n$/);
  return JSON.parse(stdout);
}

describe("a run", () => {
  test("prints plain lines, saves the model and says where", async () => {
    const cwd = emptyFolder();
    const { code, stdout, stderr } = await runCli([...quick, "--out", "models/iris.safetensors"], {
      cwd,
      env: { TERM: "xterm-256color" },
    });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there is the point.
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("Dataset        iris: 120 training and 30 test examples");
    expect(stdout).toContain("Build          simd (default: this host has SIMD)");
    expect(stdout).toContain("131 parameters, 131 of them trainable");
    expect(lines.filter((line) => line.startsWith("epoch "))).toEqual([
      expect.stringMatching(
        /^epoch 1\/2 {2}loss \d\.\d{4} {2}accuracy +[\d.]+ % {2}test accuracy +[\d.]+ % {2}[\d.]+ s$/,
      ),
      expect.stringMatching(/^epoch 2\/2 /),
    ]);
    for (const label of ["Test accuracy", "Test loss", "Training time", "Speed ", "Weights hash"]) {
      expect(stdout).toMatch(new RegExp(`^${label} +\\S`, "m"));
    }
    expect(stdout).toMatch(/^Speed-up +[\d.]+x, simd to scalar: [\d.]+ \S+ against [\d.]+ \S+ a training step$/m);
    expect(stdout).toMatch(/^ +of this net, batch 16: medians of \d+ steps each, in turns;$/m);
    expect(stdout).toContain("both builds ended with the same weights");
    expect(stdout).toMatch(/^Saved to +models\/iris\.safetensors$/m);
    expect(existsSync(join(cwd, "models/iris.safetensors"))).toBe(true);
  });

  test("is the same with the command's name, and with either build", async () => {
    const args = [...quick, "--json", "--no-compare"];
    const runs = await Promise.all([
      runCli(args),
      runCli(["train", ...args]),
      runCli([...args, "--build", "scalar"]),
      runCli([...args, "--seed", "2"]),
    ]);
    const [first, named, scalar, seeded] = runs.map(({ stdout }) => parseLine(stdout).weightsHash);
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(named).toBe(first);
    expect(scalar).toBe(first);
    expect(seeded).not.toBe(first);
  });

  test("--json prints one line, and nothing else", async () => {
    const cwd = emptyFolder();
    const args = [...quick, "--hidden", "8,8", "--optimizer", "sgd", "--learning-rate", "0.02", "--json"];
    const { code, stdout, stderr } = await runCli([...args, "--out", "deep/er/net.safetensors"], { cwd });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const result = parseLine(stdout);
    const share = expect.closeTo(0.5, 0);
    const number = expect.any(Number);
    expect(result).toEqual({
      dataset: "iris",
      trainExamples: 120,
      testExamples: 30,
      hidden: [8, 8],
      activation: "relu",
      initializer: "heNormal",
      optimizer: "sgd",
      learningRate: 0.02,
      batchSize: 16,
      epochs: 2,
      seed: 1,
      build: "simd",
      host: diagnose().host,
      testAccuracy: share,
      testLoss: number,
      perEpoch: [1, 2].map((epoch) => ({ epoch, loss: number, accuracy: share, valLoss: number, valAccuracy: share })),
      seconds: number,
      samplesPerSecond: number,
      weightsHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      speedup: { versus: "scalar", ratio: number },
      savedTo: "deep/er/net.safetensors",
    });
    expect(result.testAccuracy).toBe(result.perEpoch[1].valAccuracy);

    // What was saved is what was trained.
    await init();
    const layers = [
      dense({ units: 8, activation: "relu" }),
      dense({ units: 8, activation: "relu" }),
      dense({ units: 3 }),
    ];
    const model = sequential(layers, { inputShape: [4], seed: 99 });
    expect(weightsHash(model)).not.toBe(result.weightsHash);
    await loadWeights(model, join(cwd, result.savedTo));
    expect(weightsHash(model)).toBe(result.weightsHash);
    const { metadata } = decodeSafetensors(readFileSync(join(cwd, result.savedTo)));
    expect(metadata).toMatchObject({ dataset: "iris", hidden: "8,8", activation: "relu", seed: "1" });
  });

  test("leaves nothing behind unless it is told where to save", async () => {
    const cwd = emptyFolder();
    const { code, stdout } = await runCli([...quick, "--no-compare"], { cwd });
    expect(code).toBe(0);
    expect(stdout).not.toContain("Speed-up");
    expect(stdout).toMatch(/^Saved to +nowhere; --out <file> keeps the model$/m);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("in the scalar build has nothing to compare", async () => {
    const { stdout } = await runCli([...quick, "--build", "scalar"]);
    expect(stdout).toContain("Build          scalar (asked for)");
    expect(stdout).toContain("Speed-up       none to measure: this was the scalar build");
    const { speedup } = parseLine((await runCli([...quick, "--build", "scalar", "--json"])).stdout);
    expect(speedup).toBeNull();
  });

  test("reads IDX files from a folder", async () => {
    const dir = temporaryFolder(gzipAll(fakeMnist()));
    const args = ["--dataset", "mnist", "--data-dir", dir, "--hidden", "4", "--epochs", "1", "--json"];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(0);
    expect(parseLine(stdout)).toMatchObject({ dataset: "mnist", trainExamples: 5, testExamples: 3, hidden: [4] });
  });

  test("downloads IDX files into the cache of the user", async () => {
    const { url, requests } = await startFileServer(gzipAll(fakeMnist()));
    const cache = emptyFolder();
    const args = ["--dataset", "fashion-mnist", "--data-url", url, "--hidden", "none", "--epochs", "1"];
    const env = { XDG_CACHE_HOME: cache, LOCALAPPDATA: cache, HOME: cache };
    expect(await runCli(args, { env })).toMatchObject({ code: 0, stderr: "" });
    expect(await runCli(args, { env })).toMatchObject({ code: 0, stderr: "" });
    expect(requests).toHaveLength(4);
  });
});

describe("help", () => {
  test("tells options by group, defaults and examples, within 80 columns", async () => {
    const { code, stdout, stderr } = await runCli(["--help"]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    const headings = stdout.split("\n").filter((line) => /^\S.*:$/.test(line));
    expect(headings).toEqual([
      "Options:",
      "Data:",
      "Net:",
      "Training:",
      "Results:",
      "Commands:",
      "Defaults per dataset:",
      "Examples:",
    ]);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect((await runCli(["help"])).stdout).toBe(stdout);
    expect((await runCli(["-h"])).stdout).toBe(stdout);
  });

  test("--version is that of the package", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await runCli(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("diagnose tells the builds", async () => {
    const { code, stdout } = await runCli(["diagnose"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^build simd +supported$/m);
    expect(stdout).toMatch(/^running +simd$/m);
    expect((await runCli(["diagnose", "--build", "scalar"])).stdout).toMatch(/^running +scalar$/m);
  });

  test("diagnose --measure tells figures", async () => {
    const { code, stdout } = await runCli(["diagnose", "--measure"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^GFLOP\/s +javascript \d.*, scalar \d.*, simd \d/m);
  });
});

describe("wrong usage: one line on stderr, exit code 2", () => {
  test.each([
    ["--dataset cifar", '--dataset must be one of digits, iris, mnist, fashion-mnist; received "cifar".'],
    [
      "--hidden 300,x",
      '--hidden must be positive integers with commas between, such as 300,100, or none; received "300,x".',
    ],
    ["--learning-rate fast", '--learning-rate must be a number greater than 0; received "fast".'],
    ["--batch-size 0", '--batch-size must be a positive integer; received "0".'],
    ["--build avx", '--build must be one of scalar, simd, relaxed, wide; received "avx".'],
    ["diagnose --build avx", '--build must be one of scalar, simd, relaxed, wide; received "avx".'],
    [
      "--dataset mnist",
      "mnist is not part of the package; say where its IDX files are with --data-dir DIR or --data-url URL.",
    ],
    ["--datset iris", "unknown option '--datset' (Did you mean --dataset?). Try lanewise --help."],
    ["--seed", "option '--seed <integer>' argument missing. Try lanewise --help."],
    ["trian", '"trian" is neither a command nor an option. Try lanewise --help.'],
    ["train iris", '"iris" is neither a command nor an option. Try lanewise --help.'],
    ["--out .", '--out must name a file; "." is a folder.'],
    ["--out new/", '--out must name a file; "new/" is a folder.'],
  ])("%s", async (args, message) => {
    const cwd = emptyFolder();
    const ended = await runCli(args.split(" "), { cwd });
    expect(ended).toEqual({ code: 2, stdout: "", stderr: `lanewise: ${message}\n` });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.skipIf(relaxedHere)("--build relaxed on a host without it names the remedy", async () => {
    for (const args of [
      ["--build", "relaxed"],
      ["diagnose", "--build", "relaxed"],
    ]) {
      const { code, stdout, stderr } = await runCli(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(
        /^lanewise: init: this host does not support the relaxed build; .*supports scalar, simd\. /,
      );
      expect(stderr).toMatch(/Use Node 22 or later, or run: node --experimental-wasm-relaxed-simd \S*cli\.js .*\n$/);
      expect(stderr.split("\n")).toHaveLength(2);
    }
  });

  test.runIf(relaxedHere)("--build relaxed runs where the host has it", async () => {
    const { code, stdout } = await runCli([...quick, "--build", "relaxed", "--json"]);
    expect(code).toBe(0);
    expect(parseLine(stdout)).toMatchObject({ build: "relaxed", speedup: { versus: "scalar" } });
  });
});

describe("failures: one line on stderr, exit code 1", () => {
  const failing = async (args: readonly string[], cwd = emptyFolder(), env = {}) => {
    const { code, stderr } = await runCli(args, { cwd, env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^lanewise: [^\n]+\n$/);
    return stderr;
  };

  test("a folder that is missing", async () => {
    expect(await failing(["--dataset", "mnist", "--data-dir", "nowhere"])).toBe(
      "lanewise: mnist: dir must be an existing folder, which must hold train-images-idx3-ubyte.gz or " +
        'train-images-idx3-ubyte; received "nowhere" (ENOENT).\n',
    );
  });

  test("a file that is missing", async () => {
    const { "t10k-labels-idx1-ubyte": _, ...files } = fakeMnist();
    const stderr = await failing(["--dataset", "mnist", "--data-dir", temporaryFolder(files)]);
    expect(stderr).toContain("must hold t10k-labels-idx1-ubyte.gz or t10k-labels-idx1-ubyte");
  });

  test("a truncated file", async () => {
    const files = fakeMnist();
    const whole = files["train-images-idx3-ubyte"] as Buffer;
    const cut = temporaryFolder({ ...files, "train-images-idx3-ubyte": whole.subarray(0, 1000) });
    expect(await failing(["--dataset", "mnist", "--data-dir", cut])).toMatch(
      /train-images-idx3-ubyte: .* takes 3936 bytes .*; received 1000\. The file is truncated\.\n$/,
    );
    const zipped = gzipAll(files);
    const half = (zipped["train-images-idx3-ubyte.gz"] as Buffer).subarray(0, 100);
    const cutZip = temporaryFolder({ ...zipped, "train-images-idx3-ubyte.gz": half });
    expect(await failing(["--dataset", "mnist", "--data-dir", cutZip])).toMatch(/train-images-idx3-ubyte\.gz: /);
  });

  test("a server that has not got the file", async () => {
    const { url } = await startFileServer({});
    expect(
      await failing(["--dataset", "mnist", "--data-url", url], undefined, { XDG_CACHE_HOME: emptyFolder() }),
    ).toContain("received HTTP 404 Not Found");
  });

  test("a place where nothing can be saved, before any training", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "file"), "");
    expect(await failing(["--out", "file/net.safetensors"], cwd)).toBe(
      'lanewise: --out: every parent of the path must be a folder; in "file/net.safetensors" one is a file.\n',
    );
  });

  test.skipIf(process.getuid?.() === 0)("a folder that must not be written to", async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "locked"), { mode: 0o500 });
    expect(await failing(["--out", "locked/net.safetensors"], cwd)).toContain("the folder must be writable");
  });

  test("training that diverges stops at once and saves nothing", async () => {
    const cwd = emptyFolder();
    const stderr = await failing(["--optimizer", "sgd", "--learning-rate", "1e30"], cwd);
    expect(stderr).toMatch(
      /^lanewise: training has diverged: the loss is \S+ after epoch 1; nothing was saved\. Try a --learning-rate smaller than 1e\+30\.\n$/,
    );
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("LANEWISE_DEBUG=1 shows the stack", async () => {
    const { code, stderr } = await runCli(["--dataset", "cifar"], { env: { LANEWISE_DEBUG: "1" } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ArgumentError: --dataset must be one of .*\n\s+at /);
  });
});

describe.skipIf(process.platform === "win32")("stopping early", () => {
  test.each([
    ["SIGINT", 130, "interrupted"],
    ["SIGTERM", 143, "terminated"],
  ] as const)("%s ends the run with code %i and saves nothing", async (name, code, word) => {
    const cwd = emptyFolder();
    let sent = false;
    const ended = await runCli(endless, {
      cwd,
      onOutput: (child, stdout) => {
        if (sent || !stdout.includes("\nepoch ")) return;
        sent = true;
        child.kill(name);
      },
    });
    expect(ended).toMatchObject({ code, stderr: `lanewise: ${word}; nothing was saved\n` });
    expect(ended.stdout).not.toContain("Test accuracy ");
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("in the comparison, it takes only the comparison away", async () => {
    const cwd = emptyFolder();
    const args = ["--hidden", "1500,1500", "--epochs", "1", "--out", "models/digits.safetensors"];
    let sent = false;
    const { code, stdout, stderr } = await runCli(args, {
      cwd,
      onOutput: (child, text) => {
        // The last epoch is out: what follows is saving, at whose end the file is there, and several seconds of comparison.
        if (sent || !text.includes("\nepoch 1/1")) return;
        sent = true;
        const timer = setInterval(() => {
          if (!existsSync(join(cwd, "models/digits.safetensors"))) return;
          clearInterval(timer);
          child.kill("SIGINT");
        }, 20);
        child.once("exit", () => clearInterval(timer));
      },
    });
    expect({ code, stderr }).toEqual({ code: 130, stderr: "lanewise: interrupted\n" });
    expect(stdout).toMatch(/^Speed-up +not measured$/m);
    expect(stdout).toMatch(/^Saved to +models\/digits\.safetensors$/m);
    expect(readdirSync(join(cwd, "models"))).toEqual(["digits.safetensors"]);
  });

  test.skipIf(!existsSync("/dev/full"))("an output that cannot be written is told, without a stack", async () => {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [cliFile, "diagnose"], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    closeSync(full);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "lanewise: the output cannot be written (ENOSPC)\n" });
  });

  test("a reader that has seen enough ends the run quietly", async () => {
    const cwd = emptyFolder();
    const { code, stderr } = await runCli(endless, { cwd, onOutput: (child) => void child.stdout?.destroy() });
    expect({ code, stderr }).toEqual({ code: 141, stderr: "" });
    expect(readdirSync(cwd)).toEqual([]);
  });
});
