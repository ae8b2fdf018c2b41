// One suite in a process of its own, started by main.ts:   part.ts <suite> <full | quick> <file for its report>

import { writeFile } from "node:fs/promises";
import { runSuite } from "./run.js";
import type { Suite } from "./suite.js";
import { suites } from "./suites/index.js";

const [name, length, file] = process.argv.slice(2);
const suite = suites.find((each) => each.name === name) as Suite;
await writeFile(file as string, JSON.stringify(await runSuite(suite, length === "quick")));
