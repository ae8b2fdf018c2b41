// The compiled kernels: choosing a build, compiling it once, instantiating it for each session. The only floor that
// speaks of WebAssembly; above it there are kernels and a memory.

import { ArgumentError, checkOptions, describe, oneOf, StateError } from "../errors.js";
import type { Kernels } from "./generated/kernels.js";
import { text as simd } from "./generated/simd.js";
import { type BuildName, buildNames, type HostModule, hostName, supportedBuilds } from "./host.js";
import { decode } from "./text.js";

export type { Kernels } from "./generated/kernels.js";
export type { BuildName } from "./host.js";

/** A linear memory that only grows. `buffer` is a new object after each growth. */
export interface GrowableMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Kernels over a memory of their own. */
export interface Instance {
  readonly kernels: Kernels;
  readonly memory: GrowableMemory;
}

export interface InitOptions {
  /** Which build to run. Default: `simd` where the host has it, else `scalar`; `relaxed` only on request. */
  readonly build?: BuildName;
  /**
   * A module or its bytes from `lanewise/wasm/<build>.wasm`, for hosts that compile ahead of time.
   * With `build` beside it, it must be that build.
   */
  readonly module?: HostModule | ArrayBuffer | ArrayBufferView;
}

/** What `diagnose` tells. */
export interface Diagnosis {
  readonly host: string;
  readonly supported: readonly BuildName[];
  /** The build that runs, null before `init`. */
  readonly build: BuildName | null;
  readonly reason: string;
  /** Rows and columns of C that the GEMM micro-kernel keeps in registers. */
  readonly tile: string | null;
  toString(): string;
}

/** One build, compiled. */
export class Engine {
  readonly build: BuildName;
  readonly reason: string;
  readonly #module: WebAssembly.Module;

  constructor(build: BuildName, reason: string, module: HostModule) {
    this.build = build;
    this.reason = reason;
    this.#module = module;
  }

  /** Fresh kernels over a fresh memory of `pages` x 64 KB. */
  instantiate(pages = 1): Instance {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536 });
    const abort = () => {
      throw new StateError("Engine: a kernel aborted; this is a defect of Lanewise, please report it.");
    };
    const instance = new WebAssembly.Instance(this.#module, { env: { memory, abort } });
    return { kernels: instance.exports as unknown as Kernels, memory: memory as GrowableMemory };
  }
}

let current: Engine | null = null;
const compiled = new Map<BuildName, Promise<WebAssembly.Module>>();

/**
 * Compiles the kernels. Call it once before anything runs; a second call with another `build` switches what sessions
 * created from then on use, one without options changes nothing.
 * Fails with ArgumentError where the build is unknown or the host does not support it.
 */
export async function init(options: InitOptions = {}): Promise<Engine> {
  checkOptions("init", options, ["build", "module"]);
  const { build: wanted, module } = options;
  if (wanted !== undefined && !buildNames.includes(wanted)) {
    throw new ArgumentError(`init: build must be ${oneOf(buildNames)}; received ${describe(wanted)}.`);
  }
  if (wanted === undefined && module === undefined && current !== null) return current;
  const supported = supportedBuilds();
  if (supported.length === 0) {
    throw new StateError(`init: Lanewise needs WebAssembly, which ${hostName()} does not offer.`);
  }
  const build = wanted ?? (supported.includes("simd") ? "simd" : "scalar");
  if (!supported.includes(build)) {
    throw new ArgumentError(
      `init: this host does not support the ${build} build; it is ${hostName()} and supports ${supported.join(", ")}.`,
    );
  }
  if (module !== undefined) {
    current = engineOf(await toModule(module), wanted);
    return current;
  }
  const reason =
    wanted !== undefined
      ? "asked for"
      : build === "simd"
        ? "default: this host has SIMD"
        : "this host has no SIMD; the results are the same, slower";
  let compiling = compiled.get(build);
  if (compiling === undefined) {
    compiling = embedded(build).then(compile);
    compiled.set(build, compiling);
    compiling.catch(() => compiled.delete(build));
  }
  current = new Engine(build, reason, await compiling);
  return current;
}

/** The engine of the last `init`; fails with StateError before the first. `subject` is who asks. */
export function requireEngine(subject: string): Engine {
  if (current === null) throw new StateError(`${subject}: the engine has not been started; call "await init()" first.`);
  return current;
}

/** What this host supports, which build runs and why. Prints as a table. */
export function diagnose(): Diagnosis {
  const supported = supportedBuilds();
  const host = hostName();
  const build = current?.build ?? null;
  const reason = current?.reason ?? 'not started: call "await init()" first';
  const kernels = current?.instantiate().kernels;
  const tile = kernels ? `${kernels.tileRows()} x ${kernels.tileColumns()}` : null;
  const rows = [
    ["host", host],
    ...buildNames.map((name) => [`build ${name}`, supported.includes(name) ? "supported" : "not supported here"]),
    ["running", build ?? "nothing"],
    ["because", reason],
    ["GEMM tile", tile ?? "-"],
  ];
  const text = rows.map(([name = "", value]) => `${name.padEnd(14)} ${value}`).join("\n");
  return { host, supported, build, reason, tile, toString: () => text };
}

async function toModule(source: HostModule | ArrayBuffer | ArrayBufferView): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    const bytes = source as BufferSource;
    if (WebAssembly.validate(bytes)) return await WebAssembly.compile(bytes);
    throw new ArgumentError("init: module is not valid WebAssembly on this host; use a file of lanewise/wasm.");
  }
  throw new ArgumentError(`init: module must be a WebAssembly.Module or its bytes; received ${describe(source)}.`);
}

/** The bytes of a build; all but simd in modules of their own, loaded when wanted. */
async function embedded(build: BuildName): Promise<Uint8Array<ArrayBuffer>> {
  if (build === "scalar") return decode((await import("./generated/scalar.js")).text);
  if (build === "relaxed") return decode((await import("./generated/relaxed.js")).text);
  return decode(simd);
}

/** An engine over a module from outside, which must be one of ours, and the wanted one if a build is named. */
function engineOf(module: WebAssembly.Module, wanted: BuildName | undefined): Engine {
  const reason = "module given to init";
  let found: BuildName | undefined;
  try {
    found = buildNames[new Engine("simd", reason, module).instantiate().kernels.buildNumber()];
  } catch {
    // A module with other imports or exports.
  }
  if (found === undefined) {
    throw new ArgumentError("init: module must be a file of lanewise/wasm of this version; received another module.");
  }
  if (wanted !== undefined && wanted !== found) {
    throw new ArgumentError(`init: module must be the build that is named, ${wanted}; received the ${found} build.`);
  }
  return new Engine(found, reason, module);
}

/** At once where the host allows that for a module of this size, which spares waiting for its compiler threads. */
function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | Promise<WebAssembly.Module> {
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    return WebAssembly.compile(bytes);
  }
}
