// Front door of `lanewise`: re-exports only.

export type { ClassWeight } from "./data/pipeline/classWeights.js";
export { type Dataset, type DatasetOptions, dataset } from "./data/pipeline/dataset.js";
// Types that signatures mention: TypeScript names them in declarations of what a program makes of the functions above.
export type { Flow, Soon } from "./data/pipeline/flow.js";
export type { Field, Fields, RowOf, Source } from "./data/pipeline/sources.js";
export type { BatchOf } from "./data/pipeline/stack.js";
export { ArgumentError, DataError, ShapeError, StateError } from "./errors.js";
export { type GradientOptions, gradients } from "./graph/gradients.js";
export { Graph, type Initializer, type VariableOptions } from "./graph/graph.js";
export type { HostSignal } from "./host/signal.js";
export {
  type CheckedElement,
  type CheckedNode,
  type CheckGradientsOptions,
  checkGradients,
  type GradientReport,
} from "./inspect/checkGradients.js";
export { type GraphDotOptions, graphDot } from "./inspect/dot.js";
export { type GraphExtent, nodesUnder } from "./inspect/extent.js";
export type { PlannedValue, ProfiledNode, ProfiledOp } from "./inspect/profile.js";
export { type Profile, type ProfileOptions, profile } from "./inspect/profile.js";
export { type ProgramLine, type ProgramOptions, type ProgramReport, program } from "./inspect/programTable.js";
export { type GraphSummaryOptions, graphSummary } from "./inspect/summary.js";
export type { Described, Description } from "./nn/description.js";
export * as initializers from "./nn/initializers/index.js";
export * as constraints from "./nn/layers/constraints.js";
export * as layers from "./nn/layers/index.js";
export { type Activation, type DenseOptions, dense, type Layer } from "./nn/layers/index.js";
export type { AppliedLayer, LayerUse } from "./nn/layers/layer.js";
export * as regularizers from "./nn/layers/regularizers.js";
export type { Loss, LossName } from "./nn/losses/index.js";
export * as losses from "./nn/losses/index.js";
export type { Metric, MetricName, StreamingMetric } from "./nn/metrics/index.js";
export * as metrics from "./nn/metrics/index.js";
export { accumulateGradients } from "./nn/optimizers/accumulation.js";
export { type AdadeltaOptions, adadelta } from "./nn/optimizers/adadelta.js";
export { type AdagradOptions, adagrad } from "./nn/optimizers/adagrad.js";
export { type AdamOptions, adam, adamw } from "./nn/optimizers/adam.js";
export type { ClippingOptions } from "./nn/optimizers/clipping.js";
export { clipByGlobalNorm, clipByNorm, clipByValue, type GradientPair, globalNorm } from "./nn/optimizers/clipping.js";
export type { OptimizerName } from "./nn/optimizers/index.js";
export { layerwiseRates } from "./nn/optimizers/layerwiseRates.js";
export { type LionOptions, lion } from "./nn/optimizers/lion.js";
export { type NadamOptions, nadam } from "./nn/optimizers/nadam.js";
export type { Optimizer, VariableChoice } from "./nn/optimizers/optimizer.js";
export type { Formulation, LearningRate, OptimizerOptions } from "./nn/optimizers/options.js";
export { type RmspropOptions, rmsprop } from "./nn/optimizers/rmsprop.js";
export { type SgdOptions, sgd } from "./nn/optimizers/sgd.js";
export * as schedules from "./nn/schedules/index.js";
export type { Schedule } from "./nn/schedules/schedule.js";
export * from "./ops/activations.js";
export type { Coordinates, FlipAttributes, RepeatingMode, ResizeAttributes } from "./ops/alongAxis.js";
export { flip, resize2d } from "./ops/alongAxis.js";
export type { AffineAttributes, BinaryFunction, BinaryOp } from "./ops/arithmetic.js";
export {
  add,
  affine,
  biasAdd,
  divide,
  greater,
  greaterEqual,
  less,
  lessEqual,
  maximum,
  minimum,
  multiply,
  pow,
  subtract,
} from "./ops/arithmetic.js";
export type { ClipAttributes } from "./ops/clipping.js";
export { clip, sumOfSquares } from "./ops/clipping.js";
export type { ConvolutionOptions } from "./ops/convolution.js";
export { conv2d } from "./ops/convolution.js";
export type { DepthwiseOptions, TransposeOptions } from "./ops/convolutionForms.js";
export { conv1d, conv2dTranspose, depthwiseConv2d } from "./ops/convolutionForms.js";
export { softmaxCrossEntropy, sparseSoftmaxCrossEntropy } from "./ops/crossEntropy.js";
export { dropout } from "./ops/dropout.js";
export type { ElementwiseOp } from "./ops/elementwise.js";
export { max, min } from "./ops/extremes.js";
export type { OneHotAttributes } from "./ops/indexing.js";
export { gather, oneHot, scatterAdd, toFloat } from "./ops/indexing.js";
export type { AxisAttribute, SliceAttributes, TransposeAttributes } from "./ops/layout.js";
export { concatenate, flatten, reshape, slice, stopGradient, transpose } from "./ops/layout.js";
export type { MatmulAttributes } from "./ops/matmul.js";
export { matmul } from "./ops/matmul.js";
export { variance } from "./ops/moments.js";
export { gaussianNoise } from "./ops/noise.js";
export type { EpsilonAttribute } from "./ops/normalization.js";
export { choose, inverseRoot, layerNormalization } from "./ops/normalization.js";
export type { NoAttributes, Node, Op, OpOptions, OpRecord, SourceFunction } from "./ops/op.js";
export type { PadAttributes } from "./ops/padding.js";
export { pad } from "./ops/padding.js";
export type { AveragePoolAttributes, MaxPoolAttributes } from "./ops/pooling.js";
export { averagePool1d, averagePool2d, maxPool1d, maxPool2d } from "./ops/pooling.js";
export { prelu } from "./ops/prelu.js";
export type { NormalAttributes, UniformAttributes } from "./ops/random.js";
export { randomNormal, randomUniform, truncatedNormal } from "./ops/random.js";
export type { TopKAttributes } from "./ops/ranking.js";
export { argmax, equal, inTopK, scatterAlong, takeAlong, topK, topKIndices } from "./ops/ranking.js";
export type { ReductionAttributes } from "./ops/reductions.js";
export { broadcastTo, mean, sum } from "./ops/reductions.js";
export { logSoftmax, softmax } from "./ops/softmax.js";
export type { ShapeAttribute } from "./ops/strides.js";
export { abs, erf, exp, log, neg, sqrt, square } from "./ops/unary.js";
export type { Padding, PaddingWord, PerAxis } from "./ops/window.js";
export type { Executable } from "./runtime/executable.js";
export type { Request } from "./runtime/session.js";
export {
  type Feeds,
  type Fetched,
  type Fetches,
  type NodeReference,
  type RunOptions,
  Session,
  type SessionOptions,
} from "./runtime/session.js";
export { RandomStream } from "./tensor/random.js";
export type { OpenShape, Shape } from "./tensor/shape.js";
export type { TensorData } from "./tensor/tensor.js";
export { type DType, type NestedNumbers, Tensor, type TensorLike, tensor } from "./tensor/tensor.js";
export type {
  Hook,
  Json,
  TrainedLayer,
  TrainedModel,
  TrainingNodes,
  TrainingPosition,
} from "./training/callbacks/callback.js";
export type { EarlyStopping, EarlyStoppingOptions } from "./training/callbacks/earlyStopping.js";
export * as callbacks from "./training/callbacks/index.js";
export {
  type Callback,
  type CallbackState,
  earlyStopping,
  type ModelState,
  type Training,
} from "./training/callbacks/index.js";
export type { MonitorOptions } from "./training/callbacks/monitor.js";
export type { BatchSource, FitOptions, Progress } from "./training/input/fitOptions.js";
export type { TrainOnBatchOptions } from "./training/loop/onBatch.js";
export type { History } from "./training/loop/run.js";
export type { LossAndMetrics, Metrics } from "./training/loop/tally.js";
export { type FunctionalOptions, functional } from "./training/model/functional.js";
export type { Growth } from "./training/model/model.js";
export { type CloneOptions, type Ends, type EvaluateOptions, type Model, weightsHash } from "./training/model/model.js";
export type { ModelLayer } from "./training/model/modelLayer.js";
export type { CompileOptions, LossChoice, MetricChoices, Recipe } from "./training/model/recipe.js";
export { type ModelOptions, sequential } from "./training/model/sequential.js";
export type { Like, Structure } from "./training/model/structure.js";
export type { HasVariables } from "./training/model/transfer.js";
export { type TransferOptions, transferWeights } from "./training/model/transfer.js";
export { type Diagnosis, diagnose } from "./wasm/diagnosis.js";
export { type BuildName, type Engine, type InitOptions, init, type NamedBuild } from "./wasm/engine.js";
