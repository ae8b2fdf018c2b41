// Which browsers the machine has.

import { accessSync, constants } from "node:fs";
import path from "node:path";

export const browserNames = ["chromium", "firefox"] as const;
export type BrowserName = (typeof browserNames)[number];

const commands: Readonly<Record<BrowserName, readonly string[]>> = {
  chromium: ["chromium", "chromium-browser", "google-chrome"],
  firefox: ["firefox-esr", "firefox"],
};

/** What Debian calls them. */
export const packages: Readonly<Record<BrowserName, string>> = { chromium: "chromium", firefox: "firefox-esr" };

/** The program of a browser; undefined where the machine has none. */
export function findBrowser(name: BrowserName): string | undefined {
  const named = process.env[name.toUpperCase()];
  if (named !== undefined) return named;
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return folders.flatMap((folder) => commands[name].map((command) => path.join(folder, command))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
