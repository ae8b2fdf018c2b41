// The kernels of convolution, pooling and what else works on pictures, in a module beside the core: records of these ops
// name it, so that a page without them does not hold it.

import type { KernelFamily } from "./engine.js";
import { firstSpatialKernel, spatialAddressMasks } from "./generated/addresses.js";
import { spatial as text } from "./generated/spatial.js";

export const spatial: KernelFamily = {
  name: "spatial",
  text,
  first: firstSpatialKernel,
  masks: spatialAddressMasks,
};
