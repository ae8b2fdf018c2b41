// Cold start of the package as it is shipped: each run is a fresh Node on dist/, the builds in turn.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { needsRelaxedFlag, RELAXED_FLAG } from "../host.js";
import type { Gear, Row } from "../report.js";
import { summarize } from "../statistics.js";
import type { Suite } from "../suite.js";

const entry = new URL("../../dist/index.js", import.meta.url);
const child = fileURLToPath(new URL("../cold/child.mjs", import.meta.url));
const RUNS = 15;

export const cold: Suite = {
  name: "cold",
  title: `cold start of dist/ in ${RUNS} fresh processes: 784-300-100-10 with random weights, one example`,
  run: async ({ engines, quick }) => {
    if (!existsSync(entry)) throw new Error("cold: dist/ is missing; run npm run build first.");
    const times = new Map<Gear, Map<string, number[]>>();
    for (let run = 0; run < (quick ? 5 : RUNS); run++) {
      for (const build of engines.keys()) {
        const ofBuild = times.get(build) ?? new Map<string, number[]>();
        for (const [phase, time] of Object.entries(await coldStart(build))) {
          ofBuild.set(phase, [...(ofBuild.get(phase) ?? []), time]);
        }
        times.set(build, ofBuild);
      }
    }
    return [...times].flatMap(([build, phases]) =>
      [...phases].map(([phase, all]): Row => ({ suite: "cold", case: phase, build, metric: "ms", ...summarize(all) })),
    );
  },
};

async function coldStart(build: Gear): Promise<Record<string, number>> {
  const flags = build === "relaxed" && needsRelaxedFlag ? [RELAXED_FLAG] : [];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, child, build, entry.href]);
  return JSON.parse(stdout);
}
