// What to do after a run, for those who are here for the first time: commands that work as they stand.

import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export interface Situation {
  /** Where the model was saved; null for nowhere. */
  readonly savedTo: string | null;
  readonly dataset: string;
  /** How the command line is called from here. */
  readonly command: string;
  /** Whether the project's own scripts can be run from here. */
  readonly inProject: boolean;
}

const COLUMNS = 79;

/** Pages are made of files that the package does not carry, and run from its folder only. */
export function situation(savedTo: string | null, dataset: string): Situation {
  const script = fileURLToPath(import.meta.url);
  const root = path.resolve(path.dirname(script), "..");
  const inProject = process.cwd() === root && existsSync(path.join(root, "examples/playground"));
  const isInstalled = script.split(path.sep).includes("node_modules");
  return { savedTo, dataset, inProject, command: isInstalled ? "npx lanewise" : `node ${path.relative("", script)}` };
}

export function nextSteps({ savedTo, dataset, command, inProject }: Situation): string {
  const steps: readonly (readonly [command: string, meaning: string])[] = [
    savedTo === null
      ? [`${command} --dataset ${dataset} --out ${dataset}.safetensors`, "keep the model"]
      : [`${command} predict ${quoted(savedTo)}`, "use the model"],
    ...(inProject
      ? ([
          ["npm run playground", "watch nets learn in a page"],
          ["npm run gallery", "a course in programs and pictures"],
        ] as const)
      : ([[`${command} --help`, "other data, nets and optimizers"]] as const)),
  ];
  return steps
    .map(([step, meaning], i) => {
      const line = `${(i === 0 ? "Next" : "").padEnd(14)} ${step}`;
      const explained = `${line.padEnd(36)}  ${meaning}`;
      return explained.length <= COLUMNS ? explained : line;
    })
    .join("\n");
}

const quoted = (file: string): string => (/^[\w./-]+$/.test(file) ? file : JSON.stringify(file));
