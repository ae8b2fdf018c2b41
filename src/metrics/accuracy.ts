// Share of the examples whose largest output is at the label.

import type { Node } from "../ops/op.js";
import { argmax, equal } from "../ops/ranking.js";
import { mean } from "../ops/reductions.js";
import type { Metric } from "./metric.js";

/** For outputs [n, classes] and integer labels [n]. Of equal outputs the first counts as the prediction. */
export const accuracy: Metric = {
  name: "accuracy",
  apply: (output: Node, labels: Node) => mean(equal(argmax(output), labels)),
};
