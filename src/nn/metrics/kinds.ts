// Metrics by the kind that they tell: what makes them from the options of a description.

import type { Makers } from "../description.js";
import {
  accuracy,
  auc,
  binaryAccuracy,
  categoricalAccuracy,
  f1,
  logLoss,
  meanAbsoluteError,
  meanSquaredError,
  precision,
  r2,
  recall,
  topKAccuracy,
} from "./index.js";

export const metricKinds: Makers = {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  topKAccuracy,
  meanSquaredError,
  meanAbsoluteError,
  logLoss,
  auc,
  precision,
  recall,
  f1,
  r2,
};
