// Regularizers and constraints by the kind that they tell: what makes them from the options of a description.

import type { Makers } from "../description.js";
import { maxNorm, minMaxNorm, nonNeg, unitNorm } from "./constraints.js";
import { l1, l1l2, l2, type Penalty } from "./regularizers.js";

export const regularizerKinds: Makers = {
  // Without a part that is 0, as whoever wrote `l2(0.01)` meant it.
  l1l2: ({ l1: first, l2: second }: { l1: number; l2: number }): Penalty => {
    if (first === 0) return l2(second);
    return second === 0 ? l1(first) : l1l2({ l1: first, l2: second });
  },
};

export const constraintKinds: Makers = {
  maxNorm: ({ limit, axis }: { limit: number; axis: number }) => maxNorm(limit, { axis }),
  unitNorm,
  minMaxNorm,
  nonNeg: () => nonNeg(),
};
