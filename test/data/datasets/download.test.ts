import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type FileProgress, fashionMnist, mnist } from "../../../src/data/datasets/index.js";
import { ArgumentError, DataError, StateError } from "../../../src/errors.js";
import { checksumsOf, encodeIdx, fakeMnist, gzipAll, temporaryFolder } from "./fake-mnist.js";
import { type FileServer, startFileServer } from "./file-server.js";

const files = gzipAll(fakeMnist());
const names = Object.keys(files);
const checksums = checksumsOf(files);
const LABELS = "train-labels-idx1-ubyte.gz";
let server: FileServer;

beforeEach(async () => {
  server = await startFileServer({ ...files });
});

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable("the call must fail"),
    (error) => error,
  );
}

describe("download", () => {
  test("the four files, with progress", async () => {
    const progress: FileProgress[] = [];
    const set = await mnist({
      url: server.url,
      cacheDir: false,
      checksums,
      onProgress: (step) => progress.push(step),
    });
    expect(server.requests).toEqual(names);
    expect(set.train.y.data).toEqual(Int32Array.of(0, 1, 2, 3, 9));
    expect(set.test.x.shape).toEqual([3, 784]);
    for (const name of names) {
      const steps = progress.filter(({ file }) => file === name);
      const length = files[name]?.length;
      expect(steps.at(-1)).toEqual({ file: name, received: length, total: length });
    }
  });

  test.each(["/", "//"])("a base URL that ends in %s", async (end) => {
    await mnist({ url: new URL(server.url + end), cacheDir: false, checksums });
    expect(server.requests).toEqual(names);
  });

  test("total is undefined where the server sends no length", async () => {
    for (const name of names) server.files[name] = (_, response) => void response.writeHead(200).end(files[name]);
    const totals = new Set<number | undefined>();
    await mnist({ url: server.url, cacheDir: false, checksums, onProgress: ({ total }) => totals.add(total) });
    expect([...totals]).toEqual([undefined]);
  });

  test("a wrong checksum", async () => {
    server.files[LABELS] = files["t10k-labels-idx1-ubyte.gz"] as Buffer;
    const error = await failureOf(mnist({ url: server.url, cacheDir: false, checksums }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(
      `mnist: ${server.url}/${LABELS}: the SHA-256 must be ${checksums[LABELS]}; received ${checksums["t10k-labels-idx1-ubyte.gz"]}`,
    );
  });

  test("files that are not the published MNIST fail the built-in checksums", async () => {
    const error = await failureOf(mnist({ url: server.url, cacheDir: false }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(
      "the SHA-256 must be 440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    );
  });

  test("checksums: false checks the structure only", async () => {
    await mnist({ url: server.url, cacheDir: false, checksums: false });
    server.files[LABELS] = Buffer.from("<!DOCTYPE html>");
    const error = await failureOf(mnist({ url: server.url, cacheDir: false, checksums: false }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain("It is not an IDX file.");
  });

  test("a server that decompresses on the way", async () => {
    for (const name of names) {
      server.files[name] = (_, response) =>
        void response
          .writeHead(200, { "content-encoding": "gzip", "content-length": files[name]?.length })
          .end(files[name]);
    }
    const totals = new Set<number | undefined>();
    const onProgress = ({ total }: FileProgress) => totals.add(total);
    const set = await mnist({ url: server.url, cacheDir: false, checksums: false, onProgress });
    expect(set.train.y.size).toBe(5);
    expect([...totals]).toEqual([undefined]);
    const error = await failureOf(mnist({ url: server.url, cacheDir: false, checksums }));
    expect(error.message).toContain("Content-Encoding: gzip");
  });

  test("a status other than success", async () => {
    delete server.files["t10k-images-idx3-ubyte.gz"];
    const error = await failureOf(mnist({ url: server.url, cacheDir: false, checksums }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toBe(
      `mnist: ${server.url}/t10k-images-idx3-ubyte.gz: the file must be downloadable; received HTTP 404 Not Found. Check the address.`,
    );
  });

  test("a connection that breaks off", async () => {
    server.files[LABELS] = (request, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write(Buffer.alloc(10), () => request.socket.destroy());
    };
    const error = await failureOf(mnist({ url: server.url, cacheDir: false, checksums }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(`${LABELS}: the file must be downloadable; received `);
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("a server nobody can reach, and an address that is none", async () => {
    await server.stop();
    for (const [url, reason] of [
      [server.url, "ECONNREFUSED"],
      ["data/mnist", "ERR_INVALID_URL"],
    ] as const) {
      const error = await failureOf(mnist({ url, cacheDir: false }));
      expect(error).toBeInstanceOf(DataError);
      expect(error.message).toBe(
        `mnist: ${url}/train-images-idx3-ubyte.gz: the file must be downloadable; received ${reason}. Check the address and the network.`,
      );
    }
  });

  test("abort before, during the answer, and during the body", async () => {
    const reason = new Error("enough");
    expect(await failureOf(mnist({ url: server.url, checksums, signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(server.requests).toEqual([]);

    const waiting = new AbortController();
    server.files[LABELS] = () => waiting.abort(reason);
    const { signal } = waiting;
    expect(await failureOf(mnist({ url: server.url, cacheDir: false, checksums, signal }))).toBe(reason);

    const reading = new AbortController();
    server.files[LABELS] = (_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write(Buffer.alloc(10));
    };
    const onProgress = ({ file }: FileProgress) => file === LABELS && reading.abort(reason);
    expect(
      await failureOf(mnist({ url: server.url, cacheDir: false, checksums, signal: reading.signal, onProgress })),
    ).toBe(reason);
  });

  test("an error of onProgress is the caller's, and frees the connection", async () => {
    const mistake = new TypeError("my mistake");
    const onProgress = ({ file }: FileProgress) => {
      if (file === LABELS) throw mistake;
    };
    const closed = new Promise((resolve) => {
      server.files[LABELS] = (_, response) => {
        response.on("close", resolve).writeHead(200).write(Buffer.alloc(10));
      };
    });
    expect(await failureOf(mnist({ url: server.url, cacheDir: false, checksums, onProgress }))).toBe(mistake);
    await closed;
  });
});

describe("the cache on disk", () => {
  test("is filled once and then used", async () => {
    const cacheDir = join(temporaryFolder(), "not", "there", "yet");
    await mnist({ url: server.url, cacheDir, checksums });
    expect(readdirSync(join(cacheDir, "mnist")).sort()).toEqual([...names].sort());
    for (const name of names) expect(readFileSync(join(cacheDir, "mnist", name))).toEqual(files[name]);

    const progress: FileProgress[] = [];
    server.requests.length = 0;
    const set = await mnist({ url: server.url, cacheDir, checksums, onProgress: (step) => progress.push(step) });
    expect(server.requests).toEqual([]);
    expect(set.train.y.data).toEqual(Int32Array.of(0, 1, 2, 3, 9));
    expect(progress).toEqual(
      names.map((file) => ({ file, received: files[file]?.length, total: files[file]?.length })),
    );
  });

  test("can be read as a folder", async () => {
    const cacheDir = temporaryFolder();
    await mnist({ url: server.url, cacheDir, checksums });
    expect((await mnist({ dir: join(cacheDir, "mnist"), checksums })).test.y.size).toBe(3);
  });

  test("verified files serve every address", async () => {
    const cacheDir = temporaryFolder();
    await mnist({ url: server.url, cacheDir, checksums });
    await mnist({ url: "http://127.0.0.1:9/elsewhere", cacheDir, checksums });
  });

  test.each([
    ["changed", Buffer.from(files[LABELS] as Buffer).fill(0, 12, 16)],
    ["truncated", (files[LABELS] as Buffer).subarray(0, 20)],
    ["empty", Buffer.alloc(0)],
  ])("a %s file is downloaded again and replaced", async (_, damaged) => {
    const cacheDir = temporaryFolder();
    await mnist({ url: server.url, cacheDir, checksums });
    writeFileSync(join(cacheDir, "mnist", LABELS), damaged);
    server.requests.length = 0;
    await mnist({ url: server.url, cacheDir, checksums });
    expect(server.requests).toEqual([LABELS]);
    expect(readFileSync(join(cacheDir, "mnist", LABELS))).toEqual(files[LABELS]);
    expect(readdirSync(join(cacheDir, "mnist"))).toHaveLength(4);
  });

  test("refused files never enter it", async () => {
    const cacheDir = temporaryFolder();
    server.files["train-images-idx3-ubyte.gz"] = Buffer.from("<!DOCTYPE html>");
    await failureOf(mnist({ url: server.url, cacheDir, checksums }));
    await failureOf(fashionMnist({ url: server.url, cacheDir }));
    expect(readdirSync(cacheDir)).toEqual([]);
    server.files = { ...files };
    await fashionMnist({ url: server.url, cacheDir });
  });

  test("unverified files are kept apart by address, and checked for structure", async () => {
    const cacheDir = temporaryFolder();
    const other = await startFileServer({
      ...files,
      [LABELS]: gzipAll({ x: encodeIdx([5], [4, 4, 4, 4, 4]) })["x.gz"]!,
    });
    const first = await fashionMnist({ url: server.url, cacheDir });
    const second = await fashionMnist({ url: other.url, cacheDir });
    expect(first.train.y.data).toEqual(Int32Array.of(0, 1, 2, 3, 9));
    expect(second.train.y.data).toEqual(Int32Array.of(4, 4, 4, 4, 4));

    server.requests.length = 0;
    await fashionMnist({ url: `${server.url}/`, cacheDir });
    expect(server.requests).toEqual([]);

    const folders = readdirSync(join(cacheDir, "fashion-mnist"));
    expect(folders).toHaveLength(2);
    for (const folder of folders) writeFileSync(join(cacheDir, "fashion-mnist", folder, LABELS), "damaged");
    expect((await fashionMnist({ url: server.url, cacheDir })).train.y.data).toEqual(first.train.y.data);
    expect(server.requests).toEqual([LABELS]);
  });

  test("a cacheDir that cannot be written", async () => {
    const cacheDir = join(temporaryFolder({ file: Buffer.from("x") }), "file");
    const error = await failureOf(mnist({ url: server.url, cacheDir, checksums }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(
      /^mnist: cacheDir must be writable; .* received E[A-Z]+\. Pass another folder, or false\.$/,
    );
  });

  test("a file that cannot be put in its place leaves no temporary one", async () => {
    const cacheDir = temporaryFolder();
    mkdirSync(join(cacheDir, "mnist", "train-images-idx3-ubyte.gz", "occupied"), { recursive: true });
    const error = await failureOf(mnist({ url: server.url, cacheDir, checksums }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain("mnist: cacheDir must be writable; ");
    expect(readdirSync(join(cacheDir, "mnist"))).toEqual(["train-images-idx3-ubyte.gz"]);
  });

  describe("by default", () => {
    afterEach(() => vi.unstubAllEnvs());

    test("lies in $XDG_CACHE_HOME", async () => {
      const home = temporaryFolder();
      vi.stubEnv("XDG_CACHE_HOME", home);
      await mnist({ url: server.url, checksums });
      expect(readdirSync(join(home, "lanewise", "mnist"))).toHaveLength(4);
    });

    test.skipIf(process.platform !== "linux")("lies in ~/.cache where that is not an absolute path", async () => {
      const home = temporaryFolder();
      vi.stubEnv("HOME", home);
      vi.stubEnv("XDG_CACHE_HOME", "relative-cache");
      onTestFinished(() => rmSync("relative-cache", { recursive: true, force: true }));
      await mnist({ url: server.url, checksums });
      expect(readdirSync(join(home, ".cache", "lanewise", "mnist"))).toHaveLength(4);
      expect(existsSync("relative-cache")).toBe(false);
    });

    test("may fail to be written", async () => {
      vi.stubEnv("XDG_CACHE_HOME", join(temporaryFolder({ file: Buffer.from("x") }), "file"));
      expect((await mnist({ url: server.url, checksums })).train.y.size).toBe(5);
    });
  });
});

// What a browser has: fetch, Web Crypto and the Cache API, but no disk.
describe("in a browser", () => {
  const stored = new Map<string, Response>();
  const cache = {
    match: async (url: string) => stored.get(url)?.clone(),
    put: async (url: string, response: Response) => void stored.set(url, response),
  };

  beforeEach(() => {
    stored.clear();
    const { getBuiltinModule } = process;
    Object.assign(process, { getBuiltinModule: undefined });
    vi.stubGlobal("caches", { open: async () => cache });
    return () => {
      vi.unstubAllGlobals();
      Object.assign(process, { getBuiltinModule });
    };
  });

  test("the Cache API keeps the files", async () => {
    await mnist({ url: server.url, checksums });
    expect([...stored.keys()]).toEqual(names.map((name) => `${server.url}/${name}`));
    server.requests.length = 0;
    await mnist({ url: server.url, checksums });
    expect(server.requests).toEqual([]);

    stored.set(`${server.url}/${LABELS}`, new Response("damaged"));
    await mnist({ url: server.url, checksums });
    expect(server.requests).toEqual([LABELS]);
    expect(gunzipSync(await (stored.get(`${server.url}/${LABELS}`) as Response).arrayBuffer())).toHaveLength(13);
  });

  test("cacheDir: false keeps nothing", async () => {
    await mnist({ url: server.url, checksums, cacheDir: false });
    expect(stored.size).toBe(0);
  });

  test("a cache that fails, or none, is no obstacle", async () => {
    vi.stubGlobal("caches", { open: async () => Promise.reject(new DOMException("", "SecurityError")) });
    await mnist({ url: server.url, checksums });
    vi.stubGlobal("caches", undefined);
    await mnist({ url: server.url, checksums });
    expect(server.requests).toHaveLength(8);
  });

  test("without Web Crypto, only unverified files", async () => {
    await mnist({ url: server.url, checksums });
    server.requests.length = 0;
    vi.stubGlobal("crypto", {});
    const error = await failureOf(mnist({ url: server.url, checksums }));
    expect(error).toBeInstanceOf(StateError);
    expect(error.message).toContain("mnist: SHA-256 needs Web Crypto");
    expect(server.requests).toEqual([]);
    await mnist({ url: server.url, checksums: false });
  });

  test("dir is refused", async () => {
    const error = await failureOf(mnist({ dir: "data" }));
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toBe('mnist: dir needs a file system; received "data". In a browser, pass url.');
  });
});
