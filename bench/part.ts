// One suite in a process of its own, started by main.ts:   part.ts <suite> <ordinary | wide> <full | quick> <file for its report>

import { writeFile } from "node:fs/promises";
import type { Gears } from "./host.js";
import { runSuite } from "./run.js";
import type { Suite } from "./suite.js";
import { suites } from "./suites/index.js";

const [name, gears, length, file] = process.argv.slice(2);
const suite = suites.find((each) => each.name === name) as Suite;
await writeFile(file as string, JSON.stringify(await runSuite(suite, gears as Gears, length === "quick")));
