// The compiled kernels: choosing a build, compiling it once, instantiating it for each session. The only floor that
// speaks of WebAssembly; above it there are kernels and a memory.

import { ArgumentError, checkArity, checkFlag, checkOptions, describe, oneOf, StateError } from "../errors.js";
import { addressMasks } from "./generated/addresses.js";
import type { Kernels } from "./generated/kernels.js";
import { text as simd } from "./generated/simd.js";
import {
  type BuildName,
  buildNames,
  type HostModule,
  hostName,
  type NamedBuild,
  supportedBuilds,
  wideObstacle,
} from "./host.js";
import { decode } from "./text.js";

export type { Kernels } from "./generated/kernels.js";
export type { BuildName, NamedBuild } from "./host.js";

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
  readonly build?: NamedBuild;
  /**
   * A module or its bytes from `lanewise/wasm/<build>.wasm`, for hosts that compile ahead of time.
   * With `build` beside it, it must be that build.
   */
  readonly module?: HostModule | ArrayBuffer | ArrayBufferView;
  /**
   * 256 bits at a time, on Node 24 or later and x64 only, by an experimental flag of V8 that then stays on for all
   * WebAssembly of the process. The kernels are compared with the scalar ones first, which takes about 0.3 s; where
   * they cannot run or do not give the same bits, `simd` runs instead, and `diagnose()` says why. Default false.
   */
  readonly wide?: boolean;
}

/** One build, compiled. */
export class Engine {
  readonly build: BuildName;
  readonly reason: string;
  /** What a message may carry to another thread, which then need not compile. */
  readonly module: HostModule;

  constructor(build: BuildName, reason: string, module: HostModule) {
    this.build = build;
    this.reason = reason;
    this.module = module;
  }

  /** Fresh kernels over a fresh memory of `pages` x 64 KB. */
  instantiate(pages = 1): Instance {
    const memory = makeMemory(pages);
    const abort = () => {
      throw new StateError("Engine: a kernel aborted; this is a defect of Lanewise, please report it.");
    };
    const instance = new WebAssembly.Instance(this.module as WebAssembly.Module, { env: { memory, abort } });
    return { kernels: instance.exports as unknown as Kernels, memory: memory as GrowableMemory };
  }
}

/** Most pages of a memory, tried in this order: some hosts reserve what could be needed, and may have no room for 4 GB. */
const RESERVATIONS = [65536, 16384, 4096, 1024];

function makeMemory(initial: number): WebAssembly.Memory {
  let cause: unknown;
  for (const maximum of RESERVATIONS) {
    try {
      return new WebAssembly.Memory({ initial, maximum });
    } catch (error) {
      cause = error;
    }
  }
  throw new StateError(
    `Session: address space is short: ${hostName()} gave no room for another memory, not even one of 64 MB; each ` +
      "session reserves some while it lives, about 10 GB in Node and Chrome; keep fewer sessions and models, raise the " +
      "limit (ulimit -v), or start Node with --disable-wasm-trap-handler.",
    { cause },
  );
}

/** Which parameters of each kernel are addresses: bit i stands for parameter i. */
export type AddressParameters = { readonly [K in keyof Kernels]: number };

let known: AddressParameters | null = null;

/** The same for every build: all export the same kernels in the same order. */
export function addressParametersOf(kernels: Kernels): AddressParameters {
  if (known === null) {
    const masks = addressMasks.split(" ");
    const pairs = Object.keys(kernels).map((name, i) => [name, Number.parseInt(masks[i] as string, 16)]);
    known = Object.fromEntries(pairs) as AddressParameters;
  }
  return known;
}

let current: Engine | null = null;
const compiled = new Map<BuildName, Promise<WebAssembly.Module>>();

/**
 * Compiles the kernels. Call it once before anything runs; a second call with another `build` switches what sessions
 * created from then on use, one without options changes nothing.
 * Fails with ArgumentError where the build is unknown or the host does not support it.
 */
export async function init(options: InitOptions = {}): Promise<Engine> {
  checkArity("init", arguments.length, 1);
  checkOptions("init", options, ["build", "module", "wide"]);
  const { build, module, wide } = options;
  if (build === undefined && module === undefined && !wide && current !== null) return current;
  current = await startEngine(options);
  return current;
}

