// Fisher's iris measurements, embedded.

import { checkArity } from "../../errors.js";
import type { Dataset } from "./dataset.js";
import { irisRows } from "./generated/iris.js";
import { decodeRows } from "./rows.js";
import { type SplitOptions, stratifiedSplit } from "./split.js";

/**
 * The iris dataset: x `[rows, 4]` in cm, y in [0, 3); 150 rows, 50 per class.
 *
 * @throws ArgumentError for a testFraction outside [0, 1) or a seed that is not a non-negative integer.
 */
export function iris(options: SplitOptions = {}): Dataset {
  checkArity("iris", arguments.length, 1);
  const all = decodeRows(irisRows, { features: 4, digits: 2, radix: 10, scale: 10 });
  return {
    name: "iris",
    ...stratifiedSplit("iris", all, options),
    featureNames: ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"],
    classNames: ["setosa", "versicolor", "virginica"],
    source:
      "R. A. Fisher, The use of multiple measurements in taxonomic problems (1936); UCI Machine Learning Repository, " +
      "https://doi.org/10.24432/C56C76, CC BY 4.0",
  };
}
