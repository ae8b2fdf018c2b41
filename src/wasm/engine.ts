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
  /** Beside `module`, for programs with convolutions or pooling: `lanewise/wasm/spatial-<build>.wasm`, likewise. */
  readonly spatial?: HostModule | ArrayBuffer | ArrayBufferView;
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
  /** The kernels of families in this build, as text or compiled, by name; of simd the family itself has the text. */
  readonly families: Families;

  constructor(build: BuildName, reason: string, module: HostModule, families: Families = {}) {
    this.build = build;
    this.reason = reason;
    this.module = module;
    this.families = families;
  }

  /** Fresh kernels over a fresh memory of `pages` x 64 KB. */
  instantiate(pages = 1): Instance {
    const memory = makeMemory(pages);
    const instance = new WebAssembly.Instance(this.module as WebAssembly.Module, { env: { memory, abort } });
    // A copy, since the exports of a module are closed to those of families.
    const kernels = { ...instance.exports } as unknown as Kernels;
    learnAddresses(Object.keys(kernels), addressMasks);
    return { kernels, memory: memory as GrowableMemory };
  }

  /** Adds the kernels of a family to those of an instance, over the same memory, if they are not among them. */
  extend({ kernels, memory }: Instance, { name, text, first, masks }: KernelFamily): void {
    if (first in kernels) return;
    const source = this.families[name] ?? (this.build === "simd" ? text : undefined);
    if (source === undefined) {
      throw new StateError(
        `Session: the module that init was given has no ${name} kernels; give it those of ` +
          `lanewise/wasm/${name}-${this.build}.wasm too: init({ module, ${name} }).`,
      );
    }
    const added = instantiateFamily(compiledFamily(source), kernels, memory);
    learnAddresses(Object.keys(added), masks);
    Object.assign(kernels, added);
  }
}

function abort(): never {
  throw new StateError("Engine: a kernel aborted; this is a defect of Lanewise, please report it.");
}

/** Kernels that only some ops need, in a module of its own for each build: who uses none of these ops holds none of it. */
export interface KernelFamily {
  readonly name: "spatial";
  /** The simd module, as src/wasm/text.ts reads it. */
  readonly text: string;
  /** The first kernel among its exports. */
  readonly first: keyof Kernels;
  /** Which parameters are addresses, as in generated/addresses.ts. */
  readonly masks: string;
}

type Families = Readonly<Partial<Record<KernelFamily["name"], string | HostModule>>>;

const compiledFamilies = new Map<string, WebAssembly.Module>();

