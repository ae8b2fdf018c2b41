// What this host can run: the builds it supports and its name. The smallest modules that need a feature tell.

/** The builds that can be asked for by name. */
export type NamedBuild = "scalar" | "simd" | "relaxed";
/** All builds: `wide` is a gear of its own, since it changes how V8 compiles. */
export type BuildName = NamedBuild | "wide";

/** WebAssembly.Module where the host's types are known, also for set-ups that declare neither DOM nor Node. */
export type HostModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M : object;

export const buildNames: readonly NamedBuild[] = ["scalar", "simd", "relaxed"];

// One function that returns i8x16.popcnt(i8x16.splat(0)).
const simdProbe = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];
// One function that returns i8x16.relaxed_swizzle(i8x16.splat(1), i8x16.splat(2)).
const relaxedProbe = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15,
  253, 128, 2, 11,
];

// One function "f" that returns a lane of f32x4.relaxed_madd(a, a, c), a = 1 + 2^-12, c = -(1 + 2^-11): 2^-24 where the
// product is not rounded, else 0.
const fusedProbe = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 125, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 31, 1, 29, 0, 67, 0, 8,
  128, 63, 253, 19, 67, 0, 8, 128, 63, 253, 19, 67, 0, 16, 128, 191, 253, 19, 253, 133, 2, 253, 31, 0, 11,
];

/**
 * Whether the relaxed build rounds a multiply-add once here, which is what makes it faster. A host may accept it and
 * round twice, for want of an instruction or a compiler for it. Null where it cannot run or be tried.
 */
export function relaxedFuses(): boolean | null {
  if (!supportedBuilds().includes("relaxed")) return null;
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(fusedProbe)));
    return (exports.f as () => number)() > 0;
  } catch {
    return null;
  }
}

/** The builds this host supports; none where it has no WebAssembly. */
export function supportedBuilds(): NamedBuild[] {
  if (typeof WebAssembly !== "object" || typeof WebAssembly.validate !== "function") return [];
  const supported: NamedBuild[] = ["scalar"];
  if (validates(simdProbe)) supported.push("simd");
  if (validates(relaxedProbe)) supported.push("relaxed");
  return supported;
}

/** Hosts that forbid to compile bytes may forbid to look at them too. */
function validates(bytes: readonly number[]): boolean {
  try {
    return WebAssembly.validate(Uint8Array.from(bytes));
  } catch {
    return false;
  }
}

interface HostGlobals {
  readonly process?: { versions?: Record<string, string | undefined>; platform?: string; arch?: string };
  readonly navigator?: { userAgent?: string };
}

/** The version of Node, where this is Node itself. */
function nodeVersion(): string | undefined {
  const { node, bun, deno } = (globalThis as HostGlobals).process?.versions ?? {};
  return bun || deno ? undefined : node;
}

/** The Node versions whose V8 can join registers and keeps the bits. */
const OLDEST_WIDE_NODE = 24;

/** Why the wide build cannot run on this host, or null where it is worth a try. */
export function wideObstacle(): string | null {
  const major = Number.parseInt(nodeVersion() ?? "", 10);
  if (!(major >= OLDEST_WIDE_NODE)) return `it needs Node ${OLDEST_WIDE_NODE} or later`;
  return (globalThis as HostGlobals).process?.arch === "x64" ? null : "it needs an x64 processor";
}

/** `Node 24.1.0 (V8 13.6), linux x64`, or what a browser says of itself. */
export function hostName(): string {
  const host = globalThis as HostGlobals;
  const versions = host.process?.versions;
  if (versions?.bun) return `Bun ${versions.bun} (JavaScriptCore), ${host.process?.platform} ${host.process?.arch}`;
  if (versions?.deno) return `Deno ${versions.deno} (V8 ${versions.v8})`;
  if (versions?.node) {
    return `Node ${versions.node} (V8 ${versions.v8}), ${host.process?.platform} ${host.process?.arch}`;
  }
  return host.navigator?.userAgent ?? "an unknown host";
}

/** Why this host does not support a build. */
export function whyNot(build: NamedBuild): string {
  if (supportedBuilds().length === 0) return "this host has no WebAssembly";
  if (build !== "relaxed")
    return "this host has no SIMD; Node, Chrome and Firefox have it since 2021, Safari since 2023";
  const node = Number(nodeVersion()?.split(".")[0]);
  return node < 22
    ? "Node 22 and later have relaxed SIMD; this one needs the flag --experimental-wasm-relaxed-simd"
    : "this host has no relaxed SIMD; Node 22 and later, Chrome and Firefox have it";
}
