// The engine of tests that need one and not all: simd, or scalar on a host without it. Both give the same bits.

import { builds, engineOf } from "./builds.js";

export const engine = engineOf(builds.includes("simd") ? "simd" : "scalar");