function compiledFamily(source: string | HostModule): WebAssembly.Module {
  if (typeof source !== "string") return source as WebAssembly.Module;
  let module = compiledFamilies.get(source);
  if (module === undefined) {
    module = new WebAssembly.Module(decode(source));
    compiledFamilies.set(source, module);
  }
  return module;
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

const known: Record<string, number> = {};

/** The same for every build: all export the same kernels in the same order. */
function learnAddresses(names: readonly string[], masks: string): void {
  const [first] = names;
  if (first === undefined || first in known) return;
  masks.split(" ").forEach((mask, i) => {
    known[names[i] as string] = Number.parseInt(mask, 16);
  });
}

/** Those of every kernel that an engine has been instantiated or extended with. */
export function addressParameters(): AddressParameters {
  return known as AddressParameters;
}

/** The builds beside simd, each in a module of its own that loads when it is wanted, its families with it. */
export interface OtherBuilds {
  readonly load: (build: Exclude<BuildName, "simd">) => Promise<{ readonly text: string; readonly spatial?: string }>;
  /** The fourth gear, which switches `wide` on and checks it. */
  readonly gear: () => Promise<{
    readonly joinRegisters: (on: boolean) => void;
    readonly compareWide: (scalar: Engine, wide: Engine) => string | null;
  }>;
}

let current: Engine | null = null;
const compiled = new Map<BuildName, Promise<{ readonly module: WebAssembly.Module; readonly families: Families }>>();

/** All of them, as chunks: a bundle without chunks that uses neither this nor `init` holds none. */
export const otherBuilds: OtherBuilds = {
  load: (build) => {
    if (build === "scalar") return import("./generated/scalar.js");
    if (build === "relaxed") return import("./generated/relaxed.js");
    return import("./generated/wide.js");
  },
  gear: () => import("./wide.js"),
};

/**
 * Compiles the kernels. Call it once before anything runs; a second call with another `build` switches what sessions
 * created from then on use, one without options changes nothing.
 * Fails with ArgumentError where the build is unknown or the host does not support it.
 */
export async function init(options: InitOptions = {}): Promise<Engine> {
  checkArity("init", arguments.length, 1);
  return await initWith(otherBuilds, options);
}

/**
 * Compiles the kernels of the simd build, the only one that `lanewise/simd` holds; else as `init` of `lanewise`. A module
 * of another build can be given. Fails with StateError where another build is asked for, or the host has no SIMD.
 */
export async function initSimd(options: InitOptions = {}): Promise<Engine> {
  checkArity("init", arguments.length, 1);
  return await initWith(null, options);
}

/** What `init` does, with the builds beside simd that it may load; null for none. */
async function initWith(others: OtherBuilds | null, options: InitOptions): Promise<Engine> {
  checkOptions("init", options, ["build", "module", "spatial", "wide"]);
  const { build, module, spatial, wide } = options;
  if (spatial !== undefined && module === undefined) {
    throw new ArgumentError(
      "init: spatial goes with module; received it alone; give the module of the same build too.",
    );
  }
  if (build === undefined && module === undefined && !wide && current !== null) return current;
  current = await startEngine(options, others);
  return current;
}

/** An engine as `init` starts it, with the builds beside simd that it may load, null for none; the current one stays. */
export async function startEngine(
  { build: wanted, module, spatial, wide = false }: InitOptions,
  others: OtherBuilds | null,
): Promise<Engine> {
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
  if (module !== undefined)
    return engineOf(await toModule(module), wanted, spatial && (await toModule(spatial, "spatial")));
  const best = supported.includes("simd") ? "simd" : "scalar";
  const build = wanted ?? best;
  if (!supported.includes(build)) {
    throw new ArgumentError(
      `init: this host does not support the ${build} build; it is ${hostName()} and supports ${supported.join(", ")}.`,
    );
  }
  if (wide) return startWide(requireBuilds("wide", others), best);
  return start(build, wanted === undefined ? defaultReason(build) : "asked for", others);
}

function defaultReason(build: NamedBuild): string {
  return build === "simd" ? "default: this host has SIMD" : "this host has no SIMD; the results are the same, slower";
}

/** Fails where only simd is there. */
function requireBuilds(build: BuildName, others: OtherBuilds | null): OtherBuilds {
  if (others !== null) return others;
  throw new StateError(
    `init: "lanewise/simd" holds the simd build alone; this needs the ${build} build; use init of "lanewise".`,
  );
}

/** The wide build, if it runs here and proves itself; else `other`. */
async function startWide(others: OtherBuilds, other: NamedBuild): Promise<Engine> {
  let obstacle = wideObstacle();
  if (obstacle === null) {
    const { compareWide, joinRegisters } = await others.gear();
    const scalar = await start("scalar", "to compare with", others);
    joinRegisters(true);
    const engine = await start("wide", "asked for; gives the bits of the scalar build", others);
    obstacle = compareWide(scalar, engine);
    if (obstacle === null) return engine;
    joinRegisters(false);
  }
  return await start(other, `wide was asked for, but ${obstacle}`, others);
}

async function start(build: BuildName, reason: string, others: OtherBuilds | null): Promise<Engine> {
  let compiling = compiled.get(build);
  if (compiling === undefined) {
    const loading = build === "simd" ? Promise.resolve({ text: simd }) : requireBuilds(build, others).load(build);
    compiling = loading.then(async ({ text, spatial }: { text: string; spatial?: string }) => ({
      module: await compile(decode(text)),
      families: spatial === undefined ? {} : { spatial },
    }));
    compiled.set(build, compiling);
    compiling.catch(() => compiled.delete(build));
  }
  const { module, families } = await compiling;
  return new Engine(build, reason, module, families);
}

/** What of an engine a message carries. */
export type PortableEngine = Pick<Engine, "build" | "reason" | "module" | "families">;

/**
 * Makes the engine of another thread this one's. A program that starts with it holds no module and loads none, which
 * bundlers whose workers are one file (Vite up to 7) need.
 */
export function adoptEngine({ build, reason, module, families }: PortableEngine): void {
  current = new Engine(build, reason, module, families);
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

async function toModule(
  source: HostModule | ArrayBuffer | ArrayBufferView,
  option = "module",
): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    const bytes = source as BufferSource;
    if (WebAssembly.validate(bytes)) return await compile(bytes);
    throw new ArgumentError(`init: ${option} is not valid WebAssembly on this host; use a file of lanewise/wasm.`);
  }
  throw new ArgumentError(`init: ${option} must be a WebAssembly.Module or its bytes; received ${describe(source)}.`);
}

/** An engine over a module from outside, which must be one of ours, and the wanted one if a build is named. */
function engineOf(
  module: WebAssembly.Module,
  wanted: NamedBuild | undefined,
  spatial: WebAssembly.Module | undefined,
): Engine {
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
  if (spatial === undefined) return new Engine(found, reason, module);
  const engine = new Engine(found, reason, module, { spatial });
  if (buildOfSpatial(engine.instantiate(), spatial) !== found) {
    throw new ArgumentError(
      `init: spatial must be lanewise/wasm/spatial-${found}.wasm of this version; received another module.`,
    );
  }
  return engine;
}

/** Which build a spatial module is; undefined for other modules. */
function buildOfSpatial({ kernels, memory }: Instance, spatial: WebAssembly.Module): BuildName | undefined {
  try {
    return buildNames[instantiateFamily(spatial, kernels, memory).spatialBuildNumber()];
  } catch {
    return undefined;
  }
}

/** The kernels of a family, over the memory of core kernels, some of which they call. */
function instantiateFamily(module: WebAssembly.Module, core: Kernels, memory: GrowableMemory): Kernels {
  const imports = { env: { memory, abort }, core } as unknown as WebAssembly.Imports;
  return new WebAssembly.Instance(module, imports).exports as unknown as Kernels;
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
