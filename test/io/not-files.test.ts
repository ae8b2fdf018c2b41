// Paths that lead to something other than a file: every reader refuses them at once, where reading would never end.

import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DataError } from "../../src/errors.js";
import { loadEstimator } from "../../src/estimators/index.js";
import { dense, Graph, init, Session, sequential } from "../../src/index.js";
import { loadCsv } from "../../src/io/csv.js";
import { loadCheckpoint, loadWeights, restoreSession } from "../../src/io/index.js";
import { SummaryWriter } from "../../src/io/tensorboard.js";
import { loadLayersModel, loadModel } from "../../src/models/index.js";

let folder: string;
const server = createServer();
beforeAll(async () => {
  await init();
  folder = await mkdtemp(path.join(tmpdir(), "lanewise-not-files-"));
  await mkdir(path.join(folder, "folder"));
  if (process.platform === "win32") return;
  execFileSync("mkfifo", [path.join(folder, "pipe")]);
  await new Promise<void>((ready) => server.listen(path.join(folder, "socket"), ready));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const readers: Record<string, (file: string) => Promise<unknown>> = {
  loadCheckpoint: (file) => loadCheckpoint(file),
  loadCsv: (file) => loadCsv(file),
  loadEstimator: (file) => loadEstimator(file),
  loadLayersModel: (file) => loadLayersModel(file),
  loadModel: (file) => loadModel(file),
  loadWeights: (file) => loadWeights(sequential([dense({ units: 1 })], { inputShape: [1] }), file),
  restoreSession: async (file) => {
    const graph = new Graph();
    graph.variable("v", [1]);
    await restoreSession(new Session(graph), file);
  },
};

describe.skipIf(process.platform === "win32")("refused", () => {
  test.each(Object.entries(readers))("%s", async (_, read) => {
    for (const file of ["/dev/zero", "folder", "pipe", "socket"]) {
      const reading = read(path.resolve(folder, file));
      await expect(reading, file).rejects.toThrow(DataError);
      await expect(reading, file).rejects.toThrow(/must name a file; .+ is a (folder|device, a pipe or a socket)\./);
    }
  });

  test("event files are not appended to a pipe", async () => {
    const writer = new SummaryWriter({ logdir: folder });
    writer.scalar("loss", 1, 0);
    execFileSync("mkfifo", [path.join(folder, writer.fileName)]);
    await expect(writer.flush()).rejects.toThrow(/must name a file; .+ is a device, a pipe or a socket\./);
  });
});
