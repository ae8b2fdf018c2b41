// Folders and servers that give too much, too late, or something that is not a file.

import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { iris, mnist } from "../../../src/data/datasets/index.js";
import { ArgumentError, DataError } from "../../../src/errors.js";
import { fakeMnist, gzipAll, temporaryFolder } from "./fake-mnist.js";
import { startFileServer } from "./file-server.js";

const files = gzipAll(fakeMnist());
const IMAGES = "train-images-idx3-ubyte";
const LABELS = "train-labels-idx1-ubyte";
const without = (name: string) => Object.fromEntries(Object.entries(fakeMnist()).filter(([each]) => each !== name));

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return error as Error;
}

test("a gzip file that expands beyond the known size is stopped", async () => {
  const dir = temporaryFolder({ ...files, [`${LABELS}.gz`]: gzipSync(Buffer.alloc(2 ** 24)) });
  expect((await failureOf(mnist({ dir }))).message).toMatch(
    /train-labels-idx1-ubyte\.gz: the file must hold at most 60008 bytes, decompressed; it holds more\.$/,
  );
});

test("a file of a larger size is not read", async () => {
  const dir = temporaryFolder({ ...without(LABELS), [LABELS]: Buffer.alloc(100_000) });
  expect((await failureOf(mnist({ dir }))).message).toContain(
    `must hold at most 64165 bytes; "${join(dir, LABELS)}" holds 100000.`,
  );
});

test.skipIf(process.platform === "win32")("devices, pipes, sockets and folders are refused at once", async () => {
  const place = (make: (path: string) => void): string => {
    const dir = temporaryFolder(without(IMAGES));
    make(join(dir, IMAGES));
    return dir;
  };
  const server = createServer();
  const dirs = [
    place((path) => symlinkSync("/dev/zero", path)),
    place((path) => execFileSync("mkfifo", [path])),
    place((path) => mkdirSync(path)),
    place((path) => server.listen(path)),
  ];
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    for (const dir of dirs) {
      expect((await failureOf(mnist({ dir }))).message).toMatch(/the path must name a file; .+ is a (folder|device)/);
    }
  } finally {
    server.close();
  }
});

test("a server that is silent, before or within a file, is given up", async () => {
  const server = await startFileServer({ ...files });
  const read = () => failureOf(mnist({ url: server.url, cacheDir: false, checksums: false, timeout: 500 }));
  server.files[`${LABELS}.gz`] = () => {};
  expect((await read()).message).toContain("received nothing in 500 ms; the option timeout allows more");
  server.files[`${LABELS}.gz`] = (_, response) => void response.writeHead(200).write("a");
  expect((await read()).message).toContain("received nothing in 500 ms; the option timeout allows more");
});

test("a server that never ends is given up: by size, and by time if it is slow", async () => {
  const server = await startFileServer({ ...files });
  const read = (timeout: number) => failureOf(mnist({ url: server.url, cacheDir: false, checksums: false, timeout }));
  const endless =
    (bytes: number, pause: number): (typeof server.files)[string] =>
    (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(Buffer.alloc(bytes)), pause);
      response.on("close", () => clearInterval(timer));
    };
  server.files[`${LABELS}.gz`] = endless(20_000, 1);
  expect((await read(10_000)).message).toContain("the file must hold at most 64165 bytes; received more.");
  server.files[`${LABELS}.gz`] = endless(1, 5);
  expect((await read(300)).message).toContain("received not all of it in 6000 ms");
  server.files[`${LABELS}.gz`] = (_, response) =>
    void response.writeHead(200, { "content-length": 1e12 }).flushHeaders();
  expect((await read(10_000)).message).toContain("at most 64165 bytes; received 1000000000000.");
}, 30_000);

test("a server that sends from one address to another for ever is refused", async () => {
  const server = await startFileServer({ ...files });
  server.files[`${LABELS}.gz`] = (request, response) =>
    void response.writeHead(302, { location: request.url ?? "" }).end();
  expect((await failureOf(mnist({ url: server.url, cacheDir: false, checksums: false }))).message).toContain(
    "redirect",
  );
});

test("misspelt options are refused", async () => {
  await expect(mnist({ dir: ".", cachedir: "." } as never)).rejects.toThrow(ArgumentError);
  await expect(mnist({ url: "http://127.0.0.1:9", timeout: 0 })).rejects.toThrow("timeout must be a positive integer");
  expect(() => iris({ testfraction: 0.5 } as never)).toThrow('did you mean "testFraction"?');
});
