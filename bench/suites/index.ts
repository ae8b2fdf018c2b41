// All suites, in the order in which they run.

import type { Suite } from "../suite.js";
import { calls } from "./calls.js";
import { cold } from "./cold.js";
import { conv } from "./conv.js";
import { elementwise } from "./elementwise.js";
import { gemm } from "./gemm.js";
import { gemv } from "./gemv.js";
import { memory } from "./memory.js";
import { peak } from "./peak.js";
import { predict } from "./predict.js";
import { profile } from "./profile.js";
import { step } from "./step.js";
import { tiny } from "./tiny.js";
import { transfer } from "./transfer.js";

export const suites: readonly Suite[] = [
  peak,
  gemm,
  gemv,
  elementwise,
  memory,
  step,
  profile,
  predict,
  tiny,
  conv,
  transfer,
  cold,
  calls,
];
