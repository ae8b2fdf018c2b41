// What runs here, what does not, and why: for people, and for programs that decide by it.

import { checkArity } from "../errors.js";
import { currentEngine, type Engine } from "./engine.js";
import {
  type BuildName,
  buildNames,
  hostName,
  type NamedBuild,
  relaxedFuses,
  supportedBuilds,
  whyNot,
  wideObstacle,
} from "./host.js";

/** What `diagnose` tells. */
export interface Diagnosis {
  readonly host: string;
  readonly supported: readonly NamedBuild[];
  /** Why the other builds, and the wide one, do not run here. */
  readonly unsupported: Readonly<Partial<Record<BuildName, string>>>;
  /** Whether `relaxed` fuses multiply and add here, tried out; false: it gains nothing. Null where it cannot run. */
  readonly fused: boolean | null;
  /** The build that runs, null before `init`. */
  readonly build: BuildName | null;
  readonly reason: string;
  /** Rows and columns of C that the GEMM micro-kernel keeps in registers. */
  readonly tile: string | null;
  /** How many threads a session computes on. */
  readonly threads: number;
  /** GFLOP/s as the last `benchmark()` measured them; null before the first. */
  readonly speed: Readonly<Partial<Record<Measured, number>>> | null;
  toString(): string;
}

/** What `benchmark()` measures: plain JavaScript and each build that the host supports. */
export type Measured = "javascript" | BuildName;

let speed: Diagnosis["speed"] = null;

/** What `diagnose` is to tell from now on. */
export function recordSpeed(measured: NonNullable<Diagnosis["speed"]>): void {
  speed = measured;
}

function supportOf(name: BuildName, fused: boolean | null): string {
  const isVain = name === "relaxed" && fused === false;
  return isVain ? "supported, but multiply and add are not fused here: no faster than simd" : "supported";
}

/** Null where there is no room for a memory beside those in use. */
function tileOf(engine: Engine): string | null {
  try {
    const { kernels } = engine.instantiate();
    return `${kernels.tileRows()} x ${kernels.tileColumns()}`;
  } catch {
    return null;
  }
}

/** What this host supports, which build runs and why. Prints as a table. Measures nothing: `benchmark()` does. */
export function diagnose(): Diagnosis {
  checkArity("diagnose", arguments.length, 0);
  const host = hostName();
  const supported = supportedBuilds();
  const obstacle = wideObstacle();
  const fused = relaxedFuses();
  const unsupported: Diagnosis["unsupported"] = {
    ...Object.fromEntries(buildNames.filter((name) => !supported.includes(name)).map((name) => [name, whyNot(name)])),
    ...(obstacle === null ? {} : { wide: obstacle }),
  };
  const engine = currentEngine();
  const build = engine?.build ?? null;
  const reason = engine?.reason ?? 'not started: call "await init()" first';
  const tile = engine ? tileOf(engine) : null;
  const measured = Object.entries(speed ?? {}).map(([name, rate]) => `${name} ${rate.toPrecision(3)}`);
  const rows = [
    ["host", host],
    ...buildNames.map((name) => [
      `build ${name}`,
      name in unsupported ? `off: ${unsupported[name]}` : supportOf(name, fused),
    ]),
    ["build wide", obstacle === null ? "on request: init({ wide: true })" : `off: ${obstacle}`],
    ["running", build ?? "nothing"],
    ["because", reason],
    ["GEMM tile", tile ?? "-"],
    ["threads", "1"],
    ["GFLOP/s", speed ? measured.join(", ") : 'not measured: "await benchmark()" of lanewise/benchmark does it'],
  ];
  const text = rows.map(([name = "", value]) => `${name.padEnd(14)} ${value}`).join("\n");
  return { host, supported, unsupported, fused, build, reason, tile, threads: 1, speed, toString: () => text };
}
