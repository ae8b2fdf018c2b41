// All suites, in the order in which they run.

import type { Suite } from "../suite.js";
import { gemm } from "./gemm.js";
import { peak } from "./peak.js";
import { step } from "./step.js";

export const suites: readonly Suite[] = [peak, gemm, step];