/** An engine as `init` starts it; the current one stays. */
export async function startEngine({ build: wanted, module, wide = false }: InitOptions): Promise<Engine> {
  checkFlag("init: wide", wide);
  if (wanted !== undefined && !buildNames.includes(wanted)) {
    throw new ArgumentError(`init: build must be ${oneOf(buildNames)}; received ${describe(wanted)}.`);
  }
  if (wide && (module !== undefined || wanted !== undefined)) {
    throw new ArgumentError(
      "init: wide is a choice of its own; received a build or a module beside it, leave that out.",
    );
  }
  const supported = supportedBuilds();
  if (supported.length === 0) {
    throw new StateError(`init: Lanewise needs WebAssembly, which ${hostName()} does not offer.`);
  }
  // Whatever validation says, a module that is there has been compiled; what it is shows when it runs.
  if (module !== undefined) return engineOf(await toModule(module), wanted);
  const best = supported.includes("simd") ? "simd" : "scalar";
  const build = wanted ?? best;
  if (!supported.includes(build)) {
    throw new ArgumentError(
      `init: this host does not support the ${build} build; it is ${hostName()} and supports ${supported.join(", ")}.`,
    );
  }
  if (wide) return startWide(best);
  return start(build, wanted === undefined ? defaultReason(build) : "asked for");
}

function defaultReason(build: NamedBuild): string {
  return build === "simd" ? "default: this host has SIMD" : "this host has no SIMD; the results are the same, slower";
}

async function start(build: BuildName, reason: string): Promise<Engine> {
  let compiling = compiled.get(build);
  if (compiling === undefined) {
    compiling = embedded(build).then(compile);
    compiled.set(build, compiling);
    compiling.catch(() => compiled.delete(build));
  }
  return new Engine(build, reason, await compiling);
}

/** The wide build, if it runs here and proves itself; else `other`. */
async function startWide(other: NamedBuild): Promise<Engine> {
  let obstacle = wideObstacle();
  if (obstacle === null) {
    const { compareWide, joinRegisters } = await import("./wide.js");
    const scalar = await start("scalar", "to compare with");
    joinRegisters(true);
    const engine = await start("wide", "asked for; gives the bits of the scalar build");
    obstacle = compareWide(scalar, engine);
    if (obstacle === null) return engine;
    joinRegisters(false);
  }
  return await start(other, `wide was asked for, but ${obstacle}`);
}

/**
 * Makes the engine of another thread this one's. A program that starts with it holds no module and loads none, which
 * bundlers whose workers are one file (Vite up to 7) need.
 */
export function adoptEngine({ build, reason, module }: Pick<Engine, "build" | "reason" | "module">): void {
  current = new Engine(build, reason, module);
}

/** The engine of the last `init`, null before the first. */
export function currentEngine(): Engine | null {
  return current;
}

/** The same; fails with StateError before the first. `subject` is who asks. */
export function requireEngine(subject: string): Engine {
  if (current === null) throw new StateError(`${subject}: the engine has not been started; call "await init()" first.`);
  return current;
}

async function toModule(source: HostModule | ArrayBuffer | ArrayBufferView): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    const bytes = source as BufferSource;
    if (WebAssembly.validate(bytes)) return await compile(bytes);
    throw new ArgumentError("init: module is not valid WebAssembly on this host; use a file of lanewise/wasm.");
  }
  throw new ArgumentError(`init: module must be a WebAssembly.Module or its bytes; received ${describe(source)}.`);
}

/** The bytes of a build; all but simd in modules of their own, loaded when wanted. */
async function embedded(build: BuildName): Promise<Uint8Array<ArrayBuffer>> {
  if (build === "scalar") return decode((await import("./generated/scalar.js")).text);
  if (build === "relaxed") return decode((await import("./generated/relaxed.js")).text);
  if (build === "wide") return decode((await import("./generated/wide.js")).text);
  return decode(simd);
}

/** An engine over a module from outside, which must be one of ours, and the wanted one if a build is named. */
function engineOf(module: WebAssembly.Module, wanted: NamedBuild | undefined): Engine {
  const reason = "module given to init";
  let found: NamedBuild | undefined;
  try {
    found = buildNames[new Engine("simd", reason, module).instantiate().kernels.buildNumber()];
  } catch (error) {
    if (error instanceof StateError) throw error;
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
async function compile(bytes: BufferSource): Promise<WebAssembly.Module> {
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    return WebAssembly.compile(bytes).catch((cause: Error) => {
      throw new StateError(
        "init: this host must allow WebAssembly to be compiled; " +
          `it said "${cause.message}". ` +
          "A page needs 'wasm-unsafe-eval' in script-src of its Content-Security-Policy; " +
          "elsewhere give init a module compiled ahead, from lanewise/wasm.",
        { cause },
      );
    });
  }
}
