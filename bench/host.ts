// The machine and the runtime that the figures belong to, and the builds they can run.

import os from "node:os";
import v8 from "node:v8";
import { type BuildName, diagnose, type Engine, init } from "../src/index.js";

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

/** An engine for each build that this host supports. */
export async function startEngines(): Promise<ReadonlyMap<BuildName, Engine>> {
  // Node 20 has relaxed SIMD, behind a flag that works until the first module is compiled; later ones know no such flag.
  if (Number(process.versions.node.split(".")[0]) < 22) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  const engines = new Map<BuildName, Engine>();
  for (const build of diagnose().supported) engines.set(build, await init({ build }));
  return engines;
}
