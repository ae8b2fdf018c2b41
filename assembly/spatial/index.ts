// Everything TypeScript may call of the spatial module: kernels of convolution, pooling and what else works on pictures.
// A page loads it only with an op that needs it.

export { buildNumber as spatialBuildNumber } from "../gemm/tile";
export { affineSample, affineSampleGradient } from "./affine";
export { addRows, axisTable, takeRows } from "./alongAxis";
export {
  affineMatrices,
  cropWindows,
  cropWindowsGradient,
  cutoutMask,
  exampleKeys,
  exampleNormals,
  exampleUniforms,
} from "./augmentation";
export { depthwise, depthwise3x3, depthwiseInputGradient, depthwiseKernelGradient } from "./depthwise";
export {
  patchInputGradient,
  patchInputGradientWorkspace,
  patchKernelGradient,
  patchKernelGradientWorkspace,
} from "./gradients";
export { cropImages, padImages, patchTable, runTable } from "./patches";

export { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from "./pooling";
