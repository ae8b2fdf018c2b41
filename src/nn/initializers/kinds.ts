// Initializers by the kind that they tell: what makes them from the options of a description.

import type { Makers } from "../description.js";
import {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  ones,
  orthogonal,
  randomNormal,
  randomUniform,
  truncatedNormal,
  varianceScaling,
  zeros,
} from "./index.js";

export const initializerKinds: Makers = {
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunUniform,
  lecunNormal,
  truncatedNormal,
  randomNormal,
  randomUniform,
  varianceScaling,
  orthogonal,
  zeros,
  ones,
  constant: ({ value }: { value: number }) => constant(value),
};
