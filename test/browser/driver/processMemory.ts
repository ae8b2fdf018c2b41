// How much memory a browser takes, all its processes together. On Linux, whose /proc tells.

import { readdirSync, readFileSync } from "node:fs";

export const canMeasure = process.platform === "linux";

/** Resident bytes of a process and all below it, shared pages counted by share. */
export function memoryOf(root: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    // The name of the program stands in parentheses and may hold anything; the parent is the second word behind it.
    const stat = readOrNothing(`/proc/${pid}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (stat !== "") parents.set(pid, parent);
  }
  const belongs = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && pid > 1 && belongs(parents.get(pid)));
  return [...parents.keys()].filter(belongs).reduce((sum, pid) => sum + proportional(pid), 0);
}

function proportional(pid: number): number {
  return 1024 * Number(readOrNothing(`/proc/${pid}/smaps_rollup`).match(/^Pss: +(\d+) kB/m)?.[1] ?? 0);
}

/** Processes come and go. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
