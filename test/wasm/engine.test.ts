// Starting the engine: which build, from where, what is refused.

import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ArgumentError, StateError } from "../../src/errors.js";
import { type Engine, init, otherBuilds, requireEngine, startEngine } from "../../src/wasm/engine.js";
import { hostName, type NamedBuild, supportedBuilds } from "../../src/wasm/host.js";
import { spatial } from "../../src/wasm/spatial.js";
import { expectRefusal } from "../support/expect-refusal.js";

const fileOf = (name: string) => readFileSync(new URL(`../../build/wasm/${name}.wasm`, import.meta.url));
const bytesOf = (build: NamedBuild) => fileOf(build);

/** The engine as it is before anything has been called. */
async function freshEngine(): Promise<typeof import("../../src/wasm/engine.js")> {
  vi.resetModules();
  return import("../../src/wasm/engine.js");
}

async function expectRejection(call: Promise<unknown>, kind: new (...args: never[]) => Error, message: string) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expectRefusal(
    () => {
      if (error !== undefined) throw error;
    },
    kind,
    message,
  );
}

/** mean([1, 2, 6]), to see that the kernels run. */
function meanBy(engine: Engine): number {
  const { kernels, memory } = engine.instantiate();
  new Float32Array(memory.buffer, 1024, 3).set([1, 2, 6]);
  kernels.sums(1024, 2048, 1, 3, 1, 3);
  return new Float32Array(memory.buffer, 2048, 1)[0] as number;
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("before init", () => {
  test("an engine asked for is refused, with the name of who asks", async () => {
    const fresh = await freshEngine();
    const message = 'Session.run: the engine has not been started; call "await init()" first.';
    expect(() => fresh.requireEngine("Session.run")).toThrow(message);
  });
});

describe("init", () => {
  test("starts simd by default, and a second call without options changes nothing", async () => {
    const { init: start, currentEngine: current } = await freshEngine();
    expect(current()).toBeNull();
    const engine = await start();
    expect(engine.build).toBe("simd");
    expect(engine.reason).toBe("default: this host has SIMD");
    expect(meanBy(engine)).toBe(3);
    expect(await start()).toBe(engine);
    const scalar = await start({ build: "scalar" });
    expect(await start({})).toBe(scalar);
    expect(current()).toBe(scalar);
  });

  test.each(supportedBuilds())("starts %s when asked", async (build) => {
    const engine = await init({ build });
    expect(engine.build).toBe(build);
    expect(engine.reason).toBe("asked for");
    expect(requireEngine("test")).toBe(engine);
    expect(meanBy(engine)).toBe(3);
  });

  test.each(supportedBuilds())("takes the bytes or the module of %s", async (build) => {
    const bytes = bytesOf(build);
    const copy = Uint8Array.from(bytes);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    for (const module of [bytes, copy, copy.buffer, shifted.subarray(3), new WebAssembly.Module(copy)]) {
      const engine = await init({ build, module });
      expect(engine).toMatchObject({ build, reason: "module given to init" });
      expect(meanBy(engine)).toBe(3);
      expect(await init()).toBe(engine);
    }
  });

  test("startEngine leaves the current engine as it is", async () => {
    const engine = await init({ build: "scalar" });
    const other = await startEngine({ build: "simd" }, otherBuilds);
    expect(meanBy(other)).toBe(3);
    expect([other.build, requireEngine("test")]).toEqual(["simd", engine]);
  });

  test("takes a module for simd where no build is named", async () => {
    expect((await init({ module: bytesOf("simd") })).build).toBe("simd");
  });

  test("each instance has a memory of its own", async () => {
    const engine = await init({ build: "scalar" });
    const [a, b] = [engine.instantiate(), engine.instantiate(3)];
    expect([a.memory.buffer.byteLength, b.memory.buffer.byteLength]).toEqual([65536, 3 * 65536]);
    a.kernels.increment(1024);
    expect(new Int32Array(a.memory.buffer, 1024, 1)[0]).toBe(1);
    expect(new Int32Array(b.memory.buffer, 1024, 1)[0]).toBe(0);
  });

  test("refuses unknown builds", async () => {
    for (const [build, received] of [
      ["avx", '"avx"'],
      ["SIMD", '"SIMD"'],
      [null, "null"],
      [1, "1"],
    ] as const) {
      const message = `init: build must be one of "scalar", "simd", "relaxed"; received ${received}.`;
      await expectRejection(init({ build: build as unknown as NamedBuild }), ArgumentError, message);
    }
  });

  test("refuses what is no module, and leaves the engine as it was", async () => {
    const engine = await init({ build: "scalar" });
    const broken = Uint8Array.from(bytesOf("simd")).fill(255, 100, 110);
    const invalid = "init: module is not valid WebAssembly on this host; use a file of lanewise/wasm.";
    for (const bytes of [new Uint8Array(0), broken, new ArrayBuffer(8)]) {
      await expectRejection(init({ module: bytes }), ArgumentError, invalid);
    }
    for (const [module, received] of [
      ["simd.wasm", '"simd.wasm"'],
      [null, "null"],
      [{}, "an object"],
    ] as const) {
      const message = `init: module must be a WebAssembly.Module or its bytes; received ${received}.`;
      await expectRejection(init({ module: module as unknown as ArrayBuffer }), ArgumentError, message);
    }
    expect(requireEngine("test")).toBe(engine);
  });
});

describe("on a lesser host", () => {
  test("without SIMD the scalar build runs, and the others are refused", async () => {
    vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    expect(supportedBuilds()).toEqual(["scalar"]);
    const { init: start } = await freshEngine();
    const engine = await start();
    expect(engine.build).toBe("scalar");
    expect(engine.reason).toBe("this host has no SIMD; the results are the same, slower");
    const message = `init: this host does not support the simd build; it is ${hostName()} and supports scalar.`;
    await expectRejection(init({ build: "simd" }), ArgumentError, message);
  });

  test("without WebAssembly nothing runs, and the message says so", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(supportedBuilds()).toEqual([]);
    const message = `init: Lanewise needs WebAssembly, which ${hostName()} does not offer.`;
    await expectRejection(init({ build: "scalar" }), StateError, message);
  });
});

