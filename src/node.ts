// Front door of `lanewise` in Node, Bun and Deno: the same, and trainings show their progress in a terminal.

import { showTrainingsWith } from "./training/callbacks/shown.js";
import { terminal } from "./training/callbacks/terminal.js";

export * from "./index.js";

showTrainingsWith(terminal);
