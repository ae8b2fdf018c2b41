// The machine and the runtime that the figures belong to, and the builds they can run.

import os from "node:os";
import v8 from "node:v8";
import { diagnose, type Engine, init, type NamedBuild } from "../src/index.js";
import type { Gear } from "./report.js";

export interface Host {
  readonly cpu: string;
  readonly cpus: number;
  readonly runtime: string;
  readonly date: string;
}

export function thisHost(): Host {
  const all = os.cpus();
  const cpu = all[0]?.model.trim() ?? "unknown processor";
  return { cpu, cpus: all.length, runtime: diagnose().host, date: new Date().toISOString() };
}

export function hostLine({ cpu, cpus, runtime }: Host): string {
  return `${cpu} (${cpus} logical processors, one used), ${runtime}`;
}

const builds: readonly NamedBuild[] = ["scalar", "simd", "relaxed"];

export const RELAXED_FLAG = "--experimental-wasm-relaxed-simd";

/** Node 20 has relaxed SIMD behind a flag; later ones have it switched on and know no such flag. */
export const needsRelaxedFlag = Number(process.versions.node.split(".")[0]) < 22;

export interface Engines {
  readonly engines: ReadonlyMap<Gear, Engine>;
  /** What does not run here, and why. */
  readonly absent: ReadonlyMap<Gear, string>;
}

/**
 * Which gears a process measures. The wide one needs a flag of V8 that then holds for all WebAssembly of the process, other
 * builds included: so it has a process of its own, with the scalar build, which has nothing to join, to be compared with.
 */
export type Gears = "ordinary" | "wide";

/** An engine for each gear that this host runs. */
export async function startEngines(gears: Gears): Promise<Engines> {
  // In time: V8 reads the flag when it compiles a module, and this is before the first.
  if (needsRelaxedFlag) v8.setFlagsFromString(RELAXED_FLAG);
  const engines = new Map<Gear, Engine>();
  const absent = new Map<Gear, string>();
  const { supported, unsupported } = diagnose();
  for (const build of gears === "wide" ? (["scalar"] as const) : builds) {
    if (supported.includes(build)) engines.set(build, await init({ build }));
    else absent.set(build, unsupported[build] ?? "this host does not support it");
  }
  if (gears === "wide") {
    const engine = await init({ wide: true });
    if (engine.build === "wide") engines.set("wide", engine);
    else absent.set("wide", engine.reason);
  } else if (unsupported.wide) absent.set("wide", unsupported.wide);
  return { engines, absent };
}