describe("where bytes must not be compiled", () => {
  const reason = "Wasm code generation disallowed by embedder";
  const refuse = () => {
    throw new WebAssembly.CompileError(reason);
  };
  const forbidden = {
    Module: { value: new Proxy(WebAssembly.Module, { construct: refuse }) },
    compile: { value: async () => refuse() },
  };
  const module = new WebAssembly.Module(bytesOf("simd"));

  test("init says what to do", async () => {
    const { init: start } = await freshEngine();
    vi.stubGlobal("WebAssembly", Object.create(WebAssembly, forbidden));
    const message =
      `init: this host must allow WebAssembly to be compiled; it said "${reason}". ` +
      "A page needs 'wasm-unsafe-eval' in script-src of its Content-Security-Policy; " +
      "elsewhere give init a module compiled ahead, from lanewise/wasm.";
    await expect(start()).rejects.toMatchObject({ name: "StateError", message, cause: { message: reason } });
    await expect(start({ module: bytesOf("simd") })).rejects.toMatchObject({ name: "StateError", message });
  });

  test.each([
    ["a module compiled ahead runs", {}],
    ["so it does where bytes must not be looked at either", { validate: { value: refuse } }],
  ])("%s", async (_, also) => {
    vi.stubGlobal("WebAssembly", Object.create(WebAssembly, { ...forbidden, ...also }));
    for (const options of [{ module }, { module, build: "simd" }] as const) {
      const engine = await init(options);
      expect([engine.build, meanBy(engine)]).toEqual(["simd", 3]);
    }
  });
});

describe("hostName", () => {
  test("names this Node", () => {
    expect(hostName()).toBe(
      `Node ${process.versions.node} (V8 ${process.versions.v8}), ${process.platform} ${process.arch}`,
    );
  });

  test("knows other hosts by what they say of themselves", () => {
    vi.stubGlobal("process", { versions: { bun: "1.2.3", node: "22.0.0" }, platform: "linux", arch: "arm64" });
    expect(hostName()).toBe("Bun 1.2.3 (JavaScriptCore), linux arm64");
    vi.stubGlobal("process", { versions: { deno: "2.0.0", v8: "13.0" } });
    expect(hostName()).toBe("Deno 2.0.0 (V8 13.0)");
    vi.stubGlobal("process", undefined);
    vi.stubGlobal("navigator", { userAgent: "Mozilla/5.0" });
    expect(hostName()).toBe("Mozilla/5.0");
    vi.stubGlobal("navigator", undefined);
    expect(hostName()).toBe("an unknown host");
  });
});

test("a module that is none of ours is refused and the engine stays; one of ours is known for what it is", async () => {
  const before = await init();
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  await expect(init({ module: empty })).rejects.toThrow("init: module must be a file of lanewise/wasm of this version");
  expect(await init()).toBe(before);
  const scalar = readFileSync(new URL("../../build/wasm/scalar.wasm", import.meta.url));
  expect((await init({ module: scalar })).build).toBe("scalar");
  await expect(init({ build: "simd", module: scalar })).rejects.toThrow(
    "must be the build that is named, simd; received the scalar",
  );
  await init({ build: before.build as NamedBuild });
});

describe("a family of kernels in a module of its own", () => {
  /** y[b, i, j] of images of one channel with a border of zeros at the top and the left. */
  function padded(engine: Engine): Float32Array {
    const instance = engine.instantiate();
    expect("padImages" in instance.kernels).toBe(false);
    engine.extend(instance, spatial);
    const { padImages } = instance.kernels;
    engine.extend(instance, spatial);
    expect(instance.kernels.padImages).toBe(padImages);
    new Float32Array(instance.memory.buffer, 1024, 4).set([1, 2, 3, 4]);
    padImages(1024, 1, 2, 2, 1, 2048, 3, 3, 1, 1, 1);
    return new Float32Array(instance.memory.buffer, 2048, 9);
  }

  test.each(supportedBuilds())("joins the kernels of the %s build over the same memory, once", async (build) => {
    const given = await init({ module: bytesOf(build), spatial: fileOf(`spatial-${build}`) });
    for (const engine of [await init({ build }), given]) {
      expect([...padded(engine)]).toEqual([0, 0, 0, 0, 1, 2, 0, 3, 4]);
    }
  });

  test("a module given alone has none of its kernels, and an op that needs them says which file has", async () => {
    const engine = await init({ module: bytesOf("scalar") });
    expect(() => engine.extend(engine.instantiate(), spatial)).toThrow(
      "lanewise/wasm/spatial-scalar.wasm too: init({ module, spatial })",
    );
  });

  test("another build or module, and one without the core's, are refused", async () => {
    const module = bytesOf("scalar");
    for (const other of [fileOf("spatial-simd"), module]) {
      await expect(init({ module, spatial: other })).rejects.toThrow("must be lanewise/wasm/spatial-scalar.wasm");
    }
    await expect(init({ spatial: fileOf("spatial-simd") })).rejects.toThrow("spatial goes with module");
  });
});
