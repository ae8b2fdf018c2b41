// A progress bar with the best so far, for terminals: pass it as onTrial.

import { ArgumentError, checkArity, describe } from "../../errors.js";
import type { StudyProgress } from "./study.js";

const WIDTH = 20;

/**
 * Writes a line such as `[=====>    ] 12/30  best 0.973 {"alpha":0.01}` over the last one, and a line feed in the end.
 *
 * @param write takes text: by default that of standard error.
 */
export function searchProgress(
  write: (text: string) => void = (text) => void globalThis.process?.stderr.write(text),
): (progress: StudyProgress) => void {
  checkArity("searchProgress", arguments.length, 1);
  if (typeof write !== "function") {
    throw new ArgumentError(`searchProgress: write must be a function of a text; received ${describe(write)}.`);
  }
  let longest = 0;
  return ({ done, total, best }) => {
    const filled = Math.floor((WIDTH * done) / total);
    const bar = `${"=".repeat(filled)}${filled < WIDTH ? ">" : ""}`.padEnd(WIDTH);
    const found = best
      ? `best ${best.score.toPrecision(4)} ${JSON.stringify(best.parameters)}`
      : "no trial succeeded yet";
    const line = `[${bar}] ${String(done).padStart(String(total).length)}/${total}  ${found}`;
    longest = Math.max(longest, line.length);
    write(`\r${line.padEnd(longest)}${done === total ? "\n" : ""}`);
  };
}
