// All suites, in the order in which they run.

import type { Suite } from "../suite.js";
import { calls } from "./calls.js";
import { cold } from "./cold.js";
import { gemm } from "./gemm.js";
import { peak } from "./peak.js";
import { predict } from "./predict.js";
import { profile } from "./profile.js";
import { step } from "./step.js";
import { tiny } from "./tiny.js";

export const suites: readonly Suite[] = [peak, gemm, step, profile, tiny, predict, cold, calls];
